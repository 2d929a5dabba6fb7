"""Writes down what the process knows of its own heap: every object that garbage collection knows or can reach.

The file `PATH` is a sequence of four 64-bit words for each object: address, address of its type, `sys.getsizeof`, and 1
if `gc.get_objects()` has it, else 0. The file `PATH.types` holds one JSON object for each type, `PATH.referents` what
`gc.get_referents` says of some objects of each type: address, number of referents, their addresses.
"""

import array
import ctypes
import gc
import json
import os
import re
import sys
import types

import fixture_hidden
import fixture_ledger
import fixture_roots

DESCRIPTORS = (types.MethodDescriptorType, types.WrapperDescriptorType, types.GetSetDescriptorType,
               types.MemberDescriptorType, types.ClassMethodDescriptorType)
TYPE_FLAGS, BASIC_SIZE = type.__dict__["__flags__"], type.__dict__["__basicsize__"]
READY, HAVE_GC = 1 << 12, 1 << 14
GC_HEAD = 16  # bytes of the collector's head before an object
# What a code object holds itself; the other attributes are made anew when they are asked for.
CODE_FIELDS = ("co_consts", "co_names", "co_filename", "co_name")
CODE_FIELDS += ("co_linetable",) if sys.version_info >= (3, 10) else ("co_lnotab",)
CODE_FIELDS += (("co_qualname", "co_exceptiontable") if sys.version_info >= (3, 11)
                else ("co_code", "co_varnames", "co_freevars", "co_cellvars"))

GENERATORS = (types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType)
HIDING = (*DESCRIPTORS, *GENERATORS, types.CodeType, range)
# The referents of so many objects of each type are written down.
SAMPLE = 1200


def write_and_wait(folder):
    """Has a copy of this process write its truth to the folder's file `truth`, says `ready`, and waits to be dumped.

    The C library's `fork` is called, not Python's: modules such as `threading` and `random` have functions called after
    Python's, which change memory in the child. This process stands in `stand_still` from the fork to its end.
    """
    sys.stdout.flush()
    library = ctypes.PyDLL(None)
    status = ctypes.c_int()
    # Looked up before, so that the cache of attributes does not change after the fork.
    status.value
    stand_still(fixture_roots.all_frames(), library.fork, library.waitpid, library.write, library.getchar, ctypes.byref(status), status,
                os.path.join(folder, "truth"))


def stand_still(frames, fork, waitpid, write_bytes, getchar, reference, status, path):
    """Nothing here may make an object that stays: the truth does not have it."""
    fixture_roots.existing = frames
    handle_an_exception()
    child = fork()
    if child == 0:
        # `_exit`, so that nothing of the child's end runs Python code twice.
        try:
            write(path)
            os._exit(0)
        except BaseException as error:
            os.write(2, f"fixture_truth: {type(error).__name__}: {error}\n".encode())
            os._exit(1)
    waitpid(child, reference, 0)
    child = 0
    if status.value:
        os._exit(1)
    write_bytes(1, b"ready\n", 6)
    while getchar() >= 0:
        pass
    os._exit(0)


def handle_an_exception():
    """Until 3.10 what a coroutine keeps of exceptions in flight refers to `None` once one was handled in it, as the child
    will do."""
    try:
        raise LookupError
    except LookupError:
        pass


