"""Functions of Twisted that wait for ever, in all ways to write them. Its arguments are the folders with what it
imports."""

import json
import sys

sys.path[:0] = sys.argv[1:]

from twisted.internet import defer, reactor

never = defer.Deferred()


@defer.inlineCallbacks
def innermost():
    yield never


@defer.inlineCallbacks
def outer():
    yield innermost()


async def coroutine():
    await never


def say():
    print(json.dumps({"name": "never", "address": "%016X" % id(never)}), flush=True)
    print("ready", flush=True)


kept = [outer(), defer.ensureDeferred(coroutine())]
reactor.callLater(0.5, say)
reactor.run()
