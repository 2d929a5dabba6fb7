"""Makers of built-in values and of instances of Python classes, one object for each number.

Every generator here yields pairs: a name, and a function that makes one object of one type from a number. What differs
between objects of one type (states, sizes, fields that are set or not) differs by the number.
"""

import collections
import contextlib
import ctypes
import dataclasses
import enum
import os
import sys
import time
import types

from fixture_heap import (Crowded, Failure, Group, Labelled, Mapping, MarkedPair, Named, Number, Octets, Pair, Point,
                          Ratio, Record, Referable, Sequence, SlottedNumber, Text)

LARGE = 1 << 70
API = ctypes.pythonapi


class NamedPair(tuple):
    """A tuple with fields."""


class SlottedText(str):
    __slots__ = ()


class Ordered(collections.OrderedDict):
    pass


class Descending(list):
    __slots__ = ("first", "last")


@dataclasses.dataclass
class Reading:
    place: str
    value: float = 0.0
    tags: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class Key:
    left: int
    right: str


class Switch(enum.IntFlag):
    ON = 1
    OFF = 2
    BROKEN = 4


def numbers():
    yield "int", lambda i: ((i * 7919 + 1000) << (i % 7 * 31)) * (-1) ** i
    yield "float", lambda i: i / 7
    yield "complex", lambda i: complex(i, -i)
    yield "bool", lambda i: i % 2 == 0
    yield "NoneType", lambda i: None
    yield "ellipsis", lambda i: ...
    yield "NotImplementedType", lambda i: NotImplemented
    yield "slice", lambda i: slice(i + 1000, None if i % 2 else i * 1000)
    yield "range", lambda i: range(i + 1000, i * 2000, 3) if i % 2 else range(LARGE + i, LARGE * 2)
    yield "object", lambda i: object()


def text(i):
    made = (f"text number {i}", "é" * (i % 30 + 1) + str(i), "日本" * (i % 20 + 1) + str(i), "🙂" + str(i))[i % 4]
    if i % 11 == 0:
        API.PyUnicode_AsUTF8(ctypes.py_object(made))  # the string keeps its UTF-8 form from here on
    if i % 13 == 0 and sys.version_info < (3, 12):
        API.PyUnicode_AsUnicode(ctypes.py_object(made))  # and this one its `wchar_t` form
    return made


def changed_bytearray(i):
    made = bytearray(b"array %d" % i)
    if i % 5 == 0:
        made.extend(b"more" * 9)
        del made[:3]
    return bytearray() if i % 7 == 0 else made


def texts():
    API.PyUnicode_AsUTF8.restype = ctypes.c_char_p
    yield "str", text
    yield "bytes", lambda i: b"octets %d" % i if i % 20 else bytes(i)
    yield "bytearray", changed_bytearray
    yield "memoryview", lambda i: memoryview(bytes(i % 50)) if i % 2 else memoryview(bytearray(60))[i % 7::2]


def dictionary(i):
    shape = i % 10
    if shape == 0:
        return {}
    if shape < 4:
        return {"id": i, "name": "n", "value": i / 3}
    if shape == 4:
        return {k: None for k in range(i % 200)}
    if shape == 5:
        return dict.fromkeys(map(str, range(i % 12)), i)
    if shape == 6:
        holes = {f"k{k}": k for k in range(6 + i % 30)}
        for key in list(holes)[::2]:
            del holes[key]
        return holes
    if shape == 7:
        emptied = {k: k for k in range(20)}
        emptied.clear()
        return emptied
    if shape == 8:
        return vars(Record(i))  # a split table
    return {(i, "k"): [i]}


def listing(i):
    made = [i, str(i)] * (i % 9)
    if i % 3 == 0:
        made.append(made)
    elif i % 7 == 0:
        del made[1:]
    return made


def members(i):
    made = {i, i + 1, str(i)} if i % 50 else set(range(i % 700))
    if i % 4 == 0:
        made.discard(i)
    return made


def containers():
    yield "tuple", lambda i: (i, str(i), None) if i % 3 else tuple(range(i, i + i % 25)) + (i,)
    yield "list", listing
    yield "dict", dictionary
    yield "set", members
    yield "frozenset", lambda i: frozenset((i, str(i))) if i % 50 else frozenset(range(i % 300))
    yield "mappingproxy", lambda i: types.MappingProxyType({"a": i})
    yield "SimpleNamespace", lambda i: types.SimpleNamespace(a=i, b=str(i)) if i % 3 else types.SimpleNamespace()
    yield "cell", lambda i: types.CellType() if i % 4 == 0 else types.CellType(i)


