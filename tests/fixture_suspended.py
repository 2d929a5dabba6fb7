"""What frames hold that are in no thread's chain of calls, and what structures of C code hold.

usage: fixture_suspended.py FOLDER

FOLDER has the extension made of `suspending.c`. Each object announced is held in one way and in no other.
"""

import _thread
import sys
import time
from xml.parsers import expat

import fixture


class Only:
    """Held by nothing but what its name says."""


class Blocking:
    """Its destructor does not return, and says that it has begun."""

    def __init__(self, begun):
        self.begun = begun

    def __del__(self):
        self.begun.append(True)
        while True:
            time.sleep(1000)


class Sized:
    def __sizeof__(self):
        return 12345


class SizedItems(Sized, list):
    pass


class Items(list, Sized):
    """Takes the size of a list: Python asks that first."""


class SizedText(str):
    def __sizeof__(self):
        return 12345


class Slotted(Only):
    __slots__ = ("size", "__sizeof_", "_sizeof__")


def sized(keeper_type):
    """Objects whose type says their size by code of its own, and such as do not."""

    class SizedKeeper(keeper_type):
        pass

    own = [Sized(), SizedItems([1]), SizedText("text"), keeper_type(None), SizedKeeper(None)]
    plain = [Items([1]), Slotted(), Only(), "text", [1], {}, keeper_type, object(), Only, sys]
    for is_own, things in ((True, own), (False, plain)):
        for number, thing in enumerate(things):
            fixture.announce(f"sized {is_own} {number}", thing, isSizeBasic=is_own)
    return own, plain


def announced(name):
    only = Only()
    fixture.announce(name, only)
    return only


def outer(keeper):
    first = announced("local of a suspended call")
    return inner(keeper, first is None)


def inner(keeper, nothing):
    second = announced("local of the innermost suspended call")
    keeper.suspend()
    return second, nothing


def returning(begun):
    before = announced("local before the destructor's")
    blocking = Blocking(begun)
    after = announced("local behind the destructor's")
    return len((before is after, blocking is after))


def generating(begun):
    before = announced("generator's local before the destructor's")
    blocking = Blocking(begun)
    after = announced("generator's local behind the destructor's")
    yield len((before is after, blocking is after))


def exhausted(begun):
    for _ in generating(begun):
        pass


def closing(begun, how):
    kept = announced(f"local of a generator that is being {how}")
    try:
        yield kept is None
    finally:
        begun.append(True)
        time.sleep(1000)


def closed(begun):
    generator = closing(begun, "closed")
    next(generator)
    generator.close()


def dropped(begun):
    next(closing(begun, "dropped"))


def run_until_begun(function):
    begun = []
    _thread.start_new_thread(function, (begun,))
    while not begun:
        time.sleep(0.001)


def main():
    sys.path[:0] = sys.argv[1:]
    import suspending
    parser = expat.ParserCreate()
    parser.StartElementHandler = Only()
    fixture.announce("handler", parser.StartElementHandler)
    keeper = suspending.Keeper(Only())
    fixture.announce("kept", keeper.object)
    fixture.announce("keeper", keeper)
    fixture.announce("parser", parser)
    kept = sized(suspending.Keeper)
    _thread.start_new_thread(outer, (keeper,))
    while not keeper.is_suspended:
        time.sleep(0.001)
    for function in (returning, exhausted, closed, dropped):
        run_until_begun(function)
    fixture.ready_and_wait()
    return keeper, parser, kept


main()
