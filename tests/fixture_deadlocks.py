"""A process with one deadlock of every kind, side by side, each with names of its own: for `wait-graph`."""

import asyncio
import concurrent.futures
import contextlib
import gc
import os
import queue
import shutil
import sys
import tempfile
import threading
import time

import fixture


def start(name, function, *arguments):
    thread = threading.Thread(target=function, args=arguments, name=name, daemon=True)
    thread.start()
    return thread


def cross(first, second, together):
    with first:
        together.wait()
        with second:
            pass


def two(name, first, second, function=cross):
    """Two threads that take two locks in opposite order."""
    together = threading.Barrier(2)
    start(f"{name} 1", function, first, second, together)
    start(f"{name} 2", function, second, first, together)


def twice(lock):
    with lock:
        lock.acquire()


def joined(lock, begun):
    begun.set()
    with lock:
        pass


def joining(lock):
    begun = threading.Event()
    with lock:
        other = start("joined", joined, lock, begun)
        begun.wait()
        other.join()


def pool_of_one():
    """A job that waits for another one of the only worker."""
    pool = concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="pool")
    kept.append((pool, pool.submit(lambda: pool.submit(time.time).result())))


def blocked_loop():
    """A coroutine that waits, without `await`, for another one of the same loop."""
    async def other():
        return 1

    async def main():
        return asyncio.run_coroutine_threadsafe(other(), asyncio.get_running_loop()).result()

    asyncio.run(main())


async def take(first, second, together):
    async with first:
        together.append(None)
        while len(together) < 2:
            await asyncio.sleep(0)
        async with second:
            pass


def locks_of_tasks():
    async def main():
        first, second, together = asyncio.Lock(), asyncio.Lock(), []
        tasks = [asyncio.ensure_future(take(*locks, together)) for locks in ((first, second), (second, first))]
        for number, task in enumerate(tasks):
            task.set_name(f"task {number + 1}")
        await asyncio.wait(tasks)

    asyncio.run(main())


def inner_locks():
    """For each primitive of the library that has a lock inside: who has that lock wants another one, and who has the other
    stands before the inner one, in the primitive's own method."""
    futures = [concurrent.futures.Future() for _ in range(5)]
    lines, filled, sized = queue.Queue(), queue.Queue(), queue.Queue()
    filled.put(1)
    event, semaphore, barrier = threading.Event(), threading.Semaphore(0), threading.Barrier(2)
    return {
        "put": (lines.mutex, lambda: lines.put(1)), "get": (filled.mutex, lambda: filled.get(timeout=3600)),
        "size": (sized.mutex, sized.qsize),
        "event": (event._cond, event.wait), "acquire": (semaphore._cond, semaphore.acquire),
        "barrier": (barrier._cond, barrier.wait),
        "result": (futures[0]._condition, futures[0].result), "exception": (futures[1]._condition, futures[1].exception),
        "set_result": (futures[2]._condition, lambda: futures[2].set_result(1)),
        "wait": (futures[3]._condition, lambda: concurrent.futures.wait([futures[3]])),
        "as_completed": (futures[4]._condition, lambda: list(concurrent.futures.as_completed([futures[4]]))),
    }


def inner(name, lock, method):
    outer, together = threading.Lock(), threading.Barrier(2)

    def enter():
        with outer:
            together.wait()
            method()

    start(f"inner {name} 1", cross, lock, outer, together)
    start(f"inner {name} 2", enter)


class SelfPutting(queue.Queue):
    """The collector runs a destructor inside of `put`, which puts something into the same queue."""

    def _put(self, item):
        knot = Knot(self)
        knot.self = knot
        del knot
        gc.collect()
        super()._put(item)


class Knot:
    def __init__(self, queue):
        self.queue = queue

    def __del__(self):
        self.queue.put("the last word")


@contextlib.contextmanager
def holding(lock):
    with lock:
        yield


@contextlib.contextmanager
def outer_manager(lock):
    with holding(lock):
        yield


@contextlib.contextmanager
def acquired(lock):
    lock.acquire()
    try:
        yield
    finally:
        lock.release()


class Wrapper:
    def __init__(self, lock):
        self.lock = lock

    def __enter__(self):
        self.lock.acquire()
        return self

    def __exit__(self, *_):
        self.lock.release()


class Delegating:
    def __init__(self, lock):
        self.inner = Wrapper(lock)

    def __enter__(self):
        return self.inner.__enter__()

    def __exit__(self, *exception):
        return self.inner.__exit__(*exception)


@contextlib.contextmanager
def stacked(lock):
    with contextlib.ExitStack() as stack:
        stack.enter_context(lock)
        yield


@contextlib.contextmanager
def called_back(lock):
    with contextlib.ExitStack() as stack:
        lock.acquire()
        stack.callback(lock.release)
        yield


def suspended(lock):
    """A generator in a `with` block, which a variable keeps."""
    generator = holding_items(lock)
    next(generator)
    return contextlib.nullcontext(generator)


