"""A process in a state in which a dumper must do no harm, and which writes down how it fares.

usage: fixture_states.py LIBRARY COUNTERS STATE

Two numbers of 8 bytes in the file COUNTERS grow while the process runs: the main thread's, and that of the thread that
is asleep, or of signals that arrived. STATE is `asleep`, `supplied`, `supplied-shared`, `dead-server`, `reserved` or `signals`.
"""

import ctypes
import mmap
import os
import signal
import sys
import threading
import time

import fixture

LIBRARY = ctypes.CDLL(sys.argv[1])
LIBRARY.supplied.restype = ctypes.c_size_t
LIBRARY.sleep_in_kernel.argtypes = [ctypes.c_double]
RESERVED = 3 << 40


def counters(path):
    with open(path, "w+b") as file:
        file.truncate(4096)
        return memoryview(mmap.mmap(file.fileno(), 4096)).cast("Q")


def asleep(found):
    def work():
        while True:
            LIBRARY.sleep_in_kernel(3)
            for _ in range(100):
                found[1] += 1
                time.sleep(0.001)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread.native_id


def reserved():
    libc = ctypes.CDLL(None)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
    # PROT_READ | PROT_WRITE; MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    start = libc.mmap(None, RESERVED, 3, 0x4022, -1, 0)
    for place in range(0, RESERVED, RESERVED // 64):
        ctypes.memset(start + place, 1, 16)
    return start


def signals(found):
    number = signal.SIGRTMIN + 1
    LIBRARY.count_signals(number, ctypes.byref(ctypes.c_uint64.from_buffer(found, 8)))
    return number


def main():
    found, state = counters(sys.argv[2]), sys.argv[3]
    value = {"asleep": lambda: asleep(found), "supplied": lambda: LIBRARY.supplied(0, 1),
             "supplied-shared": lambda: LIBRARY.supplied(1, 1), "dead-server": lambda: LIBRARY.supplied(1, 0),
             "reserved": reserved, "signals": lambda: signals(found)}[state]()
    fixture.announce("state", found, value=value)
    os.write(1, b"ready\n")
    parent = os.getppid()
    while os.getppid() == parent:
        found[0] += 1
        time.sleep(0.001)


main()
