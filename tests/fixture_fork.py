"""A child that was forked while another thread had a lock, which nobody can give back here."""

import os
import signal
import threading
import time

from target import die_with_parent


def hold(lock, begun):
    with lock:
        begun.set()
        time.sleep(3600)


def main():
    lock, begun = threading.RLock(), threading.Event()
    threading.Thread(target=hold, args=(lock, begun), name="left out", daemon=True).start()
    begun.wait()
    child = os.fork()
    if child == 0:
        die_with_parent()
        # No new thread: it would get the identifier of the one that is left out, and with it the lock.
        print('{"name": "child", "pid": %d}\nready' % os.getpid(), flush=True)
        lock.acquire()
    signal.pause()


main()
