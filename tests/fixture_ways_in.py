"""A process with threads, tasks and objects that every way of dumping it must show alike.

usage: fixture_ways_in.py [FOLDER FILTER]

With a folder it becomes the place of the core that the kernel writes, with FILTER for its `coredump_filter`.
"""

import asyncio
import mmap
import os
import resource
import sys
import threading

import fixture


class Known:
    def __init__(self, number):
        self.number = number
        self.text = "way in %d" % number


async def wait_for(event):
    await event.wait()


async def run(started):
    event = asyncio.Event()
    tasks = [asyncio.ensure_future(wait_for(event)) for _ in range(20)]
    await asyncio.sleep(0)
    started.set()
    await asyncio.gather(*tasks)


def loop(started):
    asyncio.run(run(started))


def main():
    if len(sys.argv) > 2:
        _, most = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (most, most))
        with open("/proc/self/coredump_filter", "w") as file:
            file.write(sys.argv[2])
        os.chdir(sys.argv[1])
    # Memory as large as a heap's, beside the libraries: in some forms of a dump the bytes of both are neighbours.
    large = mmap.mmap(-1, 66 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    # The kernel leaves out of a core what was never touched.
    large[0] = 1
    known = [Known(number) for number in range(5000)]
    started = threading.Event()
    threading.Thread(target=loop, args=(started,), daemon=True).start()
    for _ in range(2):
        threading.Thread(target=threading.Event().wait, daemon=True).start()
    started.wait()
    fixture.announce("instance", known[7])
    fixture.ready_and_wait()
    return known, large


main()
