"""Runs inside an interpreter: asks `tp_traverse` of C types which words of an object the collector visits, and
`m_traverse` of modules which words of their state.

For each type an object is made that is all zeros but for its head and, at the offsets given, pointers to objects that
exist nowhere else: what the function visits tells the words. A function that follows a pointer that such an object does
not have dies, so each type has a process of its own.

Standard input: {"slots": {"PyTypeObject.tp_name": OFFSET, ...}, "modules": FOLDER, "types": TYPES}, where
TYPES is {NAME: [SIZE, [OFFSET, ...]]}.
Standard output: {"types": {NAME: [OFFSET, ...]}, "modules": {NAME: [SIZE OF THE STATE, [OFFSET, ...]]}}. An offset of 8
in an object, and of -8 in a state, says that the type is visited. Instead of a type's list there is null where nothing
is visited because the type has no part in collections, or where there is no answer. A name is left out if no type of
this name and size is there.
"""

import array
import ctypes
import functools
import importlib
import json
import os
import pathlib
import signal
import sys
import warnings

GC = 1 << 14
# Enough bytes before an object for the collector's head and managed pointers, and behind it for items.
AROUND = 4096
# How long one process may take, in seconds.
MOST_SECONDS = 60
VISIT = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
TRAVERSE = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p, VISIT, ctypes.c_void_p)


def word(address):
    return ctypes.c_size_t.from_address(address)


def import_all(folder):
    """Imports every module written in C, but for those made for tests."""
    warnings.simplefilter("ignore")
    files = [path.name.partition(".")[0] for path in pathlib.Path(folder).glob("*.so")]
    for name in sorted({*files, *sys.builtin_module_names}):
        if not name.startswith(("_test", "_xx", "xx")):
            try:
                importlib.import_module(name)
            except Exception:
                continue


async def generator():
    yield


def samples():
    """Objects of types that their base knows only after the first of them was made."""
    each = generator()
    yield each.asend(None)
    yield each.athrow(ValueError)
    yield functools.cmp_to_key(lambda a, b: 0)(1)
    yield iter(memoryview(b""))
    yield iter(array.array("b"))
    yield "".__iter__()
    for attribute in "co_lines", "co_positions":
        if hasattr(samples.__code__, attribute):
            yield getattr(samples.__code__, attribute)()


def types():
    """Every type there is."""
    found, ahead = {}, [object, *(type(sample) for sample in samples())]
    while ahead:
        kind = ahead.pop()
        if id(kind) not in found:
            found[id(kind)] = kind
            ahead += type.__subclasses__(kind)
    return found.values()


class MadeUp:
    """Memory that objects are made up in: blocks of zeros."""

    def __init__(self):
        self.blocks = []

    def block(self, size):
        """The address of a new block, with zeros around it."""
        self.blocks.append(ctypes.create_string_buffer(size + 2 * AROUND))
        return (ctypes.addressof(self.blocks[-1]) + AROUND) & ~15

    def object(self, kind, size):
        start = self.block(size)
        word(start).value, word(start + 8).value = 1 << 20, id(kind)
        return start


def visited(traverse, size, offsets, kind=None, state=None):
    """The offsets of what a traversal visits of an object of the kind, or of a module's state; None if it fails.

    `state` is where a module has its pointer to the state, which then has the fields, and not the object.
    """
    memory = MadeUp()
    start = fields = memory.object(kind or type(sys), size)
    if state is not None:
        word(start + state).value = fields = memory.block(size)
    targets = {memory.object(object, 16): offset for offset in offsets}
    for target, offset in targets.items():
        word(fields + offset).value = target
    targets[id(kind or type(sys))] = 8 if kind else -8
    seen = []
    code = TRAVERSE(traverse)(start, VISIT(lambda found, _: seen.append(found) or 0), None)
    return None if code else sorted({targets[found] for found in seen if found in targets})


def apart(function, *arguments):
    """What the function returns in a process of its own; None if it dies."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        # What is made up may also be walked in a circle.
        signal.alarm(MOST_SECONDS)
        try:
            with os.fdopen(writing, "w") as pipe:
                json.dump(function(*arguments), pipe)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else None


def types_visited(slots, asked):
    answers = {}
    for kind in types():
        name = ctypes.string_at(word(id(kind) + slots["PyTypeObject.tp_name"]).value).decode()
        size, offsets = asked.get(name, (None, ()))
        if size == kind.__basicsize__:
            traverse = word(id(kind) + slots["PyTypeObject.tp_traverse"]).value
            known = kind.__flags__ & GC and traverse
            answers[name] = apart(visited, traverse, size, offsets, kind) if known else None
    return answers


def states_visited(slots):
    answers = {}
    for module in list(sys.modules.values()):
        name, size, traverse = state_of(module, slots) if type(module) is type(sys) else (None, 0, None)
        if traverse and 8 <= size < AROUND:
            offsets = range(0, size - 7, 8)
            answers[name] = size, state_visited(traverse, size, offsets, slots["PyModuleObject.md_state"])
    return answers


def state_of(module, slots):
    """The name of a module in C, the size of its state, and what traverses it."""
    if "PyModuleObject.md_def" in slots:
        definition = word(id(module) + slots["PyModuleObject.md_def"]).value
    else:
        is_definition = ctypes.c_bool.from_address(id(module) + slots["PyModuleObject.md_token_is_def"]).value
        definition = word(id(module) + slots["PyModuleObject.md_token"]).value if is_definition else 0
    name = module.__name__
    if definition:
        name = ctypes.string_at(word(definition + slots["PyModuleDef.m_name"]).value).decode()
    if "PyModuleObject.md_state_size" in slots:
        return name, *(word(id(module) + slots[f"PyModuleObject.md_state_{part}"]).value
                       for part in ("size", "traverse"))
    if not definition:
        return name, 0, None
    return name, *(word(definition + slots[f"PyModuleDef.m_{part}"]).value for part in ("size", "traverse"))


def state_visited(traverse, size, offsets, state):
    """The offsets of what the traversal visits of a module's state; those alone that do not make it die."""
    found = apart(visited, traverse, size, offsets, None, state)
    if found is not None:
        return found
    each = [apart(visited, traverse, size, [offset], None, state) for offset in offsets]
    return sorted({offset for some in each for offset in some or ()})


def main():
    asked = json.load(sys.stdin)
    import_all(asked["modules"])
    json.dump({"types": types_visited(asked["slots"], asked["types"]), "modules": states_visited(asked["slots"])},
              sys.stdout)


main()
