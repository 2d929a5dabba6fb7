"""Makers of objects of the standard library's types, most of them written in C."""

import array
import ast
import bz2
import collections
import csv
import ctypes
import datetime
import decimal
import fractions
import hashlib
import io
import json
import logging
import lzma
import mmap
import os
import pathlib
import pickle
import random
import re
import select
import socket
import sqlite3
import struct
import sys
import typing
import unicodedata
import uuid
import zlib
import _sre
import _string
from xml.etree import ElementTree

from heap_callables import SLOTS, of_a_class

DIGITS = re.compile(r"(\d)(?P<rest>\d*)|x")
TYPECODES = array.typecodes
UTC = datetime.timezone.utc


class Zone(datetime.tzinfo):
    def __init__(self, hours=0):
        self.hours = hours

    def utcoffset(self, when):
        return datetime.timedelta(hours=self.hours)

    def dst(self, when):
        return datetime.timedelta()


def dates():
    zone = Zone(3)
    yield "date", lambda i: datetime.date.fromordinal(i + 1)
    yield "time", lambda i: datetime.time(i % 24, i % 60, tzinfo=(None, UTC, zone)[i % 3])
    yield "datetime", lambda i: datetime.datetime.fromtimestamp(i * 1000, (None, UTC, zone)[i % 3])
    yield "timedelta", lambda i: datetime.timedelta(i, i * 7)
    yield "timezone", lambda i: datetime.timezone(datetime.timedelta(minutes=i % 1400 - 700, seconds=i % 59), str(i))\
        if i % 2 else datetime.timezone(datetime.timedelta(minutes=i % 1400 - 700, seconds=1))
    yield "tzinfo of a Python class", Zone
    if sys.version_info >= (3, 9):
        yield "IsoCalendarDate", lambda i: datetime.date.fromordinal(i + 1).isocalendar()


def exact_numbers():
    yield "Decimal", lambda i: decimal.Decimal(i) / 7 if i % 5 else decimal.Decimal(3) ** (i % 400)
    yield "decimal context", lambda i: decimal.Context(prec=i % 90 + 1)
    yield "Fraction", lambda i: fractions.Fraction(i, 7)
    yield "random.Random", random.Random


def pattern(i):
    if i % 20 == 0:
        return re.compile(f"a{i}(b+)(?P<name{i}>c)")
    # The compiler takes long; its result may be used again.
    text = f"(\\d)(?P<rest>\\d*)|x{i}"
    return _sre.compile(text, DIGITS.flags, CODE, DIGITS.groups, {"rest": 2}, (None, None, "rest"))


def pattern_code():
    try:
        from re import _compiler as compiler, _parser as parser
    except ImportError:
        import sre_compile as compiler
        import sre_parse as parser
    return compiler._code(parser.parse(DIGITS.pattern), 0)


CODE = pattern_code()


def match(i):
    made = DIGITS.match(str(i) if i % 4 else "x")
    if i % 3 == 0:
        made.regs  # kept in the match from here on
    return made


def matching():
    yield "re.Pattern", pattern
    yield "re.Match", match
    yield "re scanner", lambda i: DIGITS.scanner(str(i))
    if sys.version_info >= (3, 12):
        yield "re template", lambda i: _sre.template(DIGITS, [str(i), 1, "y", 2, ""])


def deque(i):
    if i % 4 == 0:
        return collections.deque(range(i % 300))
    made = collections.deque([i, str(i)], maxlen=None if i % 4 == 1 else 7)
    if i % 4 == 3:
        made.extend(range(70))
        made.rotate(i % 11)
        made.popleft()
    return made


def ordered(i):
    made = collections.OrderedDict(a=i, b=i, c=None)
    for number in range(i % 12):
        made[number] = i
    if i % 3 == 0:
        del made["b"]
    if i % 5 == 0:
        made.move_to_end("a")
    return made if i % 7 else collections.OrderedDict()


def collected():
    yield "deque", deque
    yield "OrderedDict", ordered
    yield "defaultdict", lambda i: collections.defaultdict((list, None, int)[i % 3], {i: [i]} if i % 2 else {})
    yield "Counter", lambda i: collections.Counter(str(i))
    yield "ChainMap", lambda i: collections.ChainMap({"a": i})
    yield "UserDict", lambda i: collections.UserDict(a=i)
    yield "array.array", lambda i: array_of(TYPECODES[i % len(TYPECODES)], i)


def array_of(code, i):
    if code in "uw":
        return array.array(code, str(i))
    made = array.array(code, [n % 100 for n in range(i % 40)])
    if i % 3 == 0:
        made.append(1)
    return made


