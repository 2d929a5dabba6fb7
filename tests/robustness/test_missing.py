"""Dumps that lack what they should hold, or hold what is another process's: the tool says so, in text and in JSON.

What a dump should hold its manifest says. The fixture tells where the items of a list are: that memory is taken out.
"""

import gzip
import json
import shutil
import struct

import pytest

from harness import capture, core_files
from harness.target import FIXTURES, Target
from robustness.ways import FORMS, dumped

pytestmark = [pytest.mark.tier5, pytest.mark.versions("310", "314")]

FIXTURE = FIXTURES / "fixture_missing.py"
COUNT = "count-by-type"
# How a command ends whose answer lacks something.
INCOMPLETE = 3
COMPRESSIONS = ("none", "gzip", "zstd")
PAGE = 4096


@pytest.fixture(scope="module")
def scene(context):
    folder = context.workshop.scratch("missing")
    with Target(context.interpreter, FIXTURE) as target, Target(context.interpreter, FIXTURE) as other:
        for form in FORMS:
            for compression in COMPRESSIONS:
                dumped(context, target.pid, folder / f"{form}.{compression}", form, compression)
        for form in ("directory", "stream"):
            dumped(context, other.pid, folder / f"{form}.other", form)
        capture.write_stream(target.pid, folder / "stream.plain")
        capture.write_directory(target.pid, folder / "directory.plain")
        scene = Scene(context, folder, target)
        scene.library = any("/libpython" in vma.name for vma in core_files.vmas(target.pid))
    yield scene
    context.workshop.remove(folder)


