"""Programs that others wrote, and numpy: not one of the five tiers, because it takes long and needs the network
once."""

import pytest

from programs import foreign, numpy_arrays, other_tools, program_waits, programs

pytestmark = pytest.mark.programs


@pytest.mark.parametrize("program", programs.PROGRAMS, ids=lambda program: program.name)
def test_program(context, program):
    """the objects of a program under load"""
    programs.run_program(context, program)


@pytest.mark.parametrize("library", program_waits.CHECKS)
def test_waits(context, library):
    """tasks of other libraries that wait for ever"""
    program_waits.run(context, library)


def test_numpy(context):
    """arrays of numpy"""
    numpy_arrays.run(context)


@pytest.mark.parametrize("part", (foreign.run, foreign.run_multidicts, foreign.run_pandas),
                         ids=lambda part: part.__name__)
def test_foreign(context, part):
    """what packages written in C hold"""
    part(context)


def test_other_tools(context):
    """stacks of other tools"""
    other_tools.run(context)