def write(path):
    """Walks from `gc.get_objects()` over all referents; call it in a process that is not the one to be dumped."""
    # Taken first, so that nothing the walk makes is in it. No variable here may be one that a nested function or a
    # comprehension uses: its cell would have been made before, and would lead the walk to the walk's own containers.
    tracked = gc.get_objects()
    if fixture_ledger.IS_LOADED:
        # Before anything is made, which might take a block from a free list: it would pass for one of the process's.
        fixture_ledger.forget_freed()
    # 3.10 gives the code of a function that is called often a cache, and the walk calls some often.
    sizes_before = {id(code): sys.getsizeof(code) for function in gc.get_objects()
                    if type(function) is types.FunctionType
                    for code in (function.__code__, *function.__code__.co_consts) if type(code) is types.CodeType}
    own_frame = {id(sys._getframe())}
    tracked_addresses = set(map(id, tracked)) - own_frame
    known = tracked_addresses | own_frame
    pending = without_frame(tracked, own_frame)
    # The frames made for this are not in the process that is dumped.
    held, made = fixture_roots.running(sys._getframe(1), tracked_addresses)
    known.update(map(id, made))
    for thing in held:
        if id(thing) not in known:
            known.add(id(thing))
            pending.append(thing)
    walk = Walk(known, tracked_addresses, sizes_before)
    walk.follow(pending)
    rows = walk.rows
    if fixture_ledger.IS_LOADED:
        freed = add_held_by_c(walk)
        with open(path + ".freed", "wb") as file:
            freed[::4].tofile(file)
        rows = fixture_ledger.without_new(rows, 4, fixture_roots.is_static) + freed
        held = referents(walk.samples)
    else:
        # Before the search for strings, which uses and so changes the cache of regular expressions.
        held = referents(walk.samples)
        add_interned(rows, known)
    with open(path, "wb") as file:
        rows.tofile(file)
    with open(path + ".referents", "wb") as file:
        held.tofile(file)
    with open(path + ".types", "w") as file:
        for kind in walk.types.values():
            file.write(json.dumps(description(kind)) + "\n")
    with open(path + ".files", "w") as file:
        json.dump(list(fixture_roots.mapped_files().items()), file)
    with open(path + ".static", "wb") as file:
        fixture_roots.static_data().tofile(file)


class Walk:
    """The objects met on the way from some to all that they lead to."""

    # With a dict its instances would change the keys that the class keeps, and so the size of a type of the process.
    __slots__ = ("known", "rows", "types", "samples", "_tracked", "_sizes_before", "_dead", "_plain",
                 "_unused", "_memory")

    def __init__(self, known, tracked_addresses, sizes_before):
        self.known = known
        self.rows = array.array("Q")
        self.types = {}
        self.samples = {}
        self._tracked = tracked_addresses
        self._sizes_before = sizes_before
        self._dead = []
        self._plain = set()  # the types whose objects show all that they hold
        self._unused = set()  # the static types that nobody has used yet
        with open("/proc/self/maps") as maps:
            self._memory = fixture_hidden.Memory(maps)

    def follow(self, pending):
        """Adds the objects in `pending`, all of them known, and whatever they lead to."""
        rows, known = self.rows, self.known
        # How many references an object has that only `thing` holds. It stays, so that no stale pointer leads to it.
        thing = [object()].pop()
        alone = sys.getrefcount(thing)
        known.add(id(thing))
        self._dead.append(thing)
        while pending:
            held = None
            thing = pending.pop()
            if sys.getrefcount(thing) <= alone:
                # Nothing but this walk holds it: an attribute has made it, or it is dead and in a module's free list,
                # which the module shows to the collector (3.12's `_asyncio.FutureIter`). Let go, it would be freed twice.
                self._dead.append(thing)
                continue
            kind = type(thing)
            if id(kind) not in self.samples:
                self._meet(kind)
            sampled(thing, self.samples[id(kind)])
            size = self._sizes_before.get(id(thing)) or self._size(thing, kind)
            rows.extend((id(thing), id(kind), size, id(thing) in self._tracked))
            if kind is types.CodeType and sys.version_info >= (3, 11):
                add_hidden_in_code(thing, rows, known)
            held = gc.get_referents(thing)
            held.append(kind)
            if id(kind) not in self._plain:
                held += untraversed(thing, kind)
                held += self._memory.hidden(thing, kind)
                # One that nobody has used yet may have no name so far.
                if issubclass(kind, type) and TYPE_FLAGS.__get__(thing) & READY:
                    self.types[id(thing)] = thing
            for referent in held:
                if id(referent) not in known:
                    known.add(id(referent))
                    pending.append(referent)

    def _meet(self, kind):
        self.types[id(kind)] = kind
        self.samples[id(kind)] = [0]
        if not TYPE_FLAGS.__get__(kind) & READY or is_open(kind) and not self._memory.hides(kind):
            self._plain.add(id(kind))
        if not TYPE_FLAGS.__get__(kind) & READY:
            self._unused.add(id(kind))

    def _size(self, thing, kind):
        # `sys.getsizeof` makes the dictionary of a static type that nobody has used yet, and all that is in it.
        if id(kind) in self._unused:
            return BASIC_SIZE.__get__(kind) + (GC_HEAD if TYPE_FLAGS.__get__(kind) & HAVE_GC else 0)
        return sys.getsizeof(thing)


