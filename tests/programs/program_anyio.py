"""Tasks of anyio on asyncio that wait for one another's locks. Its arguments are the folders with what it imports."""

import asyncio
import sys

sys.path[:0] = sys.argv[1:]

import anyio


async def cross(name, first, second):
    asyncio.current_task().set_name(name)
    async with first:
        await anyio.sleep(0.05)
        async with second:
            pass


async def acquire(name, first, second):
    """Without blocks: only the locks themselves say who has them."""
    asyncio.current_task().set_name(name)
    await first.acquire()
    await anyio.sleep(0.05)
    await second.acquire()


async def main():
    kinds = {"limiter": (cross, anyio.Lock(), anyio.CapacityLimiter(1)),
             "semaphore": (cross, anyio.Lock(), anyio.Semaphore(1)),
             "locks": (acquire, anyio.Lock(), anyio.Lock())}
    async with anyio.create_task_group() as group:
        for name, (function, first, second) in kinds.items():
            group.start_soon(function, f"{name} 1", first, second)
            group.start_soon(function, f"{name} 2", second, first)
        await anyio.sleep(0.5)
        print("ready", flush=True)


anyio.run(main)
