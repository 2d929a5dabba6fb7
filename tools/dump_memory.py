#!/usr/bin/env python3
"""Takes a dump of a running process, where python-memtools itself cannot run.

It needs Python 3.6 or later and nothing else: copy this one file into the container.

    python3 dump_memory.py --pid 1 --output app.dump
    kubectl exec -i POD -- python3 - --pid 1 --output - < dump_memory.py > app.stream

The process stands still while its memory is copied (ptrace: it runs on even if this script is killed), and the dump
gets its name when it is complete. It can be read by its owner only: it holds all that the process knew.
"""

import argparse
import array
import contextlib
import ctypes
import errno
import fcntl
import gzip
import io
import os
import pickle
import platform
import re
import select
import shutil
import signal
import stat
import struct
import sys
import tempfile
import time

PAGE = os.sysconf("SC_PAGE_SIZE")
CHUNK = 4 << 20
# What a dump should hold: a file in a directory, and in a stream the first region, at an address of the kernel's.
MANIFEST_NAME, MANIFEST_ADDRESS = "manifest.txt", 0xFFFFF00000000000
# Untouched memory is left out in pieces of this many pages: a huge page.
GROUP = 512

PTRACE_GETREGSET, PTRACE_SEIZE, PTRACE_INTERRUPT = 0x4204, 0x4206, 0x4207
WALL = 0x40000000
PR_SET_PDEATHSIG = 1
# How long a read may take before the process is let go, in seconds.
PATIENCE = 5
STOPPING = {signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU}
ENDING = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGPIPE, signal.SIGALRM, signal.SIGUSR1,
          signal.SIGUSR2}
NT_PRSTATUS, NT_FPREGSET, NT_PRPSINFO, NT_AUXV, NT_FILE = 1, 2, 3, 6, 0x46494C45
# The ELF number of the machine and how many general registers it has.
MACHINES = {"x86_64": (62, 27), "aarch64": (183, 34)}


class Problem(Exception):
    """What went wrong, in one line, with what to try."""


# --- The process -----------------------------------------------------------------------------------------------------


class IOVec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]


def ptrace(request, thread, address=0, data=0):
    """Calls ptrace; raises OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    libc.ptrace.restype = ctypes.c_long
    if libc.ptrace(request, thread, address, data) == -1:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def registers(thread, kind):
    """A stopped thread's registers of one kind, as the kernel gives them; nothing if it does not."""
    buffer = ctypes.create_string_buffer(1024)
    vector = IOVec(ctypes.cast(buffer, ctypes.c_void_p), len(buffer))
    try:
        ptrace(PTRACE_GETREGSET, thread, kind, ctypes.addressof(vector))
    except OSError:
        return b""
    return buffer.raw[:vector.size]


class StoppedProcess:
    """All threads of a process stand still until this process ends.

    It has to be one of its own: by its end the kernel lets go of all threads, those too that sleep in the kernel and
    never stopped, and gives each the signal that it was about to receive, since nobody has taken that.
    """

    def __init__(self, pid):
        self.pid = pid
        self.threads = set()
        try:
            while True:
                # A thread that is not stopped yet may start others: look until there are no new ones.
                new = set(map(int, os.listdir("/proc/%d/task" % pid))) - self.threads
                if not new:
                    break
                self.threads |= new
                self._stop(new)
        except FileNotFoundError:
            raise Problem("process %d: no such process" % pid)
        self.threads = {thread for thread in self.threads if not has_ended(pid, thread)}

    def _stop(self, threads):
        for thread in threads:
            try:
                ptrace(PTRACE_SEIZE, thread)
                ptrace(PTRACE_INTERRUPT, thread)
            except OSError as error:
                if error.errno == errno.EPERM and not has_ended(self.pid, thread):
                    raise Problem("process %d: may not be traced: %s" % (self.pid, advice(self.pid)))
        deadline = time.monotonic() + 1
        for thread in threads:
            while time.monotonic() < deadline and not has_ended(self.pid, thread):
                with contextlib.suppress(ChildProcessError):
                    if os.waitid(os.P_PID, thread, os.WEXITED | os.WSTOPPED | os.WNOHANG | os.WNOWAIT | WALL):
                        break
                time.sleep(0.0005)


