"""Every fault in its turn: each region, each field of what is read first, each place where a file can end.

`torture.py --in-turn` runs them behind the others; by chance alone some would never be met. A fault takes a `Damage`
and changes it.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from robustness import mutations
from robustness.mutations import PAGE, WORD

# Structures and how many of their words are damaged, each alone; of those of which not all is used, words not zero.
LONGEST = {"type": 110, "heap type": 110, "static type": 52, "dict": 6, "dict keys": 12, "keys of attributes": 12,
           "code": 26, "code of a coroutine": 26, "list": 6, "str": 8, "interpreter": 128, "runtime": 128, "thread": 48,
           "frame": 12}
SPARSE = ("interpreter", "runtime")
# What a field becomes, beside its own structure's address.
NUMBERS = (0, (1 << 64) - 1, 1 << 62)
# The bytes of a line table that are damaged, and what they become: entries of every kind, with and without an end.
LINES, LINE_BYTES = 24, (0, 0x7F, 0x80, 0xFF)
# Where a file ends, in bytes: in the first header, at a page, at the last byte; or in shares.
ENDS = (0, 1, 15, 16, 63, 64, 119, 120, PAGE - 1, PAGE, PAGE + 1, 0.25, 0.5, 0.75, -PAGE, -1)
FILE_FORMS = ("stream", "core", "gzip")
FORMS = ("directory", *FILE_FORMS)
# How many commands are run on a damaged dump.
ALL_COMMANDS, SOME_COMMANDS = 1000, 6


class Turn(NamedTuple):
    """One fault of one form of a dump, and how many commands are run on it."""

    form: str
    name: str
    fault: Callable
    commands: int


def faults_in_turn(dump, structures, tool, directory):
    """All faults, none left to chance."""
    turns = [Turn(form, "sound", unchanged, ALL_COMMANDS) for form in FORMS]
    turns += [Turn(form, f"ends at {end}", partial(ended, end=end), ALL_COMMANDS)
              for form in FILE_FORMS for end in ENDS]
    alternating = [*regions_in_turn(dump), *fields_in_turn(dump, places(dump, structures, tool, directory))]
    # Each fault is tried in one form, each form with faults of every kind: a field has as many as there are forms.
    turns += [Turn(FORMS[(index + index // len(FORMS)) % len(FORMS)], name, fault, SOME_COMMANDS)
              for index, (name, fault) in enumerate(alternating)]
    return turns


def unchanged(damage):
    pass


def ended(damage, end):
    damage.end = end


def regions_in_turn(dump):
    """Each region zeroed, lost, doubled, and so on."""
    for index, region in enumerate(dump.regions):
        for fault in (zeros, ones, noise, page_of_zeros, missing, half, doubled, swapped, overlapping):
            yield f"region {index} {fault.__name__.replace('_', ' ')}", partial(fault, index=index)
        for rate in (1_000_000, 10_000, 100):
            yield f"region {index}, a bit of {rate} flipped", partial(flipped, index=index, rate=rate)


def zeros(damage, index):
    damage.put(damage.regions[index].start, bytes(damage.regions[index].length))


def ones(damage, index):
    damage.put(damage.regions[index].start, b"\xff" * damage.regions[index].length)


def noise(damage, index):
    damage.put(damage.regions[index].start, random.Random(index).randbytes(damage.regions[index].length))


def page_of_zeros(damage, index):
    region = damage.regions[index]
    damage.put(region.start + region.length // 2 // PAGE * PAGE, bytes(PAGE))


def missing(damage, index):
    del damage.regions[index]


def half(damage, index):
    damage.regions[index] = damage.regions[index].cut(damage.regions[index].length // 2)


def doubled(damage, index):
    region = damage.regions[index]
    damage.regions.append(replace(region, start=region.start + (1 << 40), end=region.end + (1 << 40)))


def swapped(damage, index):
    """Two neighbours change their bytes."""
    first, second = damage.regions[index], damage.regions[index - 1]
    damage.regions[index] = replace(second, start=first.start, end=first.start + second.length)
    damage.regions[index - 1] = replace(first, start=second.start, end=second.start + first.length)


def overlapping(damage, index):
    region = damage.regions[index]
    damage.regions.insert(index + 1, replace(region, start=region.start + PAGE, end=region.end + PAGE))


def flipped(damage, index, rate):
    mutations.flip_bits(damage, damage.regions[index], rate, random.Random(index))


def places(dump, structures, tool, directory):
    """The addresses of the structures of `LONGEST`, as far as the dump has them."""
    objects = dump.objects
    parts = {name: referents(tool, directory, objects[name]) for name in ("code", "coroutine_suspended")}
    coroutine = next((parts["coroutine_suspended"][name] for name in ("cr_code", "gi_code")
                      if name in parts["coroutine_suspended"]), objects["code_function"])
    found = {"type": structures["type"][0], "heap type": objects["type_heap"], "static type": objects["type_static"],
             "dict": objects["dict"], "dict keys": dump.words(objects["dict"], 5)[4],
             "keys of attributes": dump.words(objects["dict_of_instance"], 5)[4], "code": objects["code"],
             "code of a coroutine": coroutine, "list": objects["list"], "str": objects["str_ascii"],
             "line table": next(parts["code"][name] for name in ("co_linetable", "co_lnotab") if name in parts["code"])}
    kinds = {"interpreter": "interpreters", "runtime": "runtime", "thread": "threads", "frame": "frames"}
    for name, kind in kinds.items():
        if kind in structures:
            found[name] = structures[kind][0]
    return found


def referents(tool, directory, address):
    """What an object refers to, by the name of the field."""
    rows = tool.json(directory, "find-referents", f"{address:X}")["objects"][0]["referents"]
    return {row["by"]: int(row["address"], 16) for row in rows}


def fields_in_turn(dump, found):
    """Each word of each structure, and each byte of a line table, changed to what hurts."""
    for name, most in LONGEST.items():
        if name not in found:
            continue
        words = dump.words(found[name], 4096 if name in SPARSE else most)
        offsets = [WORD * index for index, word in enumerate(words) if word or name not in SPARSE][:most]
        for offset in offsets:
            for number in (*NUMBERS, found[name]):
                fault = partial(word_changed, address=found[name] + offset, word=number)
                yield f"{name} + {offset} is {number:#x}", fault
    table = found["line table"]
    for number in NUMBERS:
        yield f"a line table of {number:#x} bytes", partial(word_changed, address=table + 16, word=number)
    for offset in range(LINES):
        for byte in LINE_BYTES:
            yield f"line table + {offset} is {byte:#x}", partial(byte_changed, address=table + 32 + offset, byte=byte)


def word_changed(damage, address, word):
    damage.put_word(address, word)


def byte_changed(damage, address, byte):
    damage.put(address, bytes([byte]))
