"""Coroutines and generators that stand still, each for another reason: what `find-all-stacks` says of them is compared.

An event loop of our own, as Trio's is made: what it is for a coroutine to go on, only the loop knows.
"""

import asyncio
import types

import fixture


@types.coroutine
def trap(reason):
    return (yield reason)


async def parked():
    await trap("until somebody unparks it")


async def parking():
    await parked()


def counting():
    number = 0
    while True:
        yield number
        number += 1


async def items():
    yield 1


async def waiting(future):
    await future


async def turning():
    await asyncio.sleep(0)


def main():
    loop = asyncio.new_event_loop()
    future, done = loop.create_future(), loop.create_future()
    done.set_result(1)
    first = items().__aiter__()
    standing = {"parking": parking(), "counting": counting(), "waiting": waiting(future), "turning": turning()}
    for each in standing.values():
        each.send(None)
    try:
        first.__anext__().send(None)
    except StopIteration:
        pass
    standing.update(items=first, fresh=parking())
    for name, each in standing.items():
        fixture.announce(name, each)
    kept.append((standing, future, done, loop))
    fixture.ready_and_wait()


kept = []
main()
