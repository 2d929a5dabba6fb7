"""Objects that are easily missed, and words that are easily taken for objects, whatever the allocator.

usage: fixture_allocators.py FOLDER

See `fixture_truth.py` for what is written to the folder.
"""

import ctypes
import gc
import sys

import fixture_truth

# Extensions built against the stable ABI of before 3.12 count the references to immortal objects too, in 64 bits.
MOVED = [None, True, dict, list, type, object, 5, "__name__", (), sys.intern("interned in the heap")]


class Sentinel(type):
    """Makes classes that are their own type: `h11.CLIENT is type(h11.CLIENT)`."""

    def __new__(metaclass, name, bases, namespace):
        made = super().__new__(metaclass, name, bases, namespace)
        made.__class__ = made
        return made


class Client(Sentinel, metaclass=Sentinel):
    pass


def large():
    """Objects that the collector does not know, too large for pymalloc's pools, and some that have become smaller."""
    shrunk = [bytes(bytearray(800))[:700 - number] for number in range(100)]
    return [[b"%d" % number * 200 for number in range(300)], ["y%d" % number * 200 for number in range(300)],
            [1 << 8000 + number for number in range(300)], [b"x" * (300000 + number) for number in range(5)],
            [bytearray(number * 40) for number in range(100)], shrunk, compile("a = 1\n" * 500, "many", "exec")]


def type_tuples():
    """Tuples whose length and first item look like a reference count and a type, living ones and dead ones."""
    dead = [tuple([kind]) for kind in (object, bytes, list, type(None)) for _ in range(500)]
    keys = {kind: number for number, kind in enumerate((object, str, int, float, bytes))}
    del dead
    return [[tuple([object]) for _ in range(1000)], [tuple([str, type(None)]) for _ in range(1000)],
            [tuple([tuple]) for _ in range(1000)], [object() for _ in range(10)], keys, set(keys), frozenset(keys)]


def main():
    heap = [large(), type_tuples(), {Client: "idle"}]
    for _ in range(3):
        gc.collect()
    gc.disable()
    words = [ctypes.c_uint64.from_address(id(thing)) for thing in MOVED]
    for word in words:
        word.value += 24
    fixture_truth.write_and_wait(sys.argv[1])
    return heap


main()
