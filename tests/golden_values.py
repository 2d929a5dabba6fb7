"""Known values: spans, buffers, collections, tuples with names, enums, patterns, dates, exact numbers."""

import array
import collections
import dataclasses
import datetime
import decimal
import enum
import os
import random
import re
import time
import types
import typing

from golden_callables import outer

Point = collections.namedtuple("Point", "x y")


class Typed(typing.NamedTuple):
    name: str
    size: int = 0

    def method(self):
        return self


class Color(enum.Enum):
    RED = 1
    GREEN = "green"
    ALIAS = 1


class Number(enum.IntEnum):
    ONE = 1


class Flags(enum.Flag):
    READ = 1
    WRITE = 2


@dataclasses.dataclass
class Record:
    name: str
    values: list = dataclasses.field(default_factory=list)
    link: object = None


@dataclasses.dataclass(frozen=True, order=True)
class Frozen:
    key: int


class Zone(datetime.tzinfo):
    def utcoffset(self, when):
        return datetime.timedelta(hours=3)


class Deque(collections.deque):
    pass


def spans():
    yield "slice", slice(1, 10, 2)
    yield "slice_stop", slice(5)
    yield "slice_all", slice(None)
    yield "slice_objects", slice("a", [1], None)
    yield "range", range(10)
    yield "range_start", range(3, 10)
    yield "range_step", range(10, 0, -3)
    yield "range_empty", range(0)
    yield "range_large", range(1 << 70, (1 << 70) + 3)


def buffers():
    yield "memoryview", memoryview(b"0123456789")
    yield "memoryview_writable", memoryview(bytearray(b"data"))
    yield "memoryview_sliced", memoryview(b"0123456789")[2:8:2]
    yield "memoryview_reversed", memoryview(b"0123456789")[::-1]
    yield "memoryview_cast", memoryview(bytes(range(12))).cast("I", (3, 1))
    yield "memoryview_array", memoryview(array.array("d", (0.5, 1.5)))
    released = memoryview(b"released")
    released.release()
    yield "memoryview_released", released
    for code, values in (("b", (-1, 2)), ("B", (255,)), ("h", (-300, 300)), ("H", (65535,)), ("i", range(-2, 3)),
                         ("I", (1 << 31,)), ("l", (-(1 << 40),)), ("L", (1 << 63,)), ("q", (-(1 << 63),)),
                         ("Q", (1 << 63,)), ("f", (0.1, 1.5)), ("d", (0.1, float("inf"))), ("u", "déjà 日本 \U0001f642")):
        yield f"array_{code}{'_unsigned' * code.isupper()}", array.array(code, values)
    if "w" in array.typecodes:
        yield "array_w", array.array("w", "日本 \U0001f642 it's")
    yield "array_empty", array.array("i")
    yield "array_empty_text", array.array("u")
    yield "array_large", array.array("i", range(1000))


def collected():
    yield "deque", collections.deque([1, "two", None])
    yield "deque_one", collections.deque(["only"])
    yield "deque_empty", collections.deque()
    yield "deque_bounded", collections.deque([1, 2], maxlen=3)
    yield "deque_bounded_full", collections.deque(range(10), maxlen=3)
    yield "deque_bounded_empty", collections.deque(maxlen=0)
    wrapped = collections.deque(range(70))
    wrapped.rotate(5)
    for _ in range(60):
        wrapped.pop()
    yield "deque_wrapped", wrapped
    yield "deque_large", collections.deque(range(500))
    recursive = collections.deque([1])
    recursive.append(recursive)
    yield "deque_recursive", recursive
    yield "deque_subclass", Deque([1, 2], 5)
    yield "ordereddict", collections.OrderedDict(one=1, two=[2])
    yield "ordereddict_empty", collections.OrderedDict()
    moved = collections.OrderedDict((letter, number) for number, letter in enumerate("abcdef"))
    moved.move_to_end("b")
    moved.move_to_end("e", last=False)
    del moved["c"]
    moved["c"] = "again"
    yield "ordereddict_moved", moved
    yield "defaultdict", collections.defaultdict(list, one=[1], two=[2, 2])
    yield "defaultdict_none", collections.defaultdict(None, {1: "one"})
    yield "defaultdict_empty", collections.defaultdict(int)
    yield "defaultdict_function", collections.defaultdict(outer, a=1)
    yield "counter", collections.Counter("abracadabra")
    yield "counter_empty", collections.Counter()
    yield "chainmap", collections.ChainMap({"a": 1}, {"b": 2})
    yield "dict_keys", {"one": 1, "two": 2}.keys()
    yield "dict_values", {"one": 1, "two": [2]}.values()
    yield "dict_items", {"one": 1, "two": [2]}.items()
    yield "dict_keys_empty", {}.keys()
    yield "odict_keys", collections.OrderedDict(one=1, two=2).keys()
    yield "odict_values", collections.OrderedDict(one=1, two=2).values()
    yield "odict_items", collections.OrderedDict(one=1, two=2).items()


