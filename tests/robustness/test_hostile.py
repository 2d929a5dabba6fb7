"""Heaps that are made to hurt: each case builds one on a sound dump and says what the tool has to answer.

The made objects lie in a region of their own, `START`; others are words of the process's own objects, changed.
"""

import shutil
import struct
from dataclasses import replace

import pytest

from robustness import torture_dump
from robustness.mutations import Damage

pytestmark = pytest.mark.tier5

START = 0x6000_0000_0000
FIXTURE = torture_dump.FIXTURES / "fixture_hostile.py"
ESCAPES = "\x1b]0;owned\x07\x1b[2J\r\n\u202e"
# Offsets that are the same in every version from 3.8 to 3.14: of PyVarObject, PyListObject, PyTypeObject.
OB_TYPE, OB_SIZE, OB_ITEM, LIST_SIZE = 8, 16, 24, 40
MA_USED, MA_KEYS = 16, 32
TP_NAME, TP_BASICSIZE, TP_FLAGS, TP_BASE, TP_MRO, TYPE_SIZE = 24, 32, 168, 256, 344, 416
# Of a task of C, or as much of it as is looked through.
TASK_SIZE = 240
WORD = (1 << 64) - 1


class Heap:
    """A sound dump, what is changed in it, and a region of made objects."""

    def __init__(self, dump):
        self.dump = dump
        self.damage = Damage(list(dump.regions), list(dump.mapped_files))
        self.memory = bytearray()

    def __getitem__(self, name):
        return self.dump.objects[name]

    def word(self, address):
        if START <= address < START + len(self.memory):
            return struct.unpack_from("<Q", self.memory, address - START)[0]
        return self.dump.words(address, 1)[0]

    def put(self, address, *words):
        """Words at an address, of the process or of the made region."""
        data = b"".join(struct.pack("<Q", word & WORD) for word in words)
        if START <= address < START + len(self.memory):
            self.memory[address - START:address - START + len(data)] = data
        else:
            self.damage.put(address, data)

    def allocate(self, data):
        """Bytes of the made region; their address."""
        self.memory += bytes(-len(self.memory) % 16)
        address = START + len(self.memory)
        self.memory += data
        return address

    def words(self, *words):
        return self.allocate(b"".join(struct.pack("<Q", word & WORD) for word in words))

    def twin(self, name, size, **changed):
        """A copy of a known object's first bytes, its words at some offsets changed: `at16=-1`."""
        address = self.allocate(struct.pack(f"<{size // 8}Q", *self.dump.words(self[name], size // 8)))
        self.put(address, 1)
        for key, word in changed.items():
            self.put(address + int(key[2:]), word)
        return address

    def list(self, *items):
        """A list that holds addresses."""
        array = self.words(*items) if items else 0
        return self.twin("list", LIST_SIZE, at16=len(items), at24=array, at32=len(items))

    def write(self, path):
        regions = list(self.damage.regions)
        if self.memory:
            size = (len(self.memory) + 4096) // 4096 * 4096
            made = path.with_name(f"{path.name}-made")
            with open(made, "wb") as file:
                file.write(self.memory)
                file.truncate(size)
            regions.append(torture_dump.Region(START, START + size, made, 0, size, "", True))
        places = torture_dump.write("directory", regions, self.damage.mapped_files, path)
        torture_dump.patch(places, self.damage.patches)


class Hostile:
    """Runs the cases on the dumps of one version."""

    def __init__(self, context):
        self.context = context
        self.tool = context.tool
        self.folder = context.workshop.scratch("hostile")
        self.dump = torture_dump.made(context.tool, context.version, context.interpreter, self.folder, FIXTURE)
        self.facts = context.tool.json(self.folder / "whole", "show-analysis-data")

    def heap(self):
        return Heap(self.dump)

    def answers(self, claim, heap, *commands, has=(), lacks=(), codes=(0, 3), seconds=20, memory="600M"):
        """Whether the commands on the heap end with one of the codes, and say some words and not others.

        The heap does not say what memory there was: what an object claims to have beyond it may be missing (exit code
        3).
        """
        path = self.folder / "heap"
        heap.write(path)
        outcome = self.tool.run(f"--path={path}", f"--memory-limit={memory}", f"--timeout={seconds}",
                                *(f"--command={command}" for command in commands), timeout=3 * seconds)
        if outcome.seconds > 5:
            self.context.report.note(f"{outcome.seconds:.1f} s: {claim}")
        said = outcome.output + outcome.errors
        holds = outcome.code in codes and all(word in said for word in has) and not any(word in said for word in lacks)
        self.context.report.check(self.context.name(claim), holds and "\x1b" not in said, outcome)
        shutil.rmtree(path)
        path.with_name("heap-made").unlink(missing_ok=True)


@pytest.fixture(scope="module")
def hostile(context):
    hostile = Hostile(context)
    yield hostile
    shutil.rmtree(hostile.folder)


def test_sizes(hostile):
    """sizes below zero and beyond all memory"""
    for name, size in (("list", 40), ("tuple", 48), ("bytes", 64), ("int", 64), ("set", 200)):
        for count in (-1, (1 << 63) - 1, 1 << 63, 1 << 61):
            if name == "int" and count == -1:
                continue  # up to 3.11 that is the size of a negative number of one digit
            heap = hostile.heap()
            address = heap.twin(name, size, at16=count)
            hostile.answers(f"a {name} of size {count}", heap, f"repr {address:X}",
                            f"validate-layouts --object-addr={address:X}", codes=[1],
                            has=[f"<{name} !invalid_data>", "invalid objects: 1"])


def test_endless_containers(hostile):
    """a list of 2 to the 40 items"""
    heap = hostile.heap()
    address = heap.twin("list", LIST_SIZE, at16=1 << 40, at24=heap.words(0, 0), at32=1 << 40)
    hostile.answers("a list of 2^40 items", heap, f"repr {address:X}", has=["<list !invalid_data>"])
    hostile.answers("its layout is reported", heap, f"validate-layouts --object-addr={address:X}", codes=[1],
                    has=["invalid unmapped_items"])


def test_hash_tables(hostile):
    """hash tables larger than memory, and indices that lead out of them"""
    heap = hostile.heap()
    keys = heap.word(heap["dict"] + MA_KEYS)
    is_old = heap.word(keys + 8) in (8, 16)  # up to 3.10 the number of slots stands there
    for log2 in (63, 62, 41, 40, 33):
        heap = hostile.heap()
        heap.put(keys + 8, 1 << log2) if is_old else heap.damage.put(keys + 8, bytes([log2]))
        hostile.answers(f"dict keys of 2^{log2} slots", heap, f"repr {heap['dict']:X}",
                        f"find-referents {heap['dict']:X}", has=["<dict !invalid_data>"])
        hostile.answers(f"dict keys of 2^{log2} slots are told among all objects", heap, "validate-layouts", codes=[1],
                        has=["invalid objects: "])
    heap = hostile.heap()
    heap.put(heap["dict"] + MA_USED, (1 << 63) - 1)
    hostile.answers("a dict of 2^63 - 1 items", heap, f"repr {heap['dict']:X}", has=["<dict !invalid_data>"])
    heap = hostile.heap()
    heap.damage.put(keys + (40 if is_old else 32), b"\x7f" * 8)
    hostile.answers("indices that lead out of the table", heap, f"repr {heap['dict']:X}", has=["<dict !invalid_data>"])


def test_cycles_of_types(hostile):
    """bases and resolution orders that lead back"""
    for name, base in (("itself", "class"), ("its derived class", "base")):
        heap = hostile.heap()
        heap.put(heap["base"] + TP_BASE, heap["class"] if base == "class" else heap["base"])
        hostile.answers(f"a class whose base is {name}", heap, "count-by-type", f"repr {heap['instance']:X}",
                        "find-all-objects --type-name=Derived", has=["Derived"])
    heap = hostile.heap()
    heap.put(heap["object type"] + TP_BASE, heap["list type"])
    hostile.answers("object derives from list", heap, "count-by-type", f"repr {heap['dict']:X}", has=["dict"])
    heap = hostile.heap()
    mro = heap.word(heap["class"] + TP_MRO)
    heap.put(mro + OB_ITEM, mro, mro, mro)
    hostile.answers("a resolution order that holds itself", heap, f"repr {heap['class']:X} --max-recursion-depth=1000",
                    f"repr {mro:X}", has=["!recursive_repr"])


def test_cycles_of_values(hostile):
    """containers that hold each other"""
    heap = hostile.heap()
    inner = heap.list(0)
    outer = heap.list(inner, inner)
    heap.put(heap.word(inner + OB_ITEM), outer)
    hostile.answers("lists that hold each other", heap, f"repr {outer:X} --max-recursion-depth=100000",
                    has=["<list !recursive_repr>"])
    heap = hostile.heap()
    level = heap.list()
    for _ in range(40):
        level = heap.list(*[level] * 100)
    hostile.answers("a value of 100^40 parts is cut", heap, f"repr {level:X} --max-recursion-depth=100",
                    has=["<!too_many_objects>"], seconds=60)


def test_cycles_of_frames(hostile):
    """frames that call each other"""
    heap = hostile.heap()
    frame = heap["frame"]
    heap.put(frame + (24 if hostile.context.version in ("38", "39", "310") else 16), frame)
    hostile.answers("a frame that called itself", heap, f"repr {frame:X}", f"find-references {heap['list']:X}",
                    has=["frame"])
    threads = hostile.facts["runtime"]["interpreters"][0]["threads"]
    innermost = max((int(thread["frame"], 16) for thread in threads if "frame" in thread),
                    key=lambda frame: len(callers(hostile, frame)))
    calls = callers(hostile, innermost)
    heap = hostile.heap()
    heap.put(calls[-1][1], innermost)
    hostile.answers(f"{len(calls)} frames that lead in a circle", heap, f"find-references {heap['list']:X}", "info",
                    "find-all-stacks --threads-only --locals", "find-all-exceptions", "wait-graph",
                    has=["referrers", "the last one was called by one of these"])


def callers(hostile, frame):
    """A frame and those that called it: where each is, and where it has the address of the next one."""
    found = []
    while frame:
        words = hostile.dump.words(frame, 12)
        if hostile.context.version in ("38", "39", "310"):
            place = 3
        else:
            # The caller lies below, on the same stack.
            place = next((index for index, word in enumerate(words) if 0 < frame - word < 4096), None)
            if place is None:
                break
        found.append((frame, frame + 8 * place))
        frame = words[place]
    return found


def test_cycles_of_errors(hostile):
    """exceptions that caused themselves, tracebacks without end"""
    heap = hostile.heap()
    for name, other in (("error", "error"), ("cause", "error")):
        for index, word in enumerate(hostile.dump.words(heap[name], 16)):
            if index > 1 and word in (heap["cause"], heap["error"]):
                heap.put(heap[name] + 8 * index, heap[other])
    hostile.answers("exceptions that caused themselves", heap, f"repr {heap['error']:X} --max-recursion-depth=1000",
                    has=["ValueError"])
    heap = hostile.heap()
    heap.put(heap["traceback"] + 16, heap["traceback"])
    hostile.answers("a traceback without end", heap, f"repr {heap['traceback']:X} --max-recursion-depth=1000",
                    f"find-referents {heap['traceback']:X}", has=["traceback"])


def test_cycles_of_awaiters(hostile):
    """coroutines and tasks that wait for themselves"""
    for name, target in (("itself", "inner coroutine"), ("itself through another", "outer coroutine")):
        heap = hostile.heap()
        replace_words(heap, frame_of(hostile, "inner coroutine"), heap["awaited"], heap[target])
        hostile.answers(f"a coroutine that awaits {name}", heap, "find-all-stacks --all", "find-all-stacks --json",
                        "async-task-graph", "wait-graph", "find-all-exceptions",
                        has=["awaits <coroutine", "in innermost_step", "in outermost_step"])
    for claim, count, waits in (("a task that waits for itself", 1, {"first": "first"}),
                                ("tasks that wait for each other", 2, {"first": "second", "second": "first"})):
        heap = hostile.heap()
        for waiting, awaited in waits.items():
            task = heap[f"{waiting} task"]
            replace_words(heap, (task, TASK_SIZE), heap[f"{waiting} future"], heap[f"{awaited} task"])
        hostile.answers(claim, heap, "async-task-graph", "wait-graph", "async-task-graph --json",
                        has=[f"a cycle of {count} task"])
    if hostile.context.version in ("314", "315"):
        heap = hostile.heap()
        words = hostile.dump.words(heap["first future"], TASK_SIZE // 8)
        place = 8 * words.index(heap["first task"])
        heap.put(heap["first task"] + place, heap["second task"])
        heap.put(heap["second task"] + place, heap["first task"])
        hostile.answers("tasks that say to be awaited by each other", heap, "async-task-graph",
                        has=["2 futures say to be awaited by something that does not wait for them"])


def frame_of(hostile, name):
    """Where a coroutine's frame is, its evaluation stack included, and its size: within it, or up to 3.10 elsewhere."""
    address = hostile.dump.objects[name]
    return (hostile.dump.words(address + 16, 1)[0] if hostile.context.version in ("38", "39", "310") else address, 480)


def replace_words(heap, place, old, new):
    """Changes the words that are an address; one must be."""
    start, size = place
    found = [index for index, word in enumerate(heap.dump.words(start, size // 8)) if word & ~3 == old]
    for index in found:
        heap.put(start + 8 * index, new)
    if not found:
        raise RuntimeError(f"no word at {start:X} is {old:X}")


def test_cycles_of_threads(hostile):
    """threads in a circle"""
    threads = [int(thread["address"], 16) for thread in hostile.facts["runtime"]["interpreters"][0]["threads"]]
    heap = hostile.heap()
    for index, word in enumerate(hostile.dump.words(threads[0], 4)):
        if word == 0:
            heap.put(threads[0] + 8 * index, threads[-1])
    hostile.answers("threads in a circle", heap, "info", f"find-references {heap['list']:X}",
                    has=["the list of threads cannot be read beyond 4 threads"])


def test_cycles_of_the_collector(hostile):
    """the collector's lists in a circle"""
    heap = hostile.heap()
    for name in ("list", "dict", "instance", "set"):
        heap.put(heap[name] - 16, heap[name] - 16, heap[name] - 16)
    hostile.answers("objects linked with themselves alone", heap, "count-by-type --dropped", "validate-layouts", "info",
                    codes=[0, 1], has=["total: "])


def test_cycles_of_free_lists(hostile):
    """free lists in a circle"""
    size = 4096 if hostile.context.version in ("38", "39") else 16384
    heap = hostile.heap()
    pools = {address // size * size for address in (heap["list"], heap["dict"], heap["instance"], heap["many"])}
    for pool in pools:
        block = pool + 48 + 16 * 4
        heap.put(pool + 8, block)
        heap.put(block, block)
    hostile.answers("blocks that are free for ever", heap, "count-by-type --dropped", "info", has=["total: "])


def test_shared_tables(hostile):
    """many objects that all claim one large table"""
    slots, count = 1 << 18, 10_000
    for name, size in (("list", LIST_SIZE), ("set", 208), ("dict", 48)):
        heap = hostile.heap()
        # A static type in memory that no program's file says of: nothing is known of where objects may lie.
        static = heap.words(*hostile.dump.words(heap["list type"], TYPE_SIZE // 8))
        heap.put(static + TP_NAME, heap.allocate(b"astray\0"))
        add_tracked(heap, name, size, count, shared_table(hostile, heap, name, slots))
        claim = f"{count} objects of type {name} with one table"
        hostile.answers(claim, heap, "count-by-type --dropped", "info",
                        f"find-references {heap['many']:X} --max-results=3",
                        has=["total: ", "size_out_of_range ", "referrers found"], seconds=60)
        # A few are let through in each part of memory: whether they are more than there is memory for, that decides.
        hostile.answers(f"{claim} are checked, or given up", heap, "validate-layouts", codes=[0, 1],
                        lacks=["not done after"], seconds=60)
    # Each is too small to be looked at twice; together they are more than there is memory for.
    count = 30_000
    heap = hostile.heap()
    heap.put(heap.words(*hostile.dump.words(heap["list type"], TYPE_SIZE // 8)) + TP_NAME, heap.allocate(b"astray\0"))
    add_tracked(heap, "list", LIST_SIZE, count, shared_table(hostile, heap, "list", 2000))
    hostile.answers(f"{count} lists with one small table", heap, "count-by-type", "info", has=["take more than the "])
    for command in (f"find-references {heap['many']:X}", "validate-layouts"):
        hostile.answers(f"{count} lists with one small table: {command.split()[0]} ends", heap, command, codes=[1],
                        has=["the objects refer to more than there is memory for"])


def shared_table(hostile, heap, name, slots):
    """The words of an object that say where its table is, by their offsets; the table holds the object `many`."""
    if name == "list":
        return {16: slots, 24: heap.allocate(struct.pack("<Q", heap["many"]) * slots), 32: slots}
    if name == "set":
        return {16: slots, 24: slots, 32: slots - 1, 40: heap.allocate(struct.pack("<QQ", heap["many"], 1) * slots)}
    used = slots * 2 // 3
    if hostile.context.version in ("38", "39", "310"):
        head = struct.pack("<QQQQQ", 1, slots, 0, 0, used)
    else:
        head = struct.pack("<QBBBBIQQ", 1, 20, 22, 0, 0, 0, 0, used)
    entry = struct.pack("<QQQ", 1, heap["str"], heap["many"])
    return {16: used, 32: heap.allocate(head + bytes(4 * slots) + entry * used), 40: 0}


def add_tracked(heap, name, size, count, changed):
    """Copies of an object's first bytes, some words of them changed, which the collector's links join to a ring."""
    words = list(heap.dump.words(heap[name], size // 8))
    words[0] = 1
    for offset, word in changed.items():
        words[offset // 8] = word
    body = struct.pack(f"<{len(words)}Q", *words) + bytes(-size % 16)
    first, stride = heap.allocate(b""), 16 + len(body)
    heap.allocate(b"".join(struct.pack("<QQ", first + (index + 1) % count * stride,
                                       first + (index - 1) % count * stride)
                           + body for index in range(count)))


def test_nesting(hostile):
    """lists in lists, a million deep"""
    heap = hostile.heap()
    template = struct.pack("<5Q", *hostile.dump.words(heap["list"], 5))
    heap.allocate(b"")
    stride, count = 48, 1_000_000
    words = struct.unpack("<5Q", template)
    level = bytearray(struct.pack("<6Q", 1, words[1], 1, 0, 1, 0) * count)
    for index in range(count):
        # Each list's one item lies behind it, and is the list after it.
        place = START + len(heap.memory) + index * stride
        struct.pack_into("<Q", level, index * stride + 24, place + 40)
        struct.pack_into("<Q", level, index * stride + 40, place + stride if index < count - 1 else heap["dict"])
    address = heap.allocate(bytes(level))
    hostile.answers("a million lists in each other", heap, f"repr {address:X} --max-recursion-depth=1000000",
                    f"repr {address:X}", "count-by-type", has=["!recursion_depth", "total: "])
    hostile.answers("a million lists in each other are no block of an allocator", heap, f"find-referents {address:X}",
                    codes=[0, 1], has=[f"{address:016X}"])


def test_many_types(hostile):
    """a million types"""
    heap = hostile.heap()
    name = heap.allocate(b"A" * 900 + b"\0")
    words = [0] * (TYPE_SIZE // 8)
    words[0], words[1], words[TP_NAME // 8], words[TP_BASICSIZE // 8] = 1, heap["type"], name, 16
    words[TP_BASE // 8] = heap["object type"]
    words[TP_FLAGS // 8] = hostile.dump.words(heap["list type"] + TP_FLAGS, 1)[0]
    count = 1_100_000 if hostile.context.version == "310" else 100_000
    heap.allocate(struct.pack(f"<{len(words)}Q", *words) * count)
    hostile.answers(f"{count} types", heap, "info", "count-by-type --max-results=1", has=["total: "], seconds=300,
                    memory="8G")


def test_endless_names(hostile):
    """strings without an end"""
    heap = hostile.heap()
    # The region is filled to its last byte: no zero follows.
    name = heap.allocate(b"A" * (1 << 20))
    heap.memory += b"A" * (-len(heap.memory) % 4096)
    heap.put(heap["class"] + TP_NAME, name)
    hostile.answers("a type's name without end", heap, "find-all-types", "count-by-type", has=["types found"],
                    lacks=["AAAAAAAAAAAAAAAA"])
    heap = hostile.heap()
    heap.put(heap["str"] + 16, 1 << 62)
    hostile.answers("a text of 2^62 characters", heap, f"repr {heap['str']:X}", has=["<str !invalid_data>"])


def test_escapes(hostile):
    """terminal escape sequences and line breaks in names and texts"""
    heap = hostile.heap()
    data = ESCAPES.encode()
    heap.put(heap["list type"] + TP_NAME, heap.allocate(b"li" + data + b"\0"))
    for name in ("str", "bytes"):
        text = data[:12]
        start = next(offset for offset in range(24, 80) if probe(hostile, heap[name] + offset) == b"some ")
        heap.damage.put(heap[name] + start, text)
    hostile.answers("escape sequences are written as text", heap, f"repr {heap['str']:X}", f"repr {heap['bytes']:X}",
                    f"repr {heap['bytes']:X} --json", has=["\\x1b]0;ow", "\\\\x1b]0;ow"], lacks=["\x07", "\r"])
    # A name with control characters is no type's.
    hostile.answers("types are listed without them", heap, "find-all-types", "find-all-types --json",
                    "count-by-type --json", lacks=["\x07", "\r", "\u202e"], has=["types found"])


def probe(hostile, address):
    region = hostile.dump.region(address)
    return region.bytes()[address - region.start:address - region.start + 5]


def test_surrogates(hostile):
    """lone surrogates and numbers beyond Unicode"""
    heap = hostile.heap()
    region = hostile.dump.region(heap["str of two bytes"])
    data = region.bytes()
    at = data.find("日本語".encode("utf-16-le"), heap["str of two bytes"] - region.start)
    heap.damage.put(region.start + at, struct.pack("<HHH", 0xD800, 0xDFFF, 0xFFFF))
    hostile.answers("lone surrogates are shown", heap, f"repr {heap['str of two bytes']:X}",
                    f"repr {heap['str of two bytes']:X} --json", has=["'\\ud800\\udfff\\uffff and ASCII'", "\\\\ud800"])


def test_own_type(hostile):
    """objects that are their own type"""
    heap = hostile.heap()
    for name in ("list", "instance", "class"):
        heap.put(heap[name] + OB_TYPE, heap[name])
    for _ in range(1000):
        address = heap.allocate(bytes(TYPE_SIZE))
        heap.put(address, 1, address)
    hostile.answers("objects that are their own type", heap, "count-by-type", f"repr {heap['list']:X}", codes=[1],
                    has=["expected a type object at its ob_type"])


def test_overlapping_arenas(hostile):
    """arenas that overlap"""
    heap = hostile.heap()
    region = hostile.dump.region(heap["list"])
    at = heap.damage.regions.index(region)
    heap.damage.regions.insert(at + 1, replace(region, start=region.start + 4096, end=region.end + 4096))
    hostile.answers("an arena that overlaps itself", heap, "info", "count-by-type", has=["overlap"])


def test_lying_pools(hostile):
    """pools that lie"""
    size = 4096 if hostile.context.version in ("38", "39") else 16384
    pool = hostile.dump.objects["many"] // size * size
    names = ("list", "dict", "tuple", "instance", "str")
    pools = {hostile.dump.objects[name] // size * size for name in names} | {pool}
    for claim, offset, data in (
            ("more blocks than there are", 0, struct.pack("<I", 0xFFFFFFFF)), ("free blocks elsewhere", 8, b"\x10" * 8),
            ("free blocks in itself", 8, None), ("a size class that is none", 36, struct.pack("<I", 0xFFFFFFFF)),
            ("blocks of size 0", 36, struct.pack("<I", 0)), ("a next block behind its end", 40, b"\xff" * 4),
            ("a last block before its first", 44, bytes(4))):
        heap = hostile.heap()
        for address in pools:
            heap.damage.put(address + offset, struct.pack("<Q", address) if data is None else data)
        hostile.answers(f"pools with {claim}", heap, "count-by-type --dropped", "info", has=["total: "])


def test_big_numbers(hostile):
    """an int of 2 to the 32 digits"""
    has_tag = hostile.context.version in ("312", "313", "314", "315")
    for digits in (1 << 32, 1 << 60, 100_000_000):
        heap = hostile.heap()
        address = heap.twin("int", 64, at16=digits << 3 if has_tag else digits)
        hostile.answers(f"an int of {digits} digits", heap, f"repr {address:X}", has=["<int !invalid_data>"])
    heap = hostile.heap()
    digits = 500_000
    address = heap.twin("int", 24, at16=digits << 3 if has_tag else digits)
    heap.memory += struct.pack("<I", 0x2AAAAAAA) * digits
    hostile.answers(f"an int of {digits} digits that are there", heap, f"repr {address:X}",
                    has=["0xaaaaaaaaaaaaaaaa", "more digits>"])


def test_many_threads(hostile):
    """500,000 threads"""
    interpreter = hostile.facts["runtime"]["interpreters"][0]
    thread = int(interpreter["threads"][-1]["address"], 16)
    owner = int(interpreter["address"], 16)
    words = hostile.dump.words(thread, 4)
    # The newest thread: nothing is newer, an older one follows, and its interpreter.
    newest, follows, owner_at = words.index(0), None, words.index(owner)
    threads = {int(row["address"], 16) for row in interpreter["threads"]}
    follows = next(index for index, word in enumerate(words) if word in threads)
    heap = hostile.heap()
    heap.allocate(b"")
    stride, count = 32, 500_000
    first = START + len(heap.memory)
    data = bytearray(stride * count + 4096)
    for index in range(count):
        place = first + index * stride
        struct.pack_into("<Q", data, index * stride + 8 * newest, place - stride if index else thread)
        struct.pack_into("<Q", data, index * stride + 8 * follows, place + stride if index < count - 1 else 0)
        struct.pack_into("<Q", data, index * stride + 8 * owner_at, owner)
    heap.allocate(bytes(data))
    heap.put(thread + 8 * follows, first)
    hostile.answers("500,000 threads", heap, "info", f"find-references {heap['list']:X}",
                    has=["the list of threads cannot be read beyond 65536 threads"], seconds=60)
