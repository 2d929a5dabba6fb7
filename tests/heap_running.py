"""Makers of what runs or waits: generators, frames, coroutines, asyncio's futures and tasks, contexts, locks."""

import asyncio
import contextvars
import gc
import queue
import sys
import threading
import types
import warnings

from fixture_heap import Record
from heap_values import raised

# Coroutines that are never awaited are what this file makes.
warnings.simplefilter("ignore")


def counting(limit, extra=None):
    local = [limit]
    for number in range(limit):
        yield number, local, extra


def delegating(limit):
    yield from counting(limit, lambda: limit)


@types.coroutine
def pause():
    yield 1


async def pausing(value):
    await pause()
    return value


async def producing(limit):
    for number in range(limit):
        yield number
        await pause()


def stepped(make, steps):
    """Created, suspended or finished, by the number."""
    def made(i):
        thing = make(i)
        for _ in range(steps[i % len(steps)]):
            try:
                thing.send(None)
            except StopIteration:
                break
        return thing
    return made


def started(i):
    made = producing(i % 5)
    if i % 3:
        for _ in range(i % 3):
            try:
                made.asend(None).send(None)
            except (StopIteration, StopAsyncIteration, RuntimeError):
                break
    return made


def generators():
    yield "generator", stepped(lambda i: delegating(3) if i % 4 == 0 else counting(i % 3 + 1), (0, 1, 2, 9))
    yield "coroutine", stepped(pausing, (0, 1, 1, 9))
    yield "async_generator", started
    yield "coroutine_wrapper", lambda i: pausing(i).__await__()
    yield "async_generator_asend", lambda i: sent(producing(i).asend(None), i)
    yield "async_generator_athrow", lambda i: producing(i).athrow(ValueError) if i % 2 else producing(i).aclose()
    if sys.version_info >= (3, 10):
        yield "anext_awaitable", lambda i: anext(producing(i), i)  # noqa: F821
    yield "frame", frame


def sent(awaitable, i):
    if i % 3 == 0:
        try:
            awaitable.send(None)
        except (StopIteration, StopAsyncIteration):
            pass
    return awaitable


kept = []


def frame(i):
    """Of a suspended generator that lives or does not, and of a call that ended with an exception."""
    if i % 3 == 0:
        return raised(i, 2).__traceback__.tb_frame
    generator = counting(3, i)
    if i % 2:
        next(generator)
        kept.append(generator)
    return generator.gi_frame


def contexts():
    variables = [contextvars.ContextVar(f"many{number}", default=number) for number in range(40)]
    first, second = colliding()
    base, wide, collided = (contextvars.copy_context() for _ in range(3))
    for variable in variables:
        wide.run(variable.set, 0)
    base.run(variables[0].set, "base")
    collided.run(first.set, 0)

    def changed(context, variable, i):
        made = context.copy()
        made.run(variable.set, i)
        return made

    def root(context):
        """A context's HAMT, and the node at its root."""
        trie, = [thing for thing in gc.get_referents(context) if type(thing).__name__ == "hamt"]
        return trie, next(thing for thing in gc.get_referents(trie) if type(thing).__name__.endswith("_node"))

    def collision(i):
        pending = [root(changed(collided, second, i))[1]]
        while pending:
            node = pending.pop()
            if type(node).__name__ == "hamt_collision_node":
                return node
            pending += [thing for thing in gc.get_referents(node) if type(thing).__name__.endswith("_node")]
        raise RuntimeError("these variables do not collide")

    yield "Context", lambda i: base.copy() if i % 3 == 0 else changed(base, variables[i % 40], i)
    yield "ContextVar", lambda i: contextvars.ContextVar(f"variable{i}", **({"default": i} if i % 2 else {}))
    yield "Token", lambda i: variables[i % 40].set(i)
    yield "hamt", lambda i: root(changed(base, variables[i % 40], i))[0]
    yield "hamt_bitmap_node", lambda i: root(changed(base, variables[i % 40], i))[1]
    yield "hamt_array_node", lambda i: root(changed(wide, variables[i % 40], i))[1]
    yield "hamt_collision_node", collision


class Name(str):
    """A name whose hash is chosen."""

    chosen = None

    def __hash__(self):
        return str.__hash__(self) if Name.chosen is None else Name.chosen


def colliding():
    """Two context variables of one hash: a variable's is its address's exclusive-or its name's, so the name's is
    chosen for the address that a variable freed just before had."""
    first = contextvars.ContextVar("first")
    for attempt in range(1000):
        names = Name(f"second{attempt}"), Name("probe")
        freed = id(contextvars.ContextVar(names[1]))
        Name.chosen = hash(first) ^ ((freed >> 4) | (freed << 60) & 0xFFFFFFFFFFFFFFFF)
        second = contextvars.ContextVar(names[0])
        Name.chosen = None
        if hash(first) == hash(second):
            return first, second
    raise RuntimeError("no two context variables of one hash could be made")


class OwnFuture(asyncio.Future):
    def __init__(self, note, loop):
        super().__init__(loop=loop)
        self.note = note


class OwnTask(asyncio.Task):
    __slots__ = ("own",)


def future(loop, i, make=None):
    made = make(i, loop) if make else loop.create_future()
    if i % 4 == 1:
        made.add_done_callback(forget)
    if i % 4 == 2:
        made.add_done_callback(forget)
        made.add_done_callback(Record(i).method)
    if i % 8 == 3:
        made.set_result([i])
    elif i % 8 == 7:
        made.set_exception(ValueError(i))
        made.exception()
    elif i % 8 == 4:
        made.cancel()
    return made


def forget(*_):
    pass


async def waiting_for(future, i):
    return await future, i


def futures():
    loop = asyncio.new_event_loop()
    # What a task is told after its end would be printed.
    loop.set_exception_handler(lambda *_: None)
    forever = loop.create_future()

    def task(i, kind=None):
        waits = waiting_for(forever, i)
        made = kind(waits, loop=loop) if kind else loop.create_task(waits)
        if i % 3 == 0:
            made.cancel()
        if i % 200 == 0:
            loop.run_until_complete(asyncio.sleep(0))
        return made

    def step(i):
        """What the loop calls to run a task."""
        kept.append(loop.create_task(waiting_for(forever, i)))
        return loop._ready[-1]._callback

    yield "Future", lambda i: future(loop, i)
    yield "Future of a Python class", lambda i: future(loop, i, OwnFuture)
    yield "FutureIter", lambda i: loop.create_future().__await__()
    yield "Task", task
    yield "Task of a Python class", lambda i: task(i, OwnTask)
    yield "Handle", lambda i: loop.call_soon(forget, i)
    yield "TimerHandle", lambda i: loop.call_later(i + 1000, forget, i)
    if type(step(1)).__name__ != "method":
        yield "TaskStepMethWrapper", step


class Local(threading.local):
    def __init__(self, number=None):
        self.number = number


def local(i):
    made = threading.local()
    if i % 2:
        made.attribute = i
    return made


def locks():
    yield "lock", lambda i: taken(threading.Lock(), i)
    yield "RLock", lambda i: taken(threading.RLock(), i)
    yield "local", local
    yield "subclass of local", lambda i: Local(i)
    yield "Condition", lambda i: threading.Condition()
    yield "Event", lambda i: threading.Event()
    yield "SimpleQueue", simple_queue
    yield "Queue", lambda i: queue.Queue(i)


def taken(lock, i):
    if i % 3 == 0:
        lock.acquire()
    return lock


def simple_queue(i):
    made = queue.SimpleQueue()
    for number in range(i % 4):
        made.put(number)
    return made
