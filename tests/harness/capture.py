"""Copies of a process's memory that do not depend on the tool: the stream form and the directory form, written by
reading /proc/PID/mem, and the core file that gdb's `gcore` writes."""

import contextlib
import os
import re
import shutil
import signal
import struct
import subprocess
import time
from pathlib import Path

PAGE = 4096
CHUNK = 4 << 20


def state(pid):
    """The letter of the process's state: S, R, D, T (stopped), t (traced), Z."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("State:"):
            return line.split()[1]
    raise RuntimeError(f"/proc/{pid}/status has no State line")


@contextlib.contextmanager
def stopped(pid):
    """The process stands still inside the block and runs again after it."""
    os.kill(pid, signal.SIGSTOP)
    try:
        deadline = time.monotonic() + 5
        while state(pid) != "T":
            if time.monotonic() > deadline:
                raise RuntimeError(f"process {pid} does not stop")
            time.sleep(0.001)
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def private_mappings(pid):
    """(start, end) of every readable, private mapping that holds memory of the process's own."""
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        fields = line.split(None, 5)
        name = fields[5] if len(fields) > 5 else ""
        if not re.match(r"r..p", fields[1]) or name in ("[vvar]", "[vsyscall]", "[vvar_vclock]"):
            continue
        start, end = (int(word, 16) for word in fields[0].split("-"))
        yield start, end


def readable_runs(memory, start, end):
    """(start, bytes) for the readable parts of a mapping; an unreadable page inside it loses only itself."""
    address = start
    run_start, parts = start, []
    while address < end:
        length = min(CHUNK - address % CHUNK, end - address)
        piece = _read(memory, address, length)
        if piece is None:
            length = PAGE
            piece = _read(memory, address, length)
        if piece is None:
            if parts:
                yield run_start, b"".join(parts)
            run_start, parts = address + length, []
        else:
            parts.append(piece)
        address += length
    if parts:
        yield run_start, b"".join(parts)


def write_stream(pid, path):
    """The stream form: repeated start address, end address (u64, little endian), bytes."""
    with stopped(pid), open(path, "wb") as stream, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for start, data in _all_runs(pid, memory):
            stream.write(struct.pack("<QQ", start, start + len(data)))
            stream.write(data)


def write_directory(pid, path):
    """The directory form: one file `mem.START.END.bin` for each readable run."""
    Path(path).mkdir(parents=True)
    with stopped(pid), open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for start, data in _all_runs(pid, memory):
            (Path(path) / region_name(start, start + len(data))).write_bytes(data)


def stream_from_directory(directory, path):
    """The directory form turned into the stream form, regions in address order."""
    with open(path, "wb") as stream:
        for start, end, file in regions(directory):
            stream.write(struct.pack("<QQ", start, end))
            with open(file, "rb") as source:
                shutil.copyfileobj(source, stream, CHUNK)


def write_core(pid, path):
    """A core file by gdb's `gcore`; the process lives on."""
    made = subprocess.run(["gcore", "-o", str(path), str(pid)], capture_output=True, text=True, timeout=300)
    written = Path(f"{path}.{pid}")
    if not written.exists():
        raise RuntimeError(f"gcore wrote nothing: {made.stderr.strip()[-300:]}")
    written.rename(path)


def region_name(start, end):
    return f"mem.{start:016X}.{end:016X}.bin"


def regions(directory):
    """(start, end, path) of a directory dump's regions, in address order."""
    found = []
    for path in Path(directory).iterdir():
        match = re.fullmatch(r"mem\.([0-9A-F]{16})\.([0-9A-F]{16})\.bin", path.name)
        if match:
            found.append((int(match[1], 16), int(match[2], 16), path))
    return sorted(found)


def _all_runs(pid, memory):
    for start, end in private_mappings(pid):
        yield from readable_runs(memory, start, end)


def _read(memory, address, length):
    try:
        piece = os.pread(memory.fileno(), length, address)
    except OSError:
        return None
    return piece if len(piece) == length else None
