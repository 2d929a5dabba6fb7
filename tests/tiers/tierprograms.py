"""Programs that others wrote, and numpy: not one of the five tiers, because it takes long and needs the network once."""

from programs import foreign, numpy_arrays, other_tools, peers, program_waits, programs


def run(context):
    programs.run(context)
    program_waits.run(context)
    numpy_arrays.run(context)
    with context.report.section(context.name("what packages written in C hold")):
        foreign.run(context)
        foreign.run_multidicts(context)
        foreign.run_pandas(context)
    peers.run_profilers(context)
    with context.report.section(context.name("stacks of other tools")):
        other_tools.run(context)
