#!/usr/bin/env python3
"""Damages sound dumps in every way and runs the tool on them: `tests/torture.py --mutations N --seed S`.

Each run is one process on one damaged dump, given some commands or one. It has to end by itself with exit code 0 or 1,
within ten times the time and twice the memory of the sound dump, without control characters in what it writes and
without anything that is not from the dump. What fails is told with the command that repeats it.
"""

import argparse
import multiprocessing
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import mutations
import torture_dump
from interpreters import PROJECT, SETS, VERSIONS, InterpreterMissing, dotted, interpreter
from tool import Tool
from torture_commands import COMMON, TortureCommands
from torture_launcher import Launcher
from torture_structures import structures_of

MEBIBYTE = 1 << 20
# No run may reserve more memory, write more, or last longer, in bytes and seconds.
ADDRESS_SPACE = 6 << 30
MOST_OUTPUT = 256 * MEBIBYTE
MOST_SECONDS = 120
# A process of a few milliseconds is not measured exactly.
SPARE_SECONDS = 1.0
SPARE_BYTES = 48 * MEBIBYTE
CANARY = "nothing-of-this-is-in-any-dump-4711"
FATAL = re.compile(rb"Fatal error|fatal error|Swift/|AddressSanitizer|runtime error|Precondition|terminate called")
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


# One in each of the processes that make trials, started when it is first needed.
LAUNCHER = None


class Ending:
    """How one run ended."""

    def __init__(self, measured, output, errors):
        self.status, self.cpu, self.memory = measured["status"], measured["cpu"], measured["memory"]
        self.output, self.errors = output, errors

    @property
    def signal(self):
        return os.WTERMSIG(self.status) if os.WIFSIGNALED(self.status) else None

    @property
    def code(self):
        return os.WEXITSTATUS(self.status) if os.WIFEXITED(self.status) else None

    def problem(self, limits):
        """What is wrong with it, or nothing."""
        seconds, memory = limits
        if self.signal is not None:
            return f"ended by {signal.Signals(self.signal).name} after {self.cpu:.1f} s"
        if self.code not in (0, 1):
            return f"exit code {self.code}"
        if FATAL.search(self.errors):
            return "a fatal error"
        if self.cpu > seconds:
            return f"took {self.cpu:.2f} s, more than {seconds:.2f}"
        if self.memory > memory:
            return f"took {self.memory // MEBIBYTE} MiB, more than {memory // MEBIBYTE}"
        if CANARY.encode() in self.output + self.errors:
            return "text from outside the dump"
        for name, data in (("output", self.output), ("errors", self.errors)):
            try:
                text = data.decode()
            except UnicodeDecodeError as error:
                return f"{name} not UTF-8: {error}"
            if found := CONTROL.search(text):
                return f"control character {found[0]!r} in the {name}"
        return None


def run(binary, arguments, folder, script, cpu_limit):
    """Runs the tool within limits, in a process of its own."""
    global LAUNCHER
    LAUNCHER = LAUNCHER or Launcher()
    (folder / "input").write_text(script)
    environment = {"PATH": "/usr/bin:/bin", "TORTURE": CANARY, "SWIFT_BACKTRACE": "enable=no"}
    limits = {"RLIMIT_AS": ADDRESS_SPACE, "RLIMIT_FSIZE": MOST_OUTPUT, "RLIMIT_CPU": int(cpu_limit) + 2,
              "RLIMIT_CORE": 0}
    measured = LAUNCHER.run([binary, *arguments], folder, environment, limits, MOST_SECONDS)
    return Ending(measured, (folder / "output").read_bytes(), (folder / "errors").read_bytes())


