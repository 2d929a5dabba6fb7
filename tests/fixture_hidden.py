"""Objects that objects written in C hold and show nobody: neither the garbage collector nor any attribute knows them.

They are found in memory: the words of such an object's structure that are the address of an object. That is done only
for types that are named here, whose structures hold no word that could be such an address and not be a reference.
"""

import array
import bisect
import ctypes
import os
import sys
import types

import fixture_roots

# type names, whatever their modules are called in a version
TYPES = {
    # a range keeps its length, a long range's iterator its numbers
    "range", "longrange_iterator",
    # what is given to the type when it is called
    "timezone", "Struct", "Pattern", "Match", "Scanner", "SRE_Scanner", "Template", "SRE_Template", "reader", "writer",
    "Dialect", "TypeVar", "ParamSpec", "TypeVarTuple", "TypeAliasType", "local", "_localdummy", "_local",
    "formatteriterator", "fieldnameiterator", "DirEntry", "ScandirIterator", "CField", "CThunkObject", "Row", "Cursor",
    "Connection", "Statement", "Context", "ContextVar", "Future", "Task", "HASH", "methodcaller",
    "decimal.Context", "SignalDict", "XMLParser", "TreeBuilder", "IncrementalNewlineDecoder",
    "_element_iterator", "_iter", "PyCFuncPtr", "code",
    # buffers and what is left over in them
    "BytesIO", "StringIO", "TextIOWrapper", "Compress", "Decompress", "BZ2Decompressor", "LZMADecompressor", "poll",
    # a descriptor's name as a whole
    "method_descriptor", "wrapper_descriptor", "getset_descriptor", "member_descriptor", "classmethod_descriptor",
}
OF_TYPES = {id(tuple), id(str), id(dict)}
# The copy of its instructions, which 3.11 keeps; other words of a code object lead to what is no object.
OF_CODE = {id(bytes)} if sys.version_info[:2] == (3, 11) else set()
# Asked in this way they do not make the dictionary of a static type that nobody has used yet.
NAME, BASIC_SIZE, FLAGS = (type.__dict__[name] for name in ("__name__", "__basicsize__", "__flags__"))
HAVE_GC = 1 << 14
# The bits of which a reference count has some, and those of which it has none; since 3.14 the upper 16 bits are flags.
COUNT = 0xFFFFFFFF if sys.version_info >= (3, 12) else 0x7FFFFFFF
NO_COUNT = (0xFFFF << 32 if sys.version_info >= (3, 14) else (1 << 64) - 1 - COUNT)
# Of the collector's links: in `_gc_prev` the finalizer was called, and what may be set in either.
FINALIZED, LINK_FLAGS = 1, 3
HEADER = 16  # bytes of an object's head, and of the collector's before it
# Called through these, no system call gives the interpreter's lock (GIL) away: in the child of a fork nobody gives it
# back. They are made here, as is what is read: the walk makes nothing that stays.
LIBRARY = ctypes.PyDLL(None)
OPEN, READ = LIBRARY.open, LIBRARY.pread
READ.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int64)
# Where the allocator's ledger is loaded (see `fixture_ledger.py`): whether a block in use begins at an address.
KNOWS = getattr(LIBRARY, "ledger_knows", None)
if KNOWS:
    KNOWS.argtypes = (ctypes.c_uint64,)
HEAD = array.array("Q", (0, 0, 0, 0))
HEAD_ADDRESS, HEAD_SIZE = HEAD.buffer_info()[0], 8 * len(HEAD)
# What a call is made with, and is gone after it.
ARGUMENT = type(ctypes.byref(ctypes.c_int()))


