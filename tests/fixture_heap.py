"""Builders of the heap that the exactness test looks at: objects of many types, in many states."""

import array
import collections
import datetime
import decimal
import enum
import fractions
import functools
import itertools
import os
import re
import sys
import types
import weakref


class Record:
    def __init__(self, number):
        self.number = number
        self.label = f"record {number}"
        if number % 3 == 0:
            self.optional = number * 1.5

    def method(self):
        return self.number


class Point:
    __slots__ = ("x", "y", "unset")

    def __init__(self, x, y):
        self.x = x
        self.y = y


class Labelled(Point):
    """Has slots and a `__dict__`."""

    def __init__(self, x, y):
        super().__init__(x, y)
        self.text = str(x)


class Referable:
    __slots__ = ("value", "__weakref__")


class Crowded:
    """Instances get more attributes than shared keys hold."""


class Number(int):
    pass


class SlottedNumber(int):
    __slots__ = ()


class Text(str):
    pass


class Octets(bytes):
    pass


class Sequence(list):
    pass


class Mapping(dict):
    pass


class Pair(tuple):
    __slots__ = ()


class MarkedPair(tuple):
    pass


class Ratio(float):
    pass


class Group(set):
    pass


class Failure(Exception):
    pass


class Meta(type):
    pass


class Colour(enum.Enum):
    RED = 1
    GREEN = 2
    BLUE = 3


Named = collections.namedtuple("Named", "first second third")


