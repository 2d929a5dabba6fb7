"""A process of some hundred megabytes that counts: the file given holds a number that grows while the process runs.

usage: fixture_large.py COUNTER MEGABYTES
"""

import os
import sys
import time

import fixture


def main():
    counter = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)
    # Pages of different content, in many mappings: nothing of it is shared or zero.
    blocks = [os.urandom(1 << 20) for _ in range(16)]
    kept = [bytearray(blocks[number % 16]) for number in range(int(sys.argv[2]))]
    fixture.announce("block", kept[0])
    os.write(1, b"ready\n")
    parent = os.getppid()
    number = 0
    while os.getppid() == parent:
        number += 1
        os.pwrite(counter, b"%020d" % number, 0)
        time.sleep(0.002)
    return kept


main()