def add_held_by_c(walk):
    """Adds the objects that only C code refers to, and whatever they lead to; new types may show new objects.

    The rows of those that have been freed since are the result.
    """
    rows_of_freed = array.array("Q")
    while True:
        objects, freed = fixture_ledger.unknown(walk.known, walk.types)
        for address, kind, size in freed:
            walk.known.add(address)
            rows_of_freed.extend((address, id(kind), size, 0))
        found = [thing for thing in objects if id(thing) not in walk.known]
        if not found:
            return rows_of_freed
        walk.known.update(map(id, found))
        walk.follow(found)


def sampled(thing, sample):
    """Adds an object to its type's sample, a list whose first item is how many objects there were: as many as a sample
    holds, then every seventh in place of one of them, so that they come from the whole walk."""
    sample[0] += 1
    if sample[0] <= SAMPLE:
        sample.append(thing)
    elif sample[0] % 7 == 0:
        sample[sample[0] // 7 % SAMPLE + 1] = thing


def referents(samples):
    words = array.array("Q")
    for sample in samples.values():
        for thing in sample[1:]:
            addresses = [id(referent) for referent in gc.get_referents(thing)]
            words.extend((id(thing), len(addresses), *addresses))
    return words


def without_frame(things, addresses):
    return [thing for thing in things if id(thing) not in addresses]


def is_open(kind):
    """Whether `untraversed` has nothing to say of a type's objects."""
    return not issubclass(kind, (dict, type, *HIDING))


def untraversed(thing, kind):
    """What an object holds and does not show to the garbage collector; only objects that exist, none made for this."""
    if issubclass(kind, dict):
        # Neither 3.10 nor 3.14 traverses the keys of a dict all of whose keys are strings.
        return list(dict.keys(thing))
    if kind is types.CodeType:
        return [getattr(thing, field) for field in CODE_FIELDS]
    if issubclass(kind, type):
        # To ask a static type that nobody has used yet for an attribute makes its dictionary, and all that is in it.
        flags = TYPE_FLAGS.__get__(thing)
        if not flags & READY:
            return []
        heap = flags & (1 << 9)
        names = [thing.__name__, thing.__qualname__] if heap else []
        return [*gc.get_referents(type.__dict__["__dict__"].__get__(thing)), thing.__mro__, thing.__bases__, *names]
    if kind in DESCRIPTORS:
        return [thing.__name__]
    if kind in GENERATORS:
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
    return {"address": id(kind), "module": module_of(kind), "name": kind.__name__,
            "qualname": kind.__qualname__, "python": is_python_class(kind),
            "natives": sorted({module_of(base) for base in kind.__mro__ or () if not is_python_class(base)})}


def module_of(kind):
    """A type's module; "?" if it has none, or shows its instances' under that name, as Cython's functions do."""
    module = getattr(kind, "__module__", None)
    return module if isinstance(module, str) else "?"


def is_python_class(kind):
    """Whether a `class` statement or a call of a metaclass made the type, not C code."""
    if not kind.__flags__ & (1 << 9):
        return False
    fields = dict(type.__dict__["__dict__"].__get__(kind))
    made_in_c = [name for name, value in fields.items()
                 if isinstance(value, DESCRIPTORS) and not isinstance(value, types.MemberDescriptorType)
                 and name not in ("__dict__", "__weakref__") and value.__objclass__ is kind]
    return not made_in_c and not isinstance(fields.get("__new__"), types.BuiltinFunctionType)
