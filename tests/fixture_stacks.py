"""A process whose threads and generators stand at known places, and which writes down where: for `find-all-stacks`.

usage: fixture_stacks.py FOLDER THREADS DEPTH

The truth is what `sys._current_frames`, `gi_frame`, `cr_frame` and `f_locals` say at the moment of the dump.
"""

import json
import os
import sys
import threading
import time

import fixture

FOLDER, THREADS, DEPTH = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])

sys.setrecursionlimit(max(1000, DEPTH + 200))
gate = threading.Lock()
gate.acquire()
arrived = threading.Semaphore(0)
PLAIN = (type(None), bool, int, float, str, bytes)


class Worker:
    """Methods, cells, free variables and locals of many kinds."""

    def __init__(self, number):
        self.number = number

    def run(self, number, *rest, flag=True, **named):
        text, data, big, ratio = f"worker {number}", b"\x00bytes\xff", -(1 << 70), number / 3
        shared = [number, text]

        def inner(argument):
            nothing = None
            # Both are cells of `run`, free variables here.
            return self.call((shared, big, argument, nothing))

        outcome = inner(data)
        del ratio
        return outcome

    def call(self, values):
        deleted = 1
        del deleted
        # A call of C between two of Python.
        return sorted([values], key=lambda item: block(len(item)))


def block(size):
    arrived.release()
    with gate:
        return size


def handling(number):
    """Stops inside of two `except` blocks, one in the other."""
    try:
        raise KeyError("outer", number)
    except KeyError as outer:
        try:
            fail("inner")
        except ValueError as error:
            for exception in (error, outer, error.__cause__):
                exceptions["%016X" % id(exception)] = describe(exception)
            return block(str(error))


def fail(text):
    """Raises one exception from another."""
    try:
        int(text)
    except ValueError as error:
        raise ValueError(text) from error


def describe(exception):
    """What Python knows of an exception, the most recent call first."""
    entries, traceback = [], exception.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        entries.insert(0, [code.co_name, code.co_filename, traceback.tb_lineno])
        traceback = traceback.tb_next
    return {"repr": repr(exception), "traceback": entries, "cause": identify(exception.__cause__),
            "context": identify(exception.__context__), "suppressContext": exception.__suppress_context__}


def identify(exception):
    return None if exception is None else "%016X" % id(exception)


def deep(level):
    if level == 0:
        return block(level)
    return deep(level - 1)


def counting(limit):
    """A generator that stands in a yield of its own, in a loop over another iterator."""
    total = 0
    for number in range(limit):
        for item in pausing([number]):
            total += item
            yield total


def pausing(items):
    for item in items:
        yield item


def delegating(limit):
    label = "delegates"
    yield from counting(limit)
    return label


class Awaitable:
    def __await__(self):
        received = yield "awaited"
        return received


async def innermost(depth):
    return await Awaitable()


async def nested(depth):
    if depth == 0:
        return await innermost(depth)
    return await nested(depth - 1)


async def items():
    for number in range(3):
        await Awaitable()
        yield number


async def looping():
    found = []
    async for item in items():
        found.append(item)


async def entering():
    class Manager:
        async def __aenter__(self):
            return await innermost(0)

        async def __aexit__(self, *_):
            pass

    async with Manager() as value:
        return value


def not_begun():
    yield


def place(frame):
    code = frame.f_code
    entry = {"function": getattr(code, "co_qualname", code.co_name), "file": code.co_filename, "line": frame.f_lineno}
    if code.co_name != "<module>":
        entry["locals"] = {name: {"address": "%016X" % id(value), "repr": repr(value) if type(value) in PLAIN else None}
                           for name, value in dict(frame.f_locals).items()}
    return entry


def stack(frame):
    places = []
    while frame is not None:
        places.append(place(frame))
        frame = frame.f_back
    return places


def chain(thing):
    """The frames of a suspended thing and of all that it awaits, the innermost first."""
    frames = []
    while thing is not None:
        for prefix in ("gi", "cr", "ag"):
            if hasattr(thing, prefix + "_frame"):
                if getattr(thing, prefix + "_frame") is not None:
                    frames.append(place(getattr(thing, prefix + "_frame")))
                thing = getattr(thing, {"gi": "gi_yieldfrom", "cr": "cr_await", "ag": "ag_await"}[prefix])
                break
        else:
            # What C made for an asynchronous generator knows it, but does not say so.
            thing = next((known for known in generators if id(known) in ids(thing)), None)
    return frames[::-1]


def ids(thing):
    import gc
    return {id(found) for found in gc.get_referents(thing)}


def main():
    targets = [(Worker(number).run, (number, "rest"), {"extra": number}) for number in range(THREADS)]
    targets += [(handling, (7,), {}), (deep, (DEPTH,), {})]
    threading.stack_size(max(256 << 10, min(DEPTH * 1024, 64 << 20)))
    for number, (function, arguments, named) in enumerate(targets):
        threading.Thread(target=function, args=arguments, kwargs=named, name=f"number {number}", daemon=True).start()
    for _ in targets:
        arrived.acquire()
    # Each has one more step to the lock.
    time.sleep(0.3)
    write_truth()
    fixture.ready_and_wait()


def handling_locals():
    """The variables of the function that handles exceptions."""
    return next(frame.f_locals for frame in frames_of_threads() if frame.f_code is handling.__code__)


def frames_of_threads():
    for frame in sys._current_frames().values():
        while frame is not None:
            yield frame
            frame = frame.f_back


def write_truth():
    suspended = {"counting": counting(5), "delegating": delegating(5), "nested": nested(20), "looping": looping(),
                 "entering": entering(), "not begun": not_begun()}
    for name, thing in suspended.items():
        if name != "not begun":
            thing.send(None)
    kept.update(suspended)
    import gc
    generators.extend(thing for thing in gc.get_objects() if hasattr(thing, "ag_frame"))
    truth = {
        "threads": {str(identifier): stack(frame) for identifier, frame in sys._current_frames().items()},
        "main": threading.get_ident(),
        "exceptions": exceptions,
        # Since 3.13 they are a view (PEP 667); before that a dict, which the frame keeps once it has been asked for.
        "localsAreKept": isinstance(handling_locals(), dict),
        "names": {str(thread.ident): thread.name for thread in threading.enumerate()},
        "natives": {str(thread.ident): getattr(thread, "native_id", None) for thread in threading.enumerate()},
        "suspended": {"%016X" % id(thing): {"name": name, "frames": chain(thing)} for name, thing in suspended.items()},
    }
    with open(os.path.join(FOLDER, "stacks.json"), "w") as file:
        json.dump(truth, file)


kept = {}
generators = []
exceptions = {}
main()
