#!/usr/bin/env python3
"""Writes a valid dump of any size: a small one of a real process, and copies of all its pools of pymalloc.

A copy lies at addresses of its own, and what points into the pools points into the copy. What lies outside of the pools
stays where it is and belongs to all copies: the types, large tables, the modules. So each copy adds the same objects,
and what a dump must hold is known exactly. Memory without objects fills it up to the size that was asked for.

usage: synthetic.py --gigabytes N [--millions N] [--version V] FOLDER      prints a line of JSON with what was written
"""

import argparse
import collections
import json
import mmap
import shutil
import struct
import subprocess
import sys
import tempfile
from array import array
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent / "tests"))
from harness import capture  # noqa: E402
from harness.interpreters import PROJECT, VERSIONS, interpreter  # noqa: E402
from harness.target import Target  # noqa: E402
from measuring import compiled  # noqa: E402

# Between a program's heap and its libraries, so that the copies' addresses look like those of the original.
FIRST_COPY = 0x7000_0000_0000
HEADER = struct.Struct("<I4x24x4I")  # struct pool_header: ref.count, three pointers, arenaindex, szidx, two offsets
HEADER_SIZE = 48
LARGEST_BLOCK = 512
MILLIONS_IN_SEED = 0.3
# More objects between two of a list of the collector than lie outside of pools.
MOST_STEPS = 1 << 20


class Seed:
    """A small dump of a real process, and what a copy of its pools holds."""

    def __init__(self, version, folder, binary, millions=MILLIONS_IN_SEED):
        """Makes the dump, in a new folder within `folder`."""
        self.dump = folder / "seed"
        with Target(interpreter(version), FOLDER / "workload.py", millions, timeout=600) as target:
            capture.write_directory(target.pid, self.dump)
        self._binary = str(binary)
        # Arenas have radix trees since 3.10, and larger pools.
        self.pool_size = 4096 if version in ("38", "39") else 16384
        memory = Memory(self.dump)
        self.pools = {page: index * self.pool_size for index, page in enumerate(pools(memory, self.pool_size))}
        image, pointers = image_of_pools(memory, self.pools, self.pool_size)
        self.size = len(image) * 8
        self._image, self._pointers = folder / "image", folder / "pointers"
        self._image.write_bytes(image.tobytes())
        self._pointers.write_bytes(pointers.tobytes())
        self.counts = self._counts()
        self.counts_in_copy = self._counts(only_pools=True)

    def _counts(self, only_pools=False):
        """How many objects there are of each type, by the type's address."""
        done = subprocess.run([self._binary, "--index=none", f"--path={self.dump}",
                               "--command=find-all-objects --no-repr "
                               "--json"], capture_output=True, check=True, text=True)
        return collections.Counter(
            found["typeAddress"] for found in json.loads(done.stdout)["objects"]
            if not only_pools or self.offset(int(found["address"], 16)) is not None)

    def offset(self, address):
        """Where a copy has what lies at the address; None if it is in no pool."""
        page = self.pools.get(address & -self.pool_size)
        return None if page is None else page + address % self.pool_size

    def in_copy(self, address, copy):
        """Where the given copy has what lies at the address."""
        return FIRST_COPY + copy * self.size + self.offset(address)

    def write(self, path, byte_count, object_count=None):
        """A dump of the size, with at least so many objects, or as many as there is room for; returns what it holds."""
        own = sum(path.stat().st_size for _, _, path in capture.regions(self.dump))
        room = max(0, byte_count - own) // self.size
        in_copy = sum(self.counts_in_copy.values())
        copies = room
        if object_count is not None:
            copies = max(0, -(-(object_count - sum(self.counts.values())) // in_copy))
            if copies > room:
                raise ValueError(f"{object_count} objects need {own + copies * self.size} bytes")
        filler = max(0, byte_count - own - copies * self.size) // 4096 * 4096
        path.mkdir(parents=True)
        for _, _, region in capture.regions(self.dump):
            shutil.copy(region, path)
        program = compiled("replicate.c")
        try:
            subprocess.run([program, self._image, self._pointers, path, f"{FIRST_COPY:x}", str(copies), str(filler)],
                           check=True)
        finally:
            shutil.rmtree(program.parent)
        counts = {number: self.counts[number] + copies * self.counts_in_copy[number] for number in self.counts}
        return {"path": str(path), "bytes": own + copies * self.size + filler, "copies": copies,
                "objects": sum(counts.values()), "counts": counts}


class Memory:
    """The bytes of a directory dump, by address."""

    def __init__(self, directory):
        self.regions = []
        for start, end, path in capture.regions(directory):
            with open(path, "rb") as file:
                self.regions.append((start, end, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)))

    def word(self, address):
        """The word at an address, 0 where the dump has none."""
        for start, end, data in self.regions:
            if start <= address <= end - 8:
                return int.from_bytes(data[address - start:address - start + 8], "little")
        return 0


def pools(memory, size):
    """The addresses of all pages that begin like a pool, in ascending order."""
    for start, end, data in memory.regions:
        for page in range(-(-start // size) * size, end - size + 1, size):
            count, _, size_class, following, largest = HEADER.unpack_from(data, page - start)
            block = (size_class + 1) * 16
            if (block <= LARGEST_BLOCK and largest == size - block and HEADER_SIZE <= following <= size
                    and (following - HEADER_SIZE) % block == 0 and count <= (size - HEADER_SIZE) // block):
                yield page


def image_of_pools(memory, pages, size):
    """The pools one behind the other, with offsets for pointers into them; and the places of those, in words."""
    image = array("Q")
    for start, end, data in memory.regions:
        for page in pages:
            if start <= page < end:
                image.frombytes(data[page - start:page - start + size])
    tie_lists(memory, pages, size, image)
    pointers = array("I")
    for place, word in enumerate(image):
        offset = pages.get(word & -size)
        if offset is not None:
            image[place] = offset + word % size
            pointers.append(place)
    return image, pointers


def tie_lists(memory, pages, size, image):
    """Links of the collector's lists that lead out of the pools lead on to the next member that lies in one: what lies
    outside is linked to the original, and an object that its neighbours do not know is no live one."""
    words = size // 8
    for page, base in pages.items():
        for place in range(base // 8, base // 8 + words, 2):
            following, previous = image[place], image[place + 1]
            if following < 4096 or previous < 4096:
                continue
            address = page + (place * 8 - base)
            for link, at, back in ((following, 0, 8), (previous, 8, 0)):
                flags, target = link & 3, link & ~3
                if target & -size in pages or memory.word(target + back) & ~3 != address:
                    continue
                for _ in range(MOST_STEPS):
                    if target & -size in pages:
                        break
                    target = memory.word(target + at) & ~3
                else:
                    raise ValueError(f"a list of the collector does not end (0x{address:x})")
                image[place + at // 8] = target | flags


def parsed_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="what is written, a new folder")
    parser.add_argument("--version", choices=VERSIONS, default="310")
    parser.add_argument("--gigabytes", type=float, required=True)
    parser.add_argument("--millions", type=float, help="millions of objects (default: as many as there is room for)")
    parser.add_argument("--binary", type=Path, default=PROJECT / ".build" / "release" / "python-memtools")
    return parser.parse_args()


def main():
    options = parsed_options()
    with tempfile.TemporaryDirectory(prefix="python-memtools-bench.") as folder:
        seed = Seed(options.version, Path(folder), options.binary)
        written = seed.write(options.folder, int(options.gigabytes * 1e9),
                             None if options.millions is None else int(options.millions * 1e6))
    print(json.dumps({key: value for key, value in written.items() if key != "counts"}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
