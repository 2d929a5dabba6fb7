"""Run by two_pythons.c in each of its Pythons: objects of a class, counted, and a thread that waits in a function."""

import os
import sys
import threading

VERSION = "%d.%d.%d" % sys.version_info[:3]


class Thing:
    pass


def waits_in_vain():
    os.write(1, ('{"name": "%s", "type": "%016X", "class": "%016X", "things": %d, "thread": %d}\n' % (
        VERSION, id(type), id(Thing), len(THINGS), threading.get_ident())).encode())
    os.write(ready, b".")  # noqa: F821 - the program puts it there
    os.read(0, 1)


THINGS = [Thing() for _ in range(sys.version_info[1] * 10)]
waits_in_vain()
