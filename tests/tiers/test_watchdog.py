"""The tests' own watchdog, and the workers that tests share their work among: neither may wait for ever."""

import multiprocessing
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from harness.builds import any_tool
from harness.interpreters import TESTS
from harness.target import FIXTURES
from harness.workers import Workers

pytestmark = [pytest.mark.tier0, pytest.mark.versions("310")]

LIMIT, BUSY_LIMIT, GRACE = 2, 4, 2
MOST_SECONDS = 90
STAGE = FIXTURES / "fixture_stage.py"


def watched(context, kind, *options):
    """How a stage ends under the watchdog: exit code, text, and the processes of it that are still there."""
    command = [sys.executable, "-m", "harness.watchdog", f"--seconds={LIMIT}", f"--busy-seconds={BUSY_LIMIT}",
               f"--grace={GRACE}",
               "--tool", any_tool(context).path, *options, "--", str(context.interpreter), STAGE, kind]
    done = subprocess.run(list(map(str, command)), cwd=TESTS, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=MOST_SECONDS)
    left = [pid for pid in map(int, re.findall(r"^pid (\d+)$", done.stdout, re.MULTILINE)) if is_there(pid)]
    return done.returncode, done.stdout, left


def is_there(pid):
    """Whether a process of a stage has the number."""
    try:
        return STAGE.name in Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return False


def test_a_stage_that_stands_still(context):
    """a stage that stands still is ended, with the stacks of its processes"""
    code, text, left = watched(context, "stuck")
    check = context.report.check
    check(context.name("a stage that stands still is ended by name"),
          code == 124 and re.search(rf"FAILED: \S+ \S+fixture_stage.py stuck made no progress for {LIMIT} s", text),
          text)
    pids = re.findall(r"^pid (\d+)$", text, re.MULTILINE)
    told = re.findall(r"^-- (\d+), child of", text, re.MULTILINE)
    check(context.name("all its processes are told of"), len(pids) == 2 and sorted(pids) == sorted(told), text)
    for function in ("waits_for_child", "waits_for_lock"):
        check(context.name(f"the stacks show {function}"), function in text, text)
    check(context.name("and what each thread waits in"), len(re.findall(r"thread \d+ \(.+\): waits in \S+", text)) >= 2,
          text)
    check(context.name("none of its processes is left"), not left, left)


def test_a_stage_that_is_deaf(context):
    """a stage that heeds no SIGTERM is killed"""
    code, text, left = watched(context, "deaf")
    context.report.check(context.name("a stage that heeds no SIGTERM is killed"), code == 124 and not left,
                         (left, text))


def test_stages_that_go_on(context):
    """a stage that writes now and then goes on, and ends with its own exit code"""
    code, text, _ = watched(context, "talking")
    context.report.check(context.name("a stage that writes now and then goes on to its end"),
                         code == 7 and text.count("here") == 10 and "FAILED" not in text, (code, text))


def test_a_stage_that_computes(context):
    """a stage that computes goes on for longer, but not for ever"""
    begin = time.monotonic()
    code, text, left = watched(context, "computing")
    context.report.check(context.name("a stage that does nothing but compute is ended later"),
                         code == 124 and f"computed for {BUSY_LIMIT} s" in text and "computes_for_ever" in text
                         and time.monotonic() - begin >= BUSY_LIMIT and not left, (code, left, text))


def test_a_stage_that_leaves(context):
    """a process that a stage leaves is named and ended"""
    code, text, left = watched(context, "leaving")
    context.report.check(context.name("a process that a stage leaves is named and ended"),
                         code == 0 and re.search(r"left processes: \d+ \(.*fixture_stage", text) and not left,
                         (code, text))


def test_workers_have_defaults(context):
    """workers have the default handlers, whatever their parent has"""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with Workers(2, lambda: None) as workers:
            handlers = set(workers.map(handler_of, [signal.SIGTERM, signal.SIGINT] * 4, chunk=1))
    finally:
        signal.signal(signal.SIGTERM, before)
    context.report.equal(context.name("workers have the default handlers"), handlers, {signal.SIG_DFL})


def test_workers_that_are_lost(context):
    """a worker that is killed is an error, and nothing waits for it"""
    try:
        with Workers(2, lambda: None) as workers:
            found = list(workers.map(killed_at_five, range(20), chunk=1))
    except BrokenProcessPool:
        found = None
    context.report.check(context.name("a worker that is killed is an error"), found is None, found)


def test_workers_that_are_left(context):
    """workers end when they are left in the middle"""
    for _ in range(5):
        try:
            with Workers(2, lambda: None) as workers:
                for number in workers.map(abs, range(10_000)):
                    if number == 10:
                        raise KeyError(number)
        except KeyError:
            pass
    context.report.equal(context.name("no worker is there when they were left"), multiprocessing.active_children(), [])


def handler_of(number):
    return signal.getsignal(number)


def killed_at_five(number):
    if number == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return number
