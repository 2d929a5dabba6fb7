"""A process of about 1 GB with a known number of objects, in the mixture that services have: records as small dicts,
strings, numbers, tuples, lists, instances.

usage: workload.py [MILLIONS]     (default 10 million objects)

Prints a line of JSON with the number of objects it made of each type, then "ready", then waits on standard input.
"""

import gc
import json
import os
import sys
from collections import Counter


class Event:
    def __init__(self, number, name, position):
        self.number = number
        self.name = name
        self.position = position


class Node:
    __slots__ = ("key", "value", "next")

    def __init__(self, key, value, following):
        self.key = key
        self.value = value
        self.next = following


def batch(number):
    """Some forty objects of which none is shared with another round."""
    base = 1_000_000 + number * 32
    ints = [base + i for i in range(12)]
    records = [record(number, base + 12 + i) for i in range(3)]
    event = Event(base + 21, f"event {number}: " + "something happened, and it has been told at length " * 9,
                  (number * 0.25, number * 0.75))
    nodes = Node(base + 22, f"key {number}", Node(f"inner key {number}", f"value {number}", None))
    return (ints, records, event, nodes,
            (b"header %d" % number, b"body %d " % number + b"of a message that has some length " * 24),
            [(f"left {number}", number * 1.5), (f"right {number}", number * 2.5)],
            (f"note {number} " + "to be read later " * 42, complex(number, 1)))


def record(number, identity):
    return {"id": identity, "name": f"user {identity}", "mail": f"user{identity}@example.org", "score": number * 0.5}


def measured_round():
    """What `batch` makes, counted rather than assumed: every object reachable from one result that is not shared."""
    first, second = batch(1), batch(2)
    return owned(first) & owned(second)


def owned(result):
    counts, pending, known = Counter(), [result], {id(result)}
    while pending:
        thing = pending.pop()
        counts[type(thing).__name__] += 1
        for referent in gc.get_referents(thing):
            if id(referent) not in known and not is_shared(referent):
                known.add(id(referent))
                pending.append(referent)
    return counts


def is_shared(thing):
    return thing is None or isinstance(thing, type) or type(thing) is str and thing in ("id", "name", "mail", "score")


def main():
    wanted = int(float(sys.argv[1] if len(sys.argv) > 1 else "10") * 1_000_000)
    per_round = measured_round()
    rounds = wanted // sum(per_round.values())
    gc.disable()
    kept = [batch(number) for number in range(rounds)]
    gc.collect()
    tally = {name: count * rounds for name, count in per_round.items()}
    tally["list"] += 1
    print(json.dumps({"name": "tally", "tally": tally, "objects": sum(tally.values())}))
    print("ready", flush=True)
    while os.read(0, 1):
        pass
    return kept


if __name__ == "__main__":
    main()
