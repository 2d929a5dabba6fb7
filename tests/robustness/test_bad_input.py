"""Tier 5, robustness: damaged dumps and bad input end in an answer or in one line that says what is wrong."""

import os
import random
import shutil
import signal
import struct
import subprocess
from pathlib import Path

import pytest

from harness import capture, core_files
from harness.damage import DamagedDump

pytestmark = pytest.mark.tier5

FIXTURE = "fixture_smoke.py"
COMMANDS = (["info"], ["regions"], ["count-by-type"], ["find-all-objects", "--type-name=dict", "--max-results=50"],
            ["aggregate-strings"], ["validate-layouts"], ["find-all-stacks", "--include-runnable", "--locals"],
            ["find-all-exceptions"], ["wait-graph"])
TIME_LIMIT = 60
# One build with a shared library and one without.
WAYS_IN_VERSIONS = ("310", "314")
# The nearest version before those that are supported, and older ones that are still met.
OUTSIDE = ("3.7",)
OLDER = ("2.7", "3.6")


def survives(context, what, dump):
    """Every command on the dump ends by itself: with an answer, or with one line on standard error and exit code 1.

    Where memory is missing that the answer needs, it says so, and the exit code is 3.
    """
    address = context.dumps(FIXTURE).address("dict")
    for command in (*COMMANDS, ["repr", address]):
        outcome = context.tool.run(dump, *command, timeout=TIME_LIMIT)
        # That nothing was found is an answer too, and is said on standard error.
        answered = outcome.code == 0 and (outcome.output or outcome.error_lines)
        answered = answered or outcome.code == 3 and "the answer is incomplete: " in outcome.errors
        found_invalid = outcome.code == 1 and command[0] == "validate-layouts" and "invalid objects: " in outcome.output
        refused = outcome.code == 1 and len(outcome.error_lines) == 1
        context.report.check(context.name(f"{what}: {command[0]} answers or says why not"),
                             answered or found_invalid or refused, outcome)


def test_baseline(context):
    """a sound dump"""
    dumps = context.dumps(FIXTURE)
    for command in (*COMMANDS, ["repr", dumps.address("dict")]):
        context.tool.answer(dumps.directory, *command)
        context.report.check(context.name(f"sound dump: {command[0]} answers"), True)


def test_damaged_directories(context):
    """damaged directories"""
    for name, damage in (("a region cut in the middle", cut), ("a region cut within a page", cut_within_page),
                         ("an empty region file", emptied), ("a region of zeros", zeroed),
                         ("a region of random bytes", randomized), ("the greatest region missing", removed),
                         ("random words in every region", speckled)):
        folder = context.workshop.scratch("damaged")
        damaged = DamagedDump(context.dumps(FIXTURE).directory, folder)
        damage(damaged, int(context.dumps(FIXTURE).address("dict"), 16))
        survives(context, name, damaged.path)
        shutil.rmtree(folder)


