#!/usr/bin/env python3
"""Damages sound dumps in every way and runs the tool on them.

usage: PYTHONPATH=tests python3 -m robustness.torture --mutations N --seed S --in-turn

Each run is one process on one damaged dump, given one command or two. It has to end by itself with exit code 0, 1 or 3,
within ten times the time that these take on the sound dump and twice the memory, without control characters in what it
writes and without anything that is not from the dump. Runs are of three kinds, mixed by their numbers: memory is
damaged, and written in any form (`mutations.py`); a container is, and what it answers compared with the sound one's
(`container_faults.py`, `torture_answers.py`); or an index is kept and an input changed (`torture_stale.py`). What fails
is reported with the command that repeats it.
"""

import argparse
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from harness.interpreters import PROJECT, SETS, VERSIONS, InterpreterMissing, dotted, interpreter
from harness.tool import Tool
from harness.workers import Workers
from robustness import container_faults, mutations, torture_containers, torture_dump
from robustness.torture_answers import Answers
from robustness.torture_commands import TortureCommands
from robustness.torture_in_turn import faults_in_turn
from robustness.torture_launcher import Launcher
from robustness.torture_stale import StaleTrial
from robustness.torture_structures import structures_of

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
        if self.code not in (0, 1, 3):
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
    """Damaged memory and what is asked of it: all of it follows from the seed and the number."""

    def __init__(self, torture, number, chance):
        self.number = number
        self.dump = torture.dumps[number % len(torture.dumps)]
        commands = torture.commands[self.dump.version]
        if torture.in_turn:
            turn = torture.turn(number)
            self.form, most = turn.form, turn.commands
            self.damage = mutations.Damage(list(self.dump.regions), list(self.dump.mapped_files), notes=[turn.name])
            turn.fault(self.damage)
        else:
            self.form, = chance.choices(list(torture_dump.FORMS), torture_dump.FORMS.values())
            most = chance.choice((1, 2))
            self.damage = mutations.damaged(self.dump, torture.structures[self.dump.version], self.form, chance)
        self.is_script = torture.in_turn or chance.random() < 0.75
        self.options = commands.options(chance)
        self.lines = commands.script(chance, most) if self.is_script else [commands.line(chance)]

    def write(self, folder):
        """Writes the damaged dump and returns its path."""
        path = folder / "dump"
        places = torture_dump.write(self.form, self.damage.regions, self.damage.mapped_files, path)
        torture_dump.patch(places, self.damage.patches)
        # To compress takes longer than all else: most gzip files have their bytes as they are.
        torture_dump.finish(self.form, path, level=1 if self.number % 8 == 0 else 0)
        if self.form != "directory":
            with open(path, "r+b") as file:
                for offset, data in self.damage.raw:
                    file.seek(offset)
                    file.write(data)
                if self.damage.end is not None:
                    file.truncate(place_of_end(self.damage.end, path.stat().st_size))
        return path

    @property
    def notes(self):
        return self.damage.notes

    def arguments(self, lines=None):
        return asked(self.options, lines or self.lines, self.is_script)

    # What came of a comparison: none is made, as other memory is answered of otherwise.
    verdict = ""

    def contradiction(self, torture, ending):
        return None

    def __str__(self):
        return f"Python {dotted(self.dump.version)}, {self.form}: {', '.join(self.damage.notes)}"


