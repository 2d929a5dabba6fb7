"""Writes down what the process knows of its own heap: every object that garbage collection knows or can reach.

The file `PATH` is a sequence of four 64-bit words for each object: address, address of its type, `sys.getsizeof`, and 1
if `gc.get_objects()` has it, else 0. The file `PATH.types` holds one JSON object for each type.
"""

import array
import gc
import json
import os
import re
import sys
import types

DESCRIPTORS = (types.MethodDescriptorType, types.WrapperDescriptorType, types.GetSetDescriptorType,
               types.MemberDescriptorType, types.ClassMethodDescriptorType)
# What a code object holds itself; the other attributes are made anew when they are asked for.
CODE_FIELDS = ("co_consts", "co_names", "co_filename", "co_name", "co_linetable")
CODE_FIELDS += (("co_qualname", "co_exceptiontable") if sys.version_info >= (3, 11)
                else ("co_code", "co_varnames", "co_freevars", "co_cellvars"))


def write(path):
    """Walks from `gc.get_objects()` over all referents; call it in a process that is not the one to be dumped."""
    # Taken first, so that nothing the walk makes is in it. No variable here may be one that a nested function or a
    # comprehension uses: its cell would have been made before, and would lead the walk to the walk's own containers.
    tracked = gc.get_objects()
    # 3.10 gives the code of a function that is called often a cache, and the walk calls some often.
    sizes_before = {id(code): sys.getsizeof(code) for function in gc.get_objects()
                    if type(function) is types.FunctionType
                    for code in (function.__code__, *function.__code__.co_consts) if type(code) is types.CodeType}
    own_frame = {id(sys._getframe())}
    tracked_addresses = set(map(id, tracked)) - own_frame
    known = tracked_addresses | own_frame
    pending = without_frame(tracked, own_frame)
    rows = array.array("Q")
    seen_types = {}
    while pending:
        thing = pending.pop()
        kind = type(thing)
        seen_types[id(kind)] = kind
        rows.extend((id(thing), id(kind), sizes_before.get(id(thing)) or sys.getsizeof(thing), id(thing) in tracked_addresses))
        if kind is types.CodeType and sys.version_info >= (3, 11):
            add_hidden_in_code(thing, rows, known)
        for referent in [*gc.get_referents(thing), *untraversed(thing, kind), kind]:
            if id(referent) not in known:
                known.add(id(referent))
                pending.append(referent)
    add_interned(rows, known)
    with open(path, "wb") as file:
        rows.tofile(file)
    with open(path + ".types", "w") as file:
        for kind in seen_types.values():
            file.write(json.dumps(description(kind)) + "\n")
    with open(path + ".static", "wb") as file:
        static_data().tofile(file)


def without_frame(things, addresses):
    return [thing for thing in things if id(thing) not in addresses]


def untraversed(thing, kind):
    """What an object holds and does not show to the garbage collector; only objects that exist, none made for this."""
    if issubclass(kind, dict):
        # Neither 3.10 nor 3.14 traverses the keys of a dict all of whose keys are strings.
        return list(dict.keys(thing))
    if kind is types.CodeType:
        return [getattr(thing, field) for field in CODE_FIELDS]
    if issubclass(kind, type):
        heap = thing.__flags__ & (1 << 9)
        names = [thing.__name__, thing.__qualname__] if heap else []
        return [*gc.get_referents(type.__dict__["__dict__"].__get__(thing)), thing.__mro__, thing.__bases__, *names]
    if kind in DESCRIPTORS:
        return [thing.__name__]
    if kind in (types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType):
        return [thing.__name__, thing.__qualname__]
    if kind is range:
        return [thing.start, thing.stop, thing.step]
    return []


def add_hidden_in_code(code, rows, known):
    """Adds what no attribute of a code object shows: the names and kinds of its local variables, a tuple and bytes.

    They are the two words before the file name in `PyCodeObject`.
    """
    words = memory_words(id(code), types.CodeType.__basicsize__ // 8)
    place = words.index(id(code.co_filename), words.index(id(code.co_names)))
    names, kinds = words[place - 2], words[place - 1]
    for address, kind in ((names, tuple), (kinds, bytes)):
        _, type_address, count = memory_words(address, 3)
        if type_address != id(kind):
            raise RuntimeError(f"a code object's words are not where they were expected, near {code.co_filename}")
        if address not in known:
            known.add(address)
            rows.extend((address, id(kind), sys.getsizeof((None,) * count if kind is tuple else bytes(count)), 0))


def add_interned(rows, known):
    """Adds the interned strings that only C code holds, found by their texts in the program's own files."""
    for text in sorted(c_strings()):
        # Interning gives back the string it was given if there was none of this text.
        interned = sys.intern(text)
        if interned is not text and id(interned) not in known:
            known.add(id(interned))
            rows.extend((id(interned), id(str), sys.getsizeof(interned), 0))


def static_data():
    """The starts and ends of what programs and libraries have of their own writable data (.data and .bss)."""
    ranges = array.array("Q")
    last = None
    with open("/proc/self/maps") as maps:
        for line in maps:
            words = line.split(None, 5)
            start, end = (int(word, 16) for word in words[0].split("-"))
            name = words[5].strip() if len(words) > 5 else ""
            # The .bss is the anonymous memory right behind a file's data.
            if words[1].startswith("rw") and (name.startswith("/") or not name and start == last):
                ranges.extend((start, end))
                last = end
            else:
                last = None
    return ranges


def c_strings():
    with open("/proc/self/maps") as maps:
        files = {line.split(None, 5)[5].strip() for line in maps if "/" in line}
    found = set()
    for name in files:
        if os.path.isfile(name):
            with open(name, "rb") as file:
                found.update(re.findall(rb"[\x20-\x7e]{2,60}(?=\0)", file.read()))
    texts = set()
    for data in found:
        # The end of a string may be a string of its own to the linker.
        texts.update(data[start:].decode() for start in range(len(data) - 1))
    return texts


def memory_words(address, count):
    words = array.array("Q")
    with open("/proc/self/mem", "rb", buffering=0) as memory:
        words.frombytes(os.pread(memory.fileno(), 8 * count, address))
    return words


def description(kind):
    return {"address": id(kind), "module": str(kind.__module__), "name": kind.__name__,
            "qualname": kind.__qualname__, "python": is_python_class(kind)}


def is_python_class(kind):
    """Whether a `class` statement or a call of a metaclass made the type, not C code."""
    if not kind.__flags__ & (1 << 9):
        return False
    fields = dict(type.__dict__["__dict__"].__get__(kind))
    made_in_c = [name for name, value in fields.items()
                 if isinstance(value, DESCRIPTORS) and not isinstance(value, types.MemberDescriptorType)
                 and name not in ("__dict__", "__weakref__") and value.__objclass__ is kind]
    return not made_in_c and not isinstance(fields.get("__new__"), types.BuiltinFunctionType)