def churned(count):
    """What is left after much allocating and freeing, in several orders: free lists, half-empty pools."""
    kept = []
    for size in (1, 7, 20, 60, 130, 300, 500, 700, 3000):
        block = [bytes(size) + b"%d" % i for i in range(count // 20)]
        kept.append(block[::7])
        del block
    for make in (float, str, lambda i: (i, str(i)), lambda i: [i], lambda i: {"k": i}, lambda i: {i}, Record,
                 lambda i: (lambda: i), lambda i: Point(i, i), lambda i: i + (1 << 40), lambda i: -(1 << 70) * i,
                 lambda i: (j for j in (i,)), lambda i: Record(i).method, lambda i: tuple(range(i % 25)), complex,
                 lambda i: slice(i, i + 1000), lambda i: iter([i]), lambda i: [*range(i % 60)], lambda i: Mapping(a=i),
                 Exception):
        things = [make(i) for i in range(count // 10)]
        kept.append(things[3::11])
        del things[::2]
        del things[::3]
        del things
    return kept


def numbers(tally):
    made = {
        "int": [i * 7919 + 1000 for i in range(30000)] + [-i * 104729 - 1000 for i in range(3000)]
        + [1 << (i % 900 + 31) for i in range(2000)] + [-(3 ** (i % 300 + 20)) for i in range(1000)],
        "float": [i / 7 for i in range(80000)] + [float("inf"), float("-inf"), float("nan"), -0.0, 5e-324],
        "complex": [complex(i, -i) for i in range(3000)],
        "bool": [True, False],
    }
    small = list(range(-5, 257))
    record(tally, made)
    return made, small


def texts(tally):
    made = {
        "str": [f"text number {i}" for i in range(30000)] + ["é" * (i % 50 + 1) + str(i) for i in range(3000)]
        + ["日本" * (i % 20 + 1) + str(i) for i in range(2000)] + ["🙂" * (i % 10 + 1) + str(i) for i in range(1000)]
        + ["x" * (i * 37 + 600) for i in range(300)] + ["\ud800" + str(i) for i in range(20)],
        "bytes": [b"octets %d" % i for i in range(15000)] + [bytes(i * 41 + 500) for i in range(300)],
        "bytearray": [bytearray(b"array %d" % i) for i in range(2000)] + [bytearray() for _ in range(20)],
    }
    for changed in made["bytearray"][::5]:
        changed.extend(b"more" * 9)
        del changed[:3]
    utf8 = made["str"][30000:30500]
    for text in utf8:
        # A string may carry its UTF-8 form too; sys.getsizeof counts it.
        text.isidentifier()
        with_utf8(text)
    # The single characters and bytes that Python keeps for itself exist from here on.
    single = [chr(i) for i in range(256)] + [bytes(range(256))[i:i + 1] for i in range(256)] + [b""]
    record(tally, made)
    return made, single


def with_utf8(text):
    try:
        os.path.exists(text)
        int(text)
    except (ValueError, UnicodeError):
        pass


def record(tally, made):
    for kind, things in made.items():
        tally[kind] = array.array("Q", map(id, things))


def containers():
    dicts = [{"id": i, "name": "n", "value": i} for i in range(8000)]
    dicts += [{i: str(i) for i in range(n)} for n in (0, 1, 5, 6, 10, 11, 100, 170, 200, 700, 5000)]
    dicts.append(dict.fromkeys(range(90000)))
    dicts += [{(i, "k"): None} for i in range(500)]
    holes = [{f"k{i}": i for i in range(n)} for n in (6, 30, 300, 3000)]
    for mapping in holes:
        for key in list(mapping)[::2]:
            del mapping[key]
    emptied = {i: i for i in range(100)}
    emptied.clear()
    lists = [[i, str(i)] for i in range(8000)] + [[] for _ in range(500)] + [list(range(n)) for n in range(0, 600, 13)]
    for grown in lists[:2000]:
        grown.append(grown)
    for shrunk in lists[2000:3000]:
        shrunk.pop()
    tuples = [(i, str(i), None) for i in range(10000)] + [tuple(range(n)) for n in range(200)] + [()]
    sets = [{i, i + 1} for i in range(3000)] + [set(range(n)) for n in (0, 4, 5, 8, 9, 100, 1000, 5000)]
    for mutated in sets[:1000]:
        mutated.discard(next(iter(mutated)))
    frozen = [frozenset((i, str(i))) for i in range(3000)] + [frozenset()]
    return dicts, holes, emptied, lists, tuples, sets, frozen


def functions():
    def closure(value, other=None, *, keyword=3):
        """Documented."""
        def inner():
            nonlocal value
            value += 1
            return value, other
        return inner

    made = [closure(i, str(i)) for i in range(3000)]
    called = closure(0)
    for _ in range(5000):
        called()
    bound = [Record(i).method for i in range(3000)]
    builtins = [[i].append for i in range(2000)] + [len, print, "x".join, object().__hash__]
    codes = [compile(f"def f{i}(a, b=2, *c, d, **e):\n  x = {i}.5\n  return [a + x for _ in c]\n", f"file{i}.py", "exec")
             for i in range(300)]
    lambdas = [eval(f"lambda a, b={i}: a + b + {i}") for i in range(300)]
    annotated = [annotated_function(i) for i in range(200)]
    empty_cells = [types.CellType() for _ in range(200)]
    return made, called, bound, builtins, codes, lambdas, annotated, empty_cells


def annotated_function(number):
    def annotated(a: int, b: "str" = "x") -> Record:
        return number
    annotated.attribute = number
    return annotated


def generators():
    def counting(n):
        for i in range(n):
            yield i

    def delegating(n):
        yield from counting(n)

    async def coroutine(n):
        return n

    @types.coroutine
    def pause():
        yield 1

    async def pausing(n):
        await pause()
        return n

    async def asynchronous(n):
        for i in range(n):
            yield i

    created = [counting(i) for i in range(1500)]
    suspended = [counting(i + 3) for i in range(1500)] + [delegating(i + 3) for i in range(500)]
    finished = [counting(i % 3) for i in range(500)]
    coroutines = [coroutine(i) for i in range(1000)] + [pausing(i) for i in range(1000)]
    asyncs = [asynchronous(i) for i in range(1000)]
    for generator in suspended:
        next(generator)
    for generator in finished:
        list(generator)
    for suspended_coroutine in coroutines[1000:]:
        suspended_coroutine.send(None)
    iterations = [generator.asend(None) for generator in asyncs[:50]]
    return created, suspended, finished, coroutines, asyncs, iterations


def instances():
    records = [Record(i) for i in range(10000)]
    for changed in records[:500]:
        del changed.label
    for reordered in records[500:1000]:
        reordered.extra = 1
    materialized = [vars(thing) for thing in records[1000:3000]]
    bare = [object() for _ in range(1000)]
    crowded = [Crowded() for _ in range(60)]
    for number, thing in enumerate(crowded):
        for field in range(number):
            setattr(thing, f"field{field}", field)
    points = [Point(i, i * 2) for i in range(5000)]
    labelled = [Labelled(i, i) for i in range(3000)]
    references = [Referable() for _ in range(1000)]
    builtins = [make(i) for make in (
        Number, SlottedNumber, Text, lambda i: Octets(b"o%d" % i), lambda i: Sequence([i]), lambda i: Mapping(a=i),
        lambda i: Pair((i, i)), lambda i: MarkedPair((i, i)), Ratio, lambda i: Group([i]), Failure)
        for i in range(1000)]
    for decorated in builtins[::4]:
        if hasattr(decorated, "__dict__"):
            decorated.note = "decorated"
    classes = [Meta(f"Made{i}", (Record,), {"field": i, "__doc__": None}) for i in range(60)]
    classes += [type(f"Plain{i}", (), {"__slots__": ("a", "b")}) for i in range(60)]
    made_by_classes = [cls() for cls in classes[60:]]
    modules = [types.ModuleType(f"module{i}", "text") for i in range(200)]
    return (records, materialized, bare, crowded, points, labelled, references, builtins, classes, made_by_classes,
            modules)


def library():
    """Objects of types that the tool may know nothing special about."""
    records = [Record(i) for i in range(200)]
    def failed(i):
        try:
            raise Failure(i)
        except Failure as error:
            return error
    return records, [
        [collections.deque(range(i)) for i in range(200)],
        [collections.defaultdict(list, a=[i]) for i in range(200)],
        [collections.OrderedDict(a=i, b=i) for i in range(200)],
        [collections.Counter(str(i)) for i in range(200)],
        [Named(i, i, i) for i in range(500)], list(Colour),
        [datetime.datetime(2020, 1, 1 + i % 28) for i in range(300)], [datetime.timedelta(i) for i in range(300)],
        [decimal.Decimal(i) / 7 for i in range(300)], [fractions.Fraction(i, 7) for i in range(300)],
        [functools.partial(int, str(i)) for i in range(300)], [re.compile(f"a{i}(b+)") for i in range(100)],
        [weakref.ref(thing) for thing in records], [weakref.proxy(thing) for thing in records[:50]],
        weakref.WeakValueDictionary(enumerate(records)), weakref.WeakKeyDictionary((r, 1) for r in records),
        [types.SimpleNamespace(a=i) for i in range(300)], [types.MappingProxyType({"a": i}) for i in range(100)],
        [array.array("d", range(i)) for i in range(100)], [memoryview(bytes(i)) for i in range(100)],
        [slice(i, None) for i in range(200)], [range(i) for i in range(200)], [property(lambda s: 1) for _ in range(50)],
        [staticmethod(len), classmethod(len)], [iter([1, i]) for i in range(100)], [iter({i: 1}) for i in range(100)],
        [zip([i], [i]) for i in range(100)], [enumerate([i]) for i in range(100)], [map(str, [i]) for i in range(100)],
        [itertools.count(i) for i in range(100)], [itertools.chain([i], [i]) for i in range(100)],
        [failed(i) for i in range(100)], [OSError(i, "text") for i in range(50)], os.stat("."), sys.flags,
        [{i: 1}.items() for i in range(50)], [functools.lru_cache(None)(lambda i: i) for _ in range(20)],
        *aliases(),
    ]


def aliases():
    """Generic aliases came with 3.9, unions of types with 3.10."""
    if sys.version_info >= (3, 9):
        yield [list[int], dict[str, int]]
    if sys.version_info >= (3, 10):
        yield int | None
