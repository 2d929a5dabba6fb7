"""The graph of asyncio's tasks, compared with `asyncio.all_tasks()`, the frames of each, and the call graph of 3.14."""

import json
import re

import pytest

pytestmark = pytest.mark.tier4

# Which tasks the loop makes, and since when it can.
KINDS = (("c", 38), ("python", 38), ("subclass", 38), ("eager", 312))
WAITING = 10
LINES = 100


@pytest.mark.parametrize("kind,since", KINDS)
def test_tasks(context, kind, since):
    """tasks against asyncio's own word"""
    if int(context.version) < since:
        context.report.not_run(context.name(f"{kind} tasks"), "this version has none")
        return
    dumps = context.dumps("fixture_tasks.py", "{folder}", WAITING, kind)
    truth = json.loads((dumps.folder / "tasks.json").read_text())
    compare(context, kind, truth, context.tool.json(dumps.directory, "async-task-graph"))
    drawn(context, kind, truth, dumps)
    context.workshop.forget_one(context.version, "fixture_tasks.py")


def compare(context, kind, truth, graph):
    name = f"{kind} tasks"
    nodes = {node["address"]: node for node in graph["nodes"]}
    tasks = {address: node for address, node in nodes.items() if node["kind"] == "task" and node["state"] == "pending"}
    context.report.equal(context.name(f"{name}: those of asyncio.all_tasks()"), sorted(tasks),
                         sorted([*truth["tasks"], truth["main"]]))
    wrong = []
    for address, facts in truth["tasks"].items():
        node = tasks.get(address)
        if node is None:
            continue
        found = [[frame["function"].rpartition(".")[2], frame["file"], frame["line"]] for frame in node["frames"]]
        if found != facts["frames"] or node["name"] != facts["name"]:
            wrong.append((facts["name"], node["name"], found, facts["frames"]))
        # A suspended task's stack is its outermost frame alone.
        if found[-1:] != facts["stack"][-1:]:
            wrong.append((facts["name"], "get_stack", found[-1:], facts["stack"]))
    context.report.check(context.name(f"{name}: names and frames of each, and task.get_stack()"), not wrong, wrong[:3])
    waits(context, name, truth, tasks, nodes, graph)
    call_graph(context, name, truth, tasks, nodes, graph)
    context.report.equal(context.name(f"{name}: none of them is a deadlock"), graph["deadlocks"], [])


def waits(context, name, truth, tasks, nodes, graph):
    """Which task awaits which, and which lock, queue or stream."""
    called = {node["name"]: address for address, node in tasks.items()}
    groups = {"gather": "gathered", "wait first": "waited FIRST_COMPLETED", "wait all": "waited ALL_COMPLETED",
              "as completed": "completed", "shield": "shielded", "wait_for": "limited", "group": "grouped"}
    expected = {task: sorted(address for other, address in called.items() if other.startswith(prefix))
                for task, prefix in groups.items() if task in called}
    found = {task: sorted(reached(called[task], nodes)) for task in expected}
    context.report.equal(context.name(f"{name}: which tasks each awaits"), found, expected)
    on = {task: tasks[called[task]]["on"] for task in truth["on"]}
    context.report.equal(context.name(f"{name}: which lock or queue each waits on"), on, truth["on"])
    lock = next((entry for entry in graph["blocking"] if entry["address"] == truth["on"]["lock"]), None)
    context.report.check(context.name(f"{name}: the task that holds the lock is found"),
                         lock and lock["holders"] == [called["holder"]], lock)
    executor = tasks[called["executor"]]
    kinds = [nodes[address]["awaits"] for address in executor["awaits"]]
    context.report.check(context.name(f"{name}: run_in_executor leads to the executor's future"),
                         len(kinds) == 1 and len(kinds[0]) == 1, executor)


def reached(address, nodes):
    """The tasks that one awaits, be it for futures in between."""
    found = []
    for awaited in nodes[address]["awaits"]:
        found += [awaited] if nodes[awaited]["kind"] == "task" else reached(awaited, nodes)
    return found


def call_graph(context, name, truth, tasks, nodes, graph):
    """What 3.14 says itself of who awaits whom."""
    facts = {address: entry for address, entry in truth["tasks"].items() if entry["awaitedBy"] is not None}
    if not facts:
        return
    callers = {address: [] for address in tasks}
    for address in tasks:
        for awaited in reached(address, nodes):
            callers[awaited].append(address)
    found = {address: sorted(callers[address]) for address in facts}
    context.report.equal(context.name(f"{name}: who awaits each, as asyncio.capture_call_graph says"), found,
                         {address: entry["awaitedBy"] for address, entry in facts.items()})
    # It does not look into asynchronous generators, whose frames come before.
    wrong = [(entry["callGraph"], entry["frames"]) for entry in facts.values()
             if entry["callGraph"] != entry["frames"][-len(entry["callGraph"]):]
             or len(entry["callGraph"]) != len(entry["frames"]) and entry["name"] != "async for"]
    context.report.check(context.name(f"{name}: frames are those of asyncio.capture_call_graph"), not wrong, wrong[:2])
    context.report.equal(context.name(f"{name}: task_awaited_by agrees with who waits"), graph["disputed"], [])


def drawn(context, kind, truth, dumps):
    """The drawing: a line for each node, and one for all that look the same."""
    outcome = context.tool.answer(dumps.directory, "async-task-graph")
    text = outcome.output
    node = re.compile(r"<async task pending name='nested' coro=<coroutine 'twice' suspended @ "
                      r"'[^']*fixture_tasks.py':\d+>@[0-9A-F]{16}>@[0-9A-F]{16}")
    shown = text.replace("<async Named pending", "<async task pending")
    context.report.check(context.name(f"{kind} tasks: a node is drawn as documented"), node.search(shown), text)
    line = rf"{WAITING} tasks at '[^']*fixture_tasks.py':\d+ in acquiring, all on Semaphore @ {truth['semaphore']}"
    context.report.check(context.name(f"{kind} tasks: those at one place are one line"), re.search(line, text), text)
    everything = context.tool.answer(dumps.directory, "async-task-graph", "--all").output
    context.report.equal(context.name(f"{kind} tasks: --all shows each"), everything.count("name='semaphore "), WAITING)
