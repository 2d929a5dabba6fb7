"""A slice of the captures of processes that check themselves: `make captures` takes a thousand."""

import pytest

from capture import capture_states

pytestmark = [pytest.mark.tier5, pytest.mark.versions("310")]


@pytest.mark.parametrize("state", capture_states.STATES)
def test_captures(context, state):
    """captures in a state"""
    capture_states.run(context.tool.path, context.report, captures=4, seed=capture_states.STATES.index(state),
                       states=(state,))