class ContainerTrial:
    """A damaged container of sound memory and what is asked of it."""

    def __init__(self, torture, number, chance):
        self.dump = torture.dumps[number % len(torture.dumps)]
        containers, commands = torture.containers[self.dump.version]
        self.container, = chance.choices(containers, [rarity(each) for each in containers])
        self.chance, self.notes, self.effects, self.verdict = chance, [], set(), ""
        self.is_script = chance.random() < 0.25
        self.options = ["--allow-truncated"] if chance.random() < 0.5 else []
        self.options.append(f"--max-threads={chance.choice((1, 1, 2))}")
        self.lines = [commands.known_line(chance) for _ in range(chance.choice((1, 1, 2)))]

    def write(self, folder):
        path = folder / "dump"
        copy = container_faults.Copy(self.container, path, self.chance)
        container_faults.damage(copy, self.chance)
        self.notes, self.effects = copy.notes, copy.effects
        return path

    def arguments(self, lines=None):
        return asked(self.options, lines or self.lines, self.is_script)

    def contradiction(self, torture, ending):
        self.verdict, problem = torture.answers.verdict(
            self.dump.version, self.container, self.lines, self.effects, ending)
        if not problem and not self.is_script and ending.code == 0:
            problem = torture.answers.silence(self.dump.version, self.container, self.lines, ending)
        return problem

    def __str__(self):
        return f"Python {dotted(self.dump.version)}, {self.container.name}: {', '.join(self.notes)}"


def rarity(container):
    """What takes long to read is rarely damaged: xz, and gzip from the first byte to the last."""
    return {"xz": 1, "gzip": 4}.get(container.compression, 10)


def asked(options, lines, is_script):
    """The arguments and the standard input that ask for some commands, of the dump in the folder."""
    if is_script:
        return [*options, "--path=dump"], "".join(line.text + "\n" for line in lines)
    return [*options, "--path=dump", *(f"--command={line.text}" for line in lines)], ""


@dataclass(frozen=True)
class Result:
    """What came of one trial; shares are of the time and the memory that it may take."""

    number: int
    name: str
    commands: int
    code: int | None
    shares: tuple
    problem: str | None
    notes: list
    # What came of a comparison, if one was made.
    verdict: str


@dataclass(frozen=True)
class Cost:
    """What a sound dump costs: CPU seconds by the kind of command, and the most bytes of memory."""

    seconds: dict
    memory: int

    def limits(self, lines):
        """What commands on a damaged one may take: ten times the time, and twice the memory."""
        seconds = sum(self.seconds[line.kind] for line in lines)
        return 10 * seconds + SPARE_SECONDS, 2 * self.memory + SPARE_BYTES


def place_of_end(end, size):
    """Where a file of a size ends: a share of it, so many bytes, or so many less than all."""
    return min(size, int(end * size) if isinstance(end, float) else end if end >= 0 else max(0, size + end))


