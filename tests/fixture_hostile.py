"""One object of each kind that `hostile.py` makes hostile, on several frames and threads."""

import asyncio
import sys
import threading

import fixture


class Base:
    pass


class Derived(Base):
    def __init__(self):
        self.name = "named"


def caught():
    try:
        try:
            raise KeyError("inner")
        except KeyError as inner:
            raise ValueError("outer") from inner
    except ValueError as outer:
        return outer


def wait_in_thread(started, event):
    started.release()
    event.wait()


async def innermost_step(future):
    await future


async def outermost_step(future):
    await innermost_step(future)


async def waiting(tasks, futures):
    tasks += [asyncio.ensure_future(outermost_step(future)) for future in futures]
    await asyncio.sleep(0)


def awaiters():
    """Two tasks that wait for a future each, and the parts of the first."""
    loop = asyncio.new_event_loop()
    tasks, futures = [], [loop.create_future(), loop.create_future()]
    loop.run_until_complete(waiting(tasks, futures))
    outer = tasks[0].get_coro()
    return {
        "loop": loop, "first task": tasks[0], "second task": tasks[1], "first future": futures[0],
        "second future": futures[1], "outer coroutine": outer, "inner coroutine": outer.cr_await,
        "awaited": outer.cr_await.cr_await,
    }


def outermost(things):
    middle(things)


def middle(things):
    things["frame"] = sys._getframe()
    things["code"] = outermost.__code__
    for name, thing in things.items():
        fixture.announce(name, thing)
    fixture.ready_and_wait()


def main():
    started, event = threading.Semaphore(0), threading.Event()
    for _ in range(3):
        threading.Thread(target=wait_in_thread, args=(started, event), daemon=True).start()
        started.acquire()
    error = caught()
    outermost({
        "list": ["only", "two"], "tuple": ("left", "right", 3), "dict": {"key": "value", "other": 2}, "set": {1, 2, 3},
        "int": 3 ** 200, "bytes": b"some data " * 3, "str": "some plain text", "str of two bytes": "日本語 and ASCII",
        "str of one byte": "déjà vu", "error": error, "cause": error.__cause__, "traceback": error.__traceback__,
        "class": Derived, "base": Base, "instance": Derived(), "type": type, "object type": object, "list type": list,
        "module": sys, "many": [[number] for number in range(2000)], **awaiters(),
    })


main()
