"""Programs that others wrote, under load and stopped in the middle: the tool's objects against the process's own word.

`QUICK` needs nothing but an interpreter.
"""

import re
import subprocess
from collections import Counter
from dataclasses import dataclass

from harness.environments import FOLDER as ENVIRONMENTS
from harness.environments import EnvironmentMissing, environment, installed
from harness.interpreters import PROJECT, TESTS, dotted
from harness.target import Target
from tiers import exactness_types
from tiers.graphs import no_deadlock

FOLDER = TESTS / "programs"
TIME_LIMIT = 1800
DEBIAN_SUITES = {"314": "sid", "315": "sid"}


@dataclass(frozen=True)
class Program:
    """A script of this folder that starts a program and stops it, and the packages it needs."""

    name: str
    script: str
    requirements: tuple = ()
    least: int = 100_000  # objects


QUICK = Program("asyncio", "program_asyncio.py", least=50_000)
# What Cython calls the modules of the types that its modules share, and "?" where a type says none.
OF_NOBODY = ("_cython_", "_cyutility", "?")
# Types of Cython's before version 3, which say that they are built in.
OF_CYTHON = {"cython_function_or_method", "fused_cython_function"}
# The interpreter's own modules that are there for its tests.
TEST_MODULES = ("_test", "_xx", "xx")
WITH_TASKS = ("asyncio", "aiohttp", "cython")
TESTSUITE = Program("testsuite", "program_testsuite.py", least=300_000)
PROGRAMS = (
    QUICK,
    Program("flask", "program_flask.py", ("flask",)),
    Program("aiohttp", "program_aiohttp.py", ("aiohttp",)),
    Program("pandas", "program_pandas.py", ("pandas",), least=2_000_000),
    Program("cython", "program_cython.py", ("pandas", "aiohttp", "grpcio", "lxml", "pyarrow")),
    TESTSUITE,
)


def run_program(context, program):
    try:
        packages = needed(context, program)
    except EnvironmentMissing as missing:
        context.report.not_run(context.name(f"{program.name} is compared"), missing)
        return
    folder = context.workshop.scratch(f"{program.name}-{context.version}")
    # The interpreter alone: where it has packages, its own tests use some.
    with Target(context.interpreter, "-S", FOLDER / program.script, folder, *packages, timeout=TIME_LIMIT,
                settings=context.workshop.with_ledger()) as target:
        context.tool.dump(target.pid, folder / "directory", timeout=TIME_LIMIT)
        for facts in target.objects.values():
            context.report.note(str(facts))
    info = context.tool.json(folder / "directory", "info")
    context.report.equal(context.name(f"{program.name}: no layout check fails"), info["layoutChecks"]["failed"], [])
    context.report.check(context.name(f"{program.name}: objects have no more bytes than the dump"),
                         info["objectBytes"] < info["bytes"], (info["objectBytes"], info["bytes"]))
    Comparison(context, program, folder, packages).run()
    no_deadlock(context, program.name, folder / "directory", program.name in WITH_TASKS)
    context.workshop.remove(folder)


def needed(context, program):
    """The folders with what the program imports."""
    if program is TESTSUITE:
        return test_folders(context)
    if not program.requirements:
        return []
    folder = environment(context.version, context.interpreter, program.name, program.requirements)
    context.report.note("; ".join(installed(folder).splitlines()))
    return [folder]


def test_folders(context):
    """Where the interpreter's tests are, if they are not its own: Debian has them in a package of their own."""
    probe = [str(context.interpreter), "-c", "import test.test_list"]
    if subprocess.run(probe, capture_output=True).returncode == 0:
        return []
    folder = ENVIRONMENTS / f"{context.version}-testsuite"
    if context.version not in DEBIAN_SUITES:
        raise EnvironmentMissing("the interpreter has no package test")
    if not folder.exists():
        version = dotted(context.version)
        package = f"libpython{version}-testsuite"
        made = subprocess.run([PROJECT / "scripts" / "fetch-python.sh", DEBIAN_SUITES[context.version], version, folder,
                               package],
                              capture_output=True, text=True)
        if made.returncode != 0:
            raise EnvironmentMissing(f"{package}: {made.stderr.strip().splitlines()[-1:]}")
    return [folder]


