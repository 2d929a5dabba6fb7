"""Who waits for whom, compared with what each thread of a fixture was told to do; every kind of deadlock by name."""

import json
import time

import pytest

from harness import capture
from harness.target import FIXTURES, Target
from tiers.graphs import name_of

pytestmark = pytest.mark.tier4

# Every deadlock of fixture_deadlocks.py, by the threads and tasks in it.
DEADLOCKS = (("conditions 1", "conditions 2"), ("joined", "joiner"), ("locks 1", "locks 2"), ("mixed 1", "mixed 2"),
             ("pool_0",), ("task 1", "task 2"), ("twice",), ("blocked loop",), ("imports 1", "imports 2"),
             ("condition of task 1", "condition of task 2"), ("destructor",),
             ("MainThread",), ("twice called",), ("twice in two functions",), ("twice awaited",),
             *((f"inner {name} 1", f"inner {name} 2") for name in (
                 "put", "get", "size", "event", "acquire", "barrier", "result", "exception", "set_result", "wait",
                 "as_completed")),
             *((f"by {name} 1", f"by {name} 2") for name in (
                 "holding", "outer_manager", "acquired", "Wrapper", "Delegating", "stacked", "called_back", "suspended",
                 "holding_async", "stacked_async")),
             *((f"{name} 1", f"{name} 2") for name in (
                 "calls", "calls of variables around", "calls of attributes", "calls of globals", "call_async")))

# Those that only registers or what lies on stacks tell of, and so not every form of a dump alike.
FORMS = ("directory", "core")


@pytest.mark.parametrize("form", FORMS)
def test_waits(context, form):
    """who waits for whom"""
    dumps = context.dumps("fixture_waits.py", "{folder}")
    truth = json.loads((dumps.folder / "waits.json").read_text())
    compare(context, form, truth, context.tool.json(dumps.path(form), "wait-graph", maybe_incomplete=form == "core"))


@pytest.mark.parametrize("form", FORMS)
def test_deadlocks(context, form):
    """every deadlock is named, and no other"""
    dumps = context.dumps("fixture_deadlocks.py")
    deadlocks(context, form, context.tool.json(dumps.path(form), "wait-graph", maybe_incomplete=form == "core"))


def test_at_exit(context):
    """The main thread waits, before the process ends, for a thread that is no daemon."""
    graph = context.tool.json(context.dumps("fixture_exit.py").directory, "wait-graph")
    found = {name_of(node): [name_of(graph["nodes"][edge["to"]]) for edge in node["edges"]]
             for node in graph["nodes"] if node["kind"] == "thread" and node["edges"]}
    context.report.equal(context.name("at exit the main thread waits for the thread that is left"),
                         found.get("MainThread"), ["never told"])


def test_forked(context):
    """In a forked child no thread has a lock that one of the parent's had: its name is told."""
    folder = context.workshop.scratch("forked")
    with Target(context.interpreter, FIXTURES / "fixture_fork.py") as target:
        time.sleep(0.3)
        context.tool.dump(target.objects["child"]["pid"], folder / "directory")
    graph = context.tool.json(folder / "directory", "wait-graph")
    found = [(lock["reason"], lock["ownerName"], [name_of(graph["nodes"][number]) for number in lock["waiting"]])
             for lock in graph["withoutHolder"]]
    context.report.equal(context.name("a lock that was taken before the fork"), found,
                         [("forked", "left out", ["MainThread"])])
    context.workshop.remove(folder)


# What has to happen before each of those of fixture_loops.py goes on, and whether it is shown without asking.
OUTLOOKS = {"parking": "event loop", "counting": "caller", "waiting": "waiting", "turning": "runnable",
            "items": "caller",
            "fresh": "runnable"}


def test_outlooks(context):
    dumps = context.dumps("fixture_loops.py")
    for options, kinds in ((["--include-runnable"], set(OUTLOOKS.values())), ([], {"event loop", "waiting"})):
        answer = context.tool.json(dumps.directory, "find-all-stacks", *options)
        said = {entry["address"]: entry["outlook"] for entry in answer["suspended"]}
        found = {name: said.get(dumps.address(name)) for name in OUTLOOKS}
        context.report.equal(context.name(f"what has to happen before each goes on {' '.join(options)}".strip()), found,
                             {name: outlook if outlook in kinds else None for name, outlook in OUTLOOKS.items()})


