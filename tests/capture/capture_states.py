"""Many captures of processes that check themselves, in every state that a process can be in: each runs on, unchanged.

usage: capture_states.py [--captures N] [--seed S] [--state STATE …] --binary PATH
"""

import argparse
import contextlib
import mmap
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from harness.report import Report
from harness.target import NATIVE, die_with_parent

# What the process counts: see `struct counters` in self_checking.c.
NAMES = ("beats", "largest_gap", "sent", "arrived", "out_of_order", "ticks", "started", "now", "epoll_wait", "read",
         "clock_nanosleep", "poll", "futex", "works")
CALLS = NAMES[8:13]
TICK = 5_000_000
# States in which the process works; those whose `works` go on too; and those in which there is nothing to go on.
WORKING = ("running", "forking", "executing", "asleep", "filtered", "strict", "supplied", "threads", "mapped",
           "reserved",
           "secret", "hidden", "leaderless")
COUNTED = ("forking", "executing", "asleep", "filtered", "strict", "supplied", "threads")
RESTING = ("stopped", "traced", "zombie")
STATES = WORKING + RESTING
# Within one state the process lives so long before it is replaced by a new one.
BATCH = 20
FORMS = (["--format=core"], ["--format=core", "--compress=zstd"], ["--format=directory"], ["--format=stream"])
OPTIONS = ([], [], ["--all"], ["--no-stop"], ["--max-pause=0.02"], ["--max-pause=1"], ["--memory-limit=0"])
# How a capture ends: by itself, most often.
ENDS = (None, None, None, signal.SIGKILL, signal.SIGINT, signal.SIGTERM, signal.SIGTSTP)
# A machine that is busy may be so late, in seconds.
SPARE = 3


class Process:
    """One process that checks itself, and what it has counted."""

    def __init__(self, program, folder, state):
        self.state = state
        # A process that begins itself anew opens its file again: no other may have one of that name.
        path = Path(tempfile.mkdtemp(prefix="process.", dir=folder)) / "counters"
        self._process = subprocess.Popen([program, path, state], stdout=subprocess.PIPE, preexec_fn=die_with_parent)
        self.is_ready = self._process.stdout.readline() == b"ready\n"
        self.pid = self._process.pid
        if self.is_ready:
            with open(path, "r+b") as file:
                self._counters = memoryview(mmap.mmap(file.fileno(), 4096)).cast("Q")

    def __getitem__(self, name):
        return self._counters[NAMES.index(name)]

    def forget_gap(self):
        self._counters[NAMES.index("largest_gap")] = 0

    def goes_on(self, name):
        before = self[name]
        return until(lambda: self[name] > before)

    def end(self):
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()


def until(holds, seconds=SPARE):
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.001)
    return True


def tracers(pid):
    """Who traces the threads of a process."""
    found = set()
    for path in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            found.add(int(re.search(r"TracerPid:\t(\d+)", (path / "status").read_text())[1]))
    return found - {0}


def state_of(pid):
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


