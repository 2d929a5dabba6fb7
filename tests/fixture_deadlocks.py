"""A process with one deadlock of every kind, side by side, each with names of its own: for `wait-graph`."""

import asyncio
import concurrent.futures
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


def two(name, first, second):
    """Two threads that take two locks in opposite order."""
    together = threading.Barrier(2)
    start(f"{name} 1", cross, first, second, together)
    start(f"{name} 2", cross, second, first, together)


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


def main():
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
    fixture.ready_and_wait()


kept = []
main()