def written(i):
    made = io.StringIO("text\n" if i % 3 == 0 else "", newline=(None, "", "\n", "\r\n")[i % 4])
    for number in range(i % 5):
        made.write(f"line {number + i}\n")
    if i % 5 == 4:
        made.seek(0)
        made.readline()
    return made


def octets(i):
    made = io.BytesIO(b"initial %d" % i) if i % 2 else io.BytesIO()
    if i % 3 == 0:
        made.write(b"more than there was before" * (i % 4))
    if i % 50 == 0:
        made.close()
    return made


def wrapper(i):
    text = b"line one\nline two\n" if i % 2 else b""
    encoding = "ascii" if i % 2 else ("utf-8", "ascii", "utf-16")[i % 3]
    made = io.TextIOWrapper(io.BytesIO(text), encoding, newline=(None, "", "\n")[i % 3], write_through=i % 5 == 0)
    if i % 2:
        made.readline()
    elif i % 4:
        made.write("text %d" % i)
    return made


def files():
    null = os.open(os.devnull, os.O_RDWR)

    def raw():
        """A file of its own for each: the end of what reads it closes it."""
        return io.FileIO(null, "r+", closefd=False)

    yield "BytesIO", octets
    yield "StringIO", written
    yield "FileIO", lambda i: raw()
    yield "BufferedReader", lambda i: io.BufferedReader(io.BytesIO(b"data" * 9) if i % 2 else raw(), 16 + i % 50)
    yield "BufferedWriter", lambda i: io.BufferedWriter(raw(), 16 + i % 50)
    yield "BufferedRandom", lambda i: io.BufferedRandom(io.BytesIO(), 32)
    yield "BufferedRWPair", lambda i: io.BufferedRWPair(raw(), raw(), 32)
    yield "TextIOWrapper", wrapper
    yield "IncrementalNewlineDecoder", lambda i: io.IncrementalNewlineDecoder(None, i % 2 == 0)
    yield "BytesIO buffer", lambda i: io.BytesIO(b"%d" % i).getbuffer()
    yield "socket", closed_socket
    yield "poll", poll


def closed_socket(i):
    """A process may have some hundred open files; a detached socket has none."""
    made = socket.socket()
    if i % 500:
        made.detach()
    return made


def poll(i):
    made = select.poll()
    for number in range(i % 4):
        made.register(number)
    return made


class Struct(ctypes.Structure):
    _fields_ = [("number", ctypes.c_int), ("pointer", ctypes.POINTER(ctypes.c_int)), ("object", ctypes.py_object),
                ("text", ctypes.c_char_p)]


class Union(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("real", ctypes.c_double)]


class Outer(ctypes.Structure):
    _fields_ = [("inner", Struct), ("array", ctypes.c_int * 40)]


Array = ctypes.c_int * 5
FIELDS = [(name, ctypes.c_int) for name in SLOTS]
Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)


def structure(i):
    made = Struct(i)
    if i % 2:
        made.pointer = ctypes.pointer(ctypes.c_int(i))
        made.object = [i]
        made.text = b"%d" % i
    return made