class Memory:
    """This process's memory, asked with care; `maps` are the lines of /proc/self/maps."""

    __slots__ = ("_bounds", "_static", "_types", "_collected", "_file")  # instances with a dict would change the class

    def __init__(self, maps):
        # Through the file, memory that the C library has given back since is an error that can be caught.
        self._file = OPEN(b"/proc/self/mem", os.O_RDONLY)
        # Only where it is asked: reading the files makes objects that modules keep.
        self._static = fixture_roots.static_data() if KNOWS else ()
        self._bounds = []
        for line in maps:
            words = line.split(None, 2)
            if words[1].startswith("rw"):
                self._bounds.extend(int(word, 16) for word in words[0].split("-"))
        self._types, self._collected = set(), set()
        pending = [object]
        while pending:
            kind = pending.pop()
            if id(kind) not in self._types and kind is not ARGUMENT:
                self._types.add(id(kind))
                # A type object has a head only if it was made at run time: it is looked up, not read.
                if FLAGS.__get__(kind) & HAVE_GC and not issubclass(kind, type):
                    self._collected.add(id(kind))
                pending.extend(type.__subclasses__(kind))

    def is_mapped(self, address):
        """Whether an object could lie there: in writable memory."""
        return bisect.bisect_right(self._bounds, address) % 2 == 1 and address % 8 == 0

    def hides(self, kind):
        return NAME.__get__(kind) in TYPES or issubclass(kind, type)

    def hidden(self, thing, kind):
        """The objects whose addresses are in an object's structure, if its type is one of these."""
        size = BASIC_SIZE.__get__(kind)
        if issubclass(kind, type):
            # A static type has no more than a `PyTypeObject`, and may lie at the end of its file's data.
            size = min(size, type.__sizeof__(thing))
            wanted = OF_TYPES  # the names of slots and such; the rest of a type is full of addresses of other things
        elif kind is types.CodeType:
            wanted = OF_CODE
        elif NAME.__get__(kind) in TYPES:
            wanted = self._types
        else:
            return []
        found, texts = [], []
        for word in sorted(words(id(thing), size // 8)[HEADER // 8:]):
            if self.is_mapped(word) and self.is_mapped(word + 8):
                # Nothing is made for this: a pointer left over from before might lead to it. Nor is a function called
                # before it is proved to be one: a frame comes and goes, and its code refers to it.
                if READ(self._file, HEAD_ADDRESS, HEAD_SIZE, word - HEADER) != HEAD_SIZE:
                    continue
                after, before, count, type_address = HEAD
                # Where a structure that is no object holds a type, its first word is an address too, or something else
                # where the type is that of what was there before; and a scanner's pointers into the text that it has
                # may come upon what looks like an object.
                if (type_address in wanted and count & COUNT and not count & NO_COUNT and not self.is_mapped(count)
                        and (type_address != id(types.CodeType) or is_code(word))
                        and (type_address != id(type) or word in self._types)
                        and (type_address not in self._collected or self._is_linked(word - HEADER, after, before))
                        and not any(text < word < end for text, end in texts) and self._begins_block(word)):
                    found.append(ctypes.cast(word, ctypes.py_object).value)
                    if type_address == id(str):
                        texts.append((word, word + str.__sizeof__(found[-1])))
        return found

    def _begins_block(self, address):
        """Whether an object can begin there: in static data, or in a block, behind up to four words of the collector's and
        the interpreter's."""
        return (not KNOWS or KNOWS(address) or KNOWS(address - 16) or KNOWS(address - 32)
                or bisect.bisect_right(self._static, address) % 2 == 1)

    def _is_linked(self, head, after, before):
        """Whether the collector's head of an object is empty, or the next one links back."""
        if after == 0:
            return before & ~FINALIZED == 0
        if not self.is_mapped(after & ~LINK_FLAGS):
            return False
        return (READ(self._file, HEAD_ADDRESS, HEAD_SIZE, after & ~LINK_FLAGS) == HEAD_SIZE
                and HEAD[1] & ~LINK_FLAGS == head)


def is_reference_count(word):
    """Whether a word can be a reference count."""
    return word & COUNT != 0 and word & NO_COUNT == 0


def is_code(address):
    """Whether a code object lies where one seems to begin: a pair of words in a table may look like its head."""
    return words(address, CODE_WORD + 1)[CODE_WORD] > 4096


def words(address, count):
    """Words of memory; an array type of `ctypes` would be entered in a list that this process's truth has too."""
    return array.array("Q", ctypes.string_at(address, 8 * count))


# Where a code object keeps its names: the address of a tuple.
SAMPLE = (lambda: None).__code__
CODE_WORD = words(id(SAMPLE), type(SAMPLE).__basicsize__ // 8).index(id(SAMPLE.co_names))
