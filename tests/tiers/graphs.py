"""What tests read of the graphs of threads and tasks."""


def name_of(node):
    return node["repr"].partition("'")[2].partition("'")[0]


def no_deadlock(context, name, dump, has_tasks):
    for command in ("wait-graph", "async-task-graph"):
        answer = context.tool.json(dump, command)
        context.report.check(context.name(f"{name}: {command} names no deadlock"),
                             answer["deadlocks"] == [], answer["deadlocks"])
        # That there is nothing to look at is no proof; but not every program has tasks.
        if command == "wait-graph" or has_tasks:
            context.report.check(context.name(f"{name}: {command} has something to show"), answer["nodes"])
