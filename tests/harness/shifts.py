"""Tests several versions at a time, each in a process and with temporary files of its own."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from harness.interpreters import TESTS, dotted
from harness.target import die_with_parent

# Those whose tests take longest begin first: they have every way in tested too.
LONGEST = ("314", "310")
# How long a run has to end by itself, in seconds.
GRACE = 30


class Shifts:
    """Runs the tests of versions, `jobs` at a time, and adds to `report` what each of them reports."""

    def __init__(self, report, jobs):
        self._report = report
        self._jobs = jobs
        self._running = set()
        self._ended = False

    def run(self, versions, options):
        order = sorted(versions, key=lambda version: (version not in LONGEST, versions.index(version)))
        pool = ThreadPoolExecutor(self._jobs)
        try:
            for version, done in [(version, pool.submit(self._tested, version, options)) for version in order]:
                self._add(version, *done.result())
        finally:
            self._ended = True
            self._end()
            pool.shutdown()

    def _end(self):
        """Asks those that run to end; the handler of one that is about to wait may never run."""
        left = list(self._running)
        for process in left:
            process.terminate()
        deadline = time.monotonic() + GRACE
        for process in left:
            try:
                process.wait(max(0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()

    def _tested(self, version, options):
        """What the run of one version printed, how it ended, and the seconds it took."""
        if self._ended:
            return "", 1, 0
        folder = Path(tempfile.mkdtemp(prefix=f"python-memtools-{version}."))
        try:
            begin = time.monotonic()
            output = folder / "output"
            # A file and no pipe: of a pipe one waits until the last process that a test has left closes it.
            with open(output, "wb") as file:
                process = subprocess.Popen(
                    [sys.executable, TESTS / "run_tests.py", "--version", version, *options],
                    stdout=file, stderr=subprocess.STDOUT, env=dict(os.environ, TMPDIR=str(folder)),
                    preexec_fn=die_with_parent)
            self._running.add(process)
            process.wait()
            self._running.discard(process)
            return output.read_text(errors="backslashreplace"), process.returncode, time.monotonic() - begin
        finally:
            if "--keep" not in options:
                shutil.rmtree(folder, ignore_errors=True)

    def _add(self, version, text, code, seconds):
        failures = len(self._report.failures)
        sys.stdout.write(text)
        for line in text.splitlines():
            self._report.absorb(line)
        if code != 0 and len(self._report.failures) == failures:
            self._report.check(f"{dotted(version)}: the tests run to their end", False, f"they ended with {code}")
        self._report.note(f"Python {dotted(version)} took {seconds:.0f} s")
