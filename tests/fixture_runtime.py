"""A process with threads and sub-interpreters that says which and how many, for the runtime checks."""

import builtins
import ctypes
import os
import sys
import threading
import time

import fixture

try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters

# Run in a sub-interpreter: it tells about itself through a pipe, and waits.
INSIDE = """
import os, sys, builtins, _thread
os.write({writer}, repr(dict(
    thread=_thread.get_ident(), native=_thread.get_native_id(), modules=len(sys.modules), sysModules=id(sys.modules),
    sysDict=id(sys.__dict__), builtinsDict=id(builtins.__dict__))).encode() + b"\\n")
if {waits}:
    os.read({reader}, 1)
"""


def facts():
    """What the calling thread knows of its interpreter."""
    return {"thread": threading.get_ident(), "native": threading.get_native_id(), "modules": len(sys.modules),
            "sysModules": id(sys.modules), "sysDict": id(sys.__dict__), "builtinsDict": id(builtins.__dict__)}


def address(function_names):
    """What the first of the C functions that exists says; nothing is said where none does."""
    for name in function_names:
        function = getattr(ctypes.pythonapi, name, None)
        if function is not None:
            function.restype = ctypes.c_void_p
            return function()
    return None


def inside(number, waits):
    """Runs the code in a sub-interpreter, in a thread of its own if it waits; what it said of itself."""
    reader, writer = os.pipe()
    never, _ = os.pipe()
    run = (interpreters.run_string if hasattr(interpreters, "run_string") else interpreters.exec)
    code = INSIDE.format(writer=writer, reader=never, waits=waits)
    if waits:
        threading.Thread(target=run, args=(number, code), daemon=True).start()
    else:
        run(number, code)
    text = b""
    while not text.endswith(b"\n"):
        text += os.read(reader, 4096)
    return eval(text)


def number_of(interpreter):
    """The number of an interpreter, which some versions give with a second fact."""
    return int(interpreter[0] if isinstance(interpreter, tuple) else interpreter)


def main():
    started = []
    for _ in range(3):
        begun = threading.Event()

        def work():
            started.append({"thread": threading.get_ident(), "native": threading.get_native_id()})
            begun.set()
            time.sleep(3600)

        threading.Thread(target=work, daemon=True).start()
        begun.wait()
    first, second = interpreters.create(), interpreters.create()
    busy = inside(first, waits=True)
    idle = inside(second, waits=False)
    fixture.announce("main interpreter", sys.modules, **facts(), others=started,
                     state=address(["PyInterpreterState_Get", "_PyInterpreterState_Get"]),
                     threadState=address(["PyThreadState_Get"]),
                     runtime=ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, "_PyRuntime")))
    fixture.announce("busy interpreter", None, id=number_of(first), **busy)
    fixture.announce("idle interpreter", None, id=number_of(second), **idle)
    listed = sorted(number_of(entry) for entry in interpreters.list_all())
    fixture.announce("all interpreters", None, ids=listed)
    fixture.announce("damaged type", float, basicSize=float.__basicsize__)
    # The last module count: what was imported for the announcements is in it.
    fixture.announce("modules", None, count=len(sys.modules))
    fixture.ready_and_wait()


main()
