"""A process of a known heap that measures how long it stands still: it looks at the clock all the time.

usage: pulse.py [MILLIONS]     (millions of objects, default 10)

Prints "ready", then for each line on standard input the longest time between two looks since the last, in seconds.
"""

import gc
import select
import sys
import time

from workload import batch

OBJECTS_OF_A_BATCH = 40


def main():
    millions = float(sys.argv[1]) if len(sys.argv) > 1 else 10
    gc.disable()
    kept = [batch(number) for number in range(int(millions * 1e6 / OBJECTS_OF_A_BATCH))]
    gc.freeze()
    print("ready", flush=True)
    last, longest = time.monotonic(), 0.0
    while True:
        readable, _, _ = select.select([sys.stdin], [], [], 0.0005)
        now = time.monotonic()
        longest = max(longest, now - last)
        last = now
        if readable:
            if not sys.stdin.readline():
                return kept
            print(longest, flush=True)
            last, longest = time.monotonic(), 0.0


main()
