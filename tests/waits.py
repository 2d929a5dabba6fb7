"""Who waits for whom, compared with what each thread of a fixture was told to do; and that what is healthy is no deadlock."""

import json

# Those that only registers or what lies on stacks tell of, and so not every form of a dump alike.
FORMS = ("directory", "core")


def run(context):
    dumps = context.dumps("fixture_waits.py", "{folder}")
    truth = json.loads((dumps.folder / "waits.json").read_text())
    for form in FORMS:
        compare(context, form, truth, context.tool.json(dumps.path(form), "wait-graph"))


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
    context.report.equal(context.name(f"{form}: who sleeps waits for no one"), idle, {name: [] for name in truth["idle"]})
    pool = [name_of(nodes[edge["to"]]) for name in ("result", "pending")
            for edge in nodes[threads[name]["edges"][0]["to"]]["edges"] if threads[name]["edges"]]
    context.report.check(context.name(f"{form}: the pool's thread computes the futures"),
                         len(pool) == 2 and all("ThreadPoolExecutor" in name for name in pool), pool)
    context.report.equal(context.name(f"{form}: no deadlock"), graph["deadlocks"], [])


def name_of(node):
    return node["repr"].partition("'")[2].partition("'")[0]
