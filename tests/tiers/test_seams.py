"""That it makes no difference how a dump cuts the memory into regions: pages, odd pieces, and first pages by
themselves, in every form of a dump, have the same answers as whole mappings."""

import difflib
import json
import struct

import pytest

from harness import capture, core_files
from harness.target import FIXTURES, Target
from harness.workshop import FORMS, Dumps
from robustness.torture_commands import ARGUMENTS, TortureCommands

pytestmark = pytest.mark.tier1

FIXTURE = "fixture_stacks.py"
PAGE = 4096
# All that a core can have (`coredump_filter`): what it lacks is not what this is about.
EVERYTHING = 0x1F
# How a region is cut: the size of the first piece, and that of the others.
CUTS = {"pages": (PAGE, PAGE), "odd pieces": (3001, 3001), "the first page apart": (PAGE, 1 << 62)}
# What lists the regions themselves.
ABOUT_REGIONS = ("regions", "info")
WAYS = 2


@pytest.fixture(scope="module")
def whole(context):
    """A process with threads, coroutines and exceptions has something to show to every command."""
    folder = context.workshop.scratch("seams-whole")
    with Target(context.interpreter, FIXTURES / FIXTURE, folder, 1, 20) as target:
        dumps = Dumps(folder, target.objects)
        context.tool.dump(target.pid, dumps.directory)
        capture.write_stream(target.pid, dumps.path("stream"))
        core_files.assemble(target.pid, dumps.path("core"), EVERYTHING)
    yield dumps, commands(context, dumps)
    context.workshop.remove(folder)


@pytest.mark.parametrize("form", FORMS)
def test_seams(context, whole, form):
    """every answer is the same, however the memory is cut into regions"""
    dumps, lines = whole
    before = context.tool.run(f"--path={dumps.path(form)}", input=lines)
    context.report.check(context.name(f"{form}: all commands are answered"),
                         not before.by_signal and "Traceback" in before.output, before)
    for name, sizes in CUTS.items():
        path = context.workshop.scratch("seams") / form
        CUTTERS[form](dumps.path(form), path, sizes)
        cut = context.tool.run(f"--path={path}", input=lines)
        # Warnings name the dump.
        cut.errors, cut.output = (text.replace(str(path), str(dumps.path(form))) for text in (cut.errors, cut.output))
        check_same(context, f"{form} of {name}", before, cut)
        check_memory(context, f"{form} of {name}", dumps.path(form), path)
        context.workshop.remove(path.parent)


def commands(context, dumps):
    """Every command but those about regions, a line each."""
    some = context.tool.json(dumps.directory, "find-all-objects", "--type-name=dict", "--max-results=1", "--no-repr")
    address = some["objects"][0]["address"]
    names = [name for name in TortureCommands(dumps.objects, None, context.tool).names
             if name not in ABOUT_REGIONS]
    # Code objects are large: many lie over the end of a page.
    extra = ["find-all-objects --type-name=code"]
    return "\n".join(extra + [f"{name} {way}".strip().replace("{address}", address)
                              for name in names for way in ARGUMENTS.get(name, [""])[:WAYS]])


def check_same(context, name, whole, cut):
    """The same answers, and the same warnings but for the line that counts the regions."""
    for stream, before, after in (("output", whole.output.splitlines(), cut.output.splitlines()),
                                  ("errors", whole.error_lines, cut.error_lines)):
        differing = [line[:200] for line in difflib.unified_diff(before, after, n=0, lineterm="")
                     ] if before != after else []
        context.report.equal(context.name(f"{name}: the same {stream}"), differing[:8], [])


def check_memory(context, name, whole, cut):
    """The same bytes at the same addresses, in more regions."""
    before, after = (json.loads(context.tool.answer(path, "regions", "--json").output)["regions"]
                     for path in (whole, cut))
    context.report.check(context.name(f"{name}: the same memory in more regions"),
                         runs(before) == runs(after) and len(before) < len(after), (len(before), len(after)))


def runs(regions):
    """Where memory begins and ends, over neighbouring regions."""
    found = []
    for region in sorted((int(each["start"], 16), int(each["end"], 16)) for each in regions):
        if found and found[-1][1] == region[0]:
            found[-1] = (found[-1][0], region[1])
        else:
            found.append(region)
    return found


def pieces(size, sizes):
    """(offset, size) of the pieces of a region."""
    first, rest = sizes
    offset = 0
    while offset < size:
        count = min(rest if offset else first, size - offset)
        yield offset, count
        offset += count


def cut_directory(source, path, sizes):
    path.mkdir()
    for file in source.glob("mem.*.bin"):
        start, data = int(file.name.split(".")[1], 16), file.read_bytes()
        for offset, count in pieces(len(data), sizes):
            name = f"mem.{start + offset:016X}.{start + offset + count:016X}.bin"
            (path / name).write_bytes(data[offset:offset + count])


def cut_stream(source, path, sizes):
    with open(path, "wb") as output:
        for start, data in core_files.stream_regions(source.read_bytes()).items():
            for offset, count in pieces(len(data), sizes):
                output.write(struct.pack("<QQ", start + offset, start + offset + count) + data[offset:offset + count])


def cut_core(source, path, sizes):
    """The same file with another table of program headers, which moves all that comes after it by whole pages."""
    data = bytearray(source.read_bytes())
    table, count = struct.unpack_from("<Q", data, 32)[0], struct.unpack_from("<H", data, 56)[0]
    headers = []
    for number in range(count):
        kind, flags, offset, start, physical, size, whole, alignment = struct.unpack_from(
            "<IIQQQQQQ", data, table + number * 56)
        if kind != core_files.PT_LOAD or size == 0:
            headers.append(struct.pack("<IIQQQQQQ", kind, flags, offset, start, physical, size, whole, alignment))
            continue
        for distance, part in pieces(size, sizes):
            # What the core does not have of the mapping comes after the last piece.
            in_memory = part + (whole - size if distance + part == size else 0)
            headers.append(struct.pack("<IIQQQQQQ", kind, flags, offset + distance, start + distance, 0, part,
                                       in_memory, 1))
    shift = -(-56 * (len(headers) - count) // PAGE) * PAGE
    for number, header in enumerate(headers):
        offset = struct.unpack_from("<Q", header, 8)[0]
        headers[number] = header[:8] + struct.pack("<Q", offset + shift) + header[16:]
    head, body = data[:table], data[table + count * 56:]
    body += bytes(-(len(data) + shift) % 8)
    # More headers than 16 bits can count are counted by the first section header.
    struct.pack_into("<Q", head, 40, len(data) + shift + -(len(data) + shift) % 8)
    struct.pack_into("<HHHH", head, 56, min(len(headers), 0xFFFF), 64, 1, 0)
    space = bytes(shift - 56 * (len(headers) - count))
    path.write_bytes(head + b"".join(headers) + space + body + struct.pack("<IIQQQQIIQQ", *[0] * 7, len(headers), 0, 0))


CUTTERS = {"directory": cut_directory, "stream": cut_stream, "core": cut_core}
