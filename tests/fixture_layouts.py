"""Objects in the states in which their structures differ: split tables, index sizes, deleted keys, watched types, a
list in the middle of a sort, generators in every state. Announces those that the tests ask about or damage."""

import gc
import os
import struct
import sys
import types

import fixture


class Shared:
    """Its instances share their keys; some lack attributes that others have."""

    def __init__(self, present):
        for name in present:
            setattr(self, name, name)


class Slots:
    __slots__ = ("a", "b", "__weakref__")


def split_tables():
    names = ["a", "b", "c", "d", "e"]
    made = [Shared(names[:count]) for count in range(6) for _ in range(20)]
    made += [Shared(names[start:]) for start in range(5) for _ in range(20)]
    for lacking in made[::3]:
        for name in ("c", "a"):
            if hasattr(lacking, name):
                delattr(lacking, name)
    return made, [vars(thing) for thing in made[::2]]


def tables():
    """Dicts whose indices have 8, 16 and 32 bits, with and without holes."""
    made = {}
    for size in (0, 1, 5, 8, 60, 127, 129, 1000, 20000, 40000, 70000):
        made[f"table {size}"] = {number: None for number in range(size)}
        holes = {f"key {number}": number for number in range(min(size, 30000))}
        for key in list(holes)[::3]:
            del holes[key]
        made[f"holes {size}"] = holes
    emptied = {"x": 1}
    emptied.popitem()
    cleared = dict.fromkeys(range(100))
    cleared.clear()
    made["emptied"], made["cleared"] = emptied, cleared
    made["mixed"] = {1: 1, "text": 2, (1,): 3}
    return made


def counting(limit):
    for number in range(limit):
        yield number


def delegating(limit):
    yield from counting(limit)


@types.coroutine
def pause():
    yield 1


async def pausing():
    await pause()


async def producing():
    yield 1
    await pause()
    yield 2


def generators():
    suspended, delegated, finished, closed, failed = (make(3) for make in (
        counting, delegating, counting, counting, counting))
    next(suspended), next(delegated), next(closed)
    list(finished)
    closed.close()
    try:
        failed.throw(ValueError("thrown"))
    except ValueError:
        pass
    paused, done = pausing(), pausing()
    paused.send(None)
    done.send(None)
    try:
        done.send(None)
    except StopIteration:
        pass
    started = producing()
    try:
        started.asend(None).send(None)
    except StopIteration:
        pass
    awaiting = started.asend(None)
    awaiting.send(None)
    made = {"created": counting(3), "suspended": suspended, "delegating": delegated, "finished": finished,
            "closed": closed, "failed": failed, "coroutine created": pausing(), "coroutine suspended": paused,
            "coroutine finished": done, "async generator created": producing(), "async generator awaiting": started}
    return made, awaiting


def watched_types():
    """Types with `tp_watched` set, and the name of what is missing if that cannot be done."""
    if sys.version_info < (3, 12):
        return [], "type watchers came with Python 3.12"
    try:
        import _testcapi
        watcher = _testcapi.add_type_watcher(0)
    except (ImportError, AttributeError) as error:
        return [], str(error)
    made = [type(f"Watched{number}", (), {"field": number}) for number in range(5)]
    for kind in made:
        _testcapi.watch_type(watcher, kind)
    return made, ""


def main():
    split, dicts = split_tables()
    things = {**tables()}
    states, awaiting = generators()
    things.update(states)
    watched, reason = watched_types()
    fixture.announce("watched", watched, count=len(watched), reason=reason)
    for number, kind in enumerate(watched):
        things[f"watched {number}"] = kind
    lacking = Shared(["b", "e"])
    things["lacking"] = lacking
    things["dict of lacking"] = vars(Shared(["a", "c"]))
    things["complex"], things["bytearray"] = complex(len(split), 2), bytearray(b"some bytes")
    things["type"], things["slots"], things["code"] = Shared, Slots(), counting.__code__
    damaged = damageable()
    things.update(damaged)
    gc.collect()
    places = {name: FIELDS[name][1](thing) for name, thing in damaged.items() if name in FIELDS}

    def executing():
        things["executing"] = generator
        things["sorted"] = numbers
        for name, thing in things.items():
            where = {"field": FIELDS[name][0], "offset": places[name]} if name in places else {}
            fixture.announce(name, thing, **where)
        # The list lends its items away while it is sorted; this is called in the middle of it.
        numbers.sort(key=stop)
        yield split, dicts, awaiting

    def stop(number):
        if number == 5:
            fixture.ready_and_wait()
        return -number

    numbers = list(range(10))
    generator = executing()
    next(generator)


def words_at(address, count):
    """The 64-bit words at an address of this process; fewer where memory ends, none where there is none."""
    with open("/proc/self/mem", "rb", buffering=0) as memory:
        try:
            data = os.pread(memory.fileno(), 8 * count, address) if address < 1 << 47 else b""
        except OSError:
            data = b""
    return struct.unpack(f"<{len(data) // 8}Q", data[:len(data) // 8 * 8])


def field(thing, test):
    """The offset of the one word of an object, after its header, that passes a test."""
    # What `__sizeof__` counts may lie elsewhere, as a dict's keys do, and a compact string has less than its basic size.
    words = words_at(id(thing), min(thing.__sizeof__(), type(thing).__basicsize__) // 8)
    places = [8 * place for place in range(2, len(words)) if test(words[place])]
    if len(places) != 1:
        raise RuntimeError(f"expected one such field in {thing!r}, found {places}")
    return places[0]


def holds(address, *things):
    """Whether the memory at an address holds pointers to the objects."""
    return {id(thing) for thing in things} <= set(words_at(address, 24))


def hash_field(text):
    expected = hash(text) % (1 << 64)  # asked before the words are read: it is written down when it is asked for
    return field(text, lambda word: word == expected)


# what is damaged, and how this process finds the field: no offset here is taken from any version's headers
FIELDS = {
    "damage dict": ("ma_keys", lambda thing: field(thing, lambda word: holds(word, *thing))),
    "damage str": ("state", lambda thing: 8 + hash_field(thing)),
    "damage list": ("ob_item", lambda thing: field(thing, lambda word: holds(word, *thing))),
    "damage tuple": ("ob_size", lambda thing: field(thing, lambda word: word == len(thing))),
    # The table of a small set is in the set itself.
    "damage set": ("table", lambda thing: field(thing, lambda word: 0 < word - id(thing) < thing.__sizeof__())),
    "damage function": ("func_code", lambda thing: field(thing, lambda word: word == id(thing.__code__))),
}


def damageable():
    """One object for each kind of damage that the tests do."""
    return {"damage dict": {"key": 1, "other": 2}, "damage str": "to be " + str(len("damaged")),
            "damage list": [1, 2, 3], "damage tuple": tuple([1, 2, "x"]), "damage set": {11, 22, 33},
            "damage int": 12345678901234567890 + len("x"), "damage function": lambda: None}


main()