def deadlocks(context, form, graph):
    """Each deadlock is named, by its threads and tasks, and nothing else is; of no lock the holder is unknown."""
    context.report.equal(context.name(f"{form}: who holds each lock of a deadlock is known"), graph["withoutHolder"],
                         [])
    found = sorted(tuple(sorted(name_of(graph["nodes"][number]) for number in deadlock
                                if graph["nodes"][number]["kind"] in ("thread", "task")))
                   for deadlock in graph["deadlocks"])
    context.report.equal(context.name(f"{form}: every kind of deadlock is named"), [*set(DEADLOCKS) - set(found)], [])
    context.report.equal(context.name(f"{form}: no other deadlock is named"),
                         [*set(found) - set(DEADLOCKS), *(each for each in set(found) if found.count(each) > 1)], [])


def test_spinning(context):
    """Of threads that all want the GIL one has it; by a core's registers the others are seen to wait for it. Between
    one that gave it up and the next that the kernel lets run nobody has it: then another core is looked at."""
    with Target(context.interpreter, FIXTURES / "fixture_spinning.py") as target:
        for number in range(5):
            core = context.workshop.scratch(f"spinning{number}") / "core"
            capture.write_core(target.pid, core)
            threads = context.tool.json(core, "find-all-threads", maybe_incomplete=True)["threads"]
            holding = [thread["name"] for thread in threads if thread["holdsGil"]]
            waiting = [thread["name"] for thread in threads if thread["waitsForGil"]]
            if holding or len(waiting) < len(threads):
                break
    context.report.check(context.name("one thread holds the GIL, and the others wait for it"),
                         len(holding) == 1 and len(waiting) == len(threads) - 1 and not {*holding} & {*waiting},
                         (holding, waiting))


def compare(context, form, truth, graph):
    nodes = graph["nodes"]
    threads = {name_of(node): node for node in nodes if node["kind"] == "thread"}
    found = {name: [nodes[edge["to"]]["address"] for edge in threads[name]["edges"]] for name in truth["waits"]}
    context.report.equal(context.name(f"{form}: what each thread waits for"), found,
                         {name: [address] for name, address in truth["waits"].items()})
    held = {name: [name_of(nodes[edge["to"]]) for edge in nodes[threads[name]["edges"][0]["to"]]["edges"]]
            for name in truth["holders"] if threads[name]["edges"]}
    context.report.equal(context.name(f"{form}: who holds each lock"), held,
                         {name: [holder] for name, holder in truth["holders"].items()})
    joins = {name: [name_of(nodes[edge["to"]]) for edge in threads[name]["edges"]] for name in truth["joins"]}
    context.report.equal(context.name(f"{form}: which thread is joined"), joins,
                         {name: [thread] for name, thread in truth["joins"].items()})
    idle = {name: threads[name]["edges"] for name in truth["idle"]}
    context.report.equal(context.name(f"{form}: who sleeps waits for no one"), idle,
                         {name: [] for name in truth["idle"]})
    pids = {name: [nodes[edge["to"]].get("pid") for edge in threads[name]["edges"]] for name in truth["children"]}
    context.report.equal(context.name(f"{form}: which child is waited for"), pids,
                         {name: [pid] for name, pid in truth["children"].items()})
    holderless(context, form, truth, graph)
    pool = [name_of(nodes[edge["to"]]) for name in ("result", "pending")
            for edge in nodes[threads[name]["edges"][0]["to"]]["edges"] if threads[name]["edges"]]
    context.report.check(context.name(f"{form}: the pool's thread computes the futures"),
                         len(pool) == 2 and all("ThreadPoolExecutor" in name for name in pool), pool)
    context.report.equal(context.name(f"{form}: no deadlock"), graph["deadlocks"], [])


def holderless(context, form, truth, graph):
    """The locks that no living thread is known to hold, each with who waits for it, and the owner's name where it says
    so."""
    found = {name_of(graph["nodes"][number]): lock["reason"] for lock in graph["withoutHolder"]
             for number in lock["waiting"]}
    context.report.equal(context.name(f"{form}: which locks have no known holder"), found, truth["withoutHolder"])
    owners = [(lock["owner"], lock["ownerName"]) for lock in graph["withoutHolder"] if lock["reason"] == "ended"]
    context.report.equal(context.name(f"{form}: the thread that has ended with a lock"), owners,
                         [(truth["gone"], "gone")])
