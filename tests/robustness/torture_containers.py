"""Sound dumps as the tool writes them, compressed or not, and as other programs compress, copy and cut them."""

import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

from harness import capture
from harness.target import FIXTURES, Target
from robustness import torture_dump
from robustness.torture_blocks import blocks_of

PAGE = 4096
FIXTURE = FIXTURES / "fixture_small.py"
KINDS, COMPRESSIONS = ("directory", "stream", "core"), ("none", "gzip", "zstd")
# Programs that compress a whole file, the form that they are given, and what they are called with.
PROGRAMS = {"gzip": ("stream", "-1"), "zstd": ("core", "-1"), "xz": ("core", "-0"), "lz4": ("stream", "-1")}


@dataclass(frozen=True)
class Container:
    """A sound dump in one form. `twin` names the form that answers with the same words, of all commands but `info`."""

    name: str
    kind: str
    # How it is compressed, and whether in our blocks, with a table of them.
    compression: str
    is_ours: bool
    path: Path
    twin: str

    @property
    def has_list(self):
        """Whether it says itself which regions it should have: see `DumpManifest.swift`."""
        return self.kind != "core" and not self.name.endswith("seams")

    @property
    def is_plain(self):
        return self.compression == "none"

    def files(self):
        """The files of it, largest first."""
        if self.kind != "directory":
            return [self.path]
        return sorted(self.path.iterdir(), key=lambda file: (-file.stat().st_size, file.name))

    def blocks(self, file):
        return blocks_of(self.compression, file.read_bytes())

    def copied(self, target):
        """Makes a copy that may be written to; a directory's files are links until one is."""
        if self.kind != "directory":
            shutil.copyfile(self.path, target)
            return
        target.mkdir()
        for file in self.path.iterdir():
            (target / file.name).symlink_to(file)


def made(tool, python, folder):
    """All forms of one process's memory, and the addresses of the objects that it named."""
    with Target("setarch", "-R", python, "-IS", FIXTURE) as target:
        containers = list(written_by_tool(tool, target.pid, folder))
        objects = {name: int(facts["address"], 16) for name, facts in target.objects.items()}
    return containers + written_by_others(containers, folder), objects


def written_by_tool(tool, pid, folder):
    """What `dump` writes of a process that waits, so that all forms hold the same."""
    for kind in KINDS:
        for compression in COMPRESSIONS:
            path = folder / f"{kind}-{compression}"
            outcome = tool.run("dump", f"--pid={pid}", f"--output={path}", f"--format={kind}",
                               f"--compress={compression}")
            if outcome.code != 0:
                raise RuntimeError(str(outcome))
            yield Container(path.name, kind, compression, compression != "none", path, f"{kind}-none")


def written_by_others(containers, folder):
    """The same compressed by other programs, cut into pages, and with holes in the place of zeros."""
    made = []
    by_name = {container.name: container for container in containers}
    for program, (kind, level) in PROGRAMS.items():
        path = folder / f"{kind}-by-{program}"
        with open(by_name[f"{kind}-none"].path, "rb") as source, open(path, "wb") as target:
            subprocess.run([program, level, "-c"], stdin=source, stdout=target, check=True)
        made.append(Container(path.name, kind, program, False, path, f"{kind}-none"))
    for kind in ("stream", "core"):
        path = folder / f"{kind}-seams"
        in_pages(by_name["directory-none"].path, kind, path)
        made.append(Container(path.name, kind, "none", False, path, path.name))
    path = folder / "core-sparse"
    subprocess.run(["cp", "--sparse=always", by_name["core-none"].path, path], check=True)
    made.append(Container(path.name, "core", "none", False, path, "core-none"))
    return made


def in_pages(directory, kind, path):
    """Writes a dump with all its memory cut into regions of a page each, which touch."""
    regions = [torture_dump.Region(start, end, file, 0, end - start, "", True)
               for start, end, file in capture.regions(directory)]
    torture_dump.write(kind, torture_dump.in_pages(regions), [], path)


def stream_headers(data):
    """Where the headers of a stream's regions are, and where each region ends."""
    offset, headers = 0, []
    while offset + 16 <= len(data):
        start, end = struct.unpack_from("<QQ", data, offset)
        headers.append(offset)
        offset += 16 + end - start
    return headers


def core_headers(data):
    """Where the program headers of a core are, by their type: 1 is memory, 4 notes."""
    table, = struct.unpack_from("<Q", data, 32)
    count, = struct.unpack_from("<H", data, 56)
    return [(table + 56 * number, struct.unpack_from("<I", data, table + 56 * number)[0]) for number in range(count)]
