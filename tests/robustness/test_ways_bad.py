"""Dumps that are cut, broken, doubled or of another machine: one clear line, or a warning and all that is there."""

import base64
import gzip
import shutil
import struct
import subprocess
import zipfile

import pytest

from harness import capture, core_files
from harness.target import FIXTURES, Target
from robustness.ways import FOREIGN, dumped, inflated

pytestmark = [pytest.mark.tier5, pytest.mark.versions("310", "314")]

FIXTURE = FIXTURES / "fixture_ways_in.py"
COUNT = "count-by-type"
# How a command ends whose answer lacks something.
INCOMPLETE = 3


@pytest.fixture(scope="module")
def scene(context):
    folder = context.workshop.scratch("bad-ways")
    with Target(context.interpreter, FIXTURE) as target:
        for form in ("directory", "stream", "core"):
            for compression in ("none", "gzip", "zstd"):
                dumped(context, target.pid, folder / f"{form}.{compression}", form, compression)
        scene = Scene(context, folder, int(target.objects["instance"]["address"], 16))
        with capture.stopped(target.pid):
            core_files.assemble(target.pid, folder / "assembled", 0x33)
            scene.library = [vma for vma in core_files.vmas(target.pid) if "/libpython" in vma.name]
    yield scene
    context.workshop.remove(folder)


