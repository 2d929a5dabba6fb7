"""A process whose threads wait for everything there is to wait for, without a deadlock: for `wait-graph`.

usage: fixture_waits.py FOLDER

The truth is what each thread was told to wait for, and who holds it. Modules of its own are called as the library's are, and
their methods too; they wait for nothing.
"""

import concurrent.futures
import importlib
import json
import multiprocessing
import os
import queue
import shutil
import subprocess
import sys
import tempfile
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


def take(lock):
    lock.acquire()


def passed_over(lock, never):
    """Has a call of `acquire` before where it stands, and never came by."""
    if never:
        lock.acquire()
    begun.release()
    stand(forever)


def tried(lock):
    """Did not get the lock, which its code does not tell."""
    got = lock.acquire(False)
    begun.release()
    stand(forever)
    return got


def gave_back(lock):
    lock.acquire()
    lock.release()
    begun.release()
    stand(forever)


MODULES = {"threading": ("import threading, time\nclass Worker(threading.Thread):\n"
                         "    def run(self):\n        self.wait()\n"
                         "    def wait(self):\n        time.sleep(3600)\n"),
           "queue": ("import time\nclass JobQueue:\n    def get(self):\n        time.sleep(3600)\n"
                     "    put = join = get\n")}


def modules_of_our_own():
    """The idle threads of modules that are called `threading` and `queue`, in a package."""
    folder = tempfile.mkdtemp()
    os.mkdir(os.path.join(folder, "app"))
    for name, text in {"__init__": "", **MODULES}.items():
        with open(os.path.join(folder, "app", f"{name}.py"), "w") as file:
            file.write(text)
    sys.path.insert(0, folder)
    threads = importlib.import_module("app.threading").Worker(name="our threading", daemon=True)
    threads.start()
    threading.Thread(target=importlib.import_module("app.queue").JobQueue().get, name="our queue", daemon=True).start()
    shutil.rmtree(folder)


def fork(lock):
    """A child that holds a lock between processes as long as this one lives."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(writing)
        lock.acquire()
        os.read(reading, 1)
        os._exit(0)
    os.close(reading)
    return child


def children(waits, process_lock):
    """Threads that wait for children of the process, in all ways, and for locks between processes."""
    child = fork(process_lock)
    time.sleep(0.1)
    # They read from a pipe until this process ends.
    reading, writing = os.pipe()
    cats = [subprocess.Popen(["cat", f"/dev/fd/{reading}"], pass_fds=[reading], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE) for _ in range(3)]
    own = multiprocessing.get_context("fork").RLock()
    for name, function, *arguments in (
            ("waitpid", os.waitpid, child, 0), ("waitpid with options", os.waitpid, child, os.WUNTRACED),
            ("Popen.wait", cats[0].wait), ("wait with timeout", cats[1].wait, 3600),
            ("communicate", cats[2].communicate), ("foreign lock", process_lock.acquire), ("own lock", hold, own),
            ("wants own lock", enter, own)):
        threading.Thread(target=function, args=arguments, name=name, daemon=True).start()
    begun.acquire()
    begun.acquire()
    waits.update({"waitpid": child, "waitpid with options": child, "Popen.wait": cats[0].pid, "wait with timeout": cats[1].pid,
                  "communicate": cats[2].pid})
    kept.extend([cats, writing])
    return own


def end_with(lock, end):
    lock.acquire()
    begun.release()
    end.wait()


def main():
    process_lock = multiprocessing.get_context("fork").Lock()
    waits_for_children = {}
    own = children(waits_for_children, process_lock)
    modules_of_our_own()
    abandoned, unknown = threading.RLock(), threading.Lock()
    end = threading.Event()
    gone = threading.Thread(target=end_with, args=(abandoned, end), name="gone")
    gone.start()
    begun.acquire()
    # Who took it has returned; the others have it not.
    threading.Thread(target=gave_back, args=(unknown,), daemon=True).start()
    begun.acquire()
    take(unknown)
    for function, *arguments in (passed_over, unknown, False), (tried, unknown):
        threading.Thread(target=function, args=arguments, daemon=True).start()
        begun.acquire()
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
        "sleeper": (sleep_after, free), "abandoned": (enter, abandoned), "unknown": (acquire, unknown),
    }
    joined.start()
    begun.acquire()
    for name, (function, *arguments) in threads.items():
        threading.Thread(target=function, args=arguments, name=name, daemon=True).start()
        begun.acquire()
    free.acquire()
    simple = queue.SimpleQueue()
    threading.Thread(target=simple.get, name="simple queue", daemon=True).start()
    # The last of all, so that no other thread gets its identifier.
    end.set()
    gone.join()
    waits = {"enterer": lock, "acquirer": lock, "recursive": recursive, "condition": condition,
             "plain condition": plain, "conditions owner": condition, "semaphore": semaphore, "event": event,
             "barrier": barrier, "get": empty,
             "put": full, "join queue": full, "result": running, "pending": pending, "simple queue": simple, "abandoned": abandoned,
             "unknown": unknown, "foreign lock": process_lock._semlock, "wants own lock": own._semlock}
    holders = {"enterer": "holder", "acquirer": "holder", "recursive": "owner", "wants own lock": "own lock"}
    time.sleep(0.3)
    with open(os.path.join(FOLDER, "waits.json"), "w") as file:
        json.dump({"waits": {name: address(thing) for name, thing in waits.items()}, "holders": holders,
                   "joins": {"join": "joined"}, "idle": ["sleeper", "our threading", "our queue"],
                   "children": waits_for_children, "gone": gone.ident,
                   "withoutHolder": {"abandoned": "ended", "unknown": "unknown", "foreign lock": "other process"}}, file)
    kept.extend([pool, lock, other, recursive, free, gone])
    fixture.ready_and_wait()


kept = []
main()