def classes():
    yield "namedtuple", Point(1, "two")
    yield "namedtuple_typed", Typed("name")
    yield "namedtuple_nested", Point(Point(1, 2), [Typed("x", 3)])
    yield "struct_sequence", time.struct_time((2024, 2, 29, 12, 34, 56, 3, 60, 0))
    yield "struct_sequence_stat", os.stat_result(range(10))
    yield "struct_sequence_flags", os.terminal_size((80, 24))
    yield "enum_member", Color.RED
    yield "enum_member_text", Color.GREEN
    yield "enum_member_int", Number.ONE
    yield "enum_flag", Flags.READ
    yield "enum_flag_combined", Flags.READ | Flags.WRITE
    yield "enum_flag_none", Flags(0)
    yield "dataclass", Record("name", [1, 2])
    yield "dataclass_frozen", Frozen(7)
    linked = Record("linked")
    linked.link = linked
    yield "dataclass_recursive", linked
    yield "namespace", types.SimpleNamespace(a=1, b="two", c=[3])
    yield "namespace_empty", types.SimpleNamespace()
    itself = types.SimpleNamespace()
    itself.itself = itself
    yield "namespace_recursive", itself


def matching():
    yield "pattern", re.compile("a+")
    yield "pattern_groups", re.compile(r"(\d+)-(?P<name>[a-z]*)", re.IGNORECASE | re.MULTILINE)
    yield "pattern_bytes", re.compile(b"\\x00+")
    yield "pattern_ascii", re.compile("it's \\w", re.ASCII | re.VERBOSE | re.DOTALL)
    yield "match", re.match(r"(\d+)-(?P<name>[a-z]*)", "12-ab rest")
    yield "match_unmatched_group", re.search("(x)|(y)", "..y")
    yield "match_empty", re.match("x*", "yy")
    yield "match_quote", re.match(".*", "it's\n")
    yield "match_bytes", re.match(b".", b"\xffrest")
    yield "match_long", re.match(".*", "0123456789" * 10)
    yield "match_scalars", re.search("é+", "日本é\U0001f642")
    yield "scanner", re.compile("a").scanner("aa")


def dates():
    three = datetime.timezone(datetime.timedelta(hours=3))
    yield "date", datetime.date(2024, 2, 29)
    yield "date_first", datetime.date.min
    yield "time", datetime.time(12, 34, 56, 789)
    yield "time_midnight", datetime.time()
    yield "time_minutes", datetime.time(7, 5)
    yield "time_zone", datetime.time(12, 34, tzinfo=datetime.timezone.utc)
    yield "time_fold", datetime.time(1, 30, fold=1)
    yield "datetime", datetime.datetime(2024, 2, 29, 12, 34, 56, 789)
    yield "datetime_minutes", datetime.datetime(2024, 2, 29)
    yield "datetime_seconds", datetime.datetime(2024, 2, 29, 0, 0, 5)
    yield "datetime_utc", datetime.datetime(2024, 2, 29, 12, 34, tzinfo=datetime.timezone.utc)
    yield "datetime_zone", datetime.datetime(2024, 2, 29, 12, 34, fold=1, tzinfo=three)
    yield "datetime_own_zone", datetime.datetime(2024, 2, 29, tzinfo=Zone())
    yield "timedelta", datetime.timedelta(days=1, seconds=2, microseconds=3)
    yield "timedelta_zero", datetime.timedelta()
    yield "timedelta_negative", datetime.timedelta(hours=-5)
    yield "timedelta_large", datetime.timedelta.max
    yield "timezone", three
    yield "timezone_utc", datetime.timezone.utc
    yield "timezone_named", datetime.timezone(datetime.timedelta(minutes=-330), "NAME")


def exact_numbers():
    for name, text in (("", "1.50"), ("_zero", "0"), ("_negative", "-12.345"), ("_exponent", "1E+10"),
                       ("_small", "1.2E-30"), ("_many_zeros", "0.000001"), ("_scientific", "0.0000001"),
                       ("_zero_exponent", "0E-10"), ("_negative_zero", "-0.00"), ("_infinite", "-Infinity"),
                       ("_nan", "NaN"), ("_nan_payload", "sNaN123"), ("_long", "1234567890" * 8 + ".5")):
        yield f"decimal{name}", decimal.Decimal(text)
    yield "random", random.Random(1)
