"""A process whose only thread runs a generator, and in which others have ended: for `find-all-threads --exhaustive`."""

import threading

import fixture


def stands_inside():
    """A generator has an item of its own for the exceptions that it handles, which leads to the thread's."""
    try:
        raise ValueError
    except ValueError:
        yield fixture.ready_and_wait()


ended = [threading.Thread(target=threading.get_ident) for _ in range(20)]
for thread in ended:
    thread.start()
for thread in ended:
    thread.join()
fixture.announce("thread", threading.main_thread(), ident=threading.get_ident())
next(stands_inside())
