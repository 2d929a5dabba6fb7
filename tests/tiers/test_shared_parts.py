"""What many stacks have in common is printed once: answers grow as the process does, not with the square of it."""


import pytest

pytestmark = pytest.mark.tier4

FIXTURE = "fixture_shared.py"
# So many generators follow the first of the shared ones.
TAIL = 20
FEW, MANY = 300, 1200
COMMANDS = ("async-task-graph", "async-task-graph --all", "async-task-graph --json", "wait-graph --all",
            "wait-graph --json", "find-all-stacks --all --include-runnable",
            "find-all-stacks --json --include-runnable", "find-all-exceptions", "find-all-exceptions --json")


def test_shared_parts(context):
    """what stacks share is printed once"""
    sizes = {}
    for count in (FEW, MANY):
        dump = context.dumps(FIXTURE, count).directory
        sizes[count] = {line: len(context.tool.answer(dump, *line.split()).output) for line in COMMANDS}
        if count == FEW:
            check_stacks(context, dump)
            check_tasks(context, dump)
        context.workshop.forget_one(context.version, FIXTURE)
    for line in COMMANDS:
        few, many = sizes[FEW][line], sizes[MANY][line]
        context.report.check(context.name(f"{line}: as long as there are tasks and generators, or shorter"),
                             many <= (MANY / FEW) * 1.25 * few, (few, many))


def check_stacks(context, dump):
    """Every generator has all of its calls, be they in the entry of another."""
    answer = context.tool.json(dump, "find-all-stacks", "--include-runnable")
    ends = {"even", "odd"}
    entries = [entry for entry in answer["suspended"] if entry["frames"] and entry["frames"][-1]["function"] in ends]
    check_shared(context, "generators", entries, entries[0]["address"], 1 + TAIL + 1)
    text = context.tool.answer(dump, "find-all-stacks", "--include-runnable", "--all").output
    context.report.equal(context.name("generators: the text says where the others are"),
                         text.count(f"  ...<{TAIL + 1} calls as in the stack of @{entries[0]['address']}>"), FEW - 1)


def check_tasks(context, dump):
    answer = context.tool.json(dump, "async-task-graph")
    entries = [node for node in answer["nodes"] if node["frames"] and node["frames"][-1]["function"] == "shares"]
    check_shared(context, "tasks", entries, entries[0]["coroutine"], 2 + TAIL + 1)
    chain = [node for node in answer["nodes"] if node["frames"] and node["frames"][-1]["function"] == "waits"]
    context.report.check(context.name("tasks: a chain is whole, and shares nothing"), len(chain) == FEW
                         and not any("sharedFrames" in node for node in chain), len(chain))
    text = context.tool.answer(dump, "async-task-graph", "--all").output
    context.report.equal(context.name("tasks: the text says where the others are"),
                         text.count(f"> ...<{TAIL + 1} calls as in that of the coroutine @{entries[0]['coroutine']}>"),
                         FEW - 1)
    context.report.check(context.name("tasks: the text has a line for each"),
                         text.count("<async task pending") >= 2 * FEW, text[:300])
    deepest = max(text.splitlines(), key=lambda line: len(line) - len(line.lstrip()))
    context.report.check(context.name("tasks: deep lines say how deep they are"),
                         f"(depth {FEW})" in text and len(deepest) - len(deepest.lstrip()) <= 128, deepest)


def check_shared(context, name, entries, owner, calls):
    wholes = [entry for entry in entries if "sharedFrames" not in entry]
    counts = {len(entry["frames"]) + entry.get("sharedFrames", {"calls": 0})["calls"] for entry in entries}
    owners = {entry["sharedFrames"]["address"] for entry in entries if "sharedFrames" in entry}
    context.report.equal(context.name(f"{name}: one has the shared calls, the others name it"),
                         (len(entries), len(wholes), owners, counts), (FEW, 1, {owner}, {calls}))
