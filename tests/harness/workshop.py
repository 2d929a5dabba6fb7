"""Dumps made on demand and shared by the tiers of one run."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from harness import capture
from harness.target import FIXTURES, NATIVE, Target

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
        self.keeps = keep
        self._made = {}

    def dumps(self, tool, version, interpreter, fixture, *arguments, settings=None):
        """The dumps of a fixture under an interpreter; `arguments` may name `{folder}`, a place for its files.

        `settings` are variables of its environment.

        The directory is written by the tool, the stream by the tests' own reader of /proc/PID/mem, the core by gdb:
        three independent copies of one process that stands in a system call throughout.
        """
        key = (version, str(fixture), str(settings), arguments)
        if key not in self._made:
            self._made[key] = self._make(tool, interpreter, version, fixture, arguments, settings)
        return self._made[key]

    def with_ledger(self):
        """The settings that have a process keep a ledger of its allocator's blocks: see `ledger.c`."""
        library = self.folder / "ledger.so"
        if not library.exists():
            compiler = shutil.which("cc") or shutil.which("clang")
            subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", library, NATIVE / "ledger.c"], check=True)
        return {"LD_PRELOAD": str(library)}

    def scratch(self, name):
        """A fresh, empty folder."""
        return Path(tempfile.mkdtemp(prefix=f"{name}.", dir=self.folder))

    def remove(self, folder):
        """Removes a folder before the end, unless all are kept."""
        if not self.keeps:
            shutil.rmtree(folder, ignore_errors=True)

    def forget(self, version):
        """Removes the dumps of a version, unless they are kept."""
        for key in [key for key in self._made if key[0] == version]:
            self.remove(self._made.pop(key).folder)

    def forget_one(self, version, fixture):
        """Removes the dumps of one fixture, where others will be asked for with other arguments."""
        for key in [key for key in self._made if key[:2] == (version, str(fixture))]:
            self.remove(self._made.pop(key).folder)

    def close(self):
        """Removes all that was made, unless it is kept."""
        if not self.keeps:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _make(self, tool, interpreter, version, fixture, arguments, settings):
        folder = self.scratch(f"{Path(fixture).stem}-{version}")
        arguments = [str(word).format(folder=folder) for word in arguments]
        with Target(interpreter, FIXTURES / fixture, *arguments, settings=settings) as target:
            tool.dump(target.pid, folder / "directory")
            capture.write_stream(target.pid, folder / "stream")
            capture.write_core(target.pid, folder / "core")
            return Dumps(folder, target.objects)
