"""That every answer is the same on every run: all commands, several times, with one core and with more."""

import difflib

import pytest

from robustness.torture_commands import ARGUMENTS, TortureCommands

pytestmark = pytest.mark.tier1

# The order of what is hashed differs from run to run; what is found by several cores at once must not.
RUNS = ((), (), ("--max-threads=1",), ("--max-threads=2",), ("--max-threads=3",), ("--max-threads=8",))
# So many of a command's ways to ask: text and JSON come first.
WAYS = 2


def test_determinism(context):
    """every answer is the same on every run"""
    # A process with threads, tasks and deadlocks has something to show to every command.
    dumps = context.dumps("fixture_deadlocks.py")
    some = context.tool.json(dumps.directory, "find-all-objects", "--type-name=dict", "--max-results=1", "--no-repr")
    address = some["objects"][0]["address"]
    names = TortureCommands(dumps.objects, None, context.tool).names
    lines = [f"{name} {way}".strip().replace("{address}", address)
             for name in names for way in ARGUMENTS.get(name, [""])[:WAYS]]
    answers = [context.tool.run(f"--path={dumps.directory}", *options, input="\n".join(lines)) for options in RUNS]
    context.report.check(context.name("all commands are answered"),
                         all(not each.by_signal and "deadlock: a cycle" in each.output for each in answers), answers[0])
    for options, again in zip(RUNS[1:], answers[1:]):
        for stream, before, after in (("output", answers[0].output, again.output),
                                      ("errors", answers[0].errors, again.errors)):
            differing = [line[:200] for line in difflib.unified_diff(before.splitlines(), after.splitlines(), n=0)
                         ] if before != after else []
            way = f"with {options[0]}" if options else "by default"
            context.report.equal(context.name(f"all answers are the same again {way}: {stream}"), differing[:8], [])
