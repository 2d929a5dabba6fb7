"""What can be wrong with the container of a dump: each fault takes a copy of a sound one, and chance, and changes it.

Each fault has one of three effects. A tool that answers otherwise than of the sound dump must announce a `LOSS`: bytes
are gone or moved, a table, a header or a block is not what was written. A `LIE` is as sound as the truth, such as other
bytes with a checksum that is right, or another address: no tool can see it. What is `HARMLESS` changes nothing that is
known of memory.
"""

import struct
from enum import Enum

from robustness.torture_blocks import compress
from robustness.torture_containers import PAGE, core_headers, stream_headers

NUMBERS = (0, 1, 7, 8, 16, 0x7FFF, 0xFFFF, 1 << 20, 1 << 28, (1 << 31) - 1, 1 << 31, (1 << 32) - 1, 1 << 40, 1 << 47,
           1 << 62, (1 << 63) - 1, 1 << 63, (1 << 64) - PAGE, (1 << 64) - 1)


class Effect(Enum):
    LOSS = "loss"
    LIE = "lie"
    HARMLESS = "harmless"


class Copy:
    """A copy of a sound container that faults change: files are taken into memory as they are asked for."""

    def __init__(self, container, path, chance):
        self.container, self.path, self.chance = container, path, chance
        self._data = {}
        if container.kind == "directory":
            container.copied(path)
        self.notes = []
        self.effects = set()

    def file(self, chance):
        """A file of it, large ones more often."""
        files = self.container.files()
        return files[min(int(chance.expovariate(6 / len(files))), len(files) - 1)]

    def data(self, file):
        if file not in self._data:
            self._data[file] = bytearray(file.read_bytes())
        return self._data[file]

    def is_changed(self, file):
        return file in self._data

    def set(self, file, data):
        self._data[file] = data

    def target(self, file):
        return self.path / file.name if self.container.kind == "directory" else self.path

    def close(self):
        """Writes what was changed."""
        if self.container.kind != "directory" and not self._data:
            self.container.copied(self.path)
        for file, data in self._data.items():
            target = self.target(file)
            if target.is_symlink():
                target.unlink()
            elif self.container.kind == "directory":
                continue  # gone, or of another name
            target.write_bytes(data)


def damage(copy, chance):
    """One fault of a container, rarely two."""
    for _ in range(chance.choice((1, 1, 1, 1, 2))):
        fault = chance.choice(faults_of(copy.container))
        copy.notes.append(fault.__name__.replace("_", " "))
        copy.effects.add(fault(copy, chance))
    copy.close()


def faults_of(container):
    faults = [file_cut, file_cut, bytes_lost, bytes_doubled, junk_after, file_empty, unchanged]
    if not container.is_plain:
        faults += [bits_flipped, bits_flipped, bytes_wrong, page_lost, page_lost, head_wrong, tail_wrong,
                   pages_exchanged]
    if container.is_ours:
        faults += [table_entry_wrong, table_entry_lies, sum_wrong, table_short, block_lost, block_doubled,
                   blocks_exchanged, block_empty, block_of_another_format, block_changed, block_changed,
                   block_header_flipped, footer_wrong, pages_of_a_block_lost]
    if container.is_plain:
        faults += {"stream": [stream_start_wrong, stream_end_wrong, stream_header_lost, stream_moved,
                              stream_region_missing] * 2,
                   "core": [elf_header_wrong, program_header_wrong, program_header_moved, note_wrong, headers_exchanged,
                            header_doubled] * 2, "directory": []}[container.kind]
        faults += [memory_changed]
    if container.kind == "directory":
        faults += [region_renamed, region_missing, region_resized, region_without_suffix, region_of_another] * 2
    return faults


# Faults of any file.

def unchanged(copy, chance):
    """The dump is as sound as it was: a comparison that finds fault with it is wrong itself."""
    return Effect.HARMLESS


def file_cut(copy, chance):
    file = copy.file(chance)
    data = copy.data(file)
    end = chance.choice((chance.random(), chance.random(), chance.random() ** 4))
    cut = chance.choice((int(end * len(data)), len(data) - 1, len(data) - min(len(data), 1 + chance.randrange(64))))
    del data[cut:]
    return Effect.LOSS


def file_empty(copy, chance):
    copy.data(copy.file(chance)).clear()
    return Effect.LOSS


