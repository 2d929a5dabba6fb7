"""Makers of iterators of every kind, at their start, in the middle and at their end."""

import array
import collections
import contextvars
import gc
import itertools
import operator
import re
import struct
import sys
import types

LARGE = 1 << 70
ITEMS = [1000, "two", 3.0, None, (5,)]
NESTED = [ITEMS, ITEMS]
TABLE = {"one": 1, 2: "two", (3,): None}
MEMBERS = frozenset(ITEMS)
DEQUE = collections.deque(ITEMS)
ODD = lambda item: True  # noqa: E731 - one function that all share
ORDERED = collections.OrderedDict(TABLE)


def pair(i):
    """A list for an iterator to go over: every fourth has one of its own."""
    return ITEMS if i % 4 else [i, i]


def table(i):
    return TABLE if i % 4 else {i: i, "k": 1}


def deque(i):
    return DEQUE if i % 4 else collections.deque([i, 1])


class Counted:
    """Iterable by index alone."""

    def __getitem__(self, index):
        if index > 2:
            raise IndexError
        return index


def at(make):
    """Every third iterator has given one item, every seventh all of them."""
    def made(i):
        iterator = make(i)
        if i % 7 == 0:
            for _ in itertools.islice(iterator, 40):
                pass
        elif i % 3 == 0:
            next(iterator, None)
        return iterator
    return made


def of_containers():
    yield "list_iterator", lambda i: iter(pair(i))
    yield "list_reverseiterator", lambda i: reversed(ITEMS)
    yield "tuple_iterator", lambda i: iter((i, i))
    yield "set_iterator", lambda i: iter(MEMBERS if i % 4 else {i, "x"})
    yield "str_iterator", lambda i: iter("日本" + str(i))
    yield "str_ascii_iterator", lambda i: iter(str(i))
    yield "bytes_iterator", lambda i: iter(b"%d" % i)
    yield "bytearray_iterator", lambda i: iter(bytearray(b"%d" % i))
    yield "memory_iterator", lambda i: iter(memoryview(b"%d" % i))
    yield "dict_keyiterator", lambda i: iter(table(i))
    yield "dict_valueiterator", lambda i: iter(table(i).values())
    yield "dict_itemiterator", lambda i: iter(TABLE.items())
    yield "dict_reversekeyiterator", lambda i: reversed(table(i))
    yield "dict_reversevalueiterator", lambda i: reversed(TABLE.values())
    yield "dict_reverseitemiterator", lambda i: reversed(TABLE.items())
    yield "odict_iterator", lambda i: iter(ORDERED if i % 4 else collections.OrderedDict({i: i, "k": 1}))
    yield "odict item iterator", lambda i: iter(ORDERED.items()) if i % 2 else reversed(ORDERED.values())
    yield "array.arrayiterator", lambda i: iter(array.array("i", [i]))
    yield "deque_iterator", lambda i: iter(deque(i))
    yield "deque_reverse_iterator", lambda i: reversed(deque(i))
    yield "iterator by index", lambda i: iter(Counted())
    yield "range_iterator", lambda i: iter(range(i, i + 3))
    yield "longrange_iterator", lambda i: iter(range(LARGE + i, LARGE + i + 5, 2))
    yield "reversed", lambda i: reversed((i, i))
    yield "callable_iterator", lambda i: iter(lambda: i, i if i % 2 else None)
    yield "mappingproxy iterator", lambda i: iter(types.MappingProxyType({i: 1}))
    yield "finditer", lambda i: re.finditer(r"\d", str(i))
    yield "struct iterator", lambda i: struct.Struct("<H").iter_unpack(bytes(8))
    yield "context iterator", lambda i: iter(contextvars.copy_context().items())
    if sys.version_info >= (3, 11):
        yield "generic alias iterator", lambda i: iter(list[i])


def views():
    yield "dict_keys", lambda i: table(i).keys()
    yield "dict_values", lambda i: table(i).values()
    yield "dict_items", lambda i: table(i).items()
    yield "odict_keys", lambda i: (ORDERED if i % 4 else collections.OrderedDict({i: 1})).keys()
    yield "odict_values", lambda i: ORDERED.values()
    yield "odict_items", lambda i: ORDERED.items()


def built_in():
    yield "enumerate", lambda i: enumerate(ITEMS, i if i % 2 else LARGE + i)
    yield "zip", lambda i: zip(ITEMS, pair(i))
    yield "map", lambda i: map(operator.eq, pair(i), (1, 2))
    yield "filter", lambda i: filter(None if i % 2 else ODD, pair(i))


def groups():
    """The groups of a `groupby`, apart from it."""
    def group(i):
        return next(itertools.groupby((i, i, 1)))[1]
    return group


def of_itertools():
    yield "accumulate", lambda i: itertools.accumulate((1, 2, i), (None, operator.add)[i % 2], initial=(None, i)[i % 2])
    yield "chain", lambda i: itertools.chain(ITEMS, pair(i))
    yield "chain.from_iterable", lambda i: itertools.chain.from_iterable([ITEMS, pair(i)] if i % 4 == 0 else NESTED)
    yield "combinations", lambda i: itertools.combinations([i, 1, 2], 2)
    yield "combinations_with_replacement", lambda i: itertools.combinations_with_replacement([i, 1], 2)
    yield "compress", lambda i: itertools.compress(pair(i), ITEMS)
    yield "count", lambda i: itertools.count(*((i,), (LARGE + i,), (i, 0.5), (i + 1000, 2))[i % 4])
    yield "cycle", lambda i: itertools.cycle(pair(i))
    yield "dropwhile", lambda i: itertools.dropwhile(ODD, pair(i))
    yield "filterfalse", lambda i: itertools.filterfalse(None if i % 2 else ODD, [0, i])
    yield "groupby", lambda i: itertools.groupby(pair(i), None if i % 2 else ODD)
    yield "_grouper", groups()
    yield "islice", lambda i: itertools.islice(pair(i), 1, None)
    yield "permutations", lambda i: itertools.permutations([i, 1, 2], 2)
    yield "product", lambda i: itertools.product([i, 1], "ab")
    yield "repeat", lambda i: itertools.repeat(pair(i), 3) if i % 2 else itertools.repeat(i)
    yield "starmap", lambda i: itertools.starmap(operator.add, ((i, 1), (i, 2)))
    yield "takewhile", lambda i: itertools.takewhile(ODD, pair(i))
    yield "tee", lambda i: itertools.tee(pair(i))[i % 2]
    yield "zip_longest", lambda i: itertools.zip_longest(ITEMS, pair(i), fillvalue=str(i))
    if sys.version_info >= (3, 10):
        yield "pairwise", lambda i: itertools.pairwise(pair(i))
    if sys.version_info >= (3, 12):
        yield "batched", lambda i: itertools.batched(pair(i), 2)


def advanced():
    for source in (of_containers, views, built_in, of_itertools):
        for name, make in source():
            yield name, make if source is views else at(make)
    yield "_tee_dataobject", lambda i: tee_data(i)


def tee_data(i):
    """What the iterators of one `tee` share: full, so that there is a next one, or not."""
    first, second = itertools.tee(range(i, i + 100))
    for _ in range((0, 3, 70)[i % 3]):
        next(first)
    return next(thing for thing in gc.get_referents(second) if type(thing) is itertools._tee_dataobject)


def of_code():
    """Iterators over what a code object knows of its instructions."""
    if sys.version_info >= (3, 10):
        yield "line_iterator", lambda i: at.__code__.co_lines()
    if sys.version_info >= (3, 11):
        yield "positions_iterator", lambda i: at.__code__.co_positions()
