"""A process whose threads wait for everything there is to wait for, without a deadlock: for `wait-graph`.

usage: fixture_waits.py FOLDER

The truth is what each thread was told to wait for, and who holds it.
"""

import concurrent.futures
import json
import os
import queue
import sys
import threading
import time

import fixture

FOLDER = sys.argv[1]
begun = threading.Semaphore(0)
forever = threading.Event()


def address(thing):
    return "%016X" % id(thing)


def hold(lock):
    with lock:
        begun.release()
        stand(forever)


def stand(event):
    event.wait()


def enter(lock):
    begun.release()
    with lock:
        pass


def acquire(lock):
    for _ in range(2):
        begun.release()
        lock.acquire()


def wait(condition):
    with condition:
        begun.release()
        condition.wait()


def call(method, *arguments):
    begun.release()
    method(*arguments)


def sleep_after(lock):
    """Asked for the lock before, and sleeps now: what lies on its stack is left over."""
    with lock:
        pass
    lock.acquire()
    lock.release()
    begun.release()
    time.sleep(3600)


def main():
    lock, other, recursive, free = threading.Lock(), threading.Lock(), threading.RLock(), threading.Lock()
    condition, plain = threading.Condition(), threading.Condition(threading.Lock())
    semaphore, event, barrier = threading.Semaphore(0), threading.Event(), threading.Barrier(2)
    empty, full = queue.Queue(), queue.Queue(1)
    full.put(1)
    joined = threading.Thread(target=hold, args=(other,), name="joined", daemon=True)
    pool = concurrent.futures.ThreadPoolExecutor(1)
    running, pending = pool.submit(call, forever.wait), pool.submit(call, forever.wait)
    threads = {
        "holder": (hold, lock), "enterer": (enter, lock), "acquirer": (acquire, lock), "owner": (hold, recursive),
        "recursive": (enter, recursive), "condition": (wait, condition), "plain condition": (wait, plain),
        "conditions owner": (wait, condition), "semaphore": (call, semaphore.acquire), "event": (call, event.wait),
        "barrier": (call, barrier.wait), "get": (call, empty.get), "put": (call, full.put, 2),
        "join queue": (call, full.join),
        "join": (call, joined.join), "result": (call, running.result), "pending": (call, pending.result),
        "sleeper": (sleep_after, free),
    }
    joined.start()
    begun.acquire()
    for name, (function, *arguments) in threads.items():
        threading.Thread(target=function, args=arguments, name=name, daemon=True).start()
        begun.acquire()
    free.acquire()
    waits = {"enterer": lock, "acquirer": lock, "recursive": recursive, "condition": condition,
             "plain condition": plain, "conditions owner": condition, "semaphore": semaphore, "event": event,
             "barrier": barrier, "get": empty,
             "put": full, "join queue": full, "result": running, "pending": pending}
    holders = {"enterer": "holder", "acquirer": "holder", "recursive": "owner"}
    time.sleep(0.3)
    with open(os.path.join(FOLDER, "waits.json"), "w") as file:
        json.dump({"waits": {name: address(thing) for name, thing in waits.items()}, "holders": holders,
                   "joins": {"join": "joined"}, "idle": ["sleeper"]}, file)
    kept.extend([pool, lock, other, recursive, free])
    fixture.ready_and_wait()


kept = []
main()