class RunningProcess:
    """The same for a process that is not stopped."""

    def __init__(self, pid):
        self.pid = pid
        self.threads = set()


def has_ended(pid, thread):
    text = read("/proc/%d/task/%d/stat" % (pid, thread)).decode("utf-8", "replace")
    return text.rpartition(")")[2].strip()[:1] in ("", "Z", "X")


def advice(pid):
    status = read("/proc/%d/status" % pid).decode("utf-8", "replace")
    tracer = re.search(r"^TracerPid:\s*([1-9]\d*)", status, re.M)
    owner = re.search(r"^Uid:\s*(\d+)", status, re.M)
    scope = read("/proc/sys/kernel/yama/ptrace_scope").strip() or b"0"
    if tracer:
        return "process %s traces it already, end that debugger first" % tracer.group(1)
    if owner and os.geteuid() not in (0, int(owner.group(1))):
        return "it belongs to another user, try sudo"
    if scope != b"0":
        return "/proc/sys/kernel/yama/ptrace_scope is %s, try sudo" % scope.decode()
    return "CAP_SYS_PTRACE is missing, try as root in the same container, or give the container --cap-add=SYS_PTRACE"


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


# --- What to copy ----------------------------------------------------------------------------------------------------


class Mapping:
    """A line of /proc/PID/maps."""

    def __init__(self, line):
        fields = line.split(None, 5)
        self.start, self.end = (int(word, 16) for word in fields[0].split("-"))
        self.permissions, self.offset, self.inode = fields[1], int(fields[2], 16), int(fields[4])
        self.name = fields[5].rstrip("\n") if len(fields) > 5 else ""

    @property
    def is_readable(self):
        return self.permissions[0] == "r" and self.name != "[vsyscall]"

    @property
    def is_own(self):
        """Whether it may hold objects: private memory, no device, nothing that the kernel puts into every process."""
        is_device = self.name.startswith("/dev/") and not self.name.startswith(("/dev/zero", "/dev/shm/"))
        return self.is_readable and self.permissions[3] == "p" and not is_device and not self.name.startswith("[vvar")

    @property
    def is_anonymous(self):
        """Whether its pages that nobody touched are zero."""
        return self.inode == 0 and self.permissions[3] == "p" and (
            self.name in ("", "[heap]") or self.name.startswith(("[stack", "[anon")))


def mappings(pid):
    try:
        with open("/proc/%d/maps" % pid, encoding="utf-8", errors="surrogateescape") as maps:
            return [Mapping(line) for line in maps]
    except FileNotFoundError:
        raise Problem("process %d: no such process" % pid)
    except PermissionError:
        raise Problem("process %d: may not be read: %s" % (pid, advice(pid)))