class Trial:
    """One damaged dump and what is asked of it: all of it follows from the seed and the number."""

    def __init__(self, torture, number):
        chance = random.Random(f"{torture.options.seed}:{number}")
        self.number = number
        self.dump = torture.dumps[number % len(torture.dumps)]
        self.structures = torture.structures[self.dump.version]
        self.form = chance.choice(torture_dump.FORMS)
        self.damage = mutations.damaged(self.dump, self.structures, self.form, chance)
        commands = torture.commands[self.dump.version]
        self.is_script = chance.random() < 0.75
        self.options = commands.options(chance)
        self.lines = commands.script(chance) if self.is_script else [commands.line(chance)]
        self.chance = chance

    def write(self, folder):
        """Writes the damaged dump and returns its path."""
        path = folder / "dump"
        places = torture_dump.write(self.form, self.damage.regions, self.damage.mapped_files, path)
        for address, data in self.damage.patches:
            torture_dump.patch(places, address, data)
        if self.form == "gzip":
            # To compress takes longer than all else: most gzip files have their bytes as they are.
            torture_dump.compress(path, level=1 if self.number % 8 == 0 else 0)
        if self.form != "directory":
            with open(path, "r+b") as file:
                for offset, data in self.damage.raw:
                    file.seek(offset)
                    file.write(data)
                if self.damage.end is not None:
                    file.truncate(int(self.damage.end * path.stat().st_size))
        return path

    def arguments(self, path, lines=None):
        lines = lines or self.lines
        if self.is_script:
            return [*self.options, f"--path={path}"], "\n".join(lines) + "\n"
        return [*self.options, f"--path={path}", f"--command={lines[0]}"], ""

    def __str__(self):
        return f"Python {dotted(self.dump.version)}, {self.form}: {', '.join(self.damage.notes)}"


class Torture:
    """Sound dumps of all versions, and the trials made with them."""

    def __init__(self, options):
        self.options = options
        self.binary = options.binary.resolve()
        self.tool = Tool(self.binary)
        parent = "/dev/shm" if Path("/dev/shm").is_dir() else None
        self.folder = Path(tempfile.mkdtemp(prefix="python-memtools-torture.", dir=parent))
        self.dumps, self.structures, self.commands, self.limits, self.missing = [], {}, {}, {}, []

    def prepare(self):
        for version in SETS.get(self.options.version, (self.options.version,)):
            try:
                python = interpreter(version)
            except InterpreterMissing as missing:
                self.missing.append(version)
                print(f"not run: Python {dotted(version)}: {missing}", flush=True)
                continue
            folder = self.folder / version
            folder.mkdir()
            dump = torture_dump.made(self.tool, version, python, folder)
            self.structures[version] = structures_of(dump, self.tool, folder / "whole")
            self.commands[version] = TortureCommands(dump, self.structures[version], self.tool)
            self.limits[version] = self.measured(dump, folder)
            self.dumps.append(dump)

    def measured(self, dump, folder):
        """The time and memory that all commands may take: ten times and twice what they take on the sound dump."""
        seconds, memory = 0, 0
        for form in ("directory", "gzip"):
            path = folder / f"sound-{form}"
            torture_dump.write(form, dump.regions, dump.mapped_files, path)
            if form == "gzip":
                torture_dump.compress(path)
            script = "\n".join(COMMON + self.commands[dump.version].all_lines) + "\n"
            ending = run(self.binary, [f"--path={path}"], folder, script, MOST_SECONDS)
            if ending.problem((MOST_SECONDS, ADDRESS_SPACE)) or ending.code != 0:
                raise RuntimeError(f"Python {dotted(dump.version)}, sound {form}: "
                                   f"{ending.problem((MOST_SECONDS, ADDRESS_SPACE))} {ending.errors[-500:]!r}")
            seconds, memory = max(seconds, ending.cpu), max(memory, ending.memory)
        size = sum(region.length for region in dump.regions) // 1024
        print(f"Python {dotted(dump.version)}: {size} KiB in {len(dump.regions)} regions, sound "
              f"{seconds:.2f} s, {memory // MEBIBYTE} MiB", flush=True)
        return 10 * seconds + SPARE_SECONDS, 2 * memory + SPARE_BYTES

    def trial(self, number):
        """Makes one trial; what it was, how it ended, and what was wrong with it."""
        trial = Trial(self, number)
        folder = Path(tempfile.mkdtemp(prefix="run.", dir=self.folder))
        try:
            path = trial.write(folder)
            limits = self.limits[trial.dump.version]
            arguments, script = trial.arguments(path)
            ending = run(self.binary, arguments, folder, script, limits[0])
            problem = ending.problem(limits)
            if problem and not self.options.only:
                problem += self.culprit(trial, path, folder, limits)
            elif self.options.only is not None:
                self.tell(trial, arguments, script, ending, folder)
            return number, str(trial), len(trial.lines), ending.code, problem, trial.damage.notes
        finally:
            if self.options.only is None or not self.options.keep:
                shutil.rmtree(folder, ignore_errors=True)

    def culprit(self, trial, path, folder, limits):
        """Which of a script's commands does it alone."""
        if not trial.is_script:
            return f" by `{trial.lines[0]}`"
        for line in trial.lines:
            arguments, script = trial.arguments(path, [line])
            if run(self.binary, arguments, folder, script, limits[0]).problem(limits):
                return f" by `{line}`"
        return " by the whole script"

    def tell(self, trial, arguments, script, ending, folder):
        print(f"{trial}\n{self.binary} {' '.join(arguments)}\n{script}exit code {ending.code}, signal {ending.signal}, "
              f"{ending.cpu:.2f} s, {ending.memory // MEBIBYTE} MiB, {len(ending.output)} bytes of output, in {folder}")
        sys.stdout.write(ending.errors.decode(errors="backslashreplace")[-4000:])

    def close(self):
        if not self.options.keep:
            shutil.rmtree(self.folder, ignore_errors=True)


