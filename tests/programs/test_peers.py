"""Other programs read our cores as they read gcore's of the same process: gdb, elfutils, pystack, py-spy."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from harness import capture
from harness.environments import EnvironmentMissing, environment
from harness.target import FIXTURES, Target

FIXTURE = FIXTURES / "fixture_ways_in.py"
THREADS = 4


@pytest.fixture(scope="module")
def cores(context):
    """A process, and the folder with our core of it and gcore's."""
    folder = context.workshop.scratch("peers")
    with Target(context.interpreter, FIXTURE) as target:
        said = context.tool.run("dump", f"--pid={target.pid}", f"--output={folder / 'ours'}", "--format=core")
        context.report.check(context.name("a core is written"), said.code == 0, said)
        capture.write_core(target.pid, folder / "gcore")
        yield folder, target.pid
    context.workshop.remove(folder)


def output(command, **settings):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120, **settings)
    return done.stdout


@pytest.mark.tier5
@pytest.mark.versions("310", "314")
def test_gdb_threads(context, cores):
    """gdb's threads and their frames"""
    folder, pid = cores
    found = {}
    for name in ("ours", "gcore"):
        text = output(["gdb", "-nx", "-batch", "-ex", "info threads", "-ex", "bt", context.interpreter, folder / name])
        found[name] = [line for line in text.splitlines() if re.match(r"[* ] \d+ |#\d", line)]
    threads = [line for line in found["ours"] if line[0] in "* "]
    context.report.equal(context.name("gdb sees the threads"), len(threads), THREADS)
    context.report.equal(context.name("gdb sees the same threads and frames"), found["ours"], found["gcore"])


@pytest.mark.tier5
@pytest.mark.versions("310", "314")
def test_elf_notes(context, cores):
    """the notes that eu-readelf reads"""
    folder, pid = cores
    if shutil.which("eu-readelf") is None:
        context.report.not_run(context.name("eu-readelf"), "no eu-readelf on this machine")
        return
    texts = {name: output(["eu-readelf", "-n", folder / name]) for name in ("ours", "gcore")}
    found = {}
    for name, text in texts.items():
        # The ids and registers of each thread; gcore knows neither parent nor group.
        statuses = re.findall(r"CORE +\d+ +PRSTATUS\n(.*?)(?=\n  \w)", text, re.S)
        # A thread in epoll_wait wakes when it is traced, so that its other registers are not the same twice.
        found[name] = [(re.search(r"pid: (\d+)", status)[1],
                        re.findall(r"\b(rip|rsp|pc|sp): +(\S+)", status)) for status in statuses]
    context.report.equal(context.name("eu-readelf sees the threads"), len(found["ours"]), THREADS)
    different = [(mine, other) for mine, other in zip(sorted(found["ours"]), sorted(found["gcore"])) if mine != other]
    details = [(mine[0], set(mine[1]) ^ set(other[1])) for mine, other in different]
    context.report.check(context.name("eu-readelf sees where the threads are"), not different, details)
    files = {name: re.findall(r"^ +([0-9a-f]+-[0-9a-f]+) [0-9a-f]+ \d+ +(\S+)$", text, re.M)
             for name, text in texts.items()}
    lost = [file for file in files["gcore"] if file not in files["ours"]]
    context.report.check(context.name("eu-readelf sees the mapped files"), files["ours"] and not lost, lost)
    vectors = {name: re.findall(r"^ +([A-Z_]+|\d+): (0x[0-9a-f]+|\d+)", text.split("AUXV")[1].split("CORE")[0], re.M)
               for name, text in texts.items()}
    context.report.equal(context.name("eu-readelf sees the same auxiliary vector"), vectors["ours"], vectors["gcore"])
    # As much of it as a core has.
    line, = re.findall(r"psargs: (.*)", texts["ours"])
    context.report.check(context.name("eu-readelf sees the command line"), len(line) > len(str(context.interpreter))
                         and f"{context.interpreter} {FIXTURE}".startswith(line), line)


def profiler(context, name):
    """The command of a peer from PyPI, or None."""
    version = "%d%d" % sys.version_info[:2]
    try:
        folder = environment(version, sys.executable, name, [name])
    except EnvironmentMissing as missing:
        context.report.not_run(context.name(name), missing)
        return None
    return folder


@pytest.mark.programs
def test_pystack(context, cores):
    """pystack's stacks"""
    folder, pid = cores
    packages = profiler(context, "pystack")
    if packages is None:
        return
    stacks = {name: frames(output([sys.executable, "-m", "pystack", "core", folder / name, context.interpreter],
                                  env=dict(os.environ, PYTHONPATH=str(packages))), r"Traceback for thread (\d+)")
              for name in ("ours", "gcore")}
    context.report.equal(context.name("pystack sees the threads"), len(stacks["ours"]), THREADS)
    # gcore loses what lies in a megabyte with an unreadable page, ours does not: it may show more.
    lost = {thread: stack for thread, stack in stacks["gcore"].items()
            if any(line not in stacks["ours"].get(thread, []) for line in stack)}
    context.report.check(context.name("pystack sees all frames of gcore's core"), not lost, lost)


@pytest.mark.programs
def test_py_spy(context, cores):
    """py-spy's stacks"""
    folder, pid = cores
    packages = profiler(context, "py-spy")
    if packages is None:
        return
    command = next((path for path in packages.rglob("py-spy") if path.is_file()), None)
    stacks = frames(output([command, "dump", "--core", folder / "ours"]), r"Thread (\w+)")
    # Of gcore's core it often finds no version; what it sees in the process itself is the better measure.
    living = frames(output([command, "dump", "--pid", pid]), r"Thread (\w+)")
    context.report.equal(context.name("py-spy sees the threads"), len(stacks), THREADS)
    context.report.equal(context.name("py-spy sees the same stacks as in the process"), sorted(stacks.values()),
                         sorted(living.values()))


def frames(text, title):
    """{thread: the lines of its stack}."""
    found, thread = {}, None
    for line in text.splitlines():
        begin = re.search(title, line)
        if begin:
            thread = begin[1]
            found[thread] = []
        elif thread and line.startswith("    "):
            # A profiler shows the whole path or its end.
            found[thread].append(re.sub(r"\(.*/", "(", line.strip()))
    return found
