"""The program under test: run with a time limit, its exit code, output and JSON at hand."""

import json
import os
import re
import signal
import subprocess
import tempfile
import time


class ToolFailure(RuntimeError):
    """The tool ended otherwise than it had to."""


class Outcome:
    """How one run of the tool ended."""

    def __init__(self, arguments, code, output, errors, seconds):
        self.arguments = [str(word) for word in arguments]
        self.code = code
        self.output = output
        self.errors = errors
        self.seconds = seconds

    @property
    def error_lines(self):
        """The lines on standard error, without the one that says what was loaded."""
        return [line for line in self.errors.splitlines() if line.strip() and not line.startswith("Loaded ")]

    @property
    def by_signal(self):
        return self.code is None or self.code < 0

    def __str__(self):
        if self.code is None:
            ending = f"ran longer than {self.seconds:.0f} s"
        elif self.code < 0:
            ending = f"was ended by {signal.Signals(-self.code).name}"
        else:
            ending = f"exit code {self.code}"
        return f"`{' '.join(self.arguments)}` {ending}; stderr: {self.errors[-600:]!r}; stdout: {self.output[:300]!r}"


class Tool:
    """One binary of python-memtools."""

    def __init__(self, path):
        self.path = path

    def run(self, *arguments, input="", timeout=120, environment=None):
        """Runs to the end and reports; never raises for what the tool does."""
        settings = {key: value for key, value in os.environ.items() if key != "PYMEMTOOLS_PYTHON_VERSION"}
        settings.update(environment or {})
        begin = time.monotonic()
        try:
            done = subprocess.run([str(self.path), *map(str, arguments)], input=input if isinstance(input, bytes)
                                  else input.encode(),
                                  capture_output=True, timeout=timeout, env=settings)
        except subprocess.TimeoutExpired as late:
            return Outcome(arguments, None, _text(late.stdout), _text(late.stderr), timeout)
        return Outcome(arguments, done.returncode, _text(done.stdout), _text(done.stderr), time.monotonic() - begin)

    def answer(self, dump, *command, **settings):
        """The outcome of a command that has to succeed."""
        outcome = self.run(dump, *command, **settings)
        if outcome.code != 0:
            raise ToolFailure(str(outcome))
        return possible(outcome)

    def json(self, dump, *command, code=0, maybe_incomplete=False, **settings):
        """The JSON a command answers with, after it ended with the code that was expected.

        `maybe_incomplete`: or with the one of an answer that says that it lacks memory.
        """
        outcome = self.run(dump, *command, "--json", **settings)
        if outcome.code not in ((code, 3) if maybe_incomplete else (code,)):
            raise ToolFailure(f"expected exit code {code}: {outcome}")
        possible(outcome)
        try:
            return json.loads(outcome.output)
        except json.JSONDecodeError as error:
            raise ToolFailure(f"`{' '.join(outcome.arguments)}`: not JSON ({error}): {outcome.output[:300]!r}")

    def lines(self, dump, *command):
        """The lines of an answer that would fill the memory, as bytes, each as it comes."""
        arguments = [str(self.path), str(dump), *map(str, command)]
        settings = {key: value for key, value in os.environ.items() if key != "PYMEMTOOLS_PYTHON_VERSION"}
        with tempfile.TemporaryFile() as errors:
            with subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
                                  env=settings) as process:
                yield from process.stdout
            errors.seek(0)
            if process.returncode != 0:
                raise ToolFailure(str(Outcome(arguments, process.returncode, "", _text(errors.read()), 0)))

    def dump(self, pid, path, *options, **settings):
        """Writes the directory form of a process's memory."""
        outcome = self.run("--dump", f"--pid={pid}", f"--path={path}", *options, **settings)
        if outcome.code != 0:
            raise ToolFailure(str(outcome))
        return outcome


LOADED = re.compile(r"^Loaded ([0-9.]+) (\w+) in ", re.M)
TOTAL = re.compile(r'^total: \d+ objects of \d+ types, (\d+) bytes|^\{"bytes":(\d+),"objects":', re.M)
UNITS = ("bytes", "KB", "MB", "GB", "TB", "PB", "EB")


def possible(outcome):
    """The outcome, unless it counts more bytes of objects than the dump has in all: then some of them are none."""
    loaded, total = LOADED.search(outcome.errors), TOTAL.search(outcome.output)
    if loaded and total and "count-by-type" in outcome.arguments:
        # The size is rounded to two places.
        memory = (float(loaded[1]) + 0.005) * 1024 ** UNITS.index(loaded[2])
        if int(total[1] or total[2]) > memory:
            raise ToolFailure(f"the objects take more bytes than the dump has: {outcome}")
    return outcome


def _text(data):
    return (data or b"").decode("utf-8", "backslashreplace")