def full(i):
    """An instance with more attributes than shared keys hold, and one with fewer than its class's others."""
    made = Crowded()
    for number in range(i % 45 if i % 100 == 0 else i % 5):
        setattr(made, f"field{number}", number)
    return made


def slotted_list(i):
    made = Descending([i])
    made.first = i
    if i % 2:
        made.last = str(i)
    return made


def decorated(make):
    """Every third object has an attribute of its own."""
    def made(i):
        thing = make(i)
        if i % 3 == 0:
            thing.note = i
        return thing
    return made


def instances():
    for kind in (Record, Referable):
        yield kind.__name__, kind if kind is Record else lambda i: Referable()
    yield "Point", lambda i: Point(i, i * 2)
    yield "Labelled", lambda i: Labelled(i, i)
    yield "Crowded", full
    yield "subclass of int", decorated(lambda i: Number(i << i % 90))
    yield "subclass of int with slots", SlottedNumber
    yield "subclass of str", decorated(lambda i: Text(text(i)))
    yield "subclass of str with slots", lambda i: SlottedText(text(i))
    yield "subclass of bytes", decorated(lambda i: Octets(b"o%d" % i))
    yield "subclass of float", decorated(Ratio)
    yield "subclass of tuple", decorated(lambda i: MarkedPair((i,) * (i % 4)))
    yield "subclass of tuple with slots", lambda i: Pair((i, i))
    yield "subclass of list", decorated(lambda i: Sequence([i]))
    yield "subclass of list with slots", slotted_list
    yield "subclass of dict", decorated(lambda i: Mapping(a=i) if i % 2 else Mapping())
    yield "subclass of set", decorated(lambda i: Group([i]))
    yield "subclass of OrderedDict", decorated(lambda i: Ordered(a=i))
    yield "namedtuple", lambda i: Named(i, str(i), None)
    yield "dataclass", lambda i: Reading(str(i), i / 3)
    yield "frozen dataclass", lambda i: Key(i, str(i))
    if sys.version_info >= (3, 10):
        slotted = dataclasses.make_dataclass("SlottedKey", [("left", int), ("right", str)], slots=True)
        yield "dataclass with slots", lambda i: slotted(i, "r")
    yield "struct sequence", lambda i: os.stat_result(range(i, i + (10 if i % 2 else 16)))
    yield "struct_time", lambda i: time.gmtime(i * 1000)


def enumerations():
    """Members of enumerations of 100 members each; the last is grown by its flags' combinations."""
    made = {}

    def member(i):
        if i // 100 not in made:
            made[i // 100] = list(enum.Enum(f"Enumeration{i // 100}", [f"M{n}" for n in range(100)], module=__name__))
        return made[i // 100][i % 100]

    yield "Enum member", member
    yield "IntFlag member", lambda i: Switch(i % 8)


def error_with_cause(i):
    made = ValueError(i, "text")
    made.__cause__ = KeyError(i) if i % 2 else None
    made.__context__ = TypeError()
    if i % 3 == 0 and sys.version_info >= (3, 11):
        made.add_note(f"note {i}")
    return made


def raised(i, depth=3):
    """An exception with a traceback of some frames, raised while another was handled."""
    try:
        if depth == 0:
            raise Failure(i)
        raised(i, depth - 1)
    except Failure as error:
        if depth != 2:
            raise
        with contextlib.suppress(LookupError):
            raise LookupError(str(i)) from error
        return error


def exceptions():
    yield "ValueError", error_with_cause
    yield "exception of a Python class", lambda i: Failure(i) if i % 2 else raised(i, 2)
    yield "OSError", lambda i: OSError(i, "text", f"file{i}")
    yield "StopIteration", StopIteration
    yield "SystemExit", SystemExit
    yield "ImportError", lambda i: ImportError("text", name=f"n{i}", path=None)
    yield "AttributeError", lambda i: AttributeError(f"a{i}")
    yield "NameError", lambda i: NameError(f"n{i}")
    yield "SyntaxError", lambda i: SyntaxError("text", (f"f{i}.py", i, 1, "code"))
    yield "UnicodeDecodeError", lambda i: UnicodeDecodeError("ascii", b"%d" % i, 0, 1, "reason")
    yield "UnicodeEncodeError", lambda i: UnicodeEncodeError("ascii", str(i), 0, 1, "reason")
    yield "traceback", lambda i: raised(i, 2).__traceback__
    if sys.version_info >= (3, 11):
        yield "ExceptionGroup", lambda i: ExceptionGroup("text", [ValueError(i)])  # noqa: F821
