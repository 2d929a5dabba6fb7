"""The tool's objects are exactly the process's own; `make exactness` measures every type too."""

import pytest

from programs import programs
from tiers import exactness, exactness_types

pytestmark = pytest.mark.tier3


def test_exactness(context):
    """exactness"""
    exactness.run(context)


def test_every_type(context):
    """ten thousand objects of every type, and a server under load"""
    if not context.measures_types:
        pytest.skip("it takes minutes for each version: `make exactness` runs it")
    with context.report.section(context.name("an asyncio server under load")):
        programs.run_program(context, programs.QUICK)
    exactness_types.run(context)
