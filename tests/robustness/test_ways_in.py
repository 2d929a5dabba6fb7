"""Every way in gives the same answer: all forms, all compressions, kernels' cores, a living process, standard input."""

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness import capture, core_files
from harness.interpreters import PROJECT, InterpreterMissing, interpreter
from harness.target import FIXTURES, Target
from robustness.ways import COMPRESSIONS, FOREIGN, FORMS, dumped, inflated

# One build with a shared library and one without.
VERSIONS = ("310", "314")
pytestmark = [pytest.mark.tier5, pytest.mark.versions(*VERSIONS)]

FIXTURE = FIXTURES / "fixture_ways_in.py"
SCRIPT = PROJECT / "tools" / "dump_memory.py"
# What a core leaves out with each: the default, with file pages too, everything, with huge pages.
PSARGS = 79  # bytes of the command line that a note NT_PRPSINFO has
FILTERS = (0x33, 0x37, 0xFF, 0x3F)
# What is asked, and what the answer has in any case: equal answers of nothing would prove nothing.
COMMANDS = (["count-by-type"], ["find-all-stacks"], ["async-task-graph"])
CONTAINED = ("__main__.Known", "in loop", "wait_for")


@dataclass
class Ways:
    """A process, what the commands say of it, and its dumps of one moment by form and compression."""

    pid: int
    folder: Path
    answers: "Answers"
    paths: dict


@pytest.fixture(scope="module")
def ways(context):
    folder = context.workshop.scratch("ways")
    with Target(context.interpreter, FIXTURE) as target:
        answers = Answers(context, target.pid)
        # A process that is stopped is not even woken: the very bytes must be the same.
        with capture.stopped(target.pid):
            paths = {(form, compression): dumped(context, target.pid, folder / f"{form}.{compression}", form,
                                                 compression)
                     for form in FORMS for compression in COMPRESSIONS}
            for form in FORMS:
                paths[form, "none, without memory"] = dumped(context, target.pid, folder / f"{form}.little", form,
                                                             "none",
                                                             "--memory-limit=0", f"--temp-dir={folder}")
        yield Ways(target.pid, folder, answers, paths)
    context.workshop.remove(folder)


@pytest.mark.versions("310")
def test_builds(context):
    """of the versions, one has a shared library and one has not"""
    found = {}
    for version in VERSIONS:
        try:
            with Target(interpreter(version), FIXTURE) as target:
                found[version] = any("/libpython" in vma.name for vma in core_files.vmas(target.pid))
        except InterpreterMissing as missing:
            pytest.skip(str(missing))
    if len(set(found.values())) == 1:
        pytest.skip(f"here it is {found}")
    context.report.check("of the versions, one has a shared library and one has not", True)


@pytest.mark.parametrize("filter", FILTERS, ids=hex)
def test_kernel_core(context, scratch, filter):
    """a core of the kernel, by the kinds of memory it has"""
    kernel_core(context, scratch / f"kernel{filter:x}", filter)


class Answers:
    """What the commands say of a process, taken once from a plain directory."""

    def __init__(self, context, pid):
        self.context = context
        self.commands = COMMANDS
        path = context.workshop.scratch("plain") / "dump"
        context.tool.dump(pid, path)
        self.expected = [context.tool.answer(path, *command).output for command in self.commands]
        context.workshop.remove(path.parent)
        for command, expected, contained in zip(COMMANDS, self.expected, CONTAINED):
            context.report.check(context.name(f"the plain form tells {contained}: {command[0]}"), contained in expected,
                                 expected[-500:])

    def check(self, claim, *source, limit=None):
        """Whether the same is said of another dump, or of whatever the words before the command mean.

        With a limit, only so many of the commands are asked.
        """
        for command, expected in list(zip(self.commands, self.expected))[:limit]:
            found = self.context.tool.run(*source, *command)
            same = found.code == 0 and found.output == expected and "warning: " not in found.errors
            self.context.report.check(self.context.name(f"{claim}: {command[0]}"), same, found)


def regions(path, form):
    if form == "directory":
        return {int(file.name.split(".")[1], 16): inflated(file) for file in Path(path).glob("mem.*")}
    return (core_files.regions if form == "core" else core_files.stream_regions)(inflated(path))


