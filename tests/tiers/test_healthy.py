"""That nothing is called a deadlock in a process that is at work."""

import time

import pytest

from harness.target import FIXTURES, Target
from tiers.graphs import no_deadlock

pytestmark = pytest.mark.tier4

MOMENTS = 4


def test_healthy(context):
    """no deadlock where there is none"""
    with Target(context.interpreter, FIXTURES / "fixture_healthy.py") as target:
        for moment in range(MOMENTS):
            folder = context.workshop.scratch("healthy")
            context.tool.dump(target.pid, folder / "directory")
            no_deadlock(context, f"at work, moment {moment + 1}", folder / "directory", has_tasks=True)
            context.workshop.remove(folder)
            time.sleep(0.05)
