"""A heap of a few hundred thousand objects of many types, and the process's own word about every one of them.

usage: fixture_exactness.py FOLDER

After the heap is built the process forks. The child has the same memory at the same addresses; it walks it and writes
the truth (see `fixture_truth.py`), so that nothing the walk allocates or warms up is in the parent, which is dumped.
"""

import gc
import os
import sys

import fixture_truth
from fixture_heap import (churned, containers, functions, generators, instances, library, numbers, texts)


def recycled():
    """Untracked dicts in blocks of ones that were nested so deeply that they went through a chain of objects to be freed."""
    made = []
    for depth in range(40, 60):
        deep = [{"in": number} for number in range(20)]
        for _ in range(depth):
            deep = [deep]
        del deep
        made += [{"before": number, "after": 2} for number in range(20)]
    return made


def main():
    folder = sys.argv[1]
    tally = {}
    left = churned(10000)
    heap = [numbers(tally), texts(tally), containers(), functions(), generators(), instances(), library()]
    left.append(churned(5000))
    left.append(recycled())
    for kind, addresses in tally.items():
        with open(os.path.join(folder, f"tally.{kind}"), "wb") as file:
            addresses.tofile(file)
    for _ in range(3):
        gc.collect()
    gc.disable()
    fixture_truth.write_and_wait(folder)
    return heap, left


main()