def test_matrix(context, ways):
    """every form in every compression"""
    paths = ways.paths
    plain = regions(paths["directory", "none"], "directory")
    # What is no object is stale memory, which is the same in dumps of one moment only.
    dropped = {form: context.tool.answer(paths[form, "none"], "count-by-type", "--dropped").output for form in FORMS}
    for form in FORMS:
        context.report.check(context.name(f"{form}: the same candidates are dropped"),
                             dropped[form] == dropped["directory"], dropped[form][-300:])
    for (form, compression), path in paths.items():
        context.report.check(context.name(f"{form}, {compression}: the bytes are the same"),
                             regions(path, form) == plain)
        ways.answers.check(f"{form}, {compression}", path)
        mode = path.stat().st_mode & 0o777
        expected = 0o700 if form == "directory" else 0o600
        context.report.equal(context.name(f"{form}, {compression}: only its owner may read it"), mode, expected)


def test_foreign(context, ways):
    """files that other programs compressed"""
    for form in ("stream", "core"):
        plain = ways.folder / f"{form}.none"
        for name, command in FOREIGN.items():
            if shutil.which(command[0]) is None:
                context.report.not_run(context.name(f"{form}, {command[0]}"), f"no {command[0]} on this machine")
                continue
            path = ways.folder / f"{form}.other"
            with open(path, "wb") as file:
                subprocess.run([*command, "-c", str(plain)], stdout=file, check=True)
            ways.answers.check(f"a {form} by {command[0]}", path)
            ways.answers.check(f"a {form} by {command[0]}, in a temporary file", "--memory-limit=0",
                               f"--temp-dir={ways.folder}",
                          path, limit=1)
    left = [path.name for path in ways.folder.iterdir() if path.name.startswith("python-memtools.")]
    context.report.equal(context.name("no temporary file is left"), left, [])
    data = (ways.folder / "stream.none").read_bytes()
    source = context.tool.run("-", *COMMANDS[0], input=data)
    context.report.check(context.name("a stream from standard input"), source.output == ways.answers.expected[0],
                         source)


def test_script(context, ways):
    """dumps by the plain-Python script"""
    for form in FORMS:
        for compression in ("none", "gzip"):
            path = ways.folder / f"script.{form}.{compression}"
            subprocess.run([sys.executable, str(SCRIPT), "--pid", str(ways.pid), "--output", str(path), "--format",
                            form,
                            "--compress", compression], check=True, capture_output=True)
            ways.answers.check(f"the script's {form}, {compression}", path, limit=1)
    out = subprocess.run([sys.executable, str(SCRIPT), "--pid", str(ways.pid), "--output", "-"], check=True,
                         capture_output=True).stdout
    said = context.tool.run("-", *COMMANDS[0], input=out)
    context.report.check(context.name("the script's stream through a pipe"), said.output == ways.answers.expected[0],
                         said)


def test_assembled_cores(context, ways):
    """cores without the pages of files"""
    for filter in FILTERS:
        path = ways.folder / f"assembled{filter:x}"
        with capture.stopped(ways.pid):
            core_files.assemble(ways.pid, path, filter, signal=signal.SIGABRT, sender=(4711, 1000))
        ways.answers.check(f"a core with coredump_filter {filter:#x}", path)
    facts = context.tool.json(path, "info")
    process = facts["process"]
    context.report.equal(context.name("info says why the core exists"),
                         [process["signal"][key] for key in ("name", "sender", "senderUser")], ["SIGABRT", 4711, 1000])
    context.report.equal(context.name("info says whose core it is"), [process["pid"], process["user"]],
                         [ways.pid, 1000])
    words = Path(f"/proc/{ways.pid}/cmdline").read_bytes().rstrip(b"\0").split(b"\0")
    context.report.equal(context.name("info gives the command line, as much as a core has"), process["commandLine"],
                         b" ".join(words)[:PSARGS].decode().rstrip())
    # The same with the files somewhere else, as on another machine.
    path = ways.folder / f"assembled{FILTERS[0]:x}"
    identified = [file for file in context.tool.json(path, "info")["mappedFiles"] if file["takenBytes"]]
    context.report.check(context.name("files whose pages are taken have build-ids"),
                         identified and all(file["buildID"] for file in identified), identified)
    missing_files(context, path, ways.folder, ways.answers, [file["path"] for file in identified])


