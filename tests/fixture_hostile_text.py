"""A process whose every name is text that does harm where it is shown as it stands; it tells what each is.

The last argument is the folder for a file that it maps, whose name is no better.
"""

import asyncio
import ctypes
import json
import mmap
import os
import sys
import threading
import types

import fixture

# What moves a cursor or begins a sequence, C1 controls, marks of direction, line ends of every kind; and a line that
# looks like one of the tool's own.
HARM = "\x1b[31m\x9b1m\x9d0;owned\x9c\x07\x7f\x85\u2028\u2029\u202a\u202e\u2066\u2069\u200f\ufeff\r\nFORGED total: 1\t\"'\\"
# Besides it, where Python lets it stand: a null character, lone surrogates, what is beyond the first plane.
NAME = HARM + "\0\ud800\udcff\U000e0001\U0001f600é"
LONG = "long" * 1500


class Holder:
    pass


def named(function, name, file=None):
    """The function with another name and file, for its code too."""
    code = function.__code__.replace(co_name=name, co_filename=file or function.__code__.co_filename,
                                     co_varnames=tuple(name + variable for variable in function.__code__.co_varnames))
    if hasattr(code, "co_qualname"):
        code = code.replace(co_qualname=name)
    made = types.FunctionType(code, function.__globals__, name, function.__defaults__, function.__closure__)
    made.__qualname__ = name
    return made


def waits(event, started):
    local = {event: NAME}
    started.release()
    local[event] = event.wait()


def holds():
    local = NAME
    yield local


async def sleeps(started):
    started.set()
    await asyncio.get_running_loop().create_future()


async def tasks():
    loop = asyncio.get_running_loop()
    started = asyncio.Event()
    task = loop.create_task(named(sleeps, NAME, NAME)(started))
    task.set_name(NAME)
    await started.wait()
    return task


def mapped(folder):
    """A file of such a name, mapped and written to: Linux lets all bytes but two stand in a name."""
    path = os.path.join(folder, HARM.replace("/", "") + "\udcff.so")
    with open(path, "w+b") as file:
        file.write(b"\x7fELF" + bytes(8188))
        file.flush()
        memory = mmap.mmap(file.fileno(), 8192, flags=mmap.MAP_PRIVATE)
    memory[0] = memory[0]
    os.unlink(path)
    return memory, path


def main():
    kind = type(HARM, (Exception,), {"__module__": HARM})
    instance = Holder()
    setattr(instance, NAME, NAME)
    instance.__dict__[NAME + "2"] = LONG
    module = types.ModuleType(NAME)
    module.__file__ = NAME
    sys.modules[NAME] = module
    try:
        named(lambda: 1 / 0, NAME, NAME)()
    except ZeroDivisionError as error:
        kept = kind(NAME)
        kept.__cause__ = error
    generator = named(holds, NAME, NAME)()
    next(generator)
    started, event = threading.Semaphore(0), threading.Event()
    for name in (NAME, LONG):
        thread = threading.Thread(target=named(waits, name, name), args=(event, started), daemon=True)
        thread.name = name
        thread.start()
        started.acquire()
    loop = asyncio.new_event_loop()
    task = loop.run_until_complete(tasks())
    memory, path = mapped(sys.argv[-1])
    ctypes.CDLL(None).prctl(15, HARM.encode()[:15], 0, 0, 0)
    for name, thing in {"type": kind, "exception": kept, "instance": instance, "module": module, "generator": generator,
                        "str": NAME, "bytes": NAME.encode("utf-8", "surrogatepass"), "task": task,
                        "dict": {NAME: NAME}, "long": LONG, "mmap": memory}.items():
        globals()["kept " + name] = thing
        fixture.announce(name, thing, **({"length": len(thing)} if hasattr(thing, "__len__") else {}))
    command = HARM.encode()[:15].decode("utf-8", "surrogateescape")
    facts = {"name": "texts", "HARM": HARM, "NAME": NAME, "LONG": LONG, "path": path, "command": command}
    os.write(1, json.dumps(facts).encode() + b"\n")
    fixture.ready_and_wait()


main()
