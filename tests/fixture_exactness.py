"""A heap of a few hundred thousand objects of many types, and the process's own word about every one of them.

usage: fixture_exactness.py FOLDER

After the heap is built the process forks. The child has the same memory at the same addresses; it walks it and writes
the truth (see `fixture_truth.py`), so that nothing the walk allocates or warms up is in the parent, which is dumped.
Nothing here may import `threading` or `random`: they change memory in the child of a fork.
"""

import gc
import os
import sys

import fixture
import fixture_truth
from fixture_heap import (churned, containers, functions, generators, instances, library, numbers, texts)


def main():
    folder = sys.argv[1]
    tally = {}
    left = churned(10000)
    heap = [numbers(tally), texts(tally), containers(), functions(), generators(), instances(), library()]
    left.append(churned(5000))
    for kind, addresses in tally.items():
        with open(os.path.join(folder, f"tally.{kind}"), "wb") as file:
            addresses.tofile(file)
    for _ in range(3):
        gc.collect()
    gc.disable()
    child = os.fork()
    if child == 0:
        # `_exit`, so that nothing of the child's end runs Python code twice.
        try:
            fixture_truth.write(os.path.join(folder, "truth"))
            os._exit(0)
        except BaseException as error:
            os.write(2, f"fixture_truth: {type(error).__name__}: {error}\n".encode())
            os._exit(1)
    if os.waitpid(child, 0)[1] != 0:
        sys.exit("the truth could not be written")
    fixture.ready_and_wait()
    return heap, left


main()
