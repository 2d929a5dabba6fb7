"""Cores by the tests themselves: assembled from the memory of a living process as the kernel would for a
`coredump_filter`, and taken apart again. Nothing here knows of the tool."""

import os
import struct
from pathlib import Path

PAGE = 4096
PT_LOAD, PT_NOTE = 1, 4
NT_PRSTATUS, NT_PRPSINFO, NT_FILE, NT_SIGINFO = 1, 3, 0x46494C45, 0x53494749
MACHINE = {"x86_64": 62, "aarch64": 183}
# The bits of `coredump_filter` (core(5)).
ANONYMOUS_PRIVATE, ANONYMOUS_SHARED, FILE_PRIVATE, FILE_SHARED, ELF_HEADERS = 1, 2, 4, 8, 16


class Vma:
    """A mapping, with what decides whether the kernel dumps it."""

    def __init__(self, line):
        fields = line.split(None, 5)
        self.start, self.end = (int(word, 16) for word in fields[0].split("-"))
        self.permissions = fields[1]
        self.offset = int(fields[2], 16)
        self.is_file = fields[4] != "0"
        self.name = fields[5].strip() if len(fields) > 5 else ""
        # Whether the process has written to it: then it is dumped like anonymous memory.
        self.anonymous_bytes = 0


def vmas(pid):
    found = []
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        if line[0] in "0123456789abcdef" and "-" in line.split()[0]:
            found.append(Vma(line))
        elif line.startswith("Anonymous:"):
            found[-1].anonymous_bytes = int(line.split()[1]) << 10
    return [vma for vma in found if vma.name != "[vsyscall]"]


def dumped_size(vma, filter, memory):
    """How many bytes of a mapping go into the core (`vma_dump_size` in Linux' fs/coredump.c)."""
    whole = vma.end - vma.start
    # What the kernel itself has put there is always dumped, as zeros where it cannot be read.
    if vma.name.startswith("[v"):
        return whole
    if vma.permissions[0] != "r":
        return 0
    if vma.permissions[3] == "s":
        return whole if filter & (FILE_SHARED if vma.is_file else ANONYMOUS_SHARED) else 0
    if (not vma.is_file or vma.anonymous_bytes) and filter & ANONYMOUS_PRIVATE:
        return whole
    if vma.is_file and filter & FILE_PRIVATE:
        return whole
    if vma.is_file and filter & ELF_HEADERS and vma.offset == 0:
        return PAGE if os.pread(memory, 4, vma.start) == b"\x7fELF" else 0
    return 0


def assemble(pid, path, filter, signal=0, sender=(0, 0)):
    """Writes the core that the kernel would write for a process that stands still."""
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        parts = []
        for vma in vmas(pid):
            size = dumped_size(vma, filter, memory.fileno())
            data = b"".join(readable(memory.fileno(), vma.start + offset) for offset in range(0, size, PAGE))
            parts.append((vma, data))
    Path(path).write_bytes(core(parts, notes(pid, [vma for vma, _ in parts], signal, sender)))


def readable(memory, address):
    try:
        return os.pread(memory, PAGE, address).ljust(PAGE, b"\0")
    except OSError:
        # The kernel too puts zeros where a page cannot be read.
        return bytes(PAGE)


def core(parts, note_bytes, machine=None, kind=4):
    """An ELF core of (mapping, bytes): what is not there of a mapping is in its size in memory only."""
    count = len(parts) + 1
    start = 64 + 56 * count
    offset = -(-(start + len(note_bytes)) // PAGE) * PAGE
    head = b"\x7fELF\x02\x01\x01".ljust(16, b"\0") + struct.pack(
        "<HHIQQQIHHHHHH", kind, machine or MACHINE[os.uname().machine], 1, 0, 64, 0, 0, 64, 56, count, 0, 0, 0)
    head += struct.pack("<IIQQQQQQ", PT_NOTE, 0, start, 0, 0, len(note_bytes), 0, 4)
    for vma, data in parts:
        flags = sum(bit for bit, letter in ((4, "r"), (2, "w"), (1, "x")) if letter in vma.permissions)
        head += struct.pack("<IIQQQQQQ", PT_LOAD, flags, offset, vma.start, 0, len(data), vma.end - vma.start, PAGE)
        offset += len(data)
    body = head + note_bytes
    return body.ljust(-(-len(body) // PAGE) * PAGE, b"\0") + b"".join(data for _, data in parts)


def notes(pid, mapped, signal, sender):
    status = struct.pack("<iiihhQQiiii", signal, 0, 0, signal, 0, 0, 0, pid, 1, pid, pid).ljust(112, b"\0")
    arguments = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")[:79]
    information = struct.pack("<4sxxxxQIIiiii16s80s", b"\0S\0\0", 0, 1000, 1001, pid, 1, pid, pid, b"python", arguments)
    files = [vma for vma in mapped if vma.is_file]
    table = struct.pack("<QQ", len(files), PAGE)
    table += b"".join(struct.pack("<QQQ", vma.start, vma.end, vma.offset // PAGE) for vma in files)
    table += b"".join(os.fsencode(vma.name) + b"\0" for vma in files)
    cause = struct.pack("<iiiiiI", signal, 0, 0, 0, *sender).ljust(128, b"\0")
    result = note(NT_PRSTATUS, status + bytes(34 * 8 if os.uname().machine == "aarch64" else 27 * 8) + bytes(8))
    result += note(NT_PRPSINFO, information) + (note(NT_SIGINFO, cause) if signal else b"")
    return result + note(NT_FILE, table)


def note(kind, data):
    return struct.pack("<III8s", 5, len(data), kind, b"CORE") + data.ljust(-(-len(data) // 4) * 4, b"\0")


def places(data):
    """{start: (offset, size)} of a core's regions in its file."""
    table, count = struct.unpack_from("<Q", data, 32)[0], struct.unpack_from("<H", data, 56)[0]
    found = {}
    for number in range(count):
        kind, _, offset, start, _, size, _, _ = struct.unpack_from("<IIQQQQQQ", data, table + number * 56)
        if kind == PT_LOAD and size:
            found[start] = offset, size
    return found


def regions(data):
    """{start: bytes} of a core's regions."""
    return {start: data[offset:offset + size] for start, (offset, size) in places(data).items()}


# Where a stream has its manifest.
MANIFEST = 0xFFFFF00000000000


def stream_regions(data):
    """{start: bytes} of a stream's regions, without its manifest."""
    found, offset = {}, 0
    while offset < len(data):
        start, end = struct.unpack_from("<QQ", data, offset)
        if start != MANIFEST:
            found[start] = data[offset + 16:offset + 16 + end - start]
        offset += 16 + end - start
    return found