TORTURE = None


def forget_launcher():
    """In a process that was made by a fork: the launcher is its parent's."""
    global LAUNCHER
    LAUNCHER = None


def one_trial(number):
    try:
        return TORTURE.trial(number)
    except Exception as error:  # a fault of the tests themselves is a failure too, with its number
        return number, f"the harness: {type(error).__name__}: {error}", 0, None, "could not be run", []


def main():
    options = parsed_options()
    global LAUNCHER, TORTURE
    TORTURE = Torture(options)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        TORTURE.prepare()
        if not TORTURE.dumps:
            print("no interpreter, nothing was run")
            return 1
        if options.only is not None:
            outcome = TORTURE.trial(options.only)
            print(outcome[4] or "ok")
            return 1 if outcome[4] else 0
        return report(options)
    finally:
        TORTURE.close()


def report(options):
    begin = time.monotonic()
    codes, faults, failures, commands = Counter(), Counter(), [], 0
    with multiprocessing.get_context("fork").Pool(options.jobs, forget_launcher) as pool:
        for number, name, lines, code, problem, notes in pool.imap_unordered(
                one_trial, range(options.first, options.first + options.mutations), chunksize=4):
            codes[code] += 1
            faults.update(notes)
            commands += lines
            if codes.total() % 1000 == 0:
                print(f"    {codes.total()} runs, {len(failures)} failed", flush=True)
            if problem:
                failures.append(number)
                print(f"FAILED: {number}: {name}: {problem}\n    repeat: {repeat(options, number)}", flush=True)
    seconds = time.monotonic() - begin
    print(f"{options.mutations} runs, {commands} commands, {len(faults)} kinds of faults, seed {options.seed}: "
          f"{codes[0]} with exit code 0, {codes[1]} with 1, {len(failures)} failed; {seconds:.0f} s"
          + (f"; not run: {' '.join(map(dotted, TORTURE.missing))}" if TORTURE.missing else ""))
    return 1 if failures else 0


def repeat(options, number):
    return f"tests/torture.py --seed {options.seed} --version {options.version} --only {number}"


def parsed_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutations", type=int, default=2000, help="how many runs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first run")
    parser.add_argument("--only", type=int, help="repeat this run alone and tell all about it")
    parser.add_argument("--version", choices=VERSIONS + tuple(SETS), default="all-installed")
    parser.add_argument("--binary", type=Path, default=PROJECT / ".build" / "release" / "python-memtools")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep", action="store_true", help="keep the dumps and say where they are")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
