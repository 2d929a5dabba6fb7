"""A heap of many types, with the process's own word about what its objects refer to and who refers to some of them.

usage: fixture_references.py FOLDER

As in `fixture_exactness.py` a forked child writes the truth, and the parent is dumped. `FOLDER/referents` has a line for
each object of a sample: its address, the address of its type, and the addresses of `gc.get_referents`; `FOLDER/referrers`
one for each target: its address and the addresses of `gc.get_referrers`; `FOLDER/tracked` the addresses of
`gc.get_objects()`; `FOLDER/types` each type's address, its name, and the names of the C types it is or derives from.
"""

import gc
import os
import sys

import fixture
from fixture_heap import containers, functions, generators, instances, library, numbers, texts

SAMPLE = 1000  # objects of each type


class Meta(type):
    __slots__ = ()

    def __call__(cls, *arguments):
        return super().__call__(*arguments)


class Held(metaclass=Meta):
    def __init__(self, number):
        self.number = number


class Slotted(Held):
    __slots__ = ("left", "right")


class Text(str):
    pass


class Pair(tuple):
    pass


class Table(dict):
    __slots__ = ("extra",)


def failing(depth, token):
    if depth:
        failing(depth - 1, [token])
    raise ValueError(token)


def kept_frames(count):
    """Frames that outlived their calls, in the tracebacks of exceptions."""
    kept = []
    for number in range(count):
        try:
            failing(3, number)
        except ValueError as error:
            kept.append(error)
    return kept


def counting(items):
    with open(os.devnull) as file:
        for item in items:
            for other in (item, str(item)):
                yield file, [other for _ in range(2)]


def suspended(count):
    """Generators in the midst of loops: what they iterate over lies on their evaluation stacks."""
    made = [counting([number, -number]) for number in range(count)]
    for number, generator in enumerate(made):
        for _ in range(number % 4):
            next(generator)
        if number % 5 == 0:
            made[number] = (generator, generator.gi_frame)
    return made


def tables(count):
    """Dicts whose keys are all strings, and which know it or do not."""
    made = []
    for number in range(count):
        table = {f"key {number}": number, "other": [number]}
        if number % 3 == 1:
            table.get(number)  # before 3.11 a dict that was ever asked for anything else takes its keys for anything
        if number % 3 == 2:
            table[number] = table.pop("other")
        made.append(table)
    return made


def attributes(count):
    """Instances that keep their attributes in themselves, in a dict, or in both."""
    made, dicts = [kind(number) for number in range(count) for kind in (Held, Slotted)], []
    for number, thing in enumerate(made):
        if number % 3 == 1:
            thing.__dict__[f"extra {number % 7}"] = [number]
        if number % 3 == 2:
            dicts.append(thing.__dict__)
        if isinstance(thing, Slotted) and number % 2:
            thing.left = made[number // 2]
        if number % 11 == 0:
            del thing.number
    for number in range(count):
        text, pair, table = Text(f"text {number}"), Pair((number, [number])), Table(a=number)
        text.owner = pair
        pair.owner = text
        table.extra = (text,)
        made += [text, pair, table]
    return made, dicts


def write(folder, targets, chosen):
    """Writes the truth; run in a process that is not dumped."""
    # No variable here may be one that a nested function or a comprehension uses: its cell would be among the objects.
    frame = sys._getframe()
    objects = gc.get_objects()
    for number, thing in enumerate(objects):
        if thing is frame:
            del objects[number]
            break
    by_type = sampled(objects, chosen)
    own = {id(objects), id(by_type), id(frame)}
    with open(os.path.join(folder, "referents"), "w") as file:
        for kind, things in by_type.items():
            for thing in things:
                file.write(line([thing, kind, *gc.get_referents(thing)], own))
    with open(os.path.join(folder, "referrers"), "w") as file:
        for target in targets:
            file.write(line([target, *gc.get_referrers(target)], own))
    with open(os.path.join(folder, "tracked"), "w") as file:
        file.write(line(objects, own))
    # Last, for it imports modules that change what is written above.
    from fixture_truth import is_python_class
    with open(os.path.join(folder, "types"), "w") as file:
        for kind in by_type:
            names = [f"{kind.__module__}.{kind.__qualname__}".replace(" ", "_"), *made_in_c(kind, is_python_class)]
            file.write(f"{id(kind):X} {' '.join(names)}\n")


def sampled(objects, chosen):
    """The chosen objects, and some of each type: of those that are tracked, and of what they refer to."""
    by_type = {type(thing): [] for thing in chosen}
    for thing in objects:
        by_type.setdefault(type(thing), []).append(thing)
    for things in by_type.values():
        things[:] = things[:: max(1, len(things) // SAMPLE)]
    for thing in chosen:
        by_type[type(thing)].append(thing)
    seen = {id(thing) for things in by_type.values() for thing in things}
    for referent in [referent for thing in objects for referent in gc.get_referents(thing)]:
        things = by_type.setdefault(type(referent), [])
        if id(referent) not in seen and len(things) < SAMPLE:
            seen.add(id(referent))
            things.append(referent)
    return by_type


def line(things, own):
    return " ".join([f"{id(thing):X}" for thing in things if id(thing) not in own]) + "\n"


def made_in_c(kind, is_python_class):
    return [f"{base.__module__}.{base.__qualname__}" for base in kind.__mro__ if not is_python_class(base)]


def main():
    if "threading" in sys.modules and not sys.flags.no_site:
        # Some start-up file of this machine imports it: it would change memory in the child of the fork.
        os.execv(sys.executable, [sys.executable, "-S", *sys.argv])
    folder = sys.argv[1]
    tally = {}
    heap = [numbers(tally), texts(tally), containers(), functions(), generators(), instances(), library()]
    errors, yielding, dicts = kept_frames(1000), suspended(1000), tables(1000)
    things, own_dicts = attributes(1000)
    holders = [errors[5], errors[5].__traceback__.tb_frame, yielding[7], dicts[3], things[5], things[40], Held, Slotted,
               Meta, failing, failing.__code__, sys.modules["fixture"], sys.modules, heap, errors, len, os.open, "other"]
    chosen = own_dicts + dicts + things
    for _ in range(3):
        gc.collect()
    gc.disable()
    child = os.fork()
    if child == 0:
        try:
            write(folder, holders, chosen)
            os._exit(0)
        except BaseException as error:
            os.write(2, f"fixture_references: {type(error).__name__}: {error}\n".encode())
            os._exit(1)
    if os.waitpid(child, 0)[1] != 0:
        sys.exit("the truth could not be written")
    fixture.ready_and_wait()
    return heap, errors, yielding, holders, chosen


main()