def holding_items(lock):
    with lock:
        yield 1


def managed(manager, first, second, together):
    with manager(first) as kept:
        together.wait()
        with second:
            return kept


def managers():
    for manager in holding, outer_manager, acquired, Wrapper, Delegating, stacked, called_back, suspended:
        first, second, together = threading.Lock(), threading.Lock(), threading.Barrier(2)
        for number, locks in enumerate(((first, second), (second, first))):
            start(f"by {manager.__name__} {number + 1}", managed, manager, *locks, together)


def call(first, second, together):
    """Without blocks: only the code tells what has been taken."""
    first.acquire()
    try:
        together.wait()
        second.acquire(timeout=3600)
    finally:
        first.release()


class Caller:
    def __init__(self, first, second):
        self.first, self.second = first, second

    def call(self, together):
        self.first.acquire()
        together.wait()
        return self.first.release() if self.second.acquire() else None


def call_global(together):
    kept_lock.acquire()
    together.wait()
    other_lock.acquire()


def call_free(first, second, together):
    def inner():
        first.acquire()
        together.wait()
        second.acquire()

    inner()


def calls():
    two("calls", threading.Lock(), threading.Lock(), call)
    two("calls of variables around", threading.Lock(), threading.Lock(), call_free)
    two("calls of attributes", threading.Lock(), threading.Lock(), lambda *locks: Caller(*locks[:2]).call(locks[2]))
    together = threading.Barrier(2)
    start("calls of globals 1", call_global, together)
    start("calls of globals 2", cross, other_lock, kept_lock, together)


async def call_async(first, second, together):
    await first.acquire()
    together.append(None)
    while len(together) < 2:
        await asyncio.sleep(0)
    await second.acquire()


@contextlib.asynccontextmanager
async def holding_async(lock):
    async with lock:
        yield


@contextlib.asynccontextmanager
async def stacked_async(lock):
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(lock)
        yield


async def managed_async(manager, first, second, together):
    async with manager(first):
        together.append(None)
        while len(together) < 2:
            await asyncio.sleep(0)
        async with second:
            pass


def managers_of_tasks():
    async def main():
        tasks = []
        for manager in holding_async, stacked_async:
            first, second, together = asyncio.Lock(), asyncio.Lock(), []
            for number, locks in enumerate(((first, second), (second, first))):
                tasks.append(asyncio.ensure_future(managed_async(manager, *locks, together)))
                tasks[-1].set_name(f"by {manager.__name__} {number + 1}")
        first, second, together = asyncio.Lock(), asyncio.Lock(), []
        for number, locks in enumerate(((first, second), (second, first))):
            tasks.append(asyncio.ensure_future(call_async(*locks, together)))
            tasks[-1].set_name(f"call_async {number + 1}")
        await asyncio.wait(tasks)

    asyncio.run(main())


def conditions_lock_of_tasks():
    """A condition's lock that one task has and another stands before, in the condition's own method."""
    async def main():
        first, second, together = asyncio.Lock(), asyncio.Lock(), []
        condition = asyncio.Condition(first)
        tasks = [asyncio.ensure_future(take(first, second, together)),
                 asyncio.ensure_future(take(second, condition, together))]
        for number, task in enumerate(tasks):
            task.set_name(f"condition of task {number + 1}")
        await asyncio.wait(tasks)

    asyncio.run(main())


def imports():
    """A module that waits, while it is imported, for a thread that imports it too."""
    folder = tempfile.mkdtemp()
    kept.insert(0, folder)
    for name, text in (("deadlocks_one", "import threading\nthread = threading.Thread(target=__import__, args=("
                                         "'deadlocks_two',), name='imports 2', daemon=True)\n"
                                         "thread.start()\nthread.join()\n"),
                       ("deadlocks_two", "import deadlocks_one\n")):
        with open(os.path.join(folder, f"{name}.py"), "w") as file:
            file.write(text)
    sys.path.insert(0, folder)
    start("imports 1", __import__, "deadlocks_one")


def main():
    for name, (lock, method) in inner_locks().items():
        inner(name, lock, method)
    start("destructor", SelfPutting().put, 1)
    managers()
    calls()
    start("loop of managers", managers_of_tasks)
    start("loop of conditions", conditions_lock_of_tasks)
    imports()
    two("locks", threading.Lock(), threading.Lock())
    two("mixed", threading.RLock(), threading.Lock())
    two("conditions", threading.Condition(), threading.Condition(threading.Lock()))
    start("twice", twice, threading.Lock())
    start("joiner", joining, threading.Lock())
    pool_of_one()
    start("blocked loop", blocked_loop)
    start("loop of tasks", locks_of_tasks)
    # They need a moment to get to where they stay.
    time.sleep(1)
    shutil.rmtree(kept.pop(0))
    fixture.ready_and_wait()


kept = []
kept_lock, other_lock = threading.Lock(), threading.Lock()
main()