def place(data, chance, size=1):
    return chance.randrange(max(1, len(data) - size))


def bytes_lost(copy, chance):
    """Bytes in the midst of a file that are gone, so that all after them moves."""
    data = copy.data(copy.file(chance))
    size = chance.choice((1, 8, 16, 512, PAGE, 1 << 16, 1 << 20))
    start = place(data, chance, size)
    del data[start:start + size]
    return Effect.LOSS


def bytes_doubled(copy, chance):
    data = copy.data(copy.file(chance))
    size = chance.choice((1, 8, 16, 512, PAGE, 1 << 16, 1 << 20))
    start = place(data, chance, size)
    data[start:start] = data[start:start + size]
    return Effect.LOSS


def junk_after(copy, chance):
    """Something after the end: another dump, zeros of a disk, text."""
    data = copy.data(copy.file(chance))
    data += chance.choice((bytes(chance.choice((1, 16, PAGE))), b"\n", chance.randbytes(100), bytes(data[:PAGE]),
                           b"\x1f\x8b\x08" + bytes(20), b"\x28\xb5\x2f\xfd"))
    return Effect.LOSS


# Faults of compressed bytes.

def bits_flipped(copy, chance):
    data = copy.data(copy.file(chance))
    for _ in range(chance.choice((1, 1, 2, 100))):
        if data:
            data[place(data, chance)] ^= 1 << chance.randrange(8)
    return Effect.LOSS


def bytes_wrong(copy, chance):
    return overwrite(copy, chance, lambda data: place(data, chance, 8))


def head_wrong(copy, chance):
    return overwrite(copy, chance, lambda data: min(int(chance.expovariate(1 / 20)), len(data)))


def tail_wrong(copy, chance):
    return overwrite(copy, chance, lambda data: max(0, len(data) - 1 - int(chance.expovariate(1 / 100))))


def overwrite(copy, chance, where):
    data = copy.data(copy.file(chance))
    start = where(data)
    word = struct.pack("<Q", chance.choice((chance.choice(NUMBERS), chance.getrandbits(64))))
    word = word[:chance.choice((1, 2, 4, 8))]
    if not data:
        return Effect.LOSS
    data[start:start + len(word)] = word[:len(data) - start]
    return Effect.LOSS


def page_lost(copy, chance):
    """A page of zeros, as a file system leaves that was not written out in time."""
    data = copy.data(copy.file(chance))
    start = place(data, chance) // PAGE * PAGE
    data[start:start + PAGE] = bytes(len(data[start:start + PAGE]))
    return Effect.LOSS


