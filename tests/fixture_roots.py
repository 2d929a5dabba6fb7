"""What keeps objects alive in a process without being an object: running frames, and the data of programs and libraries."""

import array
import bisect
import struct
import sys

PF_W, PT_LOAD = 2, 1
PAGE = 4096
CO_OPTIMIZED = 1


# Frame objects that were there before the process was copied; see `all_frames`.
existing = ()


def running(below, tracked):
    """The objects that the frames of all threads hold, and what asking for them has made: frames, dictionaries.

    Of this thread's frames, those from `below` downwards are asked: newer ones are not in the process that is dumped.
    Until 3.10 a frame is an object, which the garbage collector does not know while it runs. Later ones are not, and
    the objects that Python shows are made for this, unless they are there already; what is on the frames' value stacks
    is not told.
    """
    held, made = [], []
    known = tracked | set(map(id, existing))
    for frame in all_frames(below):
        if sys.version_info >= (3, 11):
            names = frame.f_locals
            held.extend(names.values())
            if sys.version_info < (3, 13) and frame.f_code.co_flags & CO_OPTIMIZED and id(names) not in tracked:
                made.append(names)
        if sys.version_info < (3, 11) or id(frame) in known:
            held.append(frame)
        else:
            made.append(frame)
    return held, made


def all_frames(below=None):
    """The frames of all threads; of this thread's, those from `below`, else from the caller's, downwards."""
    found = []
    own = sys._getframe()
    for frame in sys._current_frames().values():
        if frame is own:
            frame = below or own.f_back
        while frame is not None:
            found.append(frame)
            frame = frame.f_back
    return found


def static_data():
    """The starts and ends of what programs and libraries have of their own writable data (.data and .bss)."""
    ranges = array.array("Q")
    for path, base in sorted(mapped_files().items(), key=lambda item: item[1]):
        for start, size in writable_segments(path):
            ranges.extend(((base + start) // PAGE * PAGE, -(-(base + start + size) // PAGE) * PAGE))
    return ranges


def is_static(address, ranges=[]):
    """Whether an address lies in the programs' and libraries' own data."""
    if not ranges:
        ranges.append(static_data())
    starts = ranges[0][::2]
    index = bisect.bisect_right(starts, address) - 1
    return index >= 0 and address < ranges[0][2 * index + 1]


def mapped_files():
    """Where each ELF file is loaded: the address that its own address 0 has."""
    bases = {}
    with open("/proc/self/maps") as maps:
        for line in maps:
            words = line.split(None, 5)
            if len(words) == 6 and words[5].startswith("/") and int(words[2], 16) == 0:
                path = words[5].strip()
                first = first_segment(path)
                if first is not None and path not in bases:
                    bases[path] = int(words[0].split("-")[0], 16) - first
    return bases


def first_segment(path):
    """The address that the file's first bytes have, or nothing if it is not an ELF file."""
    return next((start // PAGE * PAGE for offset, start, _, _ in segments(path) if offset < PAGE), None)


def writable_segments(path):
    return [(start, size) for _, start, size, flags in segments(path) if flags & PF_W]


def segments(path):
    """(offset, address, size in memory, flags) of every PT_LOAD."""
    try:
        with open(path, "rb") as file:
            head = file.read(64)
            if head[:5] != b"\x7fELF\x02":
                return []
            place, = struct.unpack_from("<Q", head, 32)
            width, count = struct.unpack_from("<HH", head, 54)
            file.seek(place)
            table = file.read(width * count)
    except OSError:
        return []
    found = []
    for index in range(count):
        kind, flags, offset, start, _, _, size = struct.unpack_from("<IIQQQQQ", table, index * width)
        if kind == PT_LOAD:
            found.append((offset, start, size, flags))
    return found
