"""A fixture running under an interpreter of its own: started, waited for, and never left behind."""

import ctypes
import json
import os
import selectors
import signal
import subprocess
import time

from harness.interpreters import TESTS

FIXTURES = TESTS / "fixtures"
NATIVE = FIXTURES / "native"

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


def die_with_parent():
    """Run in a child before its program: the kernel kills it when the tests end."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Target:
    """A child process that has said `ready`; a context manager that kills it at the end, whatever happens.

    What the process told about itself before `ready`, one JSON object a line, is in `objects` by name. Should the
    tests die without cleaning up, the kernel kills it.
    """

    def __init__(self, interpreter, script, *arguments, timeout=120, settings=None, folder=FIXTURES):
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        # The order of sets and the text of goldens depend on the hash seed.
        environment.update(PYTHONHASHSEED="0", PYTHONDONTWRITEBYTECODE="1", LC_ALL="C.UTF-8", **(settings or {}))
        self.objects = {}
        self._timeout = timeout
        self._process = subprocess.Popen(
            [str(interpreter), str(script), *map(str, arguments)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd=folder, preexec_fn=die_with_parent)

    @property
    def pid(self):
        return self._process.pid

    def __enter__(self):
        try:
            self._wait_until_ready()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *_):
        self.end()

    def ask(self, line):
        """Gives the process a line, and returns the one that it answers with."""
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().decode().strip()

    def end(self):
        """Kills the process and waits until it is gone."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            pipe.close()

    def _wait_until_ready(self):
        deadline = time.monotonic() + self._timeout
        text = b""
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while True:
                if not selector.select(max(0, deadline - time.monotonic())):
                    raise RuntimeError(f"the fixture was not ready after {self._timeout} s")
                piece = os.read(self._process.stdout.fileno(), 1 << 16)
                if not piece:
                    raise RuntimeError(f"the fixture ended before it was ready (exit code {self._process.wait()})")
                text += piece
                *lines, text = text.split(b"\n")
                if self._take(lines):
                    return

    def _take(self, lines):
        for line in lines:
            if line.strip() == b"ready":
                return True
            if line.startswith(b"{"):
                facts = json.loads(line)
                self.objects[facts["name"]] = facts
        return False
