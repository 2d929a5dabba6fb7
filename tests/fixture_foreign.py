"""What packages written in C hold, and what they say of their size: greenlets, multidicts, pandas.

usage: fixture_foreign.py PACKAGES

Each object announced as `held …` is held in one way and in no other.
"""

import sys

sys.path.insert(0, sys.argv[1])

import greenlet
import multidict
import pandas

import fixture


class Only:
    """Held by nothing but what its name says."""


class Derived(greenlet.greenlet):
    pass


def announced(name):
    only = Only()
    fixture.announce(f"held {name}", only)
    return only


def outer(main, name):
    first = announced(f"outer of {name}")
    return inner(main, name, first is None)


def inner(main, name, nothing):
    second = announced(f"inner of {name}")
    main.switch()
    return second, nothing


def main():
    current = greenlet.getcurrent()
    greenlets = [kind(outer) for kind in (greenlet.greenlet, Derived)]
    for number, waiting in enumerate(greenlets):
        fixture.announce(f"greenlet {number}", waiting)
        waiting.switch(current, str(number))
    small, large = multidict.CIMultiDict(), multidict.MultiDict()
    small.add("key", announced("small"))
    for number in range(300):
        large.add(f"key {number}", announced("large") if number == 200 else number)
    fixture.announce("multidict small", small)
    fixture.announce("multidict large", large)
    sized = [small, large, pandas.Series(range(100)), pandas.DataFrame({"one": [1, 2], "two": ["x", "y"]}),
             pandas.Index([3, 4, 9]), pandas.RangeIndex(5), pandas.Timestamp("2024-02-29"), *greenlets,
             greenlet.greenlet(len), multidict.istr("text")]
    for number, thing in enumerate(sized):
        fixture.announce(f"sized {number} {type(thing).__name__}", thing)
    fixture.ready_and_wait()
    return greenlets, sized


main()
