"""Tasks of Trio that wait for ever, and none that could run. Its arguments are the folders with what it imports."""

import sys

sys.path[:0] = sys.argv[1:]

import trio


async def consume(channel):
    async for _ in channel:
        pass


async def cross(first, second):
    async with first:
        await trio.sleep(0.05)
        async with second:
            pass


async def main():
    send, receive = trio.open_memory_channel(1)
    lock, limiter = trio.Lock(), trio.CapacityLimiter(1)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(consume, receive)
        nursery.start_soon(cross, lock, limiter)
        nursery.start_soon(cross, limiter, lock)
        await trio.sleep(0.5)
        print("ready", flush=True)
    await send.aclose()


trio.run(main)