def pages_exchanged(copy, chance):
    data = copy.data(copy.file(chance))
    first, second = (place(data, chance, PAGE) // PAGE * PAGE for _ in range(2))
    if max(first, second) + PAGE <= len(data):
        data[first:first + PAGE], data[second:second + PAGE] = data[second:second + PAGE], data[first:first + PAGE]
    return Effect.LOSS


# Faults of our blocks and their table.

def with_blocks(copy, chance, change):
    """Changes the blocks of a file that is not damaged yet."""
    file = copy.file(chance)
    if copy.is_changed(file):
        return Effect.LOSS
    blocks = copy.container.blocks(file)
    effect = change(blocks, chance.randrange(len(blocks.parts))) or Effect.LOSS
    copy.set(file, bytearray(blocks.bytes()))
    return effect


def lying_size(blocks, number, chance):
    compressed, inflated = len(blocks.parts[number]), blocks.counts[number]
    wrong = chance.choice(NUMBERS) & 0xFFFFFFFF
    near = chance.choice((-4096, -1, 1, 8, 16, 4096, 1 << 20))
    return chance.choice(((compressed, inflated + near), (compressed + near, inflated), (wrong, inflated),
                          (compressed, wrong), (0, 0), (inflated, compressed)))


def table_entry_wrong(copy, chance):
    """A size in the table that the checksum of the table contradicts."""
    def change(blocks, number):
        blocks.lies[number] = tuple(value & 0xFFFFFFFF for value in lying_size(blocks, number, chance))
        blocks.sum_is_right = False
    return with_blocks(copy, chance, change)


def table_entry_lies(copy, chance):
    """A wrong size with the right checksum, and a neighbour that makes up for it."""
    def change(blocks, number):
        lie = lying_size(blocks, number, chance)
        blocks.lies[number] = tuple(value & 0xFFFFFFFF for value in lie)
        other = (number + 1) % len(blocks.parts)
        if other != number and chance.random() < 0.7:
            more = len(blocks.parts[number]) - lie[0], blocks.counts[number] - lie[1]
            blocks.lies[other] = ((len(blocks.parts[other]) + more[0]) & 0xFFFFFFFF,
                                  (blocks.counts[other] + more[1]) & 0xFFFFFFFF)
    return with_blocks(copy, chance, change)


def sum_wrong(copy, chance):
    def change(blocks, number):
        blocks.lies[number] = (len(blocks.parts[number]), blocks.counts[number])
        blocks.counts[number] += 1
        blocks.sum_is_right = False
    return with_blocks(copy, chance, change)


def table_short(copy, chance):
    """A table that does not have the last blocks, or has one too many."""
    def change(blocks, number):
        blocks.lies[number] = chance.choice(((0, 0), (0, blocks.counts[number]), (len(blocks.parts[number]), 0)))
    return with_blocks(copy, chance, change)


def block_lost(copy, chance):
    """The bytes of a block are gone, and the table has it."""
    def change(blocks, number):
        blocks.lies[number] = (len(blocks.parts[number]), blocks.counts[number])
        blocks.parts[number] = b""
    return with_blocks(copy, chance, change)


def block_doubled(copy, chance):
    def change(blocks, number):
        blocks.lies[number] = (len(blocks.parts[number]), blocks.counts[number])
        blocks.parts[number] *= 2
    return with_blocks(copy, chance, change)


def blocks_exchanged(copy, chance):
    """Two blocks change places, and the table says where they were."""
    def change(blocks, number):
        other = chance.randrange(len(blocks.parts))
        for each in (number, other):
            blocks.lies[each] = (len(blocks.parts[each]), blocks.counts[each])
        parts = blocks.parts
        parts[number], parts[other] = parts[other], parts[number]
        is_same_size = blocks.lies[number] == blocks.lies[other]
        return Effect.LIE if is_same_size else Effect.LOSS
    return with_blocks(copy, chance, change)


def block_empty(copy, chance):
    """Zeros in the place of a block."""
    def change(blocks, number):
        blocks.parts[number] = bytes(len(blocks.parts[number]))
    return with_blocks(copy, chance, change)


def pages_of_a_block_lost(copy, chance):
    def change(blocks, number):
        part = bytearray(blocks.parts[number])
        start = place(part, chance)
        part[start:start + PAGE] = bytes(len(part[start:start + PAGE]))
        blocks.parts[number] = bytes(part)
    return with_blocks(copy, chance, change)


def block_of_another_format(copy, chance):
    def change(blocks, number):
        other = "zstd" if blocks.compression == "gzip" else "gzip"
        blocks.parts[number] = compress(other, blocks.inflated(number))
    return with_blocks(copy, chance, change)


def block_header_flipped(copy, chance):
    """A bit in the first bytes of a block, where its format says what it is."""
    def change(blocks, number):
        part = bytearray(blocks.parts[number])
        part[min(int(chance.expovariate(1 / 6)), len(part) - 1)] ^= 1 << chance.randrange(8)
        blocks.parts[number] = bytes(part)
    return with_blocks(copy, chance, change)


def footer_wrong(copy, chance):
    """A byte at the very end: the table's size, its place, its checksum or its magic numbers."""
    data = copy.data(copy.file(chance))
    if data:
        data[max(0, len(data) - 1 - chance.randrange(60))] = chance.randrange(256)
    return Effect.LOSS


def block_changed(copy, chance):
    """Inflated bytes are other ones, compressed anew with all sums right."""
    def change(blocks, number):
        data = bytearray(blocks.inflated(number))
        is_header = len(data) <= 16
        for _ in range(chance.choice((1, 4, 64))):
            start = place(data, chance, 8)
            data[start:start + 8] = chance.choice((struct.pack("<Q", chance.choice(NUMBERS)), chance.randbytes(8)))
        resize = chance.choice((0, 0, 0, -8, 8, -PAGE, PAGE)) if not is_header else 0
        data = data[:resize] if resize < 0 else data + bytes(resize)
        blocks.replace(number, bytes(data))
        return Effect.LIE
    return with_blocks(copy, chance, change)


# Faults of what is not compressed.

def memory_changed(copy, chance):
    """Bytes of the memory itself: no sum is over them."""
    file = copy.file(chance)
    data = copy.data(file)
    if len(data) > 2 * PAGE:
        start = len(data) // 2 + chance.randrange(len(data) // 2)
        data[start:start + 8] = chance.randbytes(8)
    return Effect.LIE


def stream_header(copy, chance):
    data = copy.data(copy.container.path)
    return data, chance.choice(stream_headers(copy.container.path.read_bytes()))


def stream_start_wrong(copy, chance):
    """A start or an end that makes the region longer or shorter, so that the next header is not where it was."""
    return stream_word_wrong(copy, chance, 0)


def stream_end_wrong(copy, chance):
    return stream_word_wrong(copy, chance, 8)


def stream_word_wrong(copy, chance, at):
    data, offset = stream_header(copy, chance)
    if offset + 16 <= len(data):
        word, = struct.unpack_from("<Q", data, offset + at)
        wrong = chance.choice((word + PAGE, word - PAGE, word ^ 1 << chance.randrange(64), chance.choice(NUMBERS)))
        struct.pack_into("<Q", data, offset + at, wrong & ((1 << 64) - 1))
    return Effect.LOSS


def stream_header_lost(copy, chance):
    data, offset = stream_header(copy, chance)
    del data[offset:offset + 16]
    return Effect.LOSS


def stream_moved(copy, chance):
    """A region at another address, of the same size."""
    data, offset = stream_header(copy, chance)
    if offset + 16 <= len(data):
        start, end = struct.unpack_from("<QQ", data, offset)
        step = chance.choice((PAGE, -PAGE, 1 << 30, 8))
        struct.pack_into("<QQ", data, offset, (start + step) & ((1 << 64) - 1), (end + step) & ((1 << 64) - 1))
    return loss_in_stream(copy, offset)


def stream_region_missing(copy, chance):
    """A region with its header is gone."""
    data, offset = stream_header(copy, chance)
    if offset + 16 <= len(data):
        start, end = struct.unpack_from("<QQ", data, offset)
        del data[offset:offset + 16 + max(0, end - start)]
    return loss_in_stream(copy, offset)


def loss_in_stream(copy, offset):
    """The list of regions is the first of them: without it a stream is like those of others."""
    return Effect.LIE if offset == 0 else loss_of_region(copy)


def loss_of_region(copy):
    """A dump with a list of its regions says that one is gone; without, it is the dump of a process that never had
    it."""
    return Effect.LOSS if copy.container.has_list else Effect.LIE


# Fields of `Elf64_Ehdr` and `Elf64_Phdr` (elf.h) by which bytes are found: offset and size.
IDENTITY_FIELDS = ((0, 4), (4, 1), (5, 1), (16, 2), (18, 2), (32, 8), (54, 2), (56, 2))
PLACE_FIELDS = {"p_type": (0, 4), "p_offset": (8, 8), "p_filesz": (32, 8)}
# What only says where memory was in the process, and what it was allowed: nothing contradicts it.
NAME_FIELDS = {"p_flags": (4, 4), "p_vaddr": (16, 8), "p_memsz": (40, 8), "p_align": (48, 8)}


def elf_header_wrong(copy, chance):
    data = copy.data(copy.container.path)
    field_wrong(data, 0, chance.choice(IDENTITY_FIELDS), chance)
    return Effect.LOSS


def program_header_wrong(copy, chance):
    return program_header_field(copy, chance, PLACE_FIELDS, Effect.LOSS)


def program_header_moved(copy, chance):
    return program_header_field(copy, chance, NAME_FIELDS, Effect.LIE)


def program_header_field(copy, chance, fields, effect):
    data = copy.data(copy.container.path)
    offset, _ = chance.choice(core_headers(copy.container.path.read_bytes()[:1 << 20]))
    field_wrong(data, offset, fields[chance.choice(list(fields))], chance)
    return effect


def field_wrong(data, offset, field, chance):
    start, size = offset + field[0], field[1]
    if start + size > len(data):
        return
    word = int.from_bytes(data[start:start + size], "little")
    wrong = chance.choice((word + PAGE, word - PAGE, word + 1, word ^ 1 << chance.randrange(8 * size),
                           chance.choice(NUMBERS)))
    data[start:start + size] = (wrong & ((1 << 8 * size) - 1)).to_bytes(size, "little")


def headers_exchanged(copy, chance):
    """The places in the file of two regions are exchanged: both are whole, and neither is right."""
    data = copy.data(copy.container.path)
    loads = [offset for offset, kind in core_headers(copy.container.path.read_bytes()[:1 << 20]) if kind == 1]
    first, second = chance.choice(loads), chance.choice(loads)
    if max(first, second) + 56 <= len(data):
        for start, size in (PLACE_FIELDS["p_offset"], PLACE_FIELDS["p_filesz"]):
            one, other = first + start, second + start
            data[one:one + size], data[other:other + size] = data[other:other + size], data[one:one + size]
    return Effect.LIE


def header_doubled(copy, chance):
    """One program header over another: the other's bytes belong to nobody."""
    data = copy.data(copy.container.path)
    headers = core_headers(copy.container.path.read_bytes()[:1 << 20])
    first, second = chance.choice(headers)[0], chance.choice(headers)[0]
    if max(first, second) + 56 <= len(data):
        data[second:second + 56] = data[first:first + 56]
    return Effect.LOSS


def note_wrong(copy, chance):
    """Bytes of the notes: names, numbers and threads, which are as they are said to be."""
    data = copy.data(copy.container.path)
    notes = [offset for offset, kind in core_headers(copy.container.path.read_bytes()[:1 << 20]) if kind == 4]
    if notes and notes[0] + 56 <= len(data):
        start, = struct.unpack_from("<Q", data, notes[0] + 8)
        size, = struct.unpack_from("<Q", data, notes[0] + 32)
        if size and start + size <= len(data):
            at = start + chance.randrange(size)
            data[at:at + 4] = struct.pack("<Q", chance.choice(NUMBERS))[:4]
    return Effect.LIE


# Faults of a directory.

def some_region_file(copy, chance):
    files = [copy.target(file) for file in copy.container.files() if copy.target(file).name.startswith("mem.")
             and (copy.target(file).is_symlink() or copy.target(file).exists())]
    return files[min(int(chance.expovariate(6 / len(files))), len(files) - 1)]


def renamed(copy, chance, change):
    path = some_region_file(copy, chance)
    _, start, end, *rest = path.name.split(".")
    start, end, rest = change(int(start, 16), int(end, 16), rest)
    name = ".".join(["mem", f"{start & (1 << 64) - 1:016X}", f"{end & (1 << 64) - 1:016X}", *rest])
    path.rename(path.with_name(name))


def region_renamed(copy, chance):
    """A region at another address, of the same size."""
    step = chance.choice((PAGE, -PAGE, 1 << 30, 8))
    renamed(copy, chance, lambda start, end, rest: (start + step, end + step, rest))
    return loss_of_region(copy)


def region_missing(copy, chance):
    some_region_file(copy, chance).unlink()
    return loss_of_region(copy)


def region_resized(copy, chance):
    """A region's name that gives it more or fewer bytes than it has."""
    step = chance.choice((PAGE, -PAGE, 1 << 30, 8, -8, 1 << 62))
    renamed(copy, chance, lambda start, end, rest: (start, end + step, rest) if chance.random() < 0.5
            else (start - step, end, rest))
    return Effect.LOSS


def region_without_suffix(copy, chance):
    """A name without the suffix of its format, or with another's; what is in the file decides."""
    suffix = chance.choice(([], ["gz"], ["zst"], ["xz"]))
    renamed(copy, chance, lambda start, end, rest: (start, end, rest[:1] + suffix))
    return Effect.HARMLESS if not copy.container.is_plain else Effect.LOSS


def region_of_another(copy, chance):
    """The file of one region in the place of another."""
    first, second = some_region_file(copy, chance), some_region_file(copy, chance)
    is_same_size = region_size(first) == region_size(second)
    if first != second:
        source = first.resolve()
        second.unlink()
        second.symlink_to(source)
    return Effect.LIE if is_same_size else Effect.LOSS


def region_size(path):
    _, start, end, *_ = path.name.split(".")
    return int(end, 16) - int(start, 16)