class Torture:
    """Sound dumps of all versions, and the trials made with them."""

    def __init__(self, options):
        self.options = options
        self.binary = options.binary.resolve()
        self.tool = Tool(self.binary)
        parent = "/dev/shm" if Path("/dev/shm").is_dir() else None
        self.folder = Path(tempfile.mkdtemp(prefix="python-memtools-torture.", dir=parent))
        self.dumps, self.structures, self.commands, self.costs, self.missing = [], {}, {}, {}, []
        self.turns, self.containers = {}, {}
        self.answers = Answers(self.folder / "answers", self.sound_run)
        # Whether faults are in turn, or by chance.
        self.in_turn = False

    def prepare(self):
        """Makes the dumps of all versions; to repeat one run, those of its version only."""
        found = {}
        for version in SETS.get(self.options.version, (self.options.version,)):
            try:
                found[version] = interpreter(version)
            except InterpreterMissing as missing:
                self.missing.append(version)
                print(f"not run: Python {dotted(version)}: {missing}", flush=True)
        for number, (version, python) in enumerate(found.items()):
            is_needed = self.options.only is None or self.options.only % len(found) == number
            self.dumps.append(self.prepared(version, python) if is_needed else None)

    def prepared(self, version, python):
        """The dump of a version, with all that is known of it."""
        folder = self.folder / version
        (folder / "containers").mkdir(parents=True)
        dump = torture_dump.made(self.tool, version, python, folder)
        containers, objects = torture_containers.made(self.tool, python, folder / "containers")
        self.containers[version] = containers, TortureCommands(objects, {"objects": list(objects.values())}, self.tool)
        self.structures[version] = structures_of(dump, self.tool, folder / "whole")
        self.commands[version] = TortureCommands(dump.objects, self.structures[version], self.tool)
        self.costs[version] = self.measured(dump, folder)
        if self.options.in_turn:
            self.turns[version] = faults_in_turn(dump, self.structures[version], self.tool, folder / "whole")
        return dump

    def turn(self, number):
        """The fault in its turn: the dumps change fastest, and the list is gone through once and again."""
        turns = self.turns[self.dumps[number % len(self.dumps)].version]
        return turns[number // len(self.dumps) * self.options.step % len(turns)]

    @property
    def turns_left(self):
        """How many runs it takes until each dump has had all its faults."""
        return len(self.dumps) * max(len(turns) for turns in self.turns.values()) // self.options.step

    def measured(self, dump, folder):
        """What each command takes on the sound dump, opening it included: seconds by its kind, and the most memory."""
        torture_dump.write("directory", dump.regions, dump.mapped_files, folder / "sound")
        torture_dump.write("stream", dump.regions, dump.mapped_files, folder / "sound-gzip")
        torture_dump.finish("gzip", folder / "sound-gzip", level=1)
        lines = self.commands[dump.version].all_lines
        cost = Cost({line.kind: self.sound(dump, folder / "sound", [line]).cpu for line in lines},
                    self.sound(dump, folder / "sound-gzip", lines).memory)
        size = sum(region.length for region in dump.regions) // 1024
        print(f"Python {dotted(dump.version)}: {size} KiB in {len(dump.regions)} regions, sound "
              f"{sum(cost.seconds.values()):.2f} s in {len(lines)} runs, {cost.memory // MEBIBYTE} MiB", flush=True)
        return cost

    def sound(self, dump, path, lines):
        """How commands on a sound dump end: they have to answer."""
        script = "\n".join(line.text for line in lines) + "\n"
        ending = run(self.binary, [f"--path={path}"], path.parent, script, MOST_SECONDS)
        if ending.problem((MOST_SECONDS, ADDRESS_SPACE)) or ending.code != 0:
            raise RuntimeError(f"Python {dotted(dump.version)}, sound, {script}: "
                               f"{ending.problem((MOST_SECONDS, ADDRESS_SPACE))} {ending.errors[-500:]!r}")
        return ending

    def sound_run(self, arguments, folder):
        return run(self.binary, arguments, folder, "", MOST_SECONDS)

    def new_trial(self, number):
        """The trial of a number: of twenty one has an index that is out of date, eight damaged memory, and eleven a
        damaged container."""
        chance = random.Random(f"{self.options.seed}:{number}")
        if self.in_turn:
            return Trial(self, number, chance)
        turn = number // len(self.dumps) % 20
        kind = self.options.kind or ("index" if turn == 19 else "memory" if turn % 5 % 2 else "container")
        if kind == "index":
            dump = self.dumps[number % len(self.dumps)]
            return StaleTrial(dump, *self.containers[dump.version], chance)
        return (Trial if kind == "memory" else ContainerTrial)(self, number, chance)

    def trial(self, number):
        """Makes one trial; what it was, how it ended, and what was wrong with it."""
        trial = self.new_trial(number)
        folder = Path(tempfile.mkdtemp(prefix="run.", dir=self.folder))
        limits = self.costs[trial.dump.version].limits(trial.lines)
        try:
            if isinstance(trial, StaleTrial):
                problem, ending = trial.problem(folder, self.sound_run)
                problem = problem or ending.problem(limits)
                if self.options.only is not None:
                    self.tell(trial, trial.arguments("auto", trial.after), "", ending, folder)
            else:
                problem, ending = self.tried(trial, folder, limits)
            shares = ending.cpu / limits[0], ending.memory / limits[1]
            return Result(number, str(trial), len(trial.lines), ending.code, shares, problem, trial.notes,
                          trial.verdict)
        finally:
            if self.options.only is None or not self.options.keep:
                shutil.rmtree(folder, ignore_errors=True)

    def tried(self, trial, folder, limits):
        """Runs the tool on a damaged dump; what is wrong, and how it ended."""
        trial.write(folder)
        arguments, script = trial.arguments()
        ending = run(self.binary, arguments, folder, script, limits[0])
        problem = ending.problem(limits)
        if problem and self.options.only is None:
            problem += self.culprit(trial, folder, limits)
        problem = problem or trial.contradiction(self, ending)
        if self.options.only is not None:
            self.tell(trial, arguments, script, ending, folder)
        return problem, ending

    def culprit(self, trial, folder, limits):
        """Which of several commands does it alone."""
        for line in trial.lines:
            arguments, script = trial.arguments([line])
            if run(self.binary, arguments, folder, script, limits[0]).problem(limits):
                return f" by `{line.text}`"
        return " by all of them together"

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
        name = f"the harness: {type(error).__name__}: {error}"
        return Result(number, name, 0, None, (0, 0), "could not be run", [], "")


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
            TORTURE.in_turn = options.in_turn
            problem = TORTURE.trial(options.only).problem
            print(problem or "ok")
            return 1 if problem else 0
        failed = report(options) if options.mutations else 0
        if options.in_turn:
            TORTURE.in_turn = True
            failed += report(options)
        return min(failed, 1)
    finally:
        TORTURE.close()


def report(options):
    begin = time.monotonic()
    count = TORTURE.turns_left if TORTURE.in_turn else options.mutations
    codes, faults, verdicts, failures, commands, most = Counter(), Counter(), Counter(), 0, 0, (0, 0)
    with Workers(options.jobs, forget_launcher) as workers:
        for result in workers.map(one_trial, range(options.first, options.first + count)):
            codes[result.code] += 1
            verdicts[result.verdict] += 1
            faults.update(result.notes)
            commands += result.commands
            most = tuple(map(max, most, result.shares))
            if result.problem:
                failures += 1
                print(f"FAILED: {result.number}: {result.name}: {result.problem}\n"
                      f"    repeat: {repeat(options, result.number)}", flush=True)
            if codes.total() % 1000 == 0:
                print(f"    {codes.total()} runs, {failures} failed, {time.monotonic() - begin:.0f} s", flush=True)
    del verdicts[""]
    compared = ", ".join(f"{number} {verdict}" for verdict, number in sorted(verdicts.items()))
    print(f"{count} runs{' in turn' if TORTURE.in_turn else ''}, {commands} commands, {len(faults)} kinds of faults, "
          f"seed {options.seed}: {codes[0]} with exit code 0, {codes[1]} with 1, {codes[3]} with 3, {failures} failed; "
          + (f"answers compared: {compared}; " if compared else "")
          + f"at most {most[0]:.0%} of the time and {most[1]:.0%} of the memory that one may take; "
          f"{time.monotonic() - begin:.0f} s"
          + (f"; not run: {' '.join(map(dotted, TORTURE.missing))}" if TORTURE.missing else ""))
    return 1 if failures else 0


def repeat(options, number):
    turn = f" --in-turn --step {options.step}" if TORTURE.in_turn else ""
    return (f"PYTHONPATH=tests python3 -m robustness.torture --seed {options.seed} --version {options.version}{turn} "
            f"--only {number}")


def parsed_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutations", type=int, default=2000, help="how many runs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--in-turn", action="store_true", help="then each fault in its turn")
    parser.add_argument("--step", type=int, default=1, help="of the faults in turn, take one of so many")
    parser.add_argument("--first", type=int, default=0, help="the number of the first run")
    parser.add_argument("--only", type=int, help="repeat this run alone and tell all about it")
    parser.add_argument("--kind", choices=("memory", "container", "index"), help="make only runs of this kind")
    parser.add_argument("--version", choices=VERSIONS + tuple(SETS), default="all-installed")
    parser.add_argument("--binary", type=Path, default=PROJECT / ".build" / "release" / "python-memtools")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep", action="store_true", help="keep the dumps and say where they are")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
