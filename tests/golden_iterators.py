"""Known iterators of every built-in type, at their start, in the middle and at their end."""

import array
import collections
import contextvars
import itertools
import operator
import struct
import sys

NUMBERS = [1, 2, 3]
TABLE = {"one": 1, "two": 2, "three": 3}
ORDERED = collections.OrderedDict(TABLE)
VARIABLE = contextvars.ContextVar("variable")
CONTEXT = contextvars.Context()
CONTEXT.run(VARIABLE.set, 1)


class Indexed:
    """Iterable by index alone."""

    def __getitem__(self, index):
        if index > 2:
            raise IndexError
        return index


class Sized(Indexed):
    """Reversible by index and length."""

    def __len__(self):
        return 3


def is_odd(number):
    return number % 2


def of_containers():
    yield "list_iterator", lambda: iter(NUMBERS)
    yield "list_reverseiterator", lambda: reversed(NUMBERS)
    yield "tuple_iterator", lambda: iter((1, 2, 3))
    yield "set_iterator", lambda: iter({1, 2, 3})
    yield "str_iterator", lambda: iter("日本é")
    yield "str_ascii_iterator", lambda: iter("abc")
    yield "bytes_iterator", lambda: iter(b"abc")
    yield "bytearray_iterator", lambda: iter(bytearray(b"abc"))
    yield "memory_iterator", lambda: iter(memoryview(b"abc"))
    yield "dict_keyiterator", lambda: iter(TABLE)
    yield "dict_valueiterator", lambda: iter(TABLE.values())
    yield "dict_itemiterator", lambda: iter(TABLE.items())
    yield "dict_reversekeyiterator", lambda: reversed(TABLE)
    yield "dict_reversevalueiterator", lambda: reversed(TABLE.values())
    yield "dict_reverseitemiterator", lambda: reversed(TABLE.items())
    yield "odict_iterator", lambda: iter(ORDERED)
    yield "odict_itemiterator", lambda: iter(ORDERED.items())
    yield "odict_reverseiterator", lambda: reversed(ORDERED.values())
    yield "arrayiterator", lambda: iter(array.array("i", [1, 2, 3]))
    yield "deque_iterator", lambda: iter(collections.deque(NUMBERS))
    yield "deque_reverse_iterator", lambda: reversed(collections.deque(NUMBERS))
    yield "iterator_by_index", lambda: iter(Indexed())
    yield "range_iterator", lambda: iter(range(1, 9, 3))
    yield "longrange_iterator", lambda: iter(range(1 << 70, (1 << 70) + 5, 2))
    yield "reversed", lambda: reversed(Sized())
    yield "reversed_tuple", lambda: reversed((1, 2, 3))
    yield "callable_iterator", lambda: iter([1, 2, 3].pop, 1)
    yield "unpack_iterator", lambda: struct.iter_unpack("<H", b"ab" * 3)
    yield "context_keys", lambda: iter(CONTEXT)
    yield "context_items", lambda: iter(CONTEXT.items())


def built_in():
    yield "enumerate", lambda: enumerate(NUMBERS, 5)
    yield "enumerate_large", lambda: enumerate(NUMBERS, 1 << 70)
    yield "zip", lambda: zip(NUMBERS, "abc")
    yield "map", lambda: map(operator.add, NUMBERS, NUMBERS)
    yield "filter", lambda: filter(is_odd, NUMBERS)
    yield "filter_none", lambda: filter(None, NUMBERS)


def of_itertools():
    yield "accumulate", lambda: itertools.accumulate(NUMBERS)
    yield "accumulate_function", lambda: itertools.accumulate(NUMBERS, operator.mul, initial=10)
    yield "chain", lambda: itertools.chain(NUMBERS, "ab")
    yield "chain_from_iterable", lambda: itertools.chain.from_iterable([NUMBERS, "ab"])
    yield "combinations", lambda: itertools.combinations(NUMBERS, 2)
    yield "combinations_with_replacement", lambda: itertools.combinations_with_replacement(NUMBERS, 2)
    yield "compress", lambda: itertools.compress(NUMBERS, (1, 0, 1))
    yield "cycle", lambda: itertools.cycle(NUMBERS)
    yield "dropwhile", lambda: itertools.dropwhile(is_odd, NUMBERS)
    yield "filterfalse", lambda: itertools.filterfalse(is_odd, NUMBERS)
    yield "groupby", lambda: itertools.groupby(NUMBERS, is_odd)
    yield "islice", lambda: itertools.islice(NUMBERS, 1, 9, 2)
    yield "permutations", lambda: itertools.permutations(NUMBERS, 2)
    yield "product", lambda: itertools.product(NUMBERS, "ab")
    yield "starmap", lambda: itertools.starmap(operator.add, ((1, 2), (3, 4)))
    yield "takewhile", lambda: itertools.takewhile(is_odd, NUMBERS)
    yield "tee", lambda: itertools.tee(NUMBERS)[0]
    yield "zip_longest", lambda: itertools.zip_longest(NUMBERS, "a", fillvalue="-")
    if sys.version_info >= (3, 10):
        yield "pairwise", lambda: itertools.pairwise(NUMBERS)
    if sys.version_info >= (3, 12):
        yield "batched", lambda: itertools.batched(NUMBERS, 2)


def counting():
    """Those that have no end, or whose `repr` says where they are."""
    yield "count", itertools.count()
    started = itertools.count(5)
    next(started)
    yield "count_started", started
    yield "count_step", itertools.count(5, 3)
    yield "count_real", itertools.count(0.5, 0.25)
    yield "count_large", itertools.count(1 << 70)
    yield "repeat", itertools.repeat("x")
    yield "repeat_times", itertools.repeat("x", 3)
    exhausted = itertools.repeat("x", 1)
    next(exhausted)
    yield "repeat_exhausted", exhausted
    groups = itertools.groupby(NUMBERS, is_odd)
    yield "grouper", next(groups)[1]
    # Kept: a group without its `groupby` cannot go on.
    yield "groupby_of_grouper", groups


def advanced():
    for source in (of_containers, built_in, of_itertools):
        for name, make in source():
            yield name, make()
            middle = make()
            next(middle)
            yield f"{name}_started", middle
            exhausted = make()
            # A `cycle` has no end.
            for _ in itertools.islice(exhausted, 40):
                pass
            yield f"{name}_exhausted", exhausted


SOURCES = (advanced, counting)
