"""Known objects of every type the tool understands, each with a name; deterministic, so that the tool's text of each
can be kept as a golden file."""

import json
import os
import sys
import types

import fixture


class Plain:
    def __init__(self):
        self.number = 42
        self.text = "plain"


class Slotted:
    __slots__ = ("first", "second", "unset")

    def __init__(self):
        self.first = 1
        self.second = [2]


class Both(Slotted):
    """Slots, and a `__dict__` too."""

    def __init__(self):
        super().__init__()
        self.third = "three"


class Empty:
    pass


class Partial:
    """Instances that lack some of the attributes that their class's other instances have."""

    def __init__(self, complete):
        self.always = 1
        if complete:
            self.sometimes = 2
        self.last = 3


class Number(int):
    pass


class Text(str):
    pass


class Items(list):
    pass


class Table(dict):
    pass


class Pair(tuple):
    pass


class Members(set):
    pass


def function(first, second=2, *rest, keyword: int = 3, **others) -> str:
    """What it does."""
    return first


def closure(value, other):
    def inner():
        return value, other
    return inner


def counting(limit):
    for number in range(limit):
        yield number


@types.coroutine
def pause():
    yield "paused"


async def waiting(value):
    await pause()
    return value


async def producing(limit):
    for number in range(limit):
        yield number


def numbers():
    yield "none", None
    yield "ellipsis", ...
    yield "true", True
    yield "false", False
    yield "int_zero", 0
    yield "int_small", 42
    yield "int_negative", -7
    yield "int_thousand", 123456
    yield "int_digit", (1 << 30) - 1
    yield "int_two_digits", 1 << 30
    yield "int_big", 3 ** 200
    yield "int_big_negative", -(3 ** 200)
    yield "int_word", -(1 << 63)
    yield "float", 3.25
    yield "float_repeating", 1 / 3
    yield "float_tiny", 5e-324
    yield "float_large", 1e308
    yield "float_integral", 1e16
    yield "float_negative_zero", -0.0
    yield "float_infinite", float("-inf")
    yield "float_nan", float("nan")
    yield "complex", 1.5 - 2j
    yield "complex_imaginary", 1j
    yield "complex_negative_zero", complex(-0.0, -0.0)
    yield "complex_nan", complex(float("nan"), float("inf"))


def texts():
    yield "str_empty", ""
    yield "str_ascii", "some text"
    yield "str_latin1", "déjà vu"
    yield "str_two_bytes", "日本語 and ASCII"
    yield "str_four_bytes", "smile 🙂 é 日"
    yield "str_single_quote", "it's"
    yield "str_double_quote", 'say "it"'
    yield "str_both_quotes", "it's \"it\""
    yield "str_escapes", "tab\tline\nreturn\rback\\slash\0nul\x7fdel\x1b"
    yield "str_unprintable", "nbsp\xa0 shy\xad nel\x85 zwsp\u200b bom\ufeff line\u2028 private\ue000 tag\U000e0001"
    yield "str_surrogate", "high \ud83d low \ude42"
    yield "str_long", "0123456789" * 30
    yield "str_longer_than_limit", "0123456789" * 150
    yield "bytes_empty", b""
    yield "bytes", b"some data"
    yield "bytes_escapes", bytes(range(256))
    yield "bytes_quotes", b"it's \"it\""
    yield "bytearray", bytearray(b"data\0more")
    cut = bytearray(b"0123456789")
    del cut[:4]
    yield "bytearray_cut", cut
    yield "bytearray_empty", bytearray()


