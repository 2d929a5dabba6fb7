"""A slice of the captures of processes that check themselves: `make captures` takes a thousand."""

import pytest

from capture import capture_states

pytestmark = [pytest.mark.tier5, pytest.mark.versions("310")]


@pytest.fixture(scope="module")
def captures(context):
    with capture_states.captures_of(context.tool.path, context.report, seed=1) as captures:
        yield captures


@pytest.mark.parametrize("state", capture_states.STATES)
def test_captures(captures, state):
    """captures in a state"""
    captures.batch(state, 4)
