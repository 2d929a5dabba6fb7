"""A process at work that notices when anything goes wrong with it: threads that check sums, pass messages through a
socket pair, wait with time limits and run children, and a timer whose signals are handled.

Prints "ready", then for each line on standard input a line of JSON: how often each did its work, and the errors.
"""

import hashlib
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time

DONE = {}
ERRORS = []


def endless(work):
    """Runs a piece of work again and again, and notes what it raises."""
    def run():
        while True:
            try:
                work()
                DONE[work.__name__] = DONE.get(work.__name__, 0) + 1
            except BaseException as error:
                ERRORS.append(f"{work.__name__}: {type(error).__name__}: {error}")
                time.sleep(0.01)
    threading.Thread(target=run, daemon=True).start()


DATA = os.urandom(1 << 20)
SUM = hashlib.sha256(DATA).digest()
LEFT, RIGHT = socket.socketpair()
QUEUE = queue.Queue()


def check_sums():
    if hashlib.sha256(DATA).digest() != SUM:
        raise RuntimeError("the data have changed")
    time.sleep(0.001)


def send():
    LEFT.sendall(b"%015d\n" % DONE.get("send", 0))
    time.sleep(0.0005)


def receive():
    data = b""
    while len(data) < 16:
        data += RIGHT.recv(16 - len(data))
    if int(data) != DONE.get("receive", 0):
        raise RuntimeError(f"message {data} after {DONE.get('receive', 0)}")


def wait():
    begin = time.monotonic()
    try:
        QUEUE.get(timeout=0.01)
    except queue.Empty:
        if time.monotonic() - begin < 0.009:
            raise RuntimeError("a wait was cut short")


def run_child():
    done = subprocess.run(["/bin/sh", "-c", "exit 7"])
    if done.returncode != 7:
        raise RuntimeError(f"a child ended with {done.returncode}")
    time.sleep(0.05)


def tick(*_):
    DONE["tick"] = DONE.get("tick", 0) + 1


def main():
    signal.signal(signal.SIGALRM, tick)
    signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
    for work in (check_sums, send, receive, wait, run_child):
        endless(work)
    print("ready", flush=True)
    for _ in sys.stdin:
        print(json.dumps({"done": DONE, "errors": ERRORS}), flush=True)


main()
