"""What every fixture shares: it tells the addresses of its objects, says that it is ready, and waits."""

import json
import os
import sys


def announce(name, thing, **facts):
    """Tells the tests where an object is and what Python says about it."""
    line = {"name": name, "address": "%016X" % id(thing), "type": type(thing).__name__,
            "size": sys.getsizeof(thing), **facts}
    os.write(1, json.dumps(line).encode() + b"\n")


def ready_and_wait():
    """Says `ready`, then blocks in a system call until the tests end; without them, ends itself."""
    os.write(1, b"ready\n")
    while os.read(0, 1):
        pass
    os._exit(0)