class Scene:
    """Dumps of one process, and what to say of broken copies of them."""

    def __init__(self, context, folder, instance):
        self.context, self.folder, self.tool, self.instance = context, folder, context.tool, instance
        # A shared library lies behind the heap, where a dump is cut, and without its types there are no objects.
        self.cut_share = 0.05 if context.version == "314" else 0.0002
        self.objects = self.total(self.tool.json(folder / "stream.none", COUNT))

    @staticmethod
    def total(answer):
        return answer["objects"]

    def make(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        return path

    def check(self, claim, holds, detail=""):
        self.context.report.check(self.context.name(claim), holds, detail)

    def refused(self, claim, *words, mentions=()):
        said = self.tool.run(*words)
        self.check(claim, said.code == 1 and len(said.error_lines) == 1
                   and all(word in said.errors for word in mentions), said)

    def cut(self, data):
        return self.make("cut", data[:int(len(data) * (1 - self.cut_share))])

    def used(self, claim, *words, mentions=()):
        """The dump answers with a warning, from no more than the objects that there were."""
        said = self.tool.run(*words, COUNT, "--json")
        warned = [line for line in said.error_lines if line.startswith("warning: ")]
        named = all(any(word in line for line in warned) for word in mentions)
        if not self.context.report.check(self.context.name(claim), said.code == INCOMPLETE and warned and named, said):
            return
        found = self.total(self.tool.json(*words, COUNT, code=INCOMPLETE))
        # Without a program's first page it is not known what in it is constant: an object more or less.
        self.check(f"{claim}: what is there is used", 0.2 * self.objects <= found <= 1.001 * self.objects,
                   f"{found} of {self.objects} objects")
        lost = self.byte_count(self.folder / "stream.none") - self.byte_count(*words)
        self.check(f"{claim}: what is missing is not made up", lost > 0, lost)

    def byte_count(self, *words):
        return self.tool.json(*words, "regions")["bytes"]


def test_cut_library(scene):
    """cores cut where the interpreter's library was"""
    if not scene.library:
        scene.context.report.not_run(scene.context.name("a core that has lost the interpreter's data"),
                                     "this build has them in the program, which comes first in a core")
        return
    data = (scene.folder / "assembled").read_bytes()
    places = core_files.places(data)
    end = max(offset + size for offset, size in places.values())
    name = scene.library[0].name
    # Its first page, the data that are read-only once it is linked, and the others.
    first, linked, written = [places[vma.start] for vma in scene.library if vma.start in places]
    whole = scene.tool.json(scene.folder / "assembled", COUNT)
    known = {row["address"]: row for row in whole["types"]}
    for claim, cut in (("before the library's data", linked[0]), ("in the midst of them", written[0] + 0x8123)):
        path = scene.make("cut", data[:cut])
        said = scene.tool.run(path, COUNT, "--json")
        scene.check(f"a core cut {claim} answers, with the missing bytes", said.code == INCOMPLETE
                    and f"{end - cut} bytes are missing" in said.errors, said)
        scene.check(f"a core cut {claim} says that the data are the file's", name in said.errors
                    and "not what changed since the program began" in said.errors, said)
        found = scene.tool.json(path, COUNT, code=INCOMPLETE)
        scene.check(f"a core cut {claim} loses hardly an object", 0.98 * whole["objects"] <= found["objects"]
                    <= 1.001 * whole["objects"], f"{found['objects']} of {whole['objects']}")
        wrong = [row["name"] for row in found["types"]
                 if row["name"] != known.get(row["address"], {"name": ""})["name"]]
        scene.check(f"a core cut {claim} knows types by their names", len(found["types"]) > 100 and not wrong, wrong)
        scene.check(f"a core cut {claim} prints an object", "way in 7" in scene.tool.answer(
            path, "repr", f"{scene.instance:x}").output)
        stacks = scene.tool.run(path, "find-all-stacks", "--threads-only")
        scene.check(f"a core cut {claim} has the threads", "fixture_ways_in.py" in stacks.output, stacks)
        file, = [file for file in scene.tool.json(path, "info")["mappedFiles"] if file["path"] == name]
        lost = sum(size - max(0, min(size, cut - offset)) for offset, size in (linked, written))
        scene.check(f"a core cut {claim} counts the bytes put back", file["restoredBytes"] == lost, (file, lost))
    # Without its first page nothing tells whether the file is the one that was mapped.
    path = scene.make("cut", data[:first[0]])
    scene.refused("a core cut before the library names it", path, COUNT,
                  mentions=[name, "--file", f"{end - first[0]} bytes are missing"])
    found = scene.tool.json(f"--file={name}", path, COUNT, code=INCOMPLETE)
    scene.check("a core cut before the library is read with the file that the user names",
                0.9 * whole["objects"] <= found["objects"] <= 1.001 * whole["objects"],
                f"{found['objects']} of {whole['objects']}")
    said = scene.tool.run(f"--file={name}", path, COUNT)
    scene.check("that the file may be another is told", "nothing in the core tells" in said.errors, said)


def test_cut_compressed(scene):
    """compressed files that are cut"""
    for form in ("stream", "core"):
        plain = scene.folder / f"{form}.none"
        for name, command in FOREIGN.items():
            if shutil.which(command[0]) is None:
                scene.context.report.not_run(scene.context.name(f"a cut {form} by {name}"), f"no {command[0]} here")
                continue
            data = subprocess.run([*command, "-c", str(plain)], capture_output=True, check=True).stdout
            path = scene.cut(data)
            if form == "stream":
                scene.refused(f"a cut stream by {name} is refused", path, COUNT, mentions=["--allow-truncated", "cut"])
                scene.used(f"a cut stream by {name}, allowed", "--allow-truncated", path, mentions=["are cut"])
            else:
                scene.used(f"a cut core by {name}", path, mentions=["are cut", "bytes are missing"])
            for count in (3, 10, 40):
                said = scene.tool.run(scene.make("cut", data[:count]), COUNT)
                scene.check(f"{count} bytes of a {form} by {name} are refused in one line",
                            said.code == 1 and len(said.error_lines) == 1, said)
    for compression in ("gzip", "zstd"):
        data = (scene.folder / f"core.{compression}").read_bytes()
        scene.used(f"our own {compression} without its index", scene.cut(data),
                   mentions=["are cut"])


def block_sizes(data):
    """The compressed sizes of our blocks, by the index at the end."""
    if data.startswith(b"\x1f\x8b"):
        start = struct.unpack_from("<Q", data, len(data) - 18)[0]
        table = data[start + 16:start + 16 + struct.unpack_from("<H", data, start + 14)[0]]
    else:
        count = struct.unpack_from("<I", data, len(data) - 9)[0]
        table = data[len(data) - 9 - count * 8:len(data) - 9]
    return [struct.unpack_from("<II", table, offset) for offset in range(0, len(table), 8)]


def broken(data, number):
    """The file with one block broken, and where it begins."""
    start = sum(size for size, _ in block_sizes(data)[:number])
    middle = start + block_sizes(data)[number][0] // 2
    return data[:middle] + bytes(byte ^ 0x55 for byte in data[middle:middle + 8]) + data[middle + 8:], start


def test_broken_blocks(scene):
    """compressed files with a broken block"""
    for form in ("stream", "core"):
        for compression in ("gzip", "zstd"):
            data = (scene.folder / f"{form}.{compression}").read_bytes()
            sizes = block_sizes(data)
            whole = [number for number, (_, inflated_size) in enumerate(sizes) if inflated_size == 1 << 20]
            changed, start = broken(data, whole[len(whole) // 2])
            path = scene.make("broken", changed)
            scene.used(f"a {form} with a broken block of {compression}", path,
                       mentions=[f"block {whole[len(whole) // 2] + 1} of {len(sizes)} at offset {start:#x}"])
            lost = scene.byte_count(scene.folder / f"{form}.none") - scene.byte_count(path)
            scene.check(f"a {form} with a broken block of {compression} lacks that block", lost == 1 << 20, lost)
            check_threads(scene, f"a {form} with a broken block of {compression}", path)
            check_index(scene, f"a {form} with a broken block of {compression}", path)
    for compression in ("gzip", "zstd"):
        data = (scene.folder / f"stream.{compression}").read_bytes()
        sizes = block_sizes(data)
        headers = [number for number, (_, inflated_size) in enumerate(sizes) if inflated_size == 16]
        changed, _ = broken(data, headers[len(headers) // 2])
        scene.used(f"a stream whose header is in a broken block of {compression}", scene.make("broken", changed),
                   mentions=["its header is missing"])
        # The first header is that of the manifest.
        changed, _ = broken(broken(data, headers[0])[0], headers[1])
        scene.used(f"a stream whose first header is in a broken block of {compression}", scene.make("broken", changed),
                   mentions=["its header is missing"])
        broken_directory(scene, compression)


def check_threads(scene, claim, path):
    """What needs little of a dump has the others' blocks not inflated, and so hears of no broken one among them."""
    found = scene.tool.run(path, "find-all-threads")
    whole = scene.tool.run(scene.folder / "stream.none", "find-all-threads")
    names = [[line.split("@")[0].split(" native=")[0] for line in said.output.splitlines() if "<thread" in line]
             for said in (found, whole)]
    scene.check(f"{claim} has its threads", names[0] == names[1] and len(names[0]) > 1, found)
    scene.check(f"{claim} is read for them where they are", "is broken" not in found.errors, found.errors)


def check_index(scene, claim, path):
    """An index would have the block not inflated, and nobody hear that it is broken."""
    folder = f"--index-dir={scene.folder}"
    for mode in ("rebuild", "auto"):
        said = scene.tool.run(f"--index={mode}", folder, path, COUNT)
        scene.check(f"{claim} says so with --index={mode}", said.code == INCOMPLETE and "is broken" in said.errors,
                    said.errors)


def broken_directory(scene, compression):
    """A directory in which the block with a known object is broken."""
    folder = scene.folder / "broken-directory"
    shutil.copytree(scene.folder / f"directory.{compression}", folder)
    for file in folder.glob("mem.*"):
        start, end = (int(word, 16) for word in file.name.split(".")[1:3])
        if start <= scene.instance < end:
            changed, _ = broken(file.read_bytes(), (scene.instance - start) >> 20)
            file.write_bytes(changed)
            # A region of one block is left out as a whole.
            scene.used(f"a directory with a broken block of {compression}", folder, mentions=[file.name])
    count = scene.tool.json(folder, "find-all-objects", "--type-name=Known", "--count", code=INCOMPLETE)["count"]
    scene.check(f"the objects in a broken block of {compression} are lost, others not", 0 < count < 5000, count)
    shutil.rmtree(folder)


def test_strange_middles(scene):
    """files that turn into something else"""
    plain = (scene.folder / "stream.none").read_bytes()
    end = 0
    for _ in ("the manifest", "a region"):
        first = struct.unpack_from("<QQ", plain, end)
        end += 16 + first[1] - first[0]
    path = scene.make("middle", plain[:end] + b"\x7fELF and no header" + plain[end:])
    scene.refused("a stream with a wrong header in the middle names the place", path, COUNT,
                  mentions=[f"{end:#x}", "region 3"])
    members = gzip.compress(plain[:end], 1), gzip.compress(plain[end:], 1)
    path = scene.make("middle", members[0] + b"nothing" + members[1])
    said = scene.tool.run(path, "regions")
    scene.check("what stands between the members of a gzip file is named", said.code == 0
                and f"offset {len(members[0]):#x}" in said.errors, said)
    for name, data in (("empty", gzip.compress(b"")), ("text", gzip.compress(b"no dump at all, only words\n" * 10))):
        scene.refused(f"a compressed file that is no dump ({name})", scene.make("middle", data), COUNT)


def test_other_machines(scene):
    """cores of other machines"""
    core = bytearray((scene.folder / "core.none").read_bytes())
    for name, offset, data, mentions in (
            ("word size", 4, b"\x01", ["32-bit", "64-bit"]), ("byte order", 5, b"\x02", ["big-endian"]),
            ("machine", 18, struct.pack("<H", 243), ["machine", "243"]), ("kind", 16, struct.pack("<H", 3), ["core"])):
        changed = core[:]
        changed[offset:offset + len(data)] = data
        scene.refused(f"a core of another {name} is refused", scene.make("other", changed), COUNT, mentions=mentions)


def test_foreign_formats(scene):
    """files of other formats, made of a core by the programs that make them"""
    core = scene.folder / "core.none"
    for name, command, mentions in (
            ("lz4 in its legacy format", ["lz4", "-l", "-q", "-c", core], ["LZ4's legacy format", "lz4 -d"]),
            ("bzip2", ["bzip2", "-1", "-c", core], ["bzip2 -d"]),
            ("lzma", ["xz", "--format=lzma", "-0", "-c", core], ["xz --format=lzma -d"]),
            ("tar", ["tar", "-c", "-C", scene.folder, core.name], ["tar -xf"]),
            ("tar, compressed", ["tar", "-c", "--zstd", "-C", scene.folder, core.name], ["tar -xf"])):
        claim = f"a core packed by {name} is named with what to do"
        if shutil.which(command[0]) is None:
            scene.context.report.not_run(scene.context.name(claim), f"no {command[0]} here")
            continue
        packed = subprocess.run(command, capture_output=True, check=True).stdout
        scene.refused(claim, scene.make("packed", packed), COUNT, mentions=["not a dump", *mentions])
    path = scene.folder / "packed.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.write(core, "core")
    scene.refused("a core in a zip archive is named with what to do", path, COUNT, mentions=["unzip"])
    packed = base64.b64encode(gzip.compress(core.read_bytes(), 1))
    report = b"ProblemType: Crash\nArchitecture: amd64\nCoreDump: base64\n " + packed
    scene.refused("a crash report of apport is named with what to do", scene.make("packed", report), COUNT,
                  mentions=["apport-unpack"])


def test_doubles(scene):
    """one region twice, and regions that overlap"""
    folder = scene.folder / "double"
    shutil.copytree(scene.folder / "directory.none", folder)
    largest = max(folder.iterdir(), key=lambda file: file.stat().st_size)
    data = largest.read_bytes()
    largest.with_name(largest.name + ".gz").write_bytes(gzip.compress(bytes(len(data)), 1))
    said = scene.tool.json(folder, COUNT)
    scene.check("of a region that is there twice the first by name counts", said["objects"] == scene.objects, said)
    warned = scene.tool.run(folder, "regions")
    scene.check("a region that is there twice is told", "1 regions overlap" in warned.errors, warned)
    largest.with_name(largest.name + ".gz").unlink()
    # A region that begins higher, inside of another, does not count.
    start, end = (int(word, 16) for word in largest.name.split(".")[1:3])
    (folder / f"mem.{start + 4096:016X}.{end:016X}.bin").write_bytes(bytes(end - start - 4096))
    said = scene.tool.json(folder, COUNT)
    scene.check("of regions that overlap the one that begins lower counts", said["objects"] == scene.objects, said)
    stream = (scene.folder / "stream.none").read_bytes()
    said = scene.tool.json(scene.make("twice", stream + stream), COUNT)
    scene.check("a stream twice is a stream", said["objects"] == scene.objects, said)


def test_wraps(scene):
    """regions that wrap around"""
    header = struct.pack("<QQ", (1 << 64) - 4096, 4096)
    scene.refused("a stream with a region that wraps around", scene.make("wrap", header + bytes(8192)), COUNT)
    core = bytearray((scene.folder / "core.none").read_bytes())
    struct.pack_into("<Q", core, 64 + 56 + 16, (1 << 64) - 16)
    scene.refused("a core with a region that wraps around", scene.make("wrap", core), COUNT,
                  mentions=["program header 1"])
    (scene.folder / "wrapping").mkdir()
    (scene.folder / "wrapping" / "mem.FFFFFFFFFFFFF000.0000000000001000.bin").write_bytes(bytes(8192))
    scene.refused("a directory with a region that wraps around", scene.folder / "wrapping", COUNT)


def test_crowds(scene):
    """several dumps in one directory"""
    folder = scene.folder / "crowd"
    folder.mkdir()
    shutil.copy(scene.folder / "core.zstd", folder / "one.zst")
    (folder / "notes.gz").write_bytes(gzip.compress(b"what happened\n"))
    (folder / "notes").write_bytes(b"what happened\n")
    said = scene.tool.json(folder, COUNT)
    scene.check("one core in a directory is opened", said["objects"] == scene.objects, said)
    (folder / "two").write_bytes(inflated(scene.folder / "core.gzip"))
    scene.refused("two cores in a directory are named", folder, COUNT, mentions=["one.zst", "two"])
