"""A heap of at least 10,000 objects of every type that the tool has to know, and the process's own word about each.

usage: fixture_types.py FOLDER

A third of them is made while garbage collection is on; a third while it is off, after which it is run once; and a third
while it is off again. Of each kind more are made than are kept, so that the free lists and half-empty pools of every
type exist, and between the kinds much else is allocated and freed. At the end some dead cycles are left uncollected.

`expected.json` says of which types there have to be how many; the truth is written as in `fixture_exactness.py`.
"""

import gc
import json
import os
import struct
import sys

import fixture_truth
import heap_callables
import heap_iterators
import heap_library
import heap_running
import heap_values
from fixture_heap import Record, churned

PER_TYPE = 10_000
# Of what there can be no ten thousand, or where they would fill the memory: how many, and why.
FEW = {
    "bool": (2, "there are two"),
    "NoneType": (1, "there is one"),
    "ellipsis": (1, "there is one"),
    "NotImplementedType": (1, "there is one"),
    "IntFlag member": (8, "an enumeration's members are as many as its values"),
    "epoll": (20, "each takes an open file, and a process may have 1,024"),
    "mmap": (50, "each takes a mapping of the process"),
    "scandir iterator": (10, "each takes an open file"),
    "directory entry": (100, "each is read from the file system"),
    "open file": (10, "each takes an open file"),
    "unicodedata.UCD": (1, "there is one"),
    "zlib compressor": (60, "each holds 268 KB"),
    "zlib decompressor": (1000, "each holds 40 KB"),
    "bz2 decompressor": (200, "each holds 64 KB after its start"),
    "lzma decompressor": (100, "each holds a dictionary"),
    "pickler": (1000, "each holds a buffer of 4 KB"),
    "unpickler": (1000, "each holds a memo of 32 entries and a file"),
    "sqlite3 connection": (30, "each is a database"),
    "XMLParser": (200, "each holds expat's buffers"),
    "TreeBuilder": (1000, "not asked for; a companion of the parser"),
    "abstract class": (1000, "a class in Python, of which there are ten thousand others"),
    "ctypes callback": (1000, "each takes executable memory"),
    "generic alias iterator": (1000, "not asked for"),
    "ExceptionGroup": (2000, "an exception like the others"),
    # Instances of classes of the library that are written in Python: there are enough of others.
    **{name: (500, "instances of a Python class") for name in (
        "WeakValueDictionary", "WeakKeyDictionary", "WeakSet", "Queue", "Condition", "Event", "UserDict", "ChainMap",
        "typing alias", "ForwardRef", "UUID", "path", "LogRecord", "partialmethod", "finalize", "Fraction")},
}
# The numbers that everything is made of, so that there are not more of them than of all else.
NUMBERS = list(range(3 * PER_TYPE))
SOURCES = (
    heap_values.numbers, heap_values.texts, heap_values.containers, heap_values.instances, heap_values.enumerations,
    heap_values.exceptions, heap_callables.functions, heap_callables.calls, heap_callables.references,
    heap_callables.abstractions, heap_iterators.advanced, heap_iterators.of_code, heap_running.generators,
    heap_running.contexts, heap_running.futures, heap_running.locks, heap_library.dates, heap_library.exact_numbers,
    heap_library.matching, heap_library.collected, heap_library.files, heap_library.foreign, heap_library.squeezed,
    heap_library.documents, heap_library.databases, heap_library.typing_objects, heap_library.scarce)


def main():
    folder = sys.argv[1]
    makers = {name: make for source in SOURCES for name, make in source()}
    kinds = {name: set() for name in makers}
    heap = [zones_by_key(os.path.join(folder, "zones"))]
    for part, collected in enumerate((True, False, False)):
        gc.enable() if collected else gc.disable()
        for number, (name, make) in enumerate(makers.items()):
            heap.append(some(make, part, FEW.get(name, (PER_TYPE,))[0], kinds[name]))
            if number % 20 == 0:
                heap.append(churned(1000))
                del [bytes(size) for size in range(40, 500, 48) for _ in range(3000)][:]
        if part == 1:
            dead_cycles(5000)
            gc.collect()
    gc.collect()
    # The collector may free what another generation's objects held: until nothing more is freed.
    while gc.collect():
        pass
    dead_cycles(2000)
    write_expectations(os.path.join(folder, "expected.json"), kinds)
    called_in_depth(20, lambda: finish(folder))
    return heap


def some(make, part, count, kinds):
    """A third of a type's objects, every fifth of those that were made being freed again; `kinds` gets their types."""
    share = (count + 2) // 3
    if count < 100:
        things = [make(number) for number in NUMBERS[part * share:(part + 1) * share]]
    else:
        things = [make(number) for number in NUMBERS[part * 2 * share:][:share + share // 4 + 2]]
        del things[3::5]
    kinds.update(map(type, things))
    return things


def zones_by_key(folder):
    """Time zones that `zoneinfo` keeps, by their keys, in a list that its module's C code has; since 3.9."""
    if sys.version_info < (3, 9):
        return []
    import zoneinfo
    os.mkdir(folder)
    header = struct.pack(">4sc15x6L", b"TZif", b"2", 0, 0, 0, 0, 1, 4) + struct.pack(">lBB4s", 0, 0, 0, b"UTC")
    keys = ["One", "Two", "Three"]
    for key in keys:
        with open(os.path.join(folder, key), "wb") as file:
            file.write(header * 2 + b"\nUTC0\n")
    zoneinfo.reset_tzpath([folder])
    return [zoneinfo.ZoneInfo(key) for key in keys]


def dead_cycles(count):
    """Garbage that only the collector finds."""
    for number in range(count):
        thing = Record(number)
        thing.itself = [thing, {"thing": thing}, lambda: thing]


def called_in_depth(depth, function):
    """Some frames that run."""
    local = [depth]
    return called_in_depth(depth - 1, function) if depth else function(), local


def write_expectations(path, kinds):
    descriptors = heap_callables.descriptors_there_are()
    lines = [{"name": name, "types": sorted(map(id, found)), "count": FEW.get(name, (PER_TYPE, ""))[0],
              "reason": FEW.get(name, (0, ""))[1]} for name, found in kinds.items()]
    lines += [{"name": name, "types": [id(type(found[0]))], "count": len(found), "reason": "only C code makes them"}
              for name, found in descriptors.items()]
    with open(path, "w") as file:
        json.dump(lines, file)


def finish(folder):
    fixture_truth.write_and_wait(folder)


main()
