"""What the allocator's ledger knows beyond the garbage collector: objects that only C code refers to.

A C variable can be all that holds an object: an interned name, a number that a module computes with, a type's method
resolution order before it changed. Nothing in Python leads there. Where `ledger.c` was loaded into the process, every
block that Python's allocator gave out and did not get back is known, with its size and its first words at the moment of
the fork. A block is an object if where its type's head ends there is the address of a type that is known, with a
reference count before it, and the block is exactly as large as such an object. The objects on the interpreter's free
lists, whose blocks the allocator did not get back, are not among them: a collection empties the lists.
"""

import array
import ctypes
import gc
import sys
import types

import fixture_hidden

HEAD = 8
ENTRY = 3 + HEAD
HEAP_TYPE, HAVE_GC, INLINE_VALUES = 1 << 9, 1 << 14, 1 << 2
# Py_TPFLAGS_MANAGED_DICT and, since 3.12, Py_TPFLAGS_MANAGED_WEAKREF: two words before the collector's head.
MANAGED = {(3, 11): 1 << 4}.get(sys.version_info[:2], 3 << 3 if sys.version_info >= (3, 12) else 0)
# They leave out the last field, a time zone, where there is none.
SHORTER = ("datetime.datetime", "datetime.time")
LIBRARY = ctypes.PyDLL(None)
IS_LOADED = hasattr(LIBRARY, "ledger_blocks")
# Made before the fork, so that the walk makes nothing that modules refer to.
if IS_LOADED:
    DROP_FREED, HAS, BLOCKS = LIBRARY.ledger_drop_freed, LIBRARY.ledger_has, LIBRARY.ledger_blocks
    BLOCKS.restype = ctypes.c_void_p
    HAS.argtypes = (ctypes.c_uint64, ctypes.c_uint64)


def forget_freed():
    """Empties the interpreter's free lists, so that the allocator gets their blocks back and the ledger drops them.

    What a caller wants to keep as it was it has to hold: garbage is collected too.
    """
    gc.collect()
    DROP_FREED()


def unknown(known, kinds):
    """Every object in a block of the ledger that is not among the addresses `known`.

    `kinds` are the types that are known, by address. The result are the objects, and (address, type, size) of those that
    this walk has driven out of the interpreter's caches: they were alive at the moment of the fork. What the objects
    refer to may be new as well, types among them.
    """
    objects, freed = [], []
    words = blocks()
    for place in range(0, len(words), ENTRY):
        address, size, serial = words[place:place + 3]
        if known.isdisjoint(range(address, address + min(33, size), 16)):
            for before in range(0, min(33, size - 15, 8 * HEAD - 15), 16):
                count, kind = words[place + 3 + before // 8], kinds.get(words[place + 4 + before // 8])
                if kind is None or not is_object(kind, count, size, before):
                    continue
                if kind is types.CodeType and not fixture_hidden.is_code(address + before):
                    continue
                if HAS(address, serial):
                    # What has changed its type since was no object, but words that looked like one.
                    if fixture_hidden.words(address + before + 8, 1)[0] == id(kind):
                        objects.append(object_at(address + before, kind, size - before))
                else:
                    freed.append((address + before, kind, size))
    return objects, freed


def without_new(rows, width, is_static):
    """The rows without those of objects that were not there at the fork: what the walk itself has made.

    Each row has `width` words, and begins with an object's address. What is in no block of the ledger was made by
    another allocator, as NumPy's types are; the walk has only that of objects.
    """
    words = blocks()
    there = {words[place] for place in range(0, len(words), ENTRY) if HAS(words[place], words[place + 2])}
    kept = array.array("Q")
    for place in range(0, len(rows), width):
        address = rows[place]
        starts = (address, address - 16, address - 32)
        if not there.isdisjoint(starts) or is_static(address) or not any(map(fixture_hidden.KNOWS, starts)):
            kept.extend(rows[place:place + width])
    return kept


def blocks():
    count = ctypes.c_uint64()
    start = BLOCKS(ctypes.byref(count))
    words = array.array("Q")
    if count.value:
        words.frombytes((ctypes.c_char * (8 * ENTRY * count.value)).from_address(start))
    return words


def is_object(kind, count, size, before):
    if before != bytes_before(kind) or not fixture_hidden.is_reference_count(count):
        return False
    room, basic = size - before, kind.__basicsize__
    if kind is str:
        return True
    if kind.__itemsize__:
        return room >= basic
    if f"{kind.__module__}.{kind.__name__}" in SHORTER:
        return 16 < room <= basic
    return room == basic or room > basic and bool(kind.__flags__ & INLINE_VALUES)


def bytes_before(kind):
    """`_PyType_PreHeaderSize`."""
    return (16 if kind.__flags__ & HAVE_GC else 0) + (16 if kind.__flags__ & MANAGED else 0)


def object_at(address, kind, room):
    thing = ctypes.cast(address, ctypes.py_object).value
    # Where the size depends on the object, the block was asked for with it; an int may have a spare digit, and a string
    # its UTF-8 form elsewhere.
    spare = room - (sys.getsizeof(thing) - bytes_before(kind))
    if kind in (str, bytes, tuple, int) and (spare > 16 or spare < 0 and kind is not str):
        raise RuntimeError(f"the {kind.__name__} at {address:x} is not as large as its block: {room}, {spare}")
    return thing
