"""Tier 4, behaviour: what the tool makes of deadlocks, a leak, call stacks and tasks."""

import re

import pytest

from harness.interpreters import PROJECT

pytestmark = pytest.mark.tier4

STALL = PROJECT / "examples" / "async-stall.py"
CYCLE_MARK = re.compile(r"<!seen>|cycle", re.IGNORECASE)
LEAKED = 2000


def test_async_task_graph(context):
    """The stalled walk's circle of tasks is marked."""
    dumps = context.dumps(STALL)
    text = context.tool.answer(dumps.directory, "async-task-graph").output
    context.report.check(context.name("async-task-graph marks the cycle"), CYCLE_MARK.search(text), text)
    for name in ("visit", "gather"):
        context.report.check(context.name(f"async-task-graph shows {name}"), name in text.lower(), text)


def test_futures(context):
    """Tasks and the futures of `gather` are objects like any other."""
    dumps = context.dumps(STALL)
    tasks = context.tool.json(dumps.directory, "find-all-objects", "--type-name=_asyncio.Task", "--count")["count"]
    context.report.equal(context.name("every task of the stalled walk is found"), tasks,
                         dumps.objects["walk"]["tasks"])
    gathering = context.tool.json(dumps.directory, "find-all-objects", "--type-name=asyncio.tasks._GatheringFuture")
    context.report.check(context.name("the gathering futures are found"),
                         gathering["count"] == dumps.objects["walk"]["gathering"], gathering["count"])


def test_references(context):
    """From a leaked payload back to what holds it."""
    dumps = context.dumps("fixture_memory_leak.py")
    text = context.tool.answer(dumps.directory, "find-references", dumps.address("handler")).output
    context.report.check(context.name("find-references finds the list that holds a leaked handler"),
                         dumps.address("listeners") in text, text)
    text = context.tool.answer(dumps.directory, "find-references", dumps.address("payload")).output
    context.report.check(context.name("find-references finds the request that holds a payload"),
                         dumps.address("request") in text or "'payload'" in text, text)


def test_running_frames(context):
    """What only a running function's variable holds, and what an interpreter does."""
    dumps = context.dumps("fixture_memory_leak.py")
    bus = context.tool.json(dumps.directory, "find-references", dumps.address("bus"))["objects"][0]["referrers"]
    context.report.check(context.name("find-references finds the variable of a running function"),
                         ["local bus"] in [referrer["by"] for referrer in bus], bus)
    modules = context.tool.json(dumps.directory, "find-module", "sys")["modules"][0]
    found = context.tool.json(dumps.directory, "find-references", modules["dict"])["objects"][0]["referrers"]
    context.report.check(context.name("find-references finds the interpreter that holds sys.__dict__"),
                         ["sysdict"] in [referrer["by"] for referrer in found]
                         and modules["address"] in [referrer["address"] for referrer in found], found)


def test_modules(context):
    """A module by its name, with its file and its dict, and the nearest name for one that there is not."""
    dumps = context.dumps("fixture_memory_leak.py")
    found = context.tool.json(dumps.directory, "find-module", "fixture")["modules"]
    context.report.check(context.name("find-module finds the one module called fixture"),
                         len(found) == 1 and found[0]["file"].endswith("/fixture.py") and found[0]["variables"] > 5,
                         found)
    referents = context.tool.json(dumps.directory, "find-referents", found[0]["address"])["objects"][0]["referents"]
    context.report.check(context.name("the module refers to its dict"),
                         any(entry["address"] == found[0]["dict"] and entry["kind"] == "visited"
                             for entry in referents),
                         referents)
    outcome = context.tool.run(dumps.directory, "find-module", "fixtrue")
    context.report.check(context.name("find-module suggests the nearest name"),
                         outcome.code == 1 and "did you mean fixture?" in outcome.errors, outcome)


def test_leak_counts(context):
    """What leaks is what there is most of."""
    dumps = context.dumps("fixture_memory_leak.py")
    counts = {entry["name"].rpartition(".")[2]: entry["count"]
              for entry in context.tool.json(dumps.directory, "count-by-type")["types"]}
    for name, expected in (("Handler", LEAKED), ("Request", LEAKED), ("Bus", 1)):
        context.report.equal(context.name(f"objects of type {name}"), counts.get(name), expected)


def test_stacks(context):
    """Every thread's functions, in the order of their calls."""
    dumps = context.dumps("fixture_call_stack.py")
    text = context.tool.answer(dumps.directory, "find-all-stacks").output
    for calls in (("outermost", "middle", "innermost"), ("main", "last_call", "ready_and_wait")):
        # By the ends of the lines: a folder may be called as a function is.
        places = [found.start() if (found := re.search(rf", in (\S+\.)?{name}$", text, re.M)) else -1 for name in calls]
        ordered = places == sorted(places) or places == sorted(places, reverse=True)
        context.report.check(context.name(f"find-all-stacks shows {' > '.join(calls)}"), -1 not in places and ordered,
                             text)
    context.report.check(context.name("find-all-stacks shows each call of a recursion"),
                         len(re.findall(r"\brecursive\b", text)) >= 6, text)
