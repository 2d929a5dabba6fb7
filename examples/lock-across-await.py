"""A task that keeps a thread's lock while it waits for an executor, whose thread waits for the same lock: one deadlock
over a task and a thread, which neither a view of the tasks nor one of the threads shows.

Prints its process id and "ready" when it stands still, then waits. The walk-through is in `lock-across-await.md`.
"""

import asyncio
import os
import threading

cache_lock = threading.Lock()
cache = {}


def load(key):
    with cache_lock:
        return cache.setdefault(key, f"value of {key}")


async def refresh(key):
    with cache_lock:
        cache.pop(key, None)
        # The mistake: the lock is held while others are to run.
        return await asyncio.get_running_loop().run_in_executor(None, load, key)


def report():
    print("process", os.getpid())
    print("ready", flush=True)


async def main():
    asyncio.get_running_loop().call_later(0.5, report)
    refreshing = asyncio.get_running_loop().create_task(refresh("answer"))
    refreshing.set_name("refresh answer")
    print(await refreshing)


asyncio.run(main())
