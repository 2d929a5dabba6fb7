"""What can be wrong with a dump: each fault takes a sound dump and chance, and gives a `Damage`."""

import struct
from dataclasses import dataclass, field, replace

PAGE = 4096
WORD = 8
# Numbers that break what trusts them.
NUMBERS = (0, 1, 2, 3, 7, 8, 0x7F, 0xFF, 0xFFFF, 1 << 28, (1 << 31) - 1, 1 << 31, (1 << 32) - 1, 1 << 32, 1 << 40,
           (1 << 40) - 1, 1 << 47, 1 << 60, 1 << 61, 1 << 62, (1 << 63) - 1, 1 << 63, (1 << 63) + 8, (1 << 64) - 8,
           (1 << 64) - 2, (1 << 64) - 1, 0x6F62655D7962655D, 0x1B5B33316D0A0A00)
# The most bytes of a structure that are damaged, and of a file's head.
STRUCTURE = 1024
HEAD = 2048


@dataclass
class Damage:
    """How a dump is written other than it was: its regions, bytes at addresses and of the file, where the file ends."""

    regions: list
    mapped_files: list
    patches: list = field(default_factory=list)
    raw: list = field(default_factory=list)
    end: float | None = None
    notes: list = field(default_factory=list)

    def region(self, address):
        return next((region for region in self.regions if region.start <= address < region.start + region.length), None)

    def put(self, address, data):
        self.patches.append((address, data))

    def put_word(self, address, word):
        self.put(address, struct.pack("<Q", word & ((1 << 64) - 1)))


def damaged(dump, structures, form, chance):
    """One or two faults of a dump, mostly one."""
    damage = Damage(list(dump.regions), list(dump.mapped_files))
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        fault = chance.choice(FAULTS + (FILE_FAULTS if form != "directory" else []))
        damage.notes.append(fault.__name__)
        fault(damage, dump, structures, chance)
    return damage


def some_region(damage, chance):
    return chance.choice(damage.regions) if damage.regions else None


