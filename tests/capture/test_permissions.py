"""A dumper without privileges, and a process that may not be read any more while it is dumped: the dump is complete, or
one line says why not; nothing half-done is left, and the process runs on."""

import os
import shutil
import subprocess

import pytest

from capture import running
from harness import capture
from harness.target import NATIVE

pytestmark = [pytest.mark.tier5, pytest.mark.versions("310", "314")]

ATTEMPTS = 12
# As `withdrawing.c` has it.
MEGABYTES = 200
FORMS = ("directory", "stream", "core")


@pytest.fixture(scope="module")
def plain():
    """The words before a command that has no privileges. Root may read everything: it does without that here."""
    words = ["setpriv", "--bounding-set=-sys_ptrace"] if os.geteuid() == 0 else []
    if shutil.which("cc") is None or words and shutil.which("setpriv") is None:
        pytest.skip("no C compiler, or no setpriv")
    return words


@pytest.fixture(scope="module")
def program(context):
    folder = context.workshop.scratch("permissions")
    subprocess.run(["cc", "-O1", "-o", folder / "withdrawing", NATIVE / "withdrawing.c"], check=True)
    yield folder / "withdrawing"
    context.workshop.remove(folder)


@pytest.mark.parametrize("way,claim,attempts", (
    ("never", "a process that may not be read", 1),
    ("stopped", "a process that may not be read once it stands", 3),
    ("flickering", "a process that may be read in turns", ATTEMPTS),
    ("executing", "a process that becomes a new program all the time", ATTEMPTS)))
def test_permission(context, plain, program, scratch, way, claim, attempts):
    """permission that is taken back"""
    attempted(context, plain, program, way, claim, attempts, scratch)


def attempted(context, plain, program, way, claim, attempts, out):
    """Dumps the process some times. It is a new one for each where it takes the permission back for good."""
    complete, withdrawn = 0, 0
    for attempt in range(attempts):
        form = FORMS[attempt % len(FORMS)]
        process = subprocess.Popen([*plain, program, way], stdout=subprocess.PIPE, text=True)
        try:
            memory = int(process.stdout.readline(), 16)
            done = subprocess.run([*plain, context.tool.path, "dump", f"--pid={process.pid}", f"--format={form}",
                                   f"--output={out / 'dump'}"], capture_output=True, text=True, timeout=120)
            runs = running.moves(process.pid)
        finally:
            process.kill()
            withdrawn += "withdrawn" in process.communicate()[0]
        complete += done.returncode == 0
        left = [path.name for path in out.iterdir()]
        lines = done.stderr.strip().splitlines()
        holds = left == ["dump"] if done.returncode == 0 else (
            done.returncode == 1 and len(lines) == 1 and str(process.pid) in lines[0] and not left)
        if done.returncode == 0 and form == "directory" and way != "executing":
            holds = holds and has_memory(out / "dump", memory)
        context.report.check(context.name(f"{claim}, {form}: complete, or told in one line"), holds, (done, left))
        context.report.check(context.name(f"{claim}, {form}: it runs on"), runs)
        for path in out.iterdir():
            subprocess.run(["rm", "-r", str(path)], check=True)
    if way == "never":
        context.report.check(context.name(f"{claim} is not dumped"), complete == 0)
    if way == "stopped" and withdrawn == 0:
        context.report.not_run(context.name(claim), "all were dumped before the permission was taken back")
    context.report.note(f"{claim}: {complete} dumps complete, {attempts - complete} told"
                        + (f"; taken back during {withdrawn}" if way == "stopped" else ""))


def has_memory(dump, memory):
    """Whether a dump has what the program wrote, at several places of its memory."""
    for start, end, file in capture.regions(dump):
        if start <= memory < end and end - memory >= MEGABYTES << 20:
            with open(file, "rb") as data:
                for index in range(0, MEGABYTES << 20, 7 << 20):
                    data.seek(memory - start + index)
                    if data.read(256) != bytes(place * place >> 7 & 0xFF for place in range(index, index + 256)):
                        return False
            return True
    return False