class Scene:
    """Dumps of a process, and what it said of itself."""

    def __init__(self, context, folder, target):
        self.context, self.folder, self.tool, self.pid = context, folder, context.tool, target.pid
        self.address = {name: facts["address"] for name, facts in target.objects.items()}
        facts = target.objects["list"]
        # Whole pages of items, and nothing else.
        self.start = -(-facts["items"] // PAGE) * PAGE
        self.end = (facts["items"] + facts["bytes"]) // PAGE * PAGE
        self.known = target.objects["process"]["known"]
        self.objects = self.tool.json(folder / "directory.none", COUNT)["objects"]

    def check(self, claim, holds, detail=""):
        self.context.report.check(self.context.name(claim), holds, detail)

    def path(self, name):
        return self.folder / name

    def copy(self, form, name="copy"):
        """A fresh copy of a dump."""
        path = self.folder / name
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        source = self.folder / form
        (shutil.copytree if source.is_dir() else shutil.copy)(source, path)
        return path

    def said(self, *words):
        """What a command says in words and in JSON."""
        text, data = self.tool.run(*words), self.tool.run(*words, "--json")
        warned = [line[len("warning: "):] for line in text.error_lines if line.startswith("warning: ")]
        self.check(f"{words[1:]}: the two forms end alike", text.code == data.code, (text, data))
        return Said(text, data, warned)

    def warns(self, claim, path, *mentions, code=0, command=(COUNT,)):
        """A command warns in both forms, in one line, with these words, and ends so."""
        said = self.said(path, *command)
        named = [line for line in said.warned if all(word in line for word in mentions)]
        self.check(claim, said.code == code and named and set(named) <= set(said.json["warnings"]), said)
        return said

    def holes(self, claim, path):
        """Commands on a dump without the list's items: which of the answers lack something."""
        for command, part in ((("repr", self.address["list"]), "!invalid_data"),
                              (("find-references", self.address["thing"]), "dict"),
                              (("find-referents", self.address["list"]), "ob_type")):
            said = self.warns(f"{claim}: {command[0]} is incomplete", path, "the answer is incomplete: ",
                              code=INCOMPLETE, command=command)
            self.check(f"{claim}: {command[0]} shows what is there", part in said.text.output, said)
        for command in (("repr", self.address["others"]), ("find-all-threads",), ("find-all-stacks", "--threads-only"),
                        ("find-module", "sys"), ("regions",), ("info",)):
            said = self.said(path, *command)
            self.check(f"{claim}: {command[0]} needs nothing that is missing", said.code == 0 and
                       "incomplete" not in said.text.errors + said.data.output, said)

    def separate(self, path):
        """Makes a region of its own of the list's items, in a directory and its manifest; returns that file's."""
        for start, end, file in capture.regions(path):
            if start <= self.start < end:
                break
        data, lines = file.read_bytes(), (path / "manifest.txt").read_text().splitlines()
        file.unlink()
        number, = [number for number, line in enumerate(lines) if f"{start:016X}-" in line]
        rest = lines[number].split(" ", 2)[2]
        cuts = (start, self.start, self.end, end)
        places = [(low, high) for low, high in zip(cuts, cuts[1:]) if low < high]
        for low, high in places:
            (path / capture.region_name(low, high)).write_bytes(data[low - start:high - start])
        lines[number:number + 1] = [f"region {low:016X}-{high:016X} {rest}" for low, high in places]
        lines[-1] = f"end {len(lines) - 3}"
        (path / "manifest.txt").write_text("".join(line + "\n" for line in lines))
        return path / capture.region_name(self.start, self.end)


class Said:
    """A command's answer in both forms."""

    def __init__(self, text, data, warned):
        self.text, self.data, self.warned, self.code = text, data, warned, text.code
        self.json = json.loads(data.output) if data.output.startswith("{") else {"warnings": []}

    def __str__(self):
        return f"{self.text}; JSON's warnings: {self.json['warnings']}"


def test_whole_dumps(scene):
    """dumps that are whole"""
    for form in FORMS:
        for name in (*COMPRESSIONS, "plain"):
            path = scene.path(f"{form}.{name}")
            if not path.exists():
                continue
            for command in ((COUNT,), ("repr", scene.address["others"]), ("find-references", scene.address["thing"]),
                            ("find-all-threads",), ("find-all-objects", "--type-name=Known"), ("regions",)):
                said = scene.said(path, *command)
                scene.check(f"{path.name}: {command[0]} has nothing to warn of",
                            said.code == 0 and not said.warned and said.json["warnings"] == [], said)
    lines = (scene.path("directory.none") / "manifest.txt").read_text().splitlines()
    files = [f"{start:016X}-{end:016X}" for start, end, _ in capture.regions(scene.path("directory.none"))]
    listed = sorted(line.split()[1] for line in lines[2:-1])
    scene.check("the manifest lists every file, and the process",
                listed == files and lines[1].split()[1] == str(scene.pid), lines[:3])
    for form in ("directory", "stream"):
        process = scene.tool.json(scene.path(f"{form}.none"), "info", code=0)["process"]
        scene.check(f"info of a {form} knows the process", process["pid"] == scene.pid, process)


def test_lost_file(scene):
    """a file that is missing"""
    path = scene.copy("directory.none")
    scene.separate(path).unlink()
    scene.warns("a file that is missing is named with its process", path, "1 of", f"process {scene.pid}",
                f"{scene.start:016X}-{scene.end:016X}", code=INCOMPLETE)
    for command in ((COUNT,), ("find-all-objects", "--count"), ("aggregate-strings",), ("find", "Known"),
                    ("wait-graph",)):
        scene.warns(f"{command[0]}, of all memory, is incomplete", path, "the answer is incomplete: ",
                    f"{scene.end - scene.start} bytes", f"{scene.start:016X}", code=INCOMPLETE, command=command)
    scene.holes("a missing file", path)


def test_short_file(scene):
    """a file that is shorter"""
    path = scene.copy("directory.none")
    file = scene.separate(path)
    with open(file, "r+b") as region:
        region.truncate(PAGE)
    scene.warns("a file that is shorter is named", path, file.name,
                f"expected {scene.end - scene.start} bytes, found {PAGE}", code=INCOMPLETE)
    scene.holes("a short file", path)


def test_lost_by_others(scene):
    """a dump by others that lacks memory"""
    path = scene.copy("directory.none")
    scene.separate(path).unlink()
    (path / "manifest.txt").unlink()
    # Nothing says what should be there: only who meets the hole knows.
    said = scene.said(path, COUNT)
    scene.check("what nothing speaks of is no loss", said.code == 0 and not said.warned, said)
    scene.holes("a dump by others", path)


def test_lost_interpreter(scene):
    """a dump without the interpreter's data"""
    kind = int(scene.tool.json(scene.path("directory.none"), "show-analysis-data")["typeObject"], 16)
    name = "libpython" if scene.library else "python3"
    for form in ("directory", "plain"):
        path = scene.copy("directory.none")
        file, = [file for start, end, file in capture.regions(path) if start <= kind < end]
        file.unlink()
        if form == "plain":
            (path / "manifest.txt").unlink()
        for command in ("find-all-threads", COUNT):
            said = scene.tool.run(path, command)
            # Without a manifest, only a library says its name.
            known = name in said.errors or form == "plain" and not scene.library
            scene.check(f"a {form} dump without the interpreter's data says whose are missing: {command}",
                        said.code == 1 and known and f" at {file.name[4:20]}" in said.errors
                        and "holds the interpreter's data" in said.errors and "right process" not in said.errors, said)


def test_several_commands(scene):
    """several commands, one of which is incomplete"""
    path = scene.copy("directory.none")
    scene.separate(path).unlink()
    whole, lacking, wrong = f"--command=repr {scene.address['others']}", f"--command={COUNT}", "--command=repr 10"
    for words, code in (([whole], 0), ([whole, lacking], INCOMPLETE), ([lacking, whole], INCOMPLETE),
                        ([lacking, wrong], 1)):
        said = scene.tool.run(f"--path={path}", *words)
        scene.check(f"commands {words} end with {code}", said.code == code, said)


def test_foreign_files(scene):
    """files of another process in a directory"""
    for order in (("none", "other"), ("other", "none")):
        path = scene.copy(f"directory.{order[0]}")
        count = 0
        for _, _, file in capture.regions(scene.path(f"directory.{order[1]}")):
            if not (path / file.name).exists():
                shutil.copy(file, path)
                count += 1
        said = scene.warns(f"another process's files in {order[0]} are told", path, f"{count} regions", "left out")
        found = sum(row["count"] for row in said.json["types"] if row["name"].endswith("Known"))
        scene.check(f"of two processes in a directory the one of the manifest counts ({order[0]})",
                    found == scene.known, found)


def test_appended(scene):
    """a second process behind the first in a stream"""
    first = scene.path("stream.none").read_bytes()
    for name, second in (("other", scene.path("stream.other")), ("plain", scene.path("stream.plain"))):
        path = scene.folder / "appended"
        path.write_bytes(first + second.read_bytes())
        if name == "plain":
            # The regions are those of the same process, at the same addresses.
            said = scene.said(path, COUNT)
            scene.check("a stream by others behind ours is told",
                        said.warned and said.warned == said.json["warnings"], said)
        else:
            said = scene.warns("another process's stream behind ours is told", path, "another dump begins", "left out")
        scene.check(f"of two dumps in a stream the first counts ({name})", said.json["objects"] == scene.objects, said)
    path.write_bytes(scene.path("stream.plain").read_bytes() + scene.path("stream.other").read_bytes())
    scene.warns("another process's stream behind one by others is told", path, "another dump begins", "left out")
    gathered = scene.path("stream.gzip").read_bytes() + gzip.compress(scene.path("stream.other").read_bytes(), 1)
    path.write_bytes(gathered)
    scene.warns("the same in a compressed file", path, "another dump begins", "left out")


def stream_ends(data):
    """Where the regions of a stream end."""
    ends, offset = [], 0
    while offset < len(data):
        start, end = struct.unpack_from("<QQ", data, offset)
        offset += 16 + end - start
        ends.append(offset)
    return ends


def test_cut_between(scene):
    """a stream that is cut between two regions"""
    data = scene.path("stream.none").read_bytes()
    ends = stream_ends(data)
    path = scene.folder / "between"
    # The stack, and perhaps what the kernel adds, are behind the libraries.
    path.write_bytes(data[:ends[-2]])
    for name, packed in (("plain", data[:ends[-2]]), ("gzip", gzip.compress(data[:ends[-2]], 1))):
        path.write_bytes(packed)
        said = scene.tool.run(path, COUNT)
        scene.check(f"a stream cut between two regions is refused ({name})",
                    said.code == 1 and len(said.error_lines) == 1 and "--allow-truncated" in said.errors
                    and f"process {scene.pid}" in said.errors
                    and f"{len(data) - ends[-2] - 16} bytes" in said.errors, said)
        used = scene.tool.run("--allow-truncated", path, COUNT, "--json")
        scene.check(f"a stream cut between two regions is used if it may be ({name})",
                    used.code == INCOMPLETE and "are missing" in used.errors and "are missing" in used.output,
                        used)


def test_packed_by_others(scene):
    """a directory whose files others have compressed"""
    path = scene.copy("directory.none")
    lost = scene.separate(path)
    for file in list(path.iterdir()):
        file.with_name(file.name + ".gz").write_bytes(gzip.compress(file.read_bytes(), 1))
        file.unlink()
    said = scene.said(path, COUNT)
    scene.check("a directory whose files are compressed is whole", said.code == 0 and not said.warned, said)
    lost.with_name(lost.name + ".gz").unlink()
    scene.warns("a compressed file that is missing is named", path, "1 of", f"{scene.start:016X}-{scene.end:016X}",
                code=INCOMPLETE)
