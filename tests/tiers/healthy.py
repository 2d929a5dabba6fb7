"""That nothing is called a deadlock in a process that is at work."""

import time

from harness.target import FIXTURES, Target

MOMENTS = 4


def run(context):
    with Target(context.interpreter, FIXTURES / "fixture_healthy.py") as target:
        for moment in range(MOMENTS):
            folder = context.workshop.scratch("healthy")
            context.tool.dump(target.pid, folder / "directory")
            no_deadlock(context, f"at work, moment {moment + 1}", folder / "directory", has_tasks=True)
            context.workshop.remove(folder)
            time.sleep(0.05)


def no_deadlock(context, name, dump, has_tasks):
    for command in ("wait-graph", "async-task-graph"):
        answer = context.tool.json(dump, command)
        context.report.check(context.name(f"{name}: {command} names no deadlock"),
                             answer["deadlocks"] == [], answer["deadlocks"])
        # That there is nothing to look at is no proof; but not every program has tasks.
        if command == "wait-graph" or has_tasks:
            context.report.check(context.name(f"{name}: {command} has something to show"), answer["nodes"])
