"""Exceptions in every place that can keep one, and what the process itself says of them.

`excs N` instead: N exceptions that share one traceback of as many functions.
"""

import asyncio
import concurrent.futures
import gc
import json
import os
import sys
import threading

import fixture


def fail(text):
    try:
        raise ValueError(text)
    except ValueError as error:
        return error


class Plain:
    pass


class Slotted:
    __slots__ = "kept", "other"


class SpecialError(Exception):
    pass


def closure():
    kept = fail("closure cell")
    return lambda: kept


def generator():
    kept = fail("variable")
    yield
    return kept


def default(kept=fail("default argument"), *, word=fail("default argument by name")):
    pass


async def coroutine(future):
    kept = fail("variable of a coroutine")
    await future
    return kept


async def bad():
    raise ValueError("exception of a task")


async def main():
    kept = fail("variable of a task")
    loop = asyncio.get_running_loop()
    things = [asyncio.ensure_future(bad()), asyncio.ensure_future(coroutine(loop.create_future())), loop.create_future()]
    things[-1].set_exception(fail("exception of a future"))
    await asyncio.sleep(0.01)
    KEPT.append(things)
    # A dict that is an instance's, once somebody asked for it, and one that is not.
    OBJECT.__dict__["indirect"] = fail("attribute of an instance's dict")
    await loop.run_in_executor(None, tell, kept)


def tell(kept):
    """Every exception that the collector knows of, from the process's own word."""
    gc.collect()
    told = {"%016X" % id(thing): repr(thing) for thing in gc.get_objects() if isinstance(thing, BaseException)}
    os.write(1, json.dumps({"name": "exceptions", "told": told}).encode() + b"\n")
    fixture.ready_and_wait()


def shared(count):
    def deeper(depth):
        if depth == 0:
            raise ValueError("deep")
        deeper(depth - 1)

    def build():
        try:
            deeper(count)
        except ValueError as error:
            traceback = error.__traceback__
        last = None
        for number in range(count):
            made = ValueError(number).with_traceback(traceback)
            made.__context__, last = last, made
        KEPT.append(last)
        KEPT.append([SpecialError("the same") for _ in range(count)])
        KEPT.append([fail(number) for number in range(count)])
        tell(None)

    sys.setrecursionlimit(10 ** 6)
    threading.stack_size(1 << 28)
    thread = threading.Thread(target=build)
    thread.start()
    thread.join()


KEPT = []
OBJECT = Plain()
if len(sys.argv) > 2:
    shared(int(sys.argv[2]))
GLOBAL = fail("global")
LIST = [fail("item")]
DICT = {"key": fail("item of a dict")}
TUPLE = (1, fail("item of a tuple"))
SET = {fail("item of a set")}
OBJECT.kept = fail("attribute")
Plain.kept = fail("class attribute")
CLOSURE = closure()
GENERATOR = generator()
next(GENERATOR)
FUTURE = concurrent.futures.Future()
FUTURE.set_exception(fail("exception of a concurrent future"))
LOCAL = threading.local()
LOCAL.kept = fail("thread local")
SLOTTED = Slotted()
SLOTTED.kept = fail("slot")
SPECIAL = SpecialError(1, "two")
SPECIAL.note = fail("attribute of an exception")
asyncio.run(main())
