"""A process with asyncio tasks that wait in every way there is, and which writes down who waits where: for
`async-task-graph`.

usage: fixture_tasks.py FOLDER COUNT KIND

KIND is `c`, `python`, `subclass` or `eager`: which tasks the loop makes. COUNT tasks more wait for one semaphore.
"""

import asyncio
import json
import os
import socket
import sys
import threading

import fixture

FOLDER, COUNT, KIND = sys.argv[1], int(sys.argv[2]), sys.argv[3]
HAS_GROUPS = sys.version_info >= (3, 11)
TASK = asyncio.tasks._PyTask if KIND == "python" else asyncio.Task


class Named(TASK):
    """A task of a subclass, with attributes of its own."""

    def __init__(self, coroutine, **options):
        super().__init__(coroutine, **options)
        self.remark = "of a subclass"


def factory(loop, coroutine, **options):
    options.pop("context", None)
    return (Named if KIND == "subclass" else TASK)(coroutine, loop=loop, **options)


async def forever():
    await asyncio.get_running_loop().create_future()


async def twice(coroutine):
    """One more coroutine in between."""
    return await coroutine


def make(coroutine, name):
    # Loops of 3.8 to 3.10 do not hand the name to a factory of their own.
    made = asyncio.get_running_loop().create_task(coroutine)
    made.set_name(name)
    return made


def sleepers(count, prefix):
    return [make(asyncio.sleep(3600), f"{prefix} {number}") for number in range(count)]


async def gathering():
    await asyncio.gather(*sleepers(3, "gathered"))


async def waiting(when):
    await asyncio.wait(sleepers(2, "waited " + when), return_when=when)


async def completing():
    for done in asyncio.as_completed(sleepers(2, "completed")):
        await done


async def shielding():
    await asyncio.shield(make(asyncio.sleep(3600), "shielded"))


async def limiting():
    await asyncio.wait_for(make(asyncio.sleep(3600), "limited"), timeout=3600)


async def grouping():
    async with asyncio.TaskGroup() as group:
        for number in range(2):
            group.create_task(asyncio.sleep(3600)).set_name(f"grouped {number}")


async def executing(event):
    await asyncio.get_running_loop().run_in_executor(None, event.wait)


async def holding(lock):
    async with lock:
        await forever()


async def locking(lock):
    async with lock:
        pass


async def conditional(condition):
    async with condition:
        await condition.wait()


async def acquiring(semaphore):
    async with semaphore:
        pass


async def reading(stream):
    await stream.readline()


async def producing():
    yield 1
    await forever()
    yield 2


async def consuming():
    async for _ in producing():
        pass


async def start():
    """Everything that waits; what the other tasks wait on is kept."""
    lock, condition, event = asyncio.Lock(), asyncio.Condition(), asyncio.Event()
    queue, full, unfinished = asyncio.Queue(), asyncio.Queue(1), asyncio.Queue()
    semaphore = asyncio.Semaphore(0)
    full.put_nowait(1)
    unfinished.put_nowait(1)
    ours, theirs = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=ours)
    blocked = threading.Event()
    named = {
        "gather": gathering(), "wait first": waiting("FIRST_COMPLETED"), "wait all": waiting("ALL_COMPLETED"),
        "as completed": completing(), "shield": shielding(), "wait_for": limiting(), "executor": executing(blocked),
        "sleep": asyncio.sleep(3600), "nested": twice(twice(forever())), "holder": holding(lock), "lock": locking(lock),
        "event": event.wait(), "condition": conditional(condition), "get": queue.get(), "put": full.put(2),
        "join": unfinished.join(), "stream": reading(reader), "async for": consuming(),
    }
    on = {"lock": lock, "event": event, "condition": condition, "get": queue, "put": full, "join": unfinished,
          "stream": reader}
    if HAS_GROUPS:
        barrier = asyncio.Barrier(2)
        named.update({"group": grouping(), "barrier": barrier.wait()})
        on["barrier"] = barrier
    kept.extend([theirs, writer, blocked])
    for name, coroutine in named.items():
        kept.append(make(coroutine, name))
    kept.extend(make(acquiring(semaphore), f"semaphore {number}") for number in range(COUNT))
    return on, semaphore


def first(thing, *names):
    """The first of some attributes that a thing has."""
    return next((getattr(thing, name) for name in names if hasattr(thing, name)), None)


def frames(thing):
    """The frames of a coroutine and of all that it awaits, the innermost first, as the traceback module has them."""
    found = []
    while thing is not None:
        frame = first(thing, "cr_frame", "gi_frame", "ag_frame")
        if frame is not None:
            found.append([frame.f_code.co_name, frame.f_code.co_filename, frame.f_lineno])
        inner = first(thing, "cr_await", "gi_yieldfrom", "ag_await")
        if type(inner).__name__ == "async_generator_asend":
            import gc
            inner = next(known for known in gc.get_referents(inner) if hasattr(known, "ag_frame"))
        thing = inner
    return found[::-1]


def callers(graph, found):
    """The tasks of a call graph of 3.14 that await this one, be it for futures in between."""
    for caller in graph.awaited_by:
        if isinstance(caller.future, (asyncio.Task, asyncio.tasks._PyTask)):
            found.add("%016X" % id(caller.future))
        else:
            callers(caller, found)
    return found


def all_tasks():
    """Those of `asyncio.all_tasks()`; in 3.14 it leaves out tasks of Python code, which the module knows too."""
    others = getattr(asyncio.tasks, "_py_all_tasks", asyncio.all_tasks)()
    return asyncio.all_tasks() | others


def describe(one):
    entry = {"name": one.get_name(), "frames": frames(one.get_coro()), "awaitedBy": None,
             "stack": [[frame.f_code.co_name, frame.f_code.co_filename, frame.f_lineno] for frame in one.get_stack()]}
    # It refuses tasks of Python code.
    if hasattr(asyncio, "capture_call_graph") and KIND != "python":
        graph = asyncio.capture_call_graph(one)
        entry["awaitedBy"] = sorted(callers(graph, set()))
        entry["callGraph"] = [[call.frame.f_code.co_name, call.frame.f_code.co_filename, call.frame.f_lineno]
                              for call in graph.call_stack]
    return entry


async def main():
    loop = asyncio.get_running_loop()
    if KIND == "eager":
        loop.set_task_factory(asyncio.eager_task_factory)
    elif KIND != "c":
        loop.set_task_factory(factory)
    on, semaphore = await start()
    for _ in range(20):
        await asyncio.sleep(0)
    await asyncio.sleep(0.3)
    waits = {name: "%016X" % id(thing) for name, thing in on.items()}
    truth = {"tasks": {"%016X" % id(one): describe(one) for one in all_tasks() if one is not asyncio.current_task()},
             "main": "%016X" % id(asyncio.current_task()), "on": waits, "semaphore": "%016X" % id(semaphore)}
    with open(os.path.join(FOLDER, "tasks.json"), "w") as file:
        json.dump(truth, file)
    fixture.ready_and_wait()


kept = []
asyncio.run(main())
