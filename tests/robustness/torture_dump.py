"""Small sound dumps that `torture.py` damages: the regions of one process, to be written in any form and damaged."""

import gzip
import os
import shutil
import struct
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness import capture
from harness.target import FIXTURES, Target
from robustness.torture_blocks import compress

# The forms that damaged memory is written in, and how often: what takes long to compress or read is rare.
FORMS = {"directory": 30, "stream": 16, "core": 30, "gzip": 8, "zstd": 4, "lz4": 4, "xz": 1, "seams": 4, "sparse": 8}
PAGE = 4096
FIXTURE = FIXTURES / "fixture_golden.py"
# Mappings of files that are kept: those of the interpreter, which hold the names of its types.
LARGEST_CONSTANTS = 4 << 20


@dataclass(frozen=True)
class Region:
    """Bytes of a file at an address. A damaged region may claim another range than it has bytes for."""

    start: int
    end: int
    file: Path
    offset: int = 0
    length: int = 0
    name: str = ""
    is_writable: bool = False

    def bytes(self):
        with open(self.file, "rb") as file:
            file.seek(self.offset)
            return file.read(self.length)

    def cut(self, length):
        return replace(self, length=max(0, min(self.length, length)))


@dataclass
class SmallDump:
    """A sound dump of one process: its regions and what it said of its objects."""

    version: str
    regions: list
    objects: dict
    mapped_files: list = field(default_factory=list)

    def region(self, address):
        return next((region for region in self.regions if region.start <= address < region.end), None)

    def words(self, address, count):
        """The words from an address on, as many as its region has."""
        region = self.region(address)
        if region is None:
            return ()
        with open(region.file, "rb") as file:
            file.seek(region.offset + address - region.start)
            data = file.read(min(8 * count, region.end - address))
        return struct.unpack(f"<{len(data) // 8}Q", data[:len(data) // 8 * 8])


def made(tool, version, interpreter, folder, fixture=FIXTURE):
    """The dump of a process with one object of every kind; without random addresses, to be made again."""
    with Target("setarch", "-R", interpreter, "-ES", fixture) as target:
        tool.dump(target.pid, folder / "whole")
        mappings = list(mapped(target.pid))
        objects = {name: int(facts["address"], 16) for name, facts in target.objects.items()
                   if "address" in facts}
    regions = []
    for start, end, file in capture.regions(folder / "whole"):
        name, writable = next(((name, "w" in flags) for first, last, flags, name, _ in mappings
                               if first <= start < last), ("", True))
        is_own = "python" in Path(name).name and end - start <= LARGEST_CONSTANTS
        if writable or is_own:
            regions.append(Region(start, end, file, 0, end - start, name, writable))
    files = [(start, end, offset, name) for start, end, _, name, offset in mappings
             if name.startswith("/") and any(start <= region.start < end for region in regions)]
    return SmallDump(version, regions, objects, files)


def mapped(pid):
    """(start, end, flags, name, offset) of every mapping of a process."""
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        fields = line.split(None, 5)
        start, end = (int(word, 16) for word in fields[0].split("-"))
        yield start, end, fields[1], fields[5] if len(fields) > 5 else "", int(fields[2], 16)


def write(form, regions, mapped_files, path):
    """Writes regions in a form, not compressed yet; the places of their bytes: (start, length, file, offset)."""
    if form == "directory":
        return written_directory(regions, path)
    if form == "seams":
        regions = in_pages(regions)
    with open(path, "wb") as file:
        if form in ("core", "sparse"):
            return written_core(regions, mapped_files, file)
        return written_stream(regions, file)


def in_pages(regions):
    """The same memory as regions of a page each, which touch."""
    return [replace(region, start=region.start + offset, end=min(region.end, region.start + offset + PAGE),
                    offset=region.offset + offset, length=min(PAGE, region.length - offset))
            for region in regions if region.end - region.start == region.length
            for offset in range(0, region.length, PAGE)]


def finish(form, path, level):
    """Gives a file that was written and changed its last form."""
    if form == "gzip":
        path.write_bytes(gzip.compress(path.read_bytes(), compresslevel=level, mtime=0))
    elif form in ("zstd", "lz4", "xz"):
        path.write_bytes(compress(form, path.read_bytes()))
    elif form == "sparse":
        make_holes(path)


def make_holes(path):
    """Turns the pages of a file that are zero into holes."""
    data = path.read_bytes()
    zeros = bytes(PAGE)
    with open(path, "wb") as file:
        for offset in range(0, len(data), PAGE):
            if data[offset:offset + PAGE] != zeros:
                file.seek(offset)
                file.write(data[offset:offset + PAGE])
        file.truncate(len(data))


def written_directory(regions, folder):
    """Files that are links to the sound dump's, for the regions that are whole: see `own`."""
    folder.mkdir()
    places = []
    for region in regions:
        path = folder / capture.region_name(region.start, region.end)
        if path.is_symlink() or path.exists():
            continue
        if region.offset == 0 and region.length == region.file.stat().st_size:
            path.symlink_to(region.file)
        else:
            path.write_bytes(region.bytes())
        places.append((region.start, region.length, path, 0))
    return places


def own(path):
    """Makes a link a file of its own, so that writing to it leaves the sound dump alone."""
    if path.is_symlink():
        source = path.resolve()
        path.unlink()
        shutil.copyfile(source, path)


def written_stream(regions, file):
    places = []
    for region in regions:
        file.write(struct.pack("<QQ", region.start, region.end))
        places.append((region.start, region.length, Path(file.name), file.tell()))
        copy(region, file)
    return places


def written_core(regions, mapped_files, file):
    """An ELF core file with a note NT_FILE, see `core(5)`."""
    note = files_note(mapped_files)
    heads = 64 + 56 * (len(regions) + 1)
    offset = (heads + len(note) + 4095) & ~4095
    file.write(b"\x7fELF\2\1\1" + bytes(9))
    file.write(struct.pack("<HHIQQQIHHHHHH", 4, 62, 1, 0, 64, 0, 0, 64, 56, len(regions) + 1, 0, 0, 0))
    file.write(struct.pack("<IIQQQQQQ", 4, 4, heads, 0, 0, len(note), 0, 4))
    places = []
    for region in regions:
        size = max(0, region.end - region.start) & ((1 << 64) - 1)
        file.write(struct.pack("<IIQQQQQQ", 1, 6 if region.is_writable else 4, offset, region.start, 0,
                               region.length, size, 4096))
        places.append((region.start, region.length, Path(file.name), offset))
        offset += region.length
    file.write(note)
    for region, place in zip(regions, places):
        file.seek(place[3])
        copy(region, file)
    return places


def files_note(mapped_files):
    body = struct.pack("<QQ", len(mapped_files), 4096)
    for start, end, offset, _ in mapped_files:
        body += struct.pack("<QQQ", start, end, offset // 4096)
    body += b"".join(os.fsencode(name) + b"\0" for *_, name in mapped_files)
    padding = bytes(-len(body) % 4)
    return struct.pack("<III", 5, len(body), 0x46494C45) + b"CORE\0\0\0\0" + body + padding


def copy(region, file):
    """Appends a region's bytes where the file stands, without a copy of them in this process."""
    start = file.tell()
    file.flush()
    done = 0
    with open(region.file, "rb") as source:
        while done < region.length:
            sent = os.sendfile(file.fileno(), source.fileno(), region.offset + done, region.length - done)
            if sent == 0:
                break
            done += sent
    # The file does not know of what went past it.
    file.seek(start + done)


def patch(places, patches):
    """Writes bytes at addresses of the dumped process, where the damaged dump has them; (address, bytes) each."""
    if not patches:
        return
    places = sorted(places)
    starts = [place[0] for place in places]
    files = {}
    try:
        for address, data in patches:
            index = bisect_right(starts, address) - 1
            if index < 0 or address >= starts[index] + places[index][1]:
                continue
            # What begins in one region may go on in the next.
            while data and index < len(places):
                start, length, file, offset = places[index]
                if not start <= address < start + length:
                    break
                if file not in files:
                    own(file)
                    files[file] = os.open(file, os.O_WRONLY)
                part = data[:start + length - address]
                os.pwrite(files[file], part, offset + address - start)
                address, data, index = address + len(part), data[len(part):], index + 1
    finally:
        for descriptor in files.values():
            os.close(descriptor)
