"""Waits while Python ends: in a destructor that runs when modules are cleared, or when the interpreter's state is."""

import codecs
import os
import sys
import threading
import time

from fixture import announce

kept_by = sys.argv[1]
announce("main thread", os, ident=threading.get_ident())


def waits(write=os.write, read=os.read):
    def __del__(self):
        write(1, b"ready\n")
        read(0, 1)
    return __del__


class Waiting:
    __del__ = waits()

    def __call__(self, name):
        return None


# It keeps what it needs until Python ends, and waits outside of Python.
threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
if kept_by == "module":
    waiting = Waiting()
else:
    codecs.register(Waiting())
del Waiting, waits