def cut(damaged, address):
    file = damaged.region(address)
    os.truncate(file, file.stat().st_size // 2)


def cut_within_page(damaged, address):
    file = damaged.region(address)
    os.truncate(file, file.stat().st_size - 1234)


def emptied(damaged, address):
    os.truncate(damaged.region(address), 0)


def zeroed(damaged, address):
    file = damaged.region(address)
    file.write_bytes(bytes(file.stat().st_size))


def randomized(damaged, address):
    file = damaged.region(address)
    file.write_bytes(random.Random(1).randbytes(file.stat().st_size))


def removed(damaged, address):
    damaged.region(address).unlink()


def speckled(damaged, address):
    """Words of many regions replaced by other words of the same region: pointers that lead somewhere else."""
    chance = random.Random(2)
    for start, end, file in capture.regions(damaged.path):
        data = bytearray(file.read_bytes())
        words = len(data) // 8
        for _ in range(words // 200):
            here, there = chance.randrange(words) * 8, chance.randrange(words) * 8
            data[here:here + 8] = data[there:there + 8]
        file.unlink()
        file.write_bytes(data)


def test_damaged_files(context):
    """damaged streams and cores"""
    dumps = context.dumps(FIXTURE)
    folder = context.workshop.scratch("cut")
    for form in ("stream", "core"):
        size = dumps.path(form).stat().st_size
        for share in (0.5, 0.9):
            path = folder / f"{form}-{share}"
            with open(dumps.path(form), "rb") as source:
                path.write_bytes(source.read(int(size * share)))
            survives(context, f"{share:.0%} of the {form}", path)
    for name, header in (("that ends before it begins", (0x2000, 0x1000)), ("of almost all memory", (0, (1 << 64) - 1)),
                         ("longer than the file", (0x1000, 0x100000000)), ("of no bytes", (0x1000, 0x1000))):
        path = folder / "header"
        path.write_bytes(struct.pack("<QQ", *header) + bytes(4096))
        survives(context, f"a stream with a region {name}", path)
    header = bytearray(dumps.path("core").read_bytes()[:1 << 16])
    for offset in (32, 54, 56):  # e_phoff, e_phentsize, e_phnum
        changed = bytearray(header)
        changed[offset:offset + 2] = b"\xff\xff"
        (folder / "core-header").write_bytes(changed)
        survives(context, f"a core whose header is wrong at {offset}", folder / "core-header")


def refuses(context, claim, outcome, code=1, mentions=()):
    lines = outcome.error_lines
    context.report.check(context.name(claim), outcome.code == code and len(lines) == 1
                         and all(word in lines[0] for word in mentions), outcome)


def test_bad_input(context):
    """bad input"""
    tool = context.tool
    folder = context.workshop.scratch("bad")
    refuses(context, "a missing path is named", tool.run(folder / "missing", "info"), mentions=["missing"])
    (folder / "empty").mkdir()
    refuses(context, "an empty folder is refused", tool.run(folder / "empty", "info"), mentions=["empty"])
    (folder / "others").mkdir()
    (folder / "others" / "notes.txt").write_text("nothing\n")
    refuses(context, "a folder without regions is refused", tool.run(folder / "others", "info"), mentions=["others"])
    for name, data in (("text", b"This is no dump.\n" * 100), ("nothing", b""), ("short", b"1234567"),
                       ("noise", random.Random(3).randbytes(100000)), ("elf", b"\x7fELF" + bytes(100))):
        (folder / name).write_bytes(data)
        refuses(context, f"a file that is no dump is refused ({name})", tool.run(folder / name, "info"))
    dumps = context.dumps(FIXTURE)
    (folder / "cut").write_bytes(dumps.path("stream").read_bytes()[:1000])
    refuses(context, "a stream cut in its first region is refused", tool.run(folder / "cut", "count-by-type"))
    if os.geteuid() == 0:
        context.report.not_run(context.name("a dump that may not be read is refused"), "root may read every file")
    else:
        (folder / "locked").write_bytes(b"x")
        (folder / "locked").chmod(0)
        refuses(context, "a dump that may not be read is refused", tool.run(folder / "locked", "info"))


def test_bad_usage(context):
    """bad commands"""
    tool, dump = context.tool, context.dumps(FIXTURE).directory
    refuses(context, "an address that is not mapped", tool.run(dump, "repr", "10"), mentions=["0000000000000010"])
    refuses(context, "an address in no region", tool.run(dump, "repr", "FFFFFFFFFFFFFFF0"))
    refuses(context, "a pointer that is not mapped", tool.run(dump, "repr", "*10"))
    outcome = tool.run(dump, "repr", "hello")
    context.report.check(context.name("an address that is no number"), outcome.code in (1, 64)
                         and "hello" in outcome.errors and not outcome.output, outcome)
    for wrong, right in (("count-by-tpye", "count-by-type"), ("rerp", "repr"), ("find-objects", "find-all-objects")):
        for way in ([dump, wrong], [f"--path={dump}", f"--command={wrong}"]):
            outcome = tool.run(*way)
            context.report.check(context.name(f"for {wrong}, {right} is suggested"), outcome.code == 64
                                 and right in outcome.errors and wrong in outcome.errors
                                 and len(outcome.error_lines) <= 3, outcome)
    for wrong, right in (("dcit", "dict"), ("Know", "Known"), ("functoin", "function")):
        refuses(context, f"for the type {wrong}, {right} is suggested",
                tool.run(dump, "find-all-objects", f"--type-name={wrong}"), mentions=[wrong, right])
    refuses(context, "an address of no type", tool.run(dump, "find-all-objects", "--type-addr=10"))
    for words in (["repr"], ["repr", "--no-such-option", "10"], ["count-by-type", "--sort=colour"],
                  ["find-all-objects", "--max-results=many"], ["find-all-objects", "--max-results=-1"]):
        outcome = tool.run(dump, *words)
        context.report.check(context.name(f"wrong usage: {' '.join(words)}"), outcome.code == 64 and outcome.errors,
                             outcome)
    outcome = tool.run(dump, "info", environment={"PYMEMTOOLS_PYTHON_VERSION": "27"})
    context.report.check(context.name("a version that is not supported is named"), outcome.code in (1, 64)
                         and ("27" in outcome.errors or "2.7" in outcome.errors), outcome)


def test_no_python(context):
    """a dump with no Python in it"""
    folder = context.workshop.scratch("sleep")
    sleeper = subprocess.Popen(["sleep", "600"])
    try:
        context.tool.dump(sleeper.pid, folder / "directory")
        capture.write_stream(sleeper.pid, folder / "stream")
        capture.write_core(sleeper.pid, folder / "core")
        with capture.stopped(sleeper.pid):
            core_files.assemble(sleeper.pid, folder / "killed", 0x33, signal=signal.SIGSEGV)
    finally:
        sleeper.kill()
        sleeper.wait()
    for form in ("directory", "stream", "core"):
        refuses(context, f"a {form} with no Python in it is refused", context.tool.run(folder / form, "count-by-type"),
                mentions=["Python"])
    knows_process(context, "a core with no Python in it", folder / "killed", sleeper.pid, "sleep 600", "no Python",
                  ("SIGSEGV", signal.SIGSEGV))
    listed = context.tool.run(folder / "directory", "regions")
    context.report.check(context.name("the regions of a dump with no Python can be listed, or one line says why not"),
                         listed.code == 0 or (listed.code == 1 and len(listed.error_lines) == 1), listed)


def knows_process(context, claim, core, pid, line, problem, end):
    """`info` tells of the process, how it ended, and its libraries, whatever ran in it, and then fails."""
    check = context.report.check
    said = context.tool.json(core, "info", code=1)
    process = said["process"]
    check(context.name(f"{claim}: info knows the process"), process["pid"] == pid and line in process["commandLine"],
          said)
    signal_found = process.get("signal")
    check(context.name(f"{claim}: info knows its end"),
          (signal_found and (signal_found["name"], signal_found["number"])) == end, process)
    check(context.name(f"{claim}: info names the libraries"),
          any("/libc.so" in file["path"] or "/libc-" in file["path"] for file in said["mappedFiles"]),
          said["mappedFiles"])
    check(context.name(f"{claim}: info says why there is no more"),
          problem in said["pythonProblem"] and "pythonVersion" not in said, said)
    text = context.tool.run(core, "info")
    check(context.name(f"{claim}: info says the same in words"), text.code == 1 and f"process: {pid}" in text.output
          and line in text.output and "/libc" in text.output and problem in text.output and problem in text.errors,
          text)


def test_other_versions(context):
    """versions that are not supported"""
    dump = context.dumps(FIXTURE).directory
    for version in OUTSIDE:
        for word in (version, version.replace(".", "")):
            refuses(context, f"--python-version={word} is refused by name",
                    context.tool.run(f"--path={dump}", f"--python-version={word}", "--command=count-by-type"),
                    mentions=[version])
    if context.version not in WAYS_IN_VERSIONS:
        return
    for version in (*OLDER, *OUTSIDE):
        found = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python{version}"))
        name = f"a dump of Python {version} is refused by name"
        if not found:
            context.report.not_run(context.name(name), f"no Python {version} found")
            continue
        folder = context.workshop.scratch(f"python{version}")
        program = subprocess.Popen([found[-1], "-uc", "import sys; print(1); sys.stdin.read()"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE)
        try:
            program.stdout.readline()
            context.tool.dump(program.pid, folder / "directory")
            made = context.tool.run("dump", f"--pid={program.pid}", f"--output={folder / 'core'}", "--format=core")
            context.report.check(context.name(f"a core of Python {version} is made"), made.code == 0, made)
        finally:
            program.kill()
            program.wait()
            program.stdin.close()
            program.stdout.close()
        refuses(context, name, context.tool.run(folder / "directory", "count-by-type"), mentions=[f"CPython {version}"])
        knows_process(context, f"a core of Python {version}", folder / "core", program.pid,
                      f"/python{version} -uc import sys",
                      f"CPython {version}", None)
