"""A process in which one object refers to another by memory of its own, which a test takes out of its dump."""

import ctypes
import sys

import fixture

ITEMS = 100000
OB_ITEM = 24  # where a list has the address of its items, in bytes


class Known:
    pass


def main():
    thing = Known()
    things = [thing] * ITEMS
    others = {"thing": thing}
    fixture.announce("thing", thing)
    fixture.announce("others", others)
    start = ctypes.c_size_t.from_address(id(things) + OB_ITEM).value
    fixture.announce("list", things, items=start, bytes=ITEMS * 8)
    known = [Known() for _ in range(1000)]
    fixture.announce("process", sys, known=len(known) + 1)
    fixture.ready_and_wait()
    return known, others


main()
