"""Who waits for whom, compared with what each thread of a fixture was told to do; every kind of deadlock by name."""

import json

import capture
from target import FOLDER, Target

# Every deadlock of fixture_deadlocks.py, by the threads and tasks in it.
DEADLOCKS = (("conditions 1", "conditions 2"), ("joined", "joiner"), ("locks 1", "locks 2"), ("mixed 1", "mixed 2"),
             ("pool_0",), ("task 1", "task 2"), ("twice",), ("blocked loop",))

# Those that only registers or what lies on stacks tell of, and so not every form of a dump alike.
FORMS = ("directory", "core")


def run(context):
    dumps = context.dumps("fixture_waits.py", "{folder}")
    truth = json.loads((dumps.folder / "waits.json").read_text())
    for form in FORMS:
        compare(context, form, truth, context.tool.json(dumps.path(form), "wait-graph"))
    dumps = context.dumps("fixture_deadlocks.py")
    for form in FORMS:
        deadlocks(context, form, context.tool.json(dumps.path(form), "wait-graph"))
    spinning(context)


def deadlocks(context, form, graph):
    """Each deadlock is named, by its threads and tasks, and nothing else is."""
    found = sorted(tuple(sorted(name_of(graph["nodes"][number]) for number in deadlock
                                if graph["nodes"][number]["kind"] in ("thread", "task")))
                   for deadlock in graph["deadlocks"])
    context.report.equal(context.name(f"{form}: every kind of deadlock is named, and no other"), found,
                         sorted(DEADLOCKS))


def spinning(context):
    """Of threads that all want the GIL one has it; by a core's registers the others are seen to wait for it. Between one that
    gave it up and the next that the kernel lets run nobody has it: then another core is looked at."""
    with Target(context.interpreter, FOLDER / "fixture_spinning.py") as target:
        for number in range(5):
            core = context.workshop.scratch(f"spinning{number}") / "core"
            capture.write_core(target.pid, core)
            threads = context.tool.json(core, "find-all-threads")["threads"]
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
    pool = [name_of(nodes[edge["to"]]) for name in ("result", "pending")
            for edge in nodes[threads[name]["edges"][0]["to"]]["edges"] if threads[name]["edges"]]
    context.report.check(context.name(f"{form}: the pool's thread computes the futures"),
                         len(pool) == 2 and all("ThreadPoolExecutor" in name for name in pool), pool)
    context.report.equal(context.name(f"{form}: no deadlock"), graph["deadlocks"], [])


def name_of(node):
    return node["repr"].partition("'")[2].partition("'")[0]