def foreign():
    new = ctypes.pythonapi.PyCapsule_New
    new.restype, new.argtypes = ctypes.py_object, (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
    name = ctypes.c_char_p(b"tests.capsule")
    yield "PyCapsule", lambda i: new(i + 1, name, None)
    yield "ctypes simple", ctypes.c_int
    yield "ctypes text", lambda i: ctypes.c_char_p(b"text %d" % i)
    yield "ctypes object", lambda i: ctypes.py_object([i])
    yield "ctypes structure", structure
    yield "ctypes part of a structure", lambda i: Outer().inner
    yield "ctypes union", Union
    yield "ctypes array", lambda i: Array(i) if i % 2 else Array()
    yield "ctypes pointer", lambda i: ctypes.pointer(ctypes.c_int(i))
    yield "ctypes byref", lambda i: ctypes.byref(ctypes.c_int(i))
    yield "ctypes callback", lambda i: Callback(lambda n: i)
    yield "ctypes field", of_a_class(lambda i: (f"S{i}", (ctypes.Structure,), {"_fields_": FIELDS}), SLOTS)


def digested(i):
    made = (hashlib.sha256, hashlib.md5, hashlib.sha1)[i % 3](b"x")
    made.update(b"%d" % i)
    return made


def squeezed():
    yield "Struct", lambda i: struct.Struct(("<iq", "10sH", "d", "xx3i")[i % 4])
    yield "hashlib object", digested
    yield "blake2b", lambda i: hashlib.blake2b(b"%d" % i)
    yield "zlib compressor", lambda i: zlib.compressobj()
    yield "zlib decompressor", lambda i: decompressor(i)
    yield "bz2 decompressor", lambda i: bz2.BZ2Decompressor()
    yield "lzma decompressor", lambda i: lzma.LZMADecompressor()


def decompressor(i):
    made = zlib.decompressobj()
    made.decompress(zlib.compress(b"text" * 40) + b"tail"[:i % 4], 1 + i % 50)
    return made


def element(i):
    made = ElementTree.Element(f"tag{i % 90}", {"a": str(i)} if i % 3 == 0 else {})
    made.text = str(i) if i % 2 else None
    for number in range(i % 7):
        ElementTree.SubElement(made, "child").tail = "tail"
    return made


def documents():
    output = io.StringIO()
    yield "csv reader", lambda i: csv.reader([f"{i},a,b"])
    yield "csv writer", lambda i: csv.writer(output, delimiter=";")
    yield "csv dialect", lambda i: csv.reader([], csv.excel_tab if i % 2 else csv.excel, lineterminator=str(i)).dialect
    yield "pickler", lambda i: pickler(i)
    yield "unpickler", lambda i: pickle.Unpickler(io.BytesIO(pickle.dumps([i])))
    yield "Element", element
    yield "element iterator", lambda i: element(i).iter(None if i % 2 else "child")
    yield "TreeBuilder", lambda i: ElementTree.TreeBuilder()
    yield "XMLParser", lambda i: ElementTree.XMLParser()
    yield "json scanner", lambda i: json.scanner.c_make_scanner(json.JSONDecoder())
    yield "json encoder", lambda i: json.encoder.c_make_encoder({}, repr, repr, None, ": ", ", ", False, False, True)
    yield "LogRecord", lambda i: logging.LogRecord("name", 10, "path.py", i, "%d things", (i,), None)
    yield "path", lambda i: pathlib.PurePosixPath("/folder", str(i))
    yield "UUID", lambda i: uuid.UUID(int=i + (1 << 100))
    yield "ast node", lambda i: ast.parse("x = y + 1").body[0]
    yield "text iterator", lambda i: _string.formatter_parser(f"{{a{i}}}")


def pickler(i):
    made = pickle.Pickler(io.BytesIO(), protocol=2 + i % 3)
    made.dump([i, str(i), (i,)])
    return made


def databases():
    connections = [sqlite3.connect(":memory:") for _ in range(10)]
    cursor = connections[0].execute("select 1 as one, 'x' as two")
    yield "sqlite3 connection", lambda i: sqlite3.connect(":memory:")
    yield "sqlite3 cursor", lambda i: connections[i % 10].execute("select ?, 2", (i,)) if i % 3 == 0 \
        else connections[i % 10].cursor()
    yield "sqlite3 row", lambda i: sqlite3.Row(cursor, (i, "x"))


def typing_objects():
    yield "TypeVar", lambda i: typing.TypeVar(f"T{i}", *((), (int, str))[i % 2]) if i % 3 else \
        typing.TypeVar(f"B{i}", bound=int)
    yield "typing alias", lambda i: typing.Generic[typing.TypeVar(f"A{i}")]
    yield "ForwardRef", lambda i: typing.Optional[f"name{i}"].__args__[0]
    if sys.version_info >= (3, 10):
        yield "ParamSpec", lambda i: typing.ParamSpec(f"P{i}")
        yield "ParamSpecArgs", lambda i: typing.ParamSpec(f"P{i}").args
        yield "ParamSpecKwargs", lambda i: typing.ParamSpec(f"P{i}").kwargs
    if sys.version_info >= (3, 11):
        yield "TypeVarTuple", lambda i: typing.TypeVarTuple(f"Ts{i}")
    if sys.version_info >= (3, 12):
        yield "TypeAliasType", lambda i: typing.TypeAliasType(f"Alias{i}", list[int]) if i % 2 else lazy_alias(i)


def lazy_alias(i):
    """An alias that the statement makes: its value is computed when it is asked for."""
    names = {}
    exec(LAZY, names)
    if i % 4 == 0:
        names["Alias"].__value__
    return names["Alias"]


LAZY = compile("type Alias[T] = list[T]", "alias.py", "exec") if sys.version_info >= (3, 12) else None


def scarce():
    """Of these a process has a few."""
    yield "epoll", lambda i: select.epoll()
    yield "mmap", lambda i: mmap.mmap(-1, 4096)
    yield "unicodedata.UCD", lambda i: unicodedata.ucd_3_2_0
    yield "scandir iterator", lambda i: os.scandir("/")
    yield "directory entry", lambda i: next(os.scandir("/"))
    yield "open file", lambda i: open(os.devnull)
