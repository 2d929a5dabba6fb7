"""Kept indexes that are out of date: one is written, an input of it is changed, and the answer with it has to be the
one that the changed input has without any.

Inputs are the dump's bytes, the files of `--sysroot` and `--file`, the options, and the index itself. A change keeps
the time of the file's last change, as far as that can be kept.
"""

import os
import shutil
from pathlib import Path

from robustness import container_faults, torture_dump

INDEX = "index"
OPTIONS = (["--python-version=3.8"], ["--python-version=3.12"], ["--python-version=3.14"], ["--runtime=1"],
           ["--allow-truncated"], ["--max-threads=2"])


class StaleTrial:
    """One dump, the index of it, and one change."""

    def __init__(self, dump, containers, commands, chance):
        self.dump, self.chance, self.verdict = dump, chance, "by a stale index as by none"
        self.before, self.after, self.notes = [], [], []
        self.lines = [commands.line(chance)]
        self.change = chance.choice(CHANGES)
        self.container = chance.choice([each for each in containers if each.compression in ("none", "gzip", "zstd")])
        self.form = "core and a sysroot" if self.change in OF_FILES else self.container.name
        self.notes.append(f"stale index: {self.change.__name__.replace('_', ' ')}")

    def write(self, folder):
        (folder / INDEX).mkdir()
        path = folder / "dump"
        if self.change in OF_FILES:
            self.write_with_files(folder, path)
        else:
            self.container.copied(path)
        return path

    def write_with_files(self, folder, path):
        """A core without what lies in the interpreter's files, but for the page by which they are known."""
        own = {name for _, _, _, name in self.dump.mapped_files if "python" in Path(name).name}
        heads = {start for start, _, offset, name in self.dump.mapped_files if offset == 0 and name in own}
        regions = [region for region in self.dump.regions if region.is_writable or region.start in heads]
        files = [(start, end, offset, "/moved" + name) for start, end, offset, name in self.dump.mapped_files]
        torture_dump.write("core", regions, files, path)
        for name in sorted(own):
            target = folder / f"root/moved{name}"
            target.parent.mkdir(parents=True, exist_ok=True)
            if Path(name).exists():
                shutil.copyfile(name, target)
        if self.change is sysroot_filled:
            (folder / "root").rename(folder / "away")
            (folder / "root").mkdir()
        self.before, self.after = ["--sysroot=root"], ["--sysroot=root"]

    def library(self, folder):
        """The largest file of the root."""
        files = [file for file in (folder / "root").rglob("*") if file.is_file()]
        return max(files, key=lambda file: file.stat().st_size)

    def arguments(self, mode, options):
        return [*options, f"--index={mode}", f"--index-dir={INDEX}", "--path=dump", f"--command={self.lines[0].text}"]

    def __str__(self):
        return f"Python {self.dump.version}, {self.form}: {', '.join(self.notes)}: `{self.lines[0].text}`"

    def problem(self, folder, run):
        """What is wrong, or nothing, and the last ending."""
        path = self.write(folder)
        made = run(self.arguments("rebuild", self.before), folder)
        self.change(self, folder, path)
        kept = run(self.arguments("auto", self.after), folder)
        none = run(self.arguments("none", self.after), folder)
        if made.signal or kept.signal or none.signal:
            return "ended by a signal", kept
        if (kept.code, kept.output, kept.errors) != (none.code, none.output, none.errors):
            return f"another answer by a stale index, exit codes {kept.code} and {none.code}", kept
        return None, kept


def in_place(file, change):
    """Changes the bytes of a file, which stays the same one, and has the times that it had."""
    if file.is_symlink():
        torture_dump.own(file)
    status = file.stat()
    data = bytearray(file.read_bytes())
    change(data)
    with open(file, "r+b") as target:
        target.write(data)
        target.truncate()
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def bytes_changed(chance, first=0.0):
    def change(data):
        for _ in range(chance.choice((1, 16, 1024))):
            if data:
                start = int(len(data) * (first + (1 - first) * chance.random()))
                data[start:start + 8] = chance.randbytes(len(data[start:start + 8]))
    return change


def dump_file(trial, path):
    """A file of the dump."""
    if path.is_dir():
        return trial.chance.choice(sorted(path.iterdir()))
    return path


# Changes of the dump.

def nothing(trial, folder, path):
    pass


def dump_changed_in_place(trial, folder, path):
    in_place(dump_file(trial, path), bytes_changed(trial.chance))


def dump_replaced(trial, folder, path):
    """Another file of the same name, size and time."""
    file = dump_file(trial, path)
    status, data = file.stat(), bytearray(file.read_bytes())
    bytes_changed(trial.chance)(data)
    other = folder / "other"
    other.write_bytes(data)
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.rename(file)


def dump_cut(trial, folder, path):
    def change(data):
        del data[int(len(data) * trial.chance.random()):]
    in_place(dump_file(trial, path), change)


def dump_damaged(trial, folder, path):
    """The container is damaged as others are."""
    copy = container_faults.Copy(trial.container, folder / "damaged", trial.chance)
    container_faults.damage(copy, trial.chance)
    trial.notes += copy.notes
    if path.is_dir():
        shutil.rmtree(path)
    (folder / "damaged").rename(path)


# Changes of the options.

def options_changed(trial, folder, path):
    trial.after = trial.chance.choice(OPTIONS)


# Changes of the files beside it.

def library_changed_in_place(trial, folder, path):
    in_place(trial.library(folder), bytes_changed(trial.chance, first=0.2))


def library_replaced(trial, folder, path):
    file = trial.library(folder)
    status, data = file.stat(), bytearray(file.read_bytes())
    bytes_changed(trial.chance, first=0.2)(data)
    (folder / "other").write_bytes(data)
    os.utime(folder / "other", ns=(status.st_atime_ns, status.st_mtime_ns))
    (folder / "other").rename(file)


def library_cut(trial, folder, path):
    def change(data):
        del data[int(len(data) * trial.chance.random()):]
    in_place(trial.library(folder), change)


def library_gone(trial, folder, path):
    trial.library(folder).unlink()


def library_of_another_build(trial, folder, path):
    """The first pages are other ones, with the build-id."""
    def change(data):
        for start in range(0x200, 0x1000, 8):
            data[start] ^= 0xFF
    in_place(trial.library(folder), change)


def sysroot_left_out(trial, folder, path):
    trial.after = []


def sysroot_filled(trial, folder, path):
    """The folder was empty, and the files are put there later."""
    (folder / "root").rmdir()
    (folder / "away").rename(folder / "root")


def file_instead_of_sysroot(trial, folder, path):
    trial.after = [f"--file={trial.library(folder).relative_to(folder)}"]


# Changes of the index.

def index_damaged(trial, folder, path):
    for file in (folder / INDEX).iterdir():
        in_place(file, bytes_changed(trial.chance))


def index_cut(trial, folder, path):
    for file in (folder / INDEX).iterdir():
        in_place(file, lambda data: data.__delitem__(slice(int(len(data) * trial.chance.random()), None)))


OF_FILES = (library_changed_in_place, library_changed_in_place, library_replaced, library_cut, library_gone,
            library_of_another_build, sysroot_left_out, sysroot_filled, file_instead_of_sysroot)
CHANGES = (nothing, dump_changed_in_place, dump_replaced, dump_cut, dump_damaged, dump_damaged, options_changed,
           options_changed, index_damaged, index_cut) + OF_FILES
