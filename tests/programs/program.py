"""What the programs share: a moment at which the whole process stands still, with its own word about it.

A program that someone else wrote has threads, and modules that change memory in the child of `os.fork`. So the world is
stopped in another way: the main thread never gives the interpreter's lock (GIL) away again. It calls the C library's
`fork` through `ctypes.PyDLL`, which holds the lock and runs no hook. The child has the same memory at the same
addresses and writes the truth (see `fixture_truth.py`); the parent waits, in a system call, to be dumped. Its other
threads stand in their own system calls, or wait for the lock: none of them can touch an object.
"""

import ctypes
import gc
import os
import subprocess
import sys
import time

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(FOLDER), "fixtures"))

import fixture_ledger
import fixture_roots
import fixture_truth
import quiet
import sizes

LIBC = ctypes.PyDLL(None)
# A thread that has waited this long asks for the lock, and the child of the fork would wait in vain for it to be taken.
NEVER = 1e6


class Load:
    """A process that asks a server on this machine for pages until it is ended; see `program_load.py`."""

    def __init__(self, port, *paths, threads=6):
        # What is loaded into this process to watch its allocator is nothing for that one.
        environment = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
        self._process = subprocess.Popen([sys.executable, os.path.join(FOLDER, "program_load.py"), str(port),
                                          str(threads), *paths], stdin=subprocess.DEVNULL, env=environment)

    def check(self):
        """Raises an error if the process has ended."""
        code = self._process.poll()
        if code is not None:
            raise RuntimeError(f"the load ended with exit code {code}")


def hide(type_name, referents):
    """Tells the walk what objects of a type of somebody else's hold and do not show to the garbage collector."""
    HIDDEN[type_name] = referents


def array_holds(array):
    """A numpy array's own parts, and the elements that are objects; the garbage collector sees none of them.

    Types of elements are not compared: numpy would make a conversion between them, and keep it.
    """
    held = [array.dtype]
    if array.base is not None:
        held.append(array.base)
    elif array.dtype.hasobject and array.flags.forc:
        held.extend(objects_in(array))
    return held


def objects_in(array):
    """The elements that are objects, be they in fields, or in arrays as fields."""
    if array.dtype.kind == "O":
        return array.ravel(order="K").tolist()
    return [thing for name in array.dtype.names or () for thing in objects_in(array[name])]


def with_open(is_open):
    return lambda kind: is_open(kind) and kind.__name__ not in HIDDEN


def with_hidden(untraversed):
    def referents(thing, kind):
        hidden = HIDDEN.get(kind.__name__)
        return [*untraversed(thing, kind), *(hidden(thing) if hidden else ())]
    return referents


HIDDEN = {"cython_function_or_method": lambda function: [function.__code__]}


def warm():
    """Calls what the walk will call so often that versions up to 3.10 give its code a cache, which has a size; and
    makes instances of its classes, whose keys a class keeps."""
    fixture_truth.Walk(set(), set(), {}).follow([])
    quiet.Writer("", True)
    for _ in range(2000):
        fixture_truth.sys.getsizeof(None)
        fixture_truth.untraversed(None, type(None))


def stop(folder):
    """Stops the world for ever, writes the truth to `folder`, and says `ready`; the process is never used again."""
    gc.disable()
    sys.setswitchinterval(NEVER)
    quiet.make_quiet(fixture_truth, fixture_roots)
    sizes.replace_getsizeof(fixture_truth, fixture_ledger)
    fixture_truth.untraversed = with_hidden(fixture_truth.untraversed)
    fixture_truth.is_open = with_open(fixture_truth.is_open)
    warm()
    status = ctypes.c_int()
    arguments = (gc.collect, LIBC.fork, LIBC.waitpid, LIBC.write, LIBC.getchar, ctypes.byref(status), status,
                 os.path.join(folder, "truth"))
    # Lets those take the lock who have asked for it already; from here on nobody can.
    time.sleep(0.1)
    stand_still(fixture_roots.all_frames(), *arguments)


def stand_still(frames, collect, fork, waitpid, write, getchar, reference, status, path):
    """Nothing here may make an object that stays: the truth does not have it."""
    fixture_roots.existing = frames
    # Asked for the first time behind the fork, it would drive another name out of the cache of types' attributes.
    status.value
    fixture_truth.handle_an_exception()
    # The child's walk collects garbage, and with it interned strings, which would then be missing in its word.
    collect()
    child = fork()
    if child == 0:
        # `_exit`, so that nothing of the child's end runs Python code twice.
        try:
            fixture_truth.write(path)
            quiet.write_file(path + ".maps", quiet.read_file("/proc/self/maps"))
            os._exit(0)
        except BaseException as error:
            line = f"fixture_truth: {type(error).__name__}: {error}\n".encode()
            write(2, line, len(line))
            os._exit(1)
    waitpid(child, reference, 0)
    child = 0
    if status.value:
        os._exit(1)
    write(1, b"ready\n", 6)
    while getchar() >= 0:
        pass
    os._exit(0)
