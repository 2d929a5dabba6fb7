"""What the tool says of tasks of other libraries that wait for ever."""

from harness.environments import EnvironmentMissing, environment
from harness.target import Target
from programs.programs import FOLDER
from tiers.graphs import name_of


def run(context, library):
    try:
        packages = environment(context.version, context.interpreter, library, (library,))
    except EnvironmentMissing as missing:
        context.report.not_run(context.name(f"waits in {library}"), missing)
        return
    folder = context.workshop.scratch(library)
    with Target(context.interpreter, FOLDER / f"program_{library}.py", packages) as target:
        context.tool.dump(target.pid, folder / "directory")
    CHECKS[library](context, folder / "directory", target.objects)
    context.workshop.remove(folder)


def suspended(context, dump):
    """What has to happen before each function goes on, by the outermost function's name, and what it awaits."""
    answer = context.tool.json(dump, "find-all-stacks")
    return {(entry["frames"][-1]["function"].rpartition(".")[2], entry["outlook"],
             entry.get("awaits", {}).get("address")) for entry in answer["suspended"]}


def trio(context, dump, _):
    found = suspended(context, dump)
    expected = {(name, "event loop", None) for name in ("main", "consume", "cross")}
    context.report.check(context.name("no task of Trio that waits is said to be able to run"), expected <= found, found)


def anyio(context, dump, _):
    graph = context.tool.json(dump, "wait-graph")
    found = sorted(sorted(name_of(graph["nodes"][number]) for number in deadlock
                          if graph["nodes"][number]["kind"] == "task") for deadlock in graph["deadlocks"])
    context.report.equal(context.name("anyio's locks, limiters and semaphores say who has them"), found,
                         [[f"{name} 1", f"{name} 2"] for name in ("limiter", "locks", "semaphore")])


def twisted(context, dump, objects):
    found = suspended(context, dump)
    expected = {(name, "waiting", objects["never"]["address"]) for name in ("innermost", "coroutine")}
    outer = any(name == "outer" and outlook == "waiting" for name, outlook, _ in found)
    context.report.check(context.name("what Twisted's functions wait for is told"), expected <= found and outer, found)


CHECKS = {"trio": trio, "anyio": anyio, "twisted": twisted}