def containers():
    yield "tuple_empty", ()
    yield "tuple_one", (1,)
    yield "tuple", ("left", 42)
    yield "tuple_nested", ("left", (1, (2, (3, ("deep",)))), None)
    yield "list_empty", []
    yield "list_one", ["only"]
    yield "list", [1, "two", 3.0, None]
    yield "list_numbers", list(range(12))
    shared = ["shared"]
    yield "list_shared", [shared, shared]
    recursive = [1]
    recursive.append(recursive)
    yield "list_recursive", recursive
    deep = []
    for level in range(60):
        deep = [deep]
    yield "list_deep", deep
    yield "dict_empty", {}
    yield "dict_one", {"key": "value"}
    yield "dict", {"one": 1, "two": [2, 2], "three": {"nested": None}}
    yield "dict_any_keys", {1: "int", (1, 2): "tuple", None: "none", b"k": 0.5, "text": ()}
    deleted = {f"key{number}": number for number in range(8)}
    del deleted["key0"], deleted["key5"]
    deleted["key0"] = "again"
    yield "dict_deleted", deleted
    yield "dict_large", {number: number * number for number in range(300)}
    mutual, other = {}, {}
    mutual["other"], other["mutual"] = other, mutual
    yield "dict_recursive", mutual
    yield "set_empty", set()
    yield "set", {3, 1, 2}
    yield "set_texts", {"a", "b", "c"}
    removed = set(range(20))
    removed -= set(range(3, 18))
    yield "set_deleted", removed
    yield "frozenset", frozenset((1, "one"))
    yield "frozenset_empty", frozenset()


def program():
    yield "type_static", int
    yield "type_of_types", type
    yield "type_heap", Slotted
    yield "cell", closure(1, ["x"]).__closure__[1]
    yield "cell_empty", types.CellType()
    yield "function", function
    yield "function_closure", closure(1, ["x"])
    yield "function_lambda", lambda x=1: x
    yield "method", Plain().__init__
    yield "builtin", len
    yield "builtin_method", [1, 2].append
    module = types.ModuleType("small", "A module.")
    module.answer = 42
    yield "module", module
    yield "code", compile("def f(a, b=1): return a + b\n", "example.py", "exec")
    yield "code_function", function.__code__


def running():
    yield "generator_created", counting(3)
    suspended = counting(3)
    next(suspended)
    yield "generator_suspended", suspended
    finished = counting(1)
    list(finished)
    yield "generator_finished", finished
    yield "coroutine_created", waiting(1)
    paused = waiting(2)
    paused.send(None)
    yield "coroutine_suspended", paused
    done = waiting(3)
    done.send(None)
    try:
        done.send(None)
    except StopIteration:
        pass
    yield "coroutine_finished", done
    yield "async_generator_created", producing(3)
    started = producing(3)
    try:
        started.asend(None).send(None)
    except StopIteration:
        pass
    yield "async_generator_suspended", started


def instances():
    yield "instance", Plain()
    yield "instance_empty", Empty()
    yield "instance_slots", Slotted()
    yield "instance_both", Both()
    yield "instance_complete", Partial(True)
    yield "instance_partial", Partial(False)
    reordered = Partial(True)
    del reordered.always
    reordered.always = "again"
    yield "instance_reordered", reordered
    yield "dict_of_instance", vars(Plain())
    partial = Partial(False)
    yield "dict_of_partial_instance", vars(partial)
    itself = Plain()
    itself.itself = itself
    yield "instance_recursive", itself
    yield "object", object()
    for name, thing in (("int", Number(7)), ("str", Text("sub")), ("list", Items([1, 2])), ("dict", Table(a=1)),
                        ("tuple", Pair((1, 2))), ("set", Members([1]))):
        yield f"subclass_{name}", thing
    noted = Items(["x"])
    noted.note = "noted"
    yield "subclass_list_with_attribute", noted


# Imported here, so that the lines above, which the goldens name, keep their numbers.
import gc  # noqa: E402
import threading  # noqa: E402

import golden_library  # noqa: E402

# What Python itself writes for these is what the tool has to write, addresses and line breaks aside.
COMPARABLE = (int, float, complex, str, bytes, bytearray, tuple, list, dict, set, frozenset, bool, type(None))


def main():
    things = {}
    for source in (numbers, texts, containers, program, running, instances, golden_library.library):
        things.update(source())
    for name, thing in things.items():
        said = {"repr": repr(thing)} if type(thing) in COMPARABLE else golden_library.written(name, thing)
        fixture.announce(name, thing, **said, referents=["%016X" % id(each) for each in gc.get_referents(thing)])
    process = {"name": "process", "prefix": sys.base_prefix, "thread": threading.get_ident()}
    os.write(1, json.dumps(process).encode() + b"\n")
    fixture.ready_and_wait()
    return things


main()
