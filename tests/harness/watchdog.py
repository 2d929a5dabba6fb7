#!/usr/bin/env python3
"""Runs a stage of the tests and ends it when it stands still.

usage: PYTHONPATH=tests python3 -m harness.watchdog --tool BINARY -- make tiers

A stage makes progress while it writes, starts or ends processes, or computes. When it does none of these for
`--seconds`, or does nothing but compute for `--busy-seconds`, the stage is named with the stacks of all its processes,
and ended; the exit code is 124 then, and the stage's own otherwise.
"""

import argparse
import os
import selectors
import signal
import subprocess
import sys
import time
from pathlib import Path

from harness.process_tree import PR_SET_CHILD_SUBREAPER, ProcessTree
from harness.target import LIBC

# A stage that computes takes at least this share of one processor.
COMPUTING = 0.02
STOOD_STILL = 124


class Stage:
    """A command, its processes, and when it last made progress."""

    def __init__(self, options):
        self._options = options
        self._name = " ".join(options.command)
        self._process = subprocess.Popen(options.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self._tree = ProcessTree(os.getpid())
        self._output_is_open = True
        self._spoke = self._moved = self._looked = time.monotonic()
        self._pids, self._computed = set(), 0.0

    def run(self):
        """The exit code of the stage, or 124 after it stood still."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while self._process.poll() is None:
                self._pass_on(selector, timeout=min(1, self._options.seconds / 4))
                if reason := self._standing():
                    self._tell(reason)
                    return STOOD_STILL
            # What a process that was left holds open is not waited for.
            while self._output_is_open and self._pass_on(selector, timeout=0):
                pass
        code = self._process.returncode
        return code if code >= 0 else 128 - code

    def close(self):
        """Ends every process of the stage; those that it left after it ended by itself are named."""
        left = self._tree.living() if self._process.poll() is not None else []
        if left:
            print(f"{self._name} left processes: " + ", ".join(f"{each.pid} ({each.command})" for each in left),
                  flush=True)
        self._tree.end(self._options.grace)

    def _pass_on(self, selector, timeout):
        """Whether there was output."""
        if not self._output_is_open:
            time.sleep(timeout)
            return False
        if not selector.select(timeout):
            return False
        piece = os.read(self._process.stdout.fileno(), 1 << 16)
        if not piece:
            selector.unregister(self._process.stdout)
            self._output_is_open = False
            return False
        sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        self._spoke = self._moved = time.monotonic()
        return True

    def _standing(self):
        """Why the stage is to be ended, or nothing."""
        now = time.monotonic()
        if now - self._looked < min(1, self._options.seconds / 4):
            return None
        processes = self._tree.processes()
        pids, computed = {each.pid for each in processes}, sum(each.seconds for each in processes)
        if pids != self._pids:
            self._spoke = self._moved = now
        elif computed - self._computed > COMPUTING * (now - self._looked):
            self._moved = now
        self._pids, self._computed, self._looked = pids, computed, now
        if now - self._moved >= self._options.seconds:
            return f"made no progress for {self._options.seconds:g} s"
        if now - self._spoke >= self._options.busy_seconds:
            return f"computed for {self._options.busy_seconds:g} s and neither wrote nor started anything"
        return None

    def _tell(self, reason):
        print(f"\nFAILED: {self._name} {reason}; it is ended. Its processes:", flush=True)
        for process in self._tree.processes():
            process.tell(self._options.tool)


def ended(*_):
    """SIGTERM and the like: leave by the usual way."""
    raise SystemExit(128 + signal.SIGTERM)


def main():
    options = parsed_options()
    # Whatever loses its parent becomes our child, so that no process of the stage is out of sight.
    LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1)
    signal.signal(signal.SIGTERM, ended)
    stage = Stage(options)
    try:
        return stage.run()
    finally:
        stage.close()


def parsed_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300, help="how long a stage may stand still")
    parser.add_argument("--busy-seconds", type=float, default=1800, help="how long it may do nothing but compute")
    parser.add_argument("--grace", type=float, default=10, help="how long its processes have to end by themselves")
    parser.add_argument("--tool", type=Path, help="the program that shows the stacks of Python processes")
    parser.add_argument("command", nargs="+")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
