"""Dumps made on demand and shared by the tiers of one run."""

import shutil
import tempfile
from pathlib import Path

import capture
from target import FOLDER, Target

FORMS = ("directory", "stream", "core")


class Dumps:
    """One moment of one process in the three forms, and what the process said about itself."""

    def __init__(self, folder, objects):
        self.folder = folder
        self.objects = objects

    def path(self, form):
        return self.folder / form

    @property
    def directory(self):
        return self.path("directory")

    def address(self, name):
        return self.objects[name]["address"]


class Workshop:
    """Makes each dump once, in a temporary folder that is removed at the end."""

    def __init__(self, keep):
        self.folder = Path(tempfile.mkdtemp(prefix="python-memtools-tests."))
        self._keep = keep
        self._made = {}

    def dumps(self, tool, version, interpreter, fixture, *arguments):
        """The dumps of a fixture under an interpreter; `arguments` may name `{folder}`, a place for its files.

        The directory is written by the tool, the stream by the tests' own reader of /proc/PID/mem, the core by gdb:
        three independent copies of one process that stands in a system call throughout.
        """
        key = (version, str(fixture))
        if key not in self._made:
            self._made[key] = self._make(tool, interpreter, version, fixture, arguments)
        return self._made[key]

    def scratch(self, name):
        """A fresh, empty folder."""
        return Path(tempfile.mkdtemp(prefix=f"{name}.", dir=self.folder))

    def close(self):
        if self._keep:
            print(f"kept: {self.folder}")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _make(self, tool, interpreter, version, fixture, arguments):
        folder = self.scratch(f"{Path(fixture).stem}-{version}")
        arguments = [str(word).format(folder=folder) for word in arguments]
        with Target(interpreter, FOLDER / fixture, *arguments) as target:
            tool.dump(target.pid, folder / "directory")
            capture.write_stream(target.pid, folder / "stream")
            capture.write_core(target.pid, folder / "core")
            return Dumps(folder, target.objects)