def some_page(region, chance):
    pages = max(1, region.length // PAGE)
    return region.start + PAGE * chance.randrange(pages)


def some_structure(structures, chance):
    kind = chance.choice(list(structures))
    return chance.choice(structures[kind])


def hostile_word(damage, dump, structures, chance):
    """A number, an address of something else, or of nothing."""
    way = chance.randrange(8)
    if way < 3:
        return chance.choice(NUMBERS)
    if way < 5:
        return some_structure(structures, chance) + chance.choice((0, 0, 0, 1, 8, 16, -8))
    region = some_region(damage, chance)
    if region is None or way == 5:
        return chance.getrandbits(64)
    return chance.choice((region.end - 8, region.end, region.end - 1, region.start, region.start - 8,
                          region.start + chance.randrange(max(1, region.length)) // 16 * 16))


# Faults of structures.

def word_of_structure(damage, dump, structures, chance):
    """A word of something that is looked at early: a type, an object, what it points to, an interpreter, a thread."""
    address = some_structure(structures, chance)
    words = dump.words(address, STRUCTURE // WORD)
    for _ in range(chance.choice((1, 1, 2, 5))):
        if not words:
            return
        # Objects are short, so that most of the damage has to lie near the beginning.
        index = min(int(chance.expovariate(1 / 8)), len(words) - 1)
        damage.put_word(address + WORD * index, hostile_word(damage, dump, structures, chance))


def itself(damage, dump, structures, chance):
    """A word that points at the structure it is in: cycles of every kind."""
    address = some_structure(structures, chance)
    words = dump.words(address, STRUCTURE // WORD)
    pointers = [index for index, word in enumerate(words) if dump.region(word)]
    if pointers:
        damage.put_word(address + WORD * chance.choice(pointers), address)


def ring(damage, dump, structures, chance):
    """Two structures of a kind that point at each other at the same place."""
    kind = structures[chance.choice(list(structures))]
    first, second = chance.choice(kind), chance.choice(kind)
    words = dump.words(first, STRUCTURE // WORD)
    pointers = [index for index, word in enumerate(words) if dump.region(word)]
    if pointers:
        index = chance.choice(pointers)
        damage.put_word(first + WORD * index, second)
        damage.put_word(second + WORD * index, first)


def small_field(damage, dump, structures, chance):
    """A byte, or half of a word, of a structure."""
    address = some_structure(structures, chance) + min(int(chance.expovariate(1 / 32)), STRUCTURE)
    data = struct.pack("<Q", chance.choice(NUMBERS))[:chance.choice((1, 2, 4))]
    if dump.region(address) and dump.region(address + len(data)):
        damage.put(address, data)


def type_exchanged(damage, dump, structures, chance):
    """All objects of one type become ones of another."""
    first, second = (struct.pack("<Q", chance.choice(structures["types"])) for _ in range(2))
    for region in damage.regions:
        data = region.bytes()
        index = data.find(first)
        while index >= 0 and len(damage.patches) < 200_000:
            damage.put(region.start + index, second)
            index = data.find(first, index + WORD)


def words_shuffled(damage, dump, structures, chance):
    """Words of one region replaced by others of it."""
    region = some_region(damage, chance)
    if region is None or region.length < 2 * WORD:
        return
    data = region.bytes()
    words = len(data) // WORD
    for _ in range(max(1, words // chance.choice((10, 100, 1000, 10000)))):
        here, there = chance.randrange(words) * WORD, chance.randrange(words) * WORD
        damage.put(region.start + here, data[there:there + WORD])


def names_of_control_characters(damage, dump, structures, chance):
    """Text becomes what a terminal obeys."""
    address = some_structure(structures, chance)
    evil = b"\x1b]0;x\x07\x1b[2J\r\n\x00\x9b\xff\xc0\x80\xed\xa0\x80\xe2\x80\xae"
    length = chance.randrange(4, 40)
    if dump.region(address) and dump.region(address + 128):
        damage.put(address + chance.randrange(0, 80), (evil * 3)[:length])


# Faults of pages and regions.

def page_of_zeros(damage, dump, structures, chance):
    if region := some_region(damage, chance):
        damage.put(some_page(region, chance), bytes(PAGE))


def page_of_ones(damage, dump, structures, chance):
    if region := some_region(damage, chance):
        damage.put(some_page(region, chance), b"\xff" * PAGE)


def page_of_noise(damage, dump, structures, chance):
    if region := some_region(damage, chance):
        damage.put(some_page(region, chance), chance.randbytes(PAGE))


def page_of_another(damage, dump, structures, chance):
    """A page that was taken at another moment, or of another place."""
    source, target = some_region(damage, chance), some_region(damage, chance)
    if source and target and source.length >= PAGE:
        start = some_page(source, chance) - source.start
        damage.put(some_page(target, chance), source.bytes()[start:start + PAGE])


def region_of_zeros(damage, dump, structures, chance):
    if region := some_region(damage, chance):
        damage.put(region.start, bytes(region.length))


def region_of_ones(damage, dump, structures, chance):
    if region := some_region(damage, chance):
        damage.put(region.start, b"\xff" * region.length)


def region_of_noise(damage, dump, structures, chance):
    if region := some_region(damage, chance):
        damage.put(region.start, chance.randbytes(region.length))


def bits_flipped(damage, dump, structures, chance):
    """One bit in a million, ten thousand or a hundred of a region."""
    region = some_region(damage, chance)
    if region is None or region.length == 0:
        return
    flip_bits(damage, region, chance.choice((1_000_000, 10_000, 100)), chance)


def flip_bits(damage, region, rate, chance):
    data = region.bytes()
    for _ in range(min(20_000, max(1, len(data) * 8 // rate))):
        index = chance.randrange(len(data))
        damage.put(region.start + index, bytes([data[index] ^ 1 << chance.randrange(8)]))


def region_moved_by_a_word(damage, dump, structures, chance):
    """Bytes that were lost or doubled while they were copied."""
    if region := some_region(damage, chance):
        data = region.bytes()
        step = chance.choice((1, 8, 16, PAGE))
        damage.put(region.start, data[step:] if chance.random() < 0.5 else (bytes(step) + data)[:len(data)])


def region_missing(damage, dump, structures, chance):
    if damage.regions:
        damage.regions.remove(chance.choice(damage.regions))


def regions_missing(damage, dump, structures, chance):
    """All but one, or but a few."""
    count = min(len(damage.regions), chance.choice((1, 2, 4)))
    damage.regions[:] = sorted(chance.sample(damage.regions, count), key=lambda region: region.start)


def region_cut(damage, dump, structures, chance):
    """A region with fewer bytes than its range has: none, a page, half, all but some."""
    if region := some_region(damage, chance):
        length = chance.choice((0, 1, 15, PAGE, region.length // 2, region.length - 1, region.length - 8,
                                region.length // 2 // PAGE * PAGE))
        damage.regions[damage.regions.index(region)] = region.cut(length)


def region_doubled(damage, dump, structures, chance):
    """The same bytes at another place too: twins of all objects in them."""
    if region := some_region(damage, chance):
        distance = chance.choice((region.length, -region.length, 1 << 30, -(1 << 30), PAGE, 8, 1))
        start = (region.start + distance) & ((1 << 56) - 1)
        damage.regions.append(replace(region, start=start, end=start + region.length))


def regions_swapped(damage, dump, structures, chance):
    if len(damage.regions) >= 2:
        first, second = chance.sample(range(len(damage.regions)), 2)
        a, b = damage.regions[first], damage.regions[second]
        damage.regions[first] = replace(b, start=a.start, end=a.start + b.length)
        damage.regions[second] = replace(a, start=b.start, end=b.start + a.length)


def region_range_wrong(damage, dump, structures, chance):
    """A range that overlaps others, runs backwards, has no end, or wraps around."""
    if region := some_region(damage, chance):
        start, end = chance.choice((
            (region.start, 1 << 47), (0, region.end), (region.end, region.start), (region.start, region.start),
            (0, (1 << 64) - 1), ((1 << 64) - PAGE, (1 << 64) - 1), (region.start - 8, region.end),
            (region.start + 1, region.end + 1), (region.start, region.start + (1 << 40)),
            (region.start, region.end - 1)))
        damage.regions[damage.regions.index(region)] = replace(region, start=start, end=end)


def region_in_pieces(damage, dump, structures, chance):
    """One region as many small ones: structures lie across them."""
    if region := some_region(damage, chance):
        at = damage.regions.index(region)
        size = chance.choice((PAGE, 16 * PAGE, 1000, 100_000))
        starts = range(0, region.length, size)[:300]
        pieces = [replace(region, start=region.start + start, end=region.start + min(start + size, region.length),
                          offset=region.offset + start, length=min(size, region.length - start)) for start in starts]
        damage.regions[at:at + 1] = pieces


FAULTS = [word_of_structure] * 8 + [itself, ring] * 2 + [small_field, type_exchanged] * 2 + [
    words_shuffled, names_of_control_characters, page_of_zeros, page_of_ones, page_of_noise, page_of_another,
    region_of_zeros, region_of_ones, region_of_noise, bits_flipped, bits_flipped, region_moved_by_a_word,
    region_missing, regions_missing, region_cut, region_doubled, regions_swapped, region_range_wrong,
    region_in_pieces]


# Faults of the file itself.

def file_cut(damage, dump, structures, chance):
    """The file ends where a quota ended it: at once, in its head, after a page, anywhere."""
    damage.end = chance.choice((0.0, 1e-9, 16 / (8 << 20), chance.random() * 1e-3, chance.random(), chance.random(),
                                0.999999))


def head_changed(damage, dump, structures, chance):
    """Bytes of the head: the ELF header, program headers, notes, a stream's first region, gzip's header."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        offset = min(int(chance.expovariate(1 / 200)), HEAD)
        size = chance.choice((1, 2, 4, 8))
        damage.raw.append((offset, struct.pack("<Q", chance.choice((*NUMBERS, chance.getrandbits(64))))[:size]))


def names_of_files_changed(damage, dump, structures, chance):
    """Names of mapped files that lead elsewhere, are endless, or obey a terminal; ranges that overlap and wrap."""
    evil = ("/etc/passwd", "/dev/zero", "/dev/stdin", "/proc/self/mem", "/" + "a" * 5000, "\x1b[31m\n/x", "", "../../x",
            "/tmp", "/proc/self/exe")
    damage.mapped_files[:] = [
        (chance.choice((start, 0, end, (1 << 64) - 1)) if chance.random() < 0.2 else start,
         chance.choice((end, 0, (1 << 64) - 1)) if chance.random() < 0.2 else end, offset,
         chance.choice(evil) if chance.random() < 0.5 else name)
        for start, end, offset, name in damage.mapped_files]


FILE_FAULTS = [file_cut] * 3 + [head_changed] * 4 + [names_of_files_changed]
