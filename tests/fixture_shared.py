"""A chain of as many tasks as the first argument says, as many generators that share a tail of other generators, and
as many tasks that share another."""

import asyncio
import sys
import types

import fixture

TAIL = 20


def tail(depth):
    if depth:
        yield from tail(depth - 1)
    else:
        while True:
            yield


def even(shared):
    yield from shared


def odd(shared):
    yield from shared


@types.coroutine
def through(shared):
    yield from shared


async def waits(awaited):
    await awaited


async def shares(shared):
    await through(shared)


async def main(count):
    last = asyncio.get_running_loop().create_future()
    chain = []
    for _ in range(count):
        last = asyncio.ensure_future(waits(last))
        chain.append(last)
    shared = tail(TAIL)
    next(shared)
    generators = [(odd if number % 2 else even)(shared) for number in range(count)]
    for generator in generators:
        next(generator)
    shared = tail(TAIL)
    tasks = [asyncio.ensure_future(shares(shared)) for _ in range(count)]
    await asyncio.sleep(0)
    fixture.announce("last", last)
    fixture.ready_and_wait()
    return chain, generators, tasks


asyncio.run(main(int(sys.argv[1])))