def touched(pagemap, mapping):
    """(start, end) of the parts of a mapping that have to be read; all others are zero."""
    pages = (mapping.end - mapping.start) // PAGE
    if pagemap is None or not mapping.is_anonymous:
        yield mapping.start, mapping.end
        return
    entries = array.array("Q", os.pread(pagemap, pages * 8, mapping.start // PAGE * 8))
    for first in range(0, pages, GROUP):
        # Bit 63: in memory; bit 62: swapped out.
        group = entries[first:first + GROUP]
        if len(group) < min(GROUP, pages - first) or max(group) >> 62:
            yield mapping.start + first * PAGE, mapping.start + min(first + GROUP, pages) * PAGE


def readable_pieces(memory, start, end):
    """(address, bytes) of what can be read, in pieces; an unreadable page costs only itself."""
    address = start
    while address < end:
        size = min(CHUNK, end - address)
        data = read_memory(memory, address, size)
        if data is None:
            size = PAGE
            data = read_memory(memory, address, size)
        if data is not None:
            yield address, data
        address += len(data) if data is not None else size


def read_memory(memory, address, size):
    try:
        return os.pread(memory, size, address) or None
    except OverflowError:
        return None
    except OSError as error:
        if error.errno == errno.ESRCH:
            raise Problem("the process ended while it was copied")
        return None


# --- Writing ---------------------------------------------------------------------------------------------------------


class Spool:
    """The memory of a process in a file without a name: the regions, and where their bytes are."""

    def __init__(self, file):
        self.file = file
        self.size = 0
        self.regions = []  # (start, end, offset, mapping)
        self.unreadable = 0

    def copy(self, memory, pagemap, mapping, check):
        """Appends a mapping, in as many regions as its unreadable pages leave of it."""
        readable_start = position = mapping.start
        for start, end in touched(pagemap, mapping):
            position = start
            for address, data in readable_pieces(memory, start, end):
                check()
                if address != position:
                    self._add(readable_start, position, mapping)
                    self.unreadable += address - position
                    readable_start = address
                self.file.seek(self.size + address - readable_start)
                self.file.write(data)
                position = address + len(data)
            if position < end:
                self._add(readable_start, position, mapping)
                self.unreadable += end - position
                readable_start = end
        self._add(readable_start, mapping.end, mapping)

    def _add(self, start, end, mapping):
        if start < end:
            self.regions.append((start, end, self.size, mapping))
            self.size += end - start

    def write_region(self, region, output):
        start, end, offset, _ = region
        self.file.seek(offset)
        rest = end - start
        while rest:
            data = self.file.read(min(CHUNK, rest)) or bytes(min(CHUNK, rest))
            write(output, data)
            rest -= len(data)


def write(output, data):
    """Writes all of the data; pages of zeros become a hole where the output is a file."""
    is_file = isinstance(output, (io.BufferedRandom, io.BufferedWriter)) and output is not sys.stdout.buffer
    if is_file and not any(data[:64]) and data == bytes(len(data)):
        output.seek(len(data), os.SEEK_CUR)
        output.truncate()
    else:
        output.write(data)


def manifest(regions, facts):
    """The process and every region, in words: by it a reader knows what is missing."""
    boot = read("/proc/sys/kernel/random/boot_id").strip() or b"unknown"
    lines = [b"python-memtools dump 1", b"process %d started %d boot %s" % (facts["pid"], facts["start"], boot)]
    for start, end, _, mapping in regions:
        name = re.sub(rb"[\0-\x1f\x7f]", b"?", os.fsencode(mapping.name))
        lines.append(b"region %016X-%016X %s %s" % (start, end, mapping.permissions[:3].encode(), name))
    return b"\n".join(line.rstrip() for line in lines) + b"\nend %d\n" % len(regions)


def write_stream(spool, output, facts):
    text = manifest(spool.regions, facts)
    size = -(-len(text) // 4096) * 4096
    output.write(struct.pack("<QQ", MANIFEST_ADDRESS, MANIFEST_ADDRESS + size) + text.ljust(size, b"\n"))
    for region in spool.regions:
        output.write(struct.pack("<QQ", region[0], region[1]))
        spool.write_region(region, output)


def write_core(spool, output, facts):
    output.write(core_head(spool.regions, facts))
    for region in spool.regions:
        spool.write_region(region, output)


def core_head(regions, facts):
    """The ELF header, the program headers and the notes, whole pages."""
    machine, _ = MACHINES[platform.machine()]
    notes = core_notes(facts)
    count = len(regions) + 1
    # More than 16 bits can say are counted in a section header (PN_XNUM).
    many = count >= 0xFFFF
    section = 64 + count * 56
    notes_offset = section + (64 if many else 0)
    size = -(-(notes_offset + len(notes)) // PAGE) * PAGE
    head = b"\x7fELF\x02\x01\x01".ljust(16, b"\0") + struct.pack(
        "<HHIQQQIHHHHHH", 4, machine, 1, 0, 64, section if many else 0, 0, 64, 56, 0xFFFF if many else count,
        64 if many else 0, 1 if many else 0, 0)
    head += struct.pack("<IIQQQQQQ", 4, 0, notes_offset, 0, 0, len(notes), 0, 4)
    offset = size
    for start, end, _, mapping in regions:
        flags = sum(bit for bit, letter in ((4, "r"), (2, "w"), (1, "x")) if letter in mapping.permissions)
        head += struct.pack("<IIQQQQQQ", 1, flags, offset, start, 0, end - start, end - start, PAGE)
        offset += end - start
    if many:
        head += bytes(32) + struct.pack("<QII", 1, 0, count) + bytes(16)
    return (head + notes).ljust(size, b"\0")


def core_notes(facts):
    _, register_count = MACHINES[platform.machine()]
    ids = struct.pack("<iii", facts["parent"], facts["group"], facts["session"])
    process = note(NT_PRPSINFO, struct.pack("<BBBb4xQII", 0, ord("S"), 0, 0, 0, facts["user"], facts["user_group"])
                   + struct.pack("<i", facts["pid"]) + ids + facts["name"][:15].ljust(16, b"\0")
                   + facts["arguments"][:79].ljust(80, b"\0"))
    process += note(NT_AUXV, facts["auxv"]) + note(NT_FILE, file_table(facts["mappings"]))
    notes = b""
    for number, (thread, general, floating) in enumerate(facts["threads"]):
        status = struct.pack("<12xh2x16xi", 0, thread) + ids + bytes(64) + general.ljust(register_count * 8, b"\0")
        notes += note(NT_PRSTATUS, status + struct.pack("<II", 1 if floating else 0, 0))
        notes += process if number == 0 else b""
        notes += note(NT_FPREGSET, floating) if floating else b""
    return notes or process


def note(kind, data):
    return struct.pack("<III8s", 5, len(data), kind, b"CORE") + data.ljust(-(-len(data) // 4) * 4, b"\0")


def file_table(all_mappings):
    files = [mapping for mapping in all_mappings if mapping.inode]
    table = struct.pack("<QQ", len(files), PAGE)
    table += b"".join(struct.pack("<QQQ", file.start, file.end, file.offset // PAGE) for file in files)
    return table + b"".join(os.fsencode(file.name) + b"\0" for file in files)


def process_facts(process, all_mappings):
    """What the notes of a core say; asked for while the process stands still."""
    pid = process.pid
    stat_text = read("/proc/%d/stat" % pid)
    words = stat_text.rpartition(b")")[2].split()
    status = read("/proc/%d/status" % pid)
    user, group = (int(re.search(key + br":\s*(\d+)", status).group(1)) for key in (b"Uid", b"Gid"))
    threads = sorted(process.threads, key=lambda thread: (thread != pid, thread))
    return {
        "pid": pid, "start": int(words[19]), "parent": int(words[1]), "group": int(words[2]), "session": int(words[3]),
        "user": user, "user_group": group, "name": stat_text.partition(b"(")[2].rpartition(b")")[0],
        "arguments": read("/proc/%d/cmdline" % pid).strip(b"\0").replace(b"\0", b" "),
        "auxv": read("/proc/%d/auxv" % pid), "mappings": all_mappings,
        "threads": [(thread, registers(thread, NT_PRSTATUS), registers(thread, NT_FPREGSET)) for thread in threads],
    }


# --- The output ------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def output_file(path):
    """A file that gets its name at the end of the block; after an error nothing is left of it."""
    if os.path.lexists(path):
        raise Problem("%s: file exists, try another path" % path)
    folder, name = os.path.split(os.path.abspath(path))
    temporary = None
    try:
        # A file without a name vanishes with us, even if we are killed. Not every file system has such.
        descriptor = os.open(folder, os.O_RDWR | os.O_TMPFILE, 0o600)
    except OSError:
        temporary = temporary_name(folder, name)
        descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        lock(descriptor)
    try:
        with open(descriptor, "w+b") as file:
            yield file
            file.flush()
            if temporary:
                os.link(temporary, path, follow_symlinks=False)
            else:
                # Only with a folder's descriptor, which an absolute path does not need, does Python follow the link.
                os.link("/proc/self/fd/%d" % descriptor, path, src_dir_fd=descriptor, follow_symlinks=True)
    finally:
        if temporary:
            os.unlink(temporary)


@contextlib.contextmanager
def output_directory(path):
    """The same for a directory; one that exists must be empty."""
    path = os.path.abspath(path)
    if os.path.lexists(path) and (not stat.S_ISDIR(os.lstat(path).st_mode) or os.listdir(path)):
        raise Problem("%s: expected an empty directory or none, try another path" % path)
    temporary = temporary_name(*os.path.split(path))
    os.mkdir(temporary, 0o700)
    descriptor = os.open(temporary, os.O_RDONLY | os.O_DIRECTORY)
    lock(descriptor)
    try:
        yield temporary
        os.rename(temporary, path)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    finally:
        os.close(descriptor)


def temporary_name(folder, name):
    """The name of what is not complete; python-memtools removes it if we are killed, at its next dump in the folder."""
    return os.path.join(folder, ".%s.partial-%d" % (name, os.getpid()))


def lock(descriptor):
    """Tells python-memtools, perhaps in another container, that we live."""
    with contextlib.suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def compressed(output, options):
    return gzip.GzipFile(fileobj=output, mode="wb", compresslevel=1) if options.compress == "gzip" else output


def write_dump(spool, facts, options):
    if options.format == "directory":
        with output_directory(options.output) as folder:
            for region in spool.regions:
                name = "mem.%016X.%016X.bin" % region[:2] + (".gz" if options.compress == "gzip" else "")
                path = os.path.join(folder, name)
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
                with open(descriptor, "wb") as file:
                    write_to(file, options, lambda output, region=region: spool.write_region(region, output))
            descriptor = os.open(os.path.join(folder, MANIFEST_NAME), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "wb") as file:
                file.write(manifest(spool.regions, facts))
        return
    writer = write_core if options.format == "core" else write_stream
    if options.output == "-":
        write_to(sys.stdout.buffer, options, lambda output: writer(spool, output, facts))
        sys.stdout.buffer.flush()
        return
    with output_file(options.output) as file:
        write_to(file, options, lambda output: writer(spool, output, facts))


def write_to(file, options, body):
    output = compressed(file, options)
    body(output)
    if output is not file:
        output.close()


# --- The whole -------------------------------------------------------------------------------------------------------


def dump(options):
    """Has the process copied into a file without a name, and writes the dump once it runs again."""
    pid = options.pid
    if pid == os.getpid():
        raise Problem("process %d: a process cannot stop itself" % pid)
    with tempfile.TemporaryFile(dir=options.temp_dir, buffering=0) as file:
        spool = Spool(file)
        begin = time.monotonic()
        facts = copied(options, spool)
        pause = time.monotonic() - begin
        if not spool.regions:
            raise Problem("process %d: none of its memory could be read, try as root" % pid)
        write_dump(spool, facts, options)
    if spool.unreadable:
        print("left out %d bytes that cannot be read" % spool.unreadable, file=sys.stderr)
    print("Wrote %d bytes in %d regions; %d threads stood still for %d ms"
          % (spool.size, len(spool.regions), len(facts["threads"]), pause * 1000), file=sys.stderr)


def copied(options, spool):
    """Has a child copy the process into the spool; returns what is known of the process.

    The process stands still as long as the child lives, and the child is killed when the time is over or when it is not
    heard of, as in a read of a page that the process itself has to supply. What would stop us is held back meanwhile.
    """
    reading, writing = os.pipe()
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    parent, child = os.getpid(), os.fork()
    if not child:
        be_copier(options, spool, writing, parent)
    os.close(writing)
    try:
        answer = heard(reading, options)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(reading)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
    spool.file.seek(answer)
    problem, facts, spool.regions, spool.size, spool.unreadable = pickle.loads(read_whole(spool.file))
    if problem:
        raise Problem(problem)
    return facts


def heard(reading, options):
    """Where in the spool the child says at its end what it found. Until then it says a point now and then."""
    pid, begin, text = options.pid, time.monotonic(), b""
    while True:
        left = begin + options.max_pause - time.monotonic() if options.max_pause else PATIENCE
        if left <= 0 or not select.select([reading], [], [], min(left, PATIENCE))[0]:
            if options.max_pause and time.monotonic() - begin >= options.max_pause:
                raise Problem("process %d: was not copied within %g s, runs on, nothing is written; try a longer limit"
                              % (pid, options.max_pause))
            raise Problem("process %d: a read took more than %d s, runs on, nothing is written" % (pid, PATIENCE))
        piece = os.read(reading, 1 << 16)
        text = text.lstrip(b".") + piece
        if not piece:
            if not text:
                raise Problem("process %d: what held it was killed, it runs on, nothing is written" % pid)
            return int(text)


def be_copier(options, spool, writing, parent):
    """Stops the process, copies it, says what was found, and ends."""
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING | ENDING)
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            return
        problem = facts = None
        try:
            facts = copy(options, spool, Pulse(writing).beat)
        except (Problem, OSError) as error:
            problem = str(error)
        # Nobody who does not read may keep this process from its end.
        place = spool.size
        spool.file.seek(place)
        text = pickle.dumps((problem, facts, spool.regions, spool.size, spool.unreadable))
        while text:
            text = text[spool.file.write(text):]
        os.write(writing, b"%d" % place)
    finally:
        os._exit(0)


class Pulse:
    """Says now and then that the copy goes on, not so often that a pipe is filled by it."""

    def __init__(self, pipe):
        self.pipe, self.last = pipe, 0

    def beat(self):
        if time.monotonic() - self.last > 0.05:
            self.last = time.monotonic()
            os.write(self.pipe, b".")


def read_whole(file):
    pieces = []
    while not pieces or pieces[-1]:
        pieces.append(file.read(CHUNK))
    return b"".join(pieces)


def copy(options, spool, check):
    pid = options.pid
    process = (RunningProcess if options.no_stop else StoppedProcess)(pid)
    all_mappings = mappings(pid)
    facts = process_facts(process, all_mappings)
    memory = open_process_file(pid, "mem")
    pagemap = open_process_file(pid, "pagemap", needed=False)
    for mapping in all_mappings:
        if mapping.is_readable if options.all else mapping.is_own:
            check()
            spool.copy(memory, pagemap, mapping, check)
    return facts


def open_process_file(pid, name, needed=True):
    try:
        return os.open("/proc/%d/%s" % (pid, name), os.O_RDONLY)
    except OSError as error:
        if not needed:
            return None
        raise Problem("process %d: may not be read: %s" % (pid, advice(pid) if error.errno in (1, 13) else error))


def parsed_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pid", type=int, required=True, help="the process")
    parser.add_argument("--output", required=True, help="the file or directory to make, or - for standard output")
    parser.add_argument("--format", choices=("directory", "stream", "core"),
                        help="default: directory; stream for standard output")
    parser.add_argument("--compress", choices=("none", "gzip"), default="none")
    parser.add_argument("--all", action="store_true", help="take shared memory and devices too, which hold no objects")
    parser.add_argument("--no-stop", action="store_true", help="do not stop the process; the picture may be torn")
    parser.add_argument("--max-pause", type=float, metavar="S", help="give up if it would stand still for longer")
    parser.add_argument("--temp-dir", help="where the copy lies until the dump is written (default: $TMPDIR or /tmp)")
    options = parser.parse_args()
    options.format = options.format or ("stream" if options.output == "-" else "directory")
    if options.output == "-" and options.format == "directory":
        parser.error("standard output takes a stream or a core, not a directory")
    if options.format == "core" and platform.machine() not in MACHINES:
        parser.error("no cores on " + platform.machine())
    return options


def main():
    options = parsed_options()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    try:
        dump(options)
    except (Problem, OSError) as problem:
        print("dump_memory: %s" % problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("dump_memory: interrupted, nothing is written", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
