"""A process that hangs while Python ends: its interpreter and threads are found though its modules are gone."""

import pytest

from harness.target import FIXTURES, Target

pytestmark = pytest.mark.tier4

FIXTURE = "fixture_ending.py"


@pytest.mark.parametrize("kept_by", ("module", "interpreter"))
def test_ending(context, kept_by, scratch):
    """stacks while Python ends"""
    with Target(context.interpreter, FIXTURES / FIXTURE, kept_by) as target:
        context.tool.dump(target.pid, scratch / "directory")
        check(context, f"ending, kept by the {kept_by}", scratch / "directory", target)


def check(context, what, dump, target):
    def equal(claim, found, expected):
        return context.report.equal(context.name(f"{what}: {claim}"), found, expected)

    info = context.tool.json(dump, "info")
    equal("no layout check fails", info["layoutChecks"]["failed"], [])
    equal("what is said of it", info["warnings"], ["Python is ending: modules and their variables may be gone"])
    interpreters = info["runtime"]["interpreters"]
    equal("the interpreters", [interpreter["id"] for interpreter in interpreters], [0])
    main = interpreters[0]["threads"][0]
    equal("the main thread", main["ident"], target.objects["main thread"]["ident"])
    equal("who ends it", info["runtime"].get("finalizingThread"), main["address"])
    threads = context.tool.json(dump, "find-all-stacks", "--threads-only")["threads"]
    frames = [(frame["file"].rsplit("/", 1)[-1], frame["line"]) for frame in threads[0]["frames"]]
    lines = (FIXTURES / FIXTURE).read_text().splitlines()
    equal("where it hangs", [line for file, line in frames if file == FIXTURE],
          [1 + next(i for i, line in enumerate(lines) if "read(0, 1)" in line)])
