"""Multidicts of all sizes, as one release of the package makes them.

usage: fixture_multidict.py PACKAGES
"""

import sys

sys.path.insert(0, sys.argv[1])

import multidict

import fixture


class Derived(multidict.MultiDict):
    """Has a `__dict__` and weak references beside the fields of its base."""


class Key(str):
    pass


def filled(kind, count, key="key {}".format):
    made = kind()
    for number in range(count):
        made.add(key(number), number)
    return made


def shrunk(kind, count, left):
    made = filled(kind, count)
    while len(made) > left:
        made.popitem()
    return made


def popped_from_the_front(kind, count, left):
    made = filled(kind, count)
    for number in range(count - left):
        del made["key {}".format(number)]
    return made


def cleared(kind, count):
    made = filled(kind, count)
    made.clear()
    return made


def with_hash(sign):
    """A string whose hash has the sign: which have it is otherwise in each process."""
    return next(text for text in map("name {}".format, range(10000)) if hash(text) * sign > 0)


def main():
    kept = []
    for kind in (multidict.MultiDict, multidict.CIMultiDict, Derived):
        all_of_kind = {f"of {count}": filled(kind, count) for count in (0, 1, 5, 6, 28, 29, 30, 64, 200, 3000, 50000)}
        all_of_kind.update({
            "given at once": kind({"a": 1, "b": 2}), "copied": filled(kind, 40).copy(),
            "shrunk": shrunk(kind, 500, 3), "shrunk to none": shrunk(kind, 40, 0), "small, shrunk to none": shrunk(kind, 4, 0),
            "popped from the front": popped_from_the_front(kind, 500, 3), "cleared": cleared(kind, 300),
            "of a negative hash": kind({with_hash(-1): 1}), "of a positive hash": kind({with_hash(1): 1}),
            "of a negative hash first, and istr": kind([(with_hash(-1), 1), (multidict.istr("Two"), 2), (Key("three"), 3)]),
            "of one key": filled(kind, 3000, lambda number: "same"), "of istr": filled(kind, 40, multidict.istr),
            "of a subclass of str": filled(kind, 40, Key),
        })
        for name, made in all_of_kind.items():
            fixture.announce(f"{kind.__name__} {name}", made)
        kept.append(all_of_kind)
    fixture.ready_and_wait()
    return kept


main()
