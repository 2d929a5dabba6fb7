"""A process at work that never stands still: threads that take turns with locks, a pool with more work than threads, an
event loop with busy and idle workers. None of it is a deadlock, whenever it is dumped.
"""

import asyncio
import concurrent.futures
import contextlib
import os
import queue
import random
import threading
import time


class Ledger:
    """Two locks that are always taken in one order."""

    def __init__(self):
        self.first, self.second, self.reentrant = threading.Lock(), threading.Lock(), threading.RLock()
        self.total = 0

    def post(self, number):
        with self.first:
            self.total += number
            with self.second:
                time.sleep(0.001)
        with self.reentrant:
            with self.reentrant:
                self.total -= 1
        self.second.acquire()
        try:
            time.sleep(0.0005)
        finally:
            self.second.release()

    def run(self):
        while True:
            self.post(random.random())


@contextlib.contextmanager
def holding(lock):
    with lock:
        yield


@contextlib.contextmanager
def acquired(lock):
    lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def stacked(lock):
    with contextlib.ExitStack() as stack:
        stack.enter_context(lock)
        yield


class Wrapper:
    def __init__(self, lock):
        self.lock = lock

    def __enter__(self):
        self.lock.acquire()

    def __exit__(self, *_):
        self.lock.release()


class Shared:
    """One manager for all threads, which takes a lock for a moment only, at both ends of its block and inside."""

    def __init__(self):
        self.lock, self.entered = threading.Lock(), 0

    def __enter__(self):
        with self.lock:
            self.entered += 1

    def __exit__(self, *_):
        with self.lock:
            self.entered -= 1

    def work(self):
        with self.lock:
            time.sleep(0.0005)


def managing(first, second, shared):
    """Two locks in one order, by context managers of all kinds."""
    while True:
        for manager in holding, acquired, stacked, Wrapper:
            with shared, manager(first):
                shared.work()
                with manager(second):
                    time.sleep(0.0005)
        if first.acquire(timeout=0.001):
            first.release()
        while not second.acquire(False):
            time.sleep(0.0002)
        second.release()
        first.acquire()
        second.acquire()
        first.release()
        time.sleep(0.0005)
        second.release()


class Mailbox:
    """A queue with a condition of its own: who waits takes a lock twice, which another thread gives back in between."""

    def __init__(self, wait_for):
        self.mutex, self.letters, self.waiting, self.wait_for = threading.Lock(), [], [], wait_for

    def get(self, signal):
        with self.mutex:
            while not self.letters:
                self.wait(signal)
            return self.letters.pop()

    def wait(self, signal):
        signal.acquire()
        self.waiting.append(signal)
        self.mutex.release()
        try:
            if self.wait_for is None:
                signal.acquire()
            else:
                self.wait_for(signal)
        finally:
            self.mutex.acquire()
        signal.release()


def take(lock):
    return lock.acquire(timeout=-1)


def passing(source, target):
    while True:
        target.put(source.get())


def job(ledger, number):
    ledger.post(number)
    return number


async def worker(queue):
    while True:
        number = await queue.get()
        await asyncio.sleep(0.001)
        assert number >= 0
        queue.task_done()


async def locking(lock, semaphore):
    while True:
        async with semaphore:
            async with lock:
                await asyncio.sleep(0.001)


async def feeding(queue, pool, ledger):
    loop = asyncio.get_running_loop()
    while True:
        for number in range(5):
            await queue.put(number)
        jobs = [loop.run_in_executor(pool, job, ledger, number) for number in range(8)]
        done, pending = await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.gather(*pending)
        await asyncio.wait_for(queue.join(), 60)


async def main():
    ledger, pool = Ledger(), concurrent.futures.ThreadPoolExecutor(3)
    for _ in range(4):
        threading.Thread(target=ledger.run, daemon=True).start()
    for wait_for in None, take:
        threading.Thread(target=Mailbox(wait_for).get, args=(threading.Lock(),), daemon=True).start()
    first, second, shared = threading.Lock(), threading.Lock(), Shared()
    there, back = queue.Queue(2), queue.Queue(2)
    there.put(1)
    for _ in range(2):
        threading.Thread(target=managing, args=(first, second, shared), daemon=True).start()
        threading.Thread(target=passing, args=(there, back), daemon=True).start()
        threading.Thread(target=passing, args=(back, there), daemon=True).start()
    busy, idle = asyncio.Queue(3), asyncio.Queue()
    lock, semaphore = asyncio.Lock(), asyncio.Semaphore(3)
    tasks = [worker(busy), worker(busy), *(worker(idle) for _ in range(20)),
             *(locking(lock, semaphore) for _ in range(6)), feeding(busy, pool, ledger)]
    running = [asyncio.ensure_future(task) for task in tasks]
    await asyncio.sleep(0.5)
    print("ready", flush=True)
    await asyncio.wait(running, timeout=600)
    os._exit(0)


asyncio.run(main())
