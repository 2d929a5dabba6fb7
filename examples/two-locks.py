"""Two threads that move money between two accounts, in opposite directions: each holds one account's lock and waits for
the other's, and nothing moves any more.

Prints its process id and "ready" when it stands still, then waits. The walk-through is in `two-locks.md`.
"""

import os
import threading

both_hold = threading.Barrier(2)


class Account:
    def __init__(self, name, balance):
        self.name = name
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount):
    with source.lock:
        both_hold.wait()
        # The mistake: the order of the locks depends on the direction.
        with target.lock:
            source.balance -= amount
            target.balance += amount


def main():
    savings, checking = Account("savings", 100), Account("checking", 100)
    threads = [
        threading.Thread(target=transfer, args=(savings, checking, 30), name="to checking"),
        threading.Thread(target=transfer, args=(checking, savings, 20), name="to savings"),
    ]
    for thread in threads:
        thread.daemon = True
        thread.start()
    threading.Timer(0.5, report).start()
    for thread in threads:
        thread.join()
    print("savings", savings.balance, "checking", checking.balance)


def report():
    print("process", os.getpid())
    print("ready", flush=True)


main()