def missing_files(context, path, folder, answers, files):
    """The core with other paths in its note, so that only --sysroot, --file or a neighbour help."""
    data = path.read_bytes()
    away = folder / "away"
    away.mkdir()
    for file in files:
        changed = "/" + "\x01" + file[2:]
        data = data.replace(os.fsencode(file) + b"\0", os.fsencode(changed) + b"\0")
        place = Path(str(away) + changed)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, place)
    core = folder / "moved"
    core.write_bytes(data)
    without = context.tool.run(core, *COMMANDS[0])
    context.report.check(context.name("without its files a core names them and their build-ids"),
                         "--sysroot" in without.errors and "build-id" in without.errors, without)
    answers.check("a core with --sysroot", f"--sysroot={away}", core)
    stale_index(context, away, core, answers)
    copies = [str(place) for place in away.rglob("*") if place.is_file()]
    answers.check("a core with --file", *[f"--file={copy}" for copy in copies], core)
    together = folder / "together"
    together.mkdir()
    for copy in copies:
        shutil.copy(copy, together)
    core.rename(together / "app.core")
    answers.check("a directory with a core and its files", together)
    other = folder / "other"
    shutil.copytree(away, other)
    for copy in other.rglob("*"):
        if copy.is_file():
            bytes_of = copy.read_bytes()
            build_id = bytes_of.find(b"GNU\0") + 4
            copy.write_bytes(bytes_of[:build_id] + bytes(20) + bytes_of[build_id + 20:])
    refused = context.tool.run(f"--sysroot={other}", together / "app.core", *COMMANDS[0])
    context.report.check(context.name("files of another build are not used"), "build-id" in refused.errors, refused)


def stale_index(context, away, core, answers):
    """What an index was made of are the files, not their names: they come, go and change."""
    options = [f"--sysroot={away}", f"--index-dir={away.parent}"]
    hidden = away.with_name("hidden")
    away.rename(hidden)
    context.tool.run("--index=rebuild", *options, core, *COMMANDS[0])
    hidden.rename(away)
    answers.check("a core whose files came after its index", *options, core)
    kept = context.tool.run("--index=rebuild", *options, core, *COMMANDS[0])
    context.report.equal(context.name("a core whose index was made anew"), kept.output, answers.expected[0])
    away.rename(hidden)
    used, anew = (context.tool.run(*more, core, *COMMANDS[0]) for more in (options, [options[0], "--index=none"]))
    hidden.rename(away)
    context.report.equal(context.name("an index is not used without the files that it was made with"),
                         (used.code, used.output), (anew.code, anew.output))


def test_live(context, ways):
    """a process that runs"""
    ways.answers.check("a running process", f"--pid={ways.pid}")
    torn = context.tool.run(f"--pid={ways.pid}", "--no-stop", *COMMANDS[0])
    context.report.check(context.name("a process that is not stopped is read with a warning"),
                         torn.output == ways.answers.expected[0] and "torn" in torn.errors, torn)
    context.report.check(context.name("the process is not stopped afterwards"), capture.state(ways.pid) not in "Tt")
    for words in (["--pid=4194304", "info"], ["--pid=1", "--path=x", "info"], ["--no-stop", "x", "info"]):
        said = context.tool.run(*words)
        context.report.check(context.name(f"{' '.join(words)} is refused in one line"),
                             said.code in (1, 64) and len(said.error_lines) == 1, said)


def kernel_core(context, folder, filter):
    """The core that the kernel writes of a process killed by a signal, against the living process."""
    pattern = Path("/proc/sys/kernel/core_pattern").read_text().strip()
    folder.mkdir()
    with Target(context.interpreter, FIXTURE, folder, hex(filter)) as target:
        answers = Answers(context, target.pid)
        limits = Path(f"/proc/{target.pid}/limits").read_text()
        if "/" in pattern or pattern.startswith("|") or "Max core file size        0 " in limits:
            context.report.not_run(context.name(f"a core of the kernel, coredump_filter {filter:#x}"),
                                   f"this machine lets none be written here (core_pattern {pattern})")
            return
        os.kill(target.pid, signal.SIGSEGV)
        os.waitid(os.P_PID, target.pid, os.WEXITED | os.WNOWAIT)
        cores = list(folder.glob("*"))
    if not cores:
        context.report.not_run(context.name(f"a core of the kernel, coredump_filter {filter:#x}"), "none was written")
        return
    answers.check(f"a core of the kernel, coredump_filter {filter:#x}", cores[0])
    process = context.tool.json(cores[0], "info")["process"]
    context.report.equal(context.name(f"coredump_filter {filter:#x}: the signal, its sender, the threads"),
                         [process["signal"]["name"], process["signal"]["sender"], len(process["threads"])],
                         ["SIGSEGV", os.getpid(), 4])
    whole = cores[0].stat().st_size
    for share in (0.5, 0.98):
        cut = folder / "cut"
        cut.write_bytes(cores[0].read_bytes()[:int(whole * share)])
        said = context.tool.run(cut, "regions")
        context.report.check(context.name(f"coredump_filter {filter:#x}: {share:.0%} of the core is used, and said so"),
                             said.code == 0 and f"{whole - cut.stat().st_size} bytes are missing" in said.errors, said)