@contextlib.contextmanager
def rest(program, process, state):
    """The process in a state in which it does not go on by itself, and which must be the same afterwards."""
    if state == "stopped":
        os.kill(process.pid, signal.SIGSTOP)
        until(lambda: state_of(process.pid) == "T")
        yield
        os.kill(process.pid, signal.SIGCONT)
    elif state == "traced":
        tracer = subprocess.Popen([program, "trace", str(process.pid)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        tracer.stdout.readline()
        yield
        tracer.communicate()
    else:
        yield


class Captures:
    """Captures of one process after the other, and what is claimed of each."""

    def __init__(self, binary, folder, report, seed):
        self.binary, self.folder, self.report = binary, folder, report
        self.random = random.Random(seed)
        self.program = folder / "self_checking"
        subprocess.run(["cc", "-O1", "-pthread", "-o", self.program, NATIVE / "self_checking.c"], check=True)
        self.pauses, self.codes = [], {}
        self.debugger = None

    def interruptions_by_debugger(self):
        """How many calls of each kind one `gcore` ends early, at most."""
        if self.debugger is None:
            self.debugger = dict.fromkeys(CALLS, 1)
            if shutil.which("gcore"):
                process = Process(self.program, self.folder, "running")
                for _ in range(3):
                    subprocess.run(["gcore", "-o", self.folder / "gcore", str(process.pid)], capture_output=True)
                self.debugger = {call: -(-process[call] // 3) for call in CALLS}
                process.end()
        return self.debugger

    def batch(self, state, count):
        """So many captures of a process in a state, and what it says of itself at the end."""
        if state == "zombie":
            return self.zombies(count)
        process = Process(self.program, self.folder, state if state in WORKING else "running")
        try:
            if not process.is_ready:
                return self.report.not_run(state, "the kernel does not allow it")
            wrong = []
            for _ in range(count):
                with rest(self.program, process, state):
                    wrong += self.capture(process, state)
                if not process.goes_on("beats"):
                    wrong.append("it does not go on")
            if state in COUNTED and not process.goes_on("works"):
                wrong.append("its work does not go on")
            wrong += self.verdict(process, state, count)
        except OSError as problem:
            wrong = [f"it is gone: {problem}"]
        finally:
            process.end()
        self.report.check(f"{state}: {count} captures leave the process as it was", not wrong, wrong[:5])

    def capture(self, process, state):
        """What was wrong with one capture."""
        form, options, end = (self.random.choice(choices) for choices in (FORMS, OPTIONS, ENDS))
        output = self.folder / "output"
        command = [self.binary, "dump", f"--pid={process.pid}", f"--output={output}", *form, *options]
        before = tracers(process.pid)
        process.forget_gap()
        dumper = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            if end:
                time.sleep(self.random.random() * 0.06)
                dumper.send_signal(end)
            if end == signal.SIGTSTP:
                released = until(lambda: tracers(process.pid) == before, 2 * SPARE)
                dumper.send_signal(signal.SIGCONT)
            else:
                released = True
            words, errors = dumper.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            dumper.kill()
            words, errors, released = *dumper.communicate(), False
        wrong = self.judged(dumper.returncode, words, errors, end, process, state)
        if not released:
            wrong.append("a dumper that was stopped, or waited, kept it")
        if not until(lambda: tracers(process.pid) == before):
            wrong.append(f"traced by {tracers(process.pid)}, before by {before}")
        if state == "stopped" and state_of(process.pid) != "T":
            wrong.append(f"stopped before, then {state_of(process.pid)}")
        self.codes[dumper.returncode] = self.codes.get(dumper.returncode, 0) + 1
        subprocess.run(["rm", "-rf", output], check=True)
        return [f"{text} ({' '.join(command[2:])}, {end and end.name})" for text in wrong]

    def judged(self, code, words, errors, end, process, state):
        """What is wrong with how the dumper ended."""
        gap = process["largest_gap"] / 1e9
        if code == 0:
            pause = re.search(r"stood still for ([\d.]+) (ms|s)", words + errors)
            if pause and state in WORKING and not end:
                said = float(pause[1]) / (1000 if pause[2] == "ms" else 1)
                self.pauses.append((gap, said, state))
                if gap > said + SPARE / 2:
                    return [f"it said {said} s, and the process stood still for {gap:.3f} s"]
            return []
        if code == 1 and errors.count("\n") == 1:
            return []
        if end and code in (-end, 128 + end):
            return []
        return [f"exit code {code}: {errors[:300]}"]

    def verdict(self, process, state, count):
        """What the process itself says that is wrong."""
        wrong = []
        if state != "executing":
            if process["out_of_order"] or not until(lambda: process["sent"] - process["arrived"] <= 60):
                wrong.append(f"signals: {process['sent']} sent, {process['arrived']} arrived, "
                             f"{process['out_of_order']} not in order")
            if not until(lambda: abs((process["now"] - process["started"]) // TICK - process["ticks"]) <= 2):
                wrong.append(f"{process['ticks']} ticks in {(process['now'] - process['started']) / TICK:.1f} "
                             "intervals")
        most = self.interruptions_by_debugger()
        # What is stopped and goes on is interrupted by that, whoever looks on.
        by_itself = {"stopped": 2, "traced": 2}.get(state, 1)
        for call in CALLS:
            if process[call] > count * by_itself * most[call]:
                wrong.append(f"{call} was interrupted {process[call]} times, by gcore {most[call]} times each")
        return wrong

    def zombies(self, count):
        """A process that has ended, and that nobody has asked for."""
        process = subprocess.Popen(["true"], preexec_fn=die_with_parent)
        until(lambda: state_of(process.pid) == "Z")
        wrong = []
        for _ in range(count):
            said = subprocess.run([self.binary, "dump", f"--pid={process.pid}", f"--output={self.folder / 'output'}"],
                                  capture_output=True, text=True)
            if said.returncode != 1 or said.stderr.count("\n") != 1 or state_of(process.pid) != "Z":
                wrong.append(said)
        wrong += ["its exit code is lost"] * (process.wait() != 0)
        self.report.check(f"zombie: {count} captures say what it is, and leave it", not wrong, wrong[:3])


@contextlib.contextmanager
def captures_of(binary, report, seed):
    """What takes captures, in a folder of its own, and says at the end what they took."""
    folder = Path(tempfile.mkdtemp(prefix="python-memtools-captures."))
    try:
        work = Captures(binary, folder, report, seed)
        yield work
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    pauses = sorted(work.pauses)
    if pauses:
        report.note(f"exit codes {work.codes}; pauses that the processes saw: median "
                    f"{pauses[len(pauses) // 2][0] * 1000:.0f} ms, longest {pauses[-1][0] * 1000:.0f} ms "
                    f"({pauses[-1][2]}, it said {pauses[-1][1] * 1000:.0f} ms)")


def run(binary, report, captures, seed, states=STATES):
    """So many captures, the states in turn."""
    with captures_of(binary, report, seed) as work:
        done = 0
        while done < captures:
            for state in states:
                count = min(BATCH, captures - done, max(1, captures // len(states)))
                if count > 0:
                    work.batch(state, count)
                    done += count


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--captures", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--state", action="append", choices=STATES)
    parser.add_argument("--binary", type=Path, required=True)
    arguments = parser.parse_args()
    report = Report()
    run(arguments.binary.absolute(), report, arguments.captures, arguments.seed, arguments.state or STATES)
    sys.exit(report.finish())


if __name__ == "__main__":
    main()
