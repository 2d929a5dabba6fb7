"""Three threads, each stopped at a known place of a known call stack."""

import threading
import time

import fixture

started = threading.Barrier(3)


def outermost(depth):
    greeting = "called from the outside"
    return middle(depth + 1, greeting)


def middle(depth, text):
    return [innermost(depth + 1, text)]


def innermost(depth, text):
    started.wait()
    time.sleep(3600)


def recursive(level):
    if level == 0:
        innermost(0, "recursive")
    else:
        recursive(level - 1)


def main():
    threading.Thread(target=outermost, args=(0,), name="caller", daemon=True).start()
    threading.Thread(target=recursive, args=(5,), name="recursion", daemon=True).start()
    started.wait()
    # Both are on their way into the sleep; give them the time to get there.
    time.sleep(0.3)
    last_call()


def last_call():
    fixture.ready_and_wait()


main()
