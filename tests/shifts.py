"""Tests several versions at a time, each in a process and with temporary files of its own."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from interpreters import dotted

# Those whose tests take longest begin first: they have every way in tested too.
LONGEST = ("314", "310")


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
            for process in list(self._running):
                process.terminate()
            pool.shutdown()

    def _tested(self, version, options):
        """What the run of one version printed, how it ended, and the seconds it took."""
        if self._ended:
            return "", 1, 0
        folder = Path(tempfile.mkdtemp(prefix=f"python-memtools-{version}."))
        try:
            begin = time.monotonic()
            process = subprocess.Popen(
                [sys.executable, Path(__file__).with_name("run_tests.py"), "--version", version, *options],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="backslashreplace",
                env=dict(os.environ, TMPDIR=str(folder)))
            self._running.add(process)
            text = process.communicate()[0]
            self._running.discard(process)
            return text, process.returncode, time.monotonic() - begin
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