class Comparison(exactness_types.Comparison):
    """One dump of a program beside the truth, with the reasons of what differs."""

    def __init__(self, context, program, folder, packages):
        self.program = program
        # The modules of what is not the interpreter's own.
        self.foreign = {path.name.partition(".")[0] for package in packages if program.requirements
                        for path in package.iterdir()}
        self.folders = tuple(map(str, packages))
        self.modules = []  # the addresses of those that are said to hold less than they visit
        super().__init__(context, folder)

    def run(self):
        count = len(self.truth.addresses)
        self.check(f"the process has at least {self.program.least} objects ({count})", count >= self.program.least)
        self.compare_objects()
        self.judge_extras()
        self.compare_referents()
        self.note_reasons()
        self.set_foreign_aside()
        self.report_all()
        self.note_table()

    def check(self, claim, holds, detail=""):
        self.context.report.check(self.context.name(f"{self.program.name}: {claim}"), holds, detail)

    def compare_referents_of(self, entry):
        result = self.results[self.truth.kinds[self.truth.rows[int(entry["address"], 16)]]]
        before = result.wrong_referents
        super().compare_referents_of(entry)
        if result.label == "module" and result.wrong_referents > before:
            found = {int(referent["address"], 16) for referent in entry["referents"]}
            if found.issuperset(self.truth.referents[int(entry["address"], 16)]):
                self.modules.append(entry["address"])

    def set_foreign_aside(self):
        """C types of packages, and classes made of them, are known generically only: their sizes, referents and exact
        numbers are noted, not promised. So is what a package's module in C keeps: all of it is told, as probable."""
        for address in self.modules:
            text = self.context.tool.run(self.dump, "repr", address).output
            name, file = re.search("<module '([^']*)'", text), re.search("'__file__': '([^']*)'", text)
            is_foreign = file and self.program.requirements and file[1].startswith(self.folders)
            if name and (is_foreign or name[1].startswith(TEST_MODULES)):
                self.context.report.note(f"module {name[1]}: what it visits in its state is told as probable")
                next(result for result in self.results.values() if result.label == "module").wrong_referents -= 1
        for kind, result in self.results.items():
            facts = self.truth.types.get(kind)
            if facts and (facts.name in OF_CYTHON or any(
                    module.partition(".")[0] in self.foreign or module.startswith(OF_NOBODY)
                    for module in facts.natives)):
                if result.extra:
                    self.context.report.note(f"{result.label}: {result.extra} too many: {result.examples.get('extra')}")
                result.is_promised = False
                for name in ("wrong_sizes", "wrong_referents"):
                    if getattr(result, name):
                        self.context.report.note(f"{result.label}: {name} {getattr(result, name)} of {result.count}: "
                                                 f"{result.examples.get(name.rpartition('_')[2].rstrip('s') + 's')}")
                        setattr(result, name, 0)

    def note_reasons(self):
        """What the tool says of objects that it did not find."""
        lost = [self.truth.addresses[row] for row, is_seen in enumerate(self.seen) if not is_seen][:20]
        if lost:
            addresses = ",".join(f"{address:016X}" for address in lost)
            outcome = self.context.tool.run(self.dump, "validate-layouts", f"--object-addr={addresses}")
            for line in outcome.output.splitlines() + outcome.error_lines:
                self.context.report.note(f"lost: {line}")

    def note_table(self):
        """What differs, type by type, and who holds what no walk from Python reaches."""
        note = self.context.report.note
        unreached = Counter({result.label: result.unreached for result in self.results.values()})
        note(f"{sum(unreached.values())} of {self.rows} objects are alive and no walk from Python reaches them")
        for label, count in unreached.most_common(25):
            if count:
                holders = ", ".join(f"{times} {place}" for place, times in self.holders[label].most_common(4))
                note(f"  {label} {count}, held by words: {holders}")
        for result in sorted(self.results.values(), key=lambda result: -result.wrong):
            if result.wrong:
                note(f"{result.label}: {result.count} objects, lost {result.lost}, extra {result.extra}, "
                     f"sizes {result.wrong_sizes}, referents {result.wrong_referents} of {result.sampled}")
                for kind, texts in result.examples.items():
                    for text in texts:
                        note(f"  {kind}: {text}")
