"""`--dump` on a process that works: it runs on afterwards, whatever becomes of the dumper; the files are private."""

import os
import pwd
import re
import subprocess
import time
from pathlib import Path

import pytest

from capture import running
from harness import capture
from harness.target import FIXTURES, Target

pytestmark = pytest.mark.tier5

MEGABYTES = 400


@pytest.fixture(scope="module")
def work(context):
    """A process at work: its number, the file in which it counts, and a folder for its dumps."""
    folder = context.workshop.scratch("capture")
    counter = folder / "counter"
    with Target(context.interpreter, FIXTURES / "fixture_large.py", counter, MEGABYTES) as target:
        yield target.pid, counter, folder
    context.workshop.remove(folder)


def test_no_process(context, scratch):
    """a dump of no process"""
    outcome = context.tool.run("--dump", "--pid=4194304", f"--path={scratch / 'nobody'}")
    context.report.check(context.name("dumping a process that does not exist fails in one line"),
                         outcome.code == 1 and len(outcome.error_lines) == 1, outcome)


def test_completed(context, work):
    """a dump that is completed"""
    pid, counter, folder = work
    check = context.report.check
    path = folder / "complete"
    context.tool.dump(pid, path)
    check(context.name("the process runs on after a dump"), running.runs_on(pid, counter), capture.state(pid))
    check(context.name("the folder is its owner's only"), path.stat().st_mode & 0o777 == 0o700,
          oct(path.stat().st_mode))
    files = list(path.iterdir())
    open_files = [file.name for file in files if file.stat().st_mode & 0o777 != 0o600]
    check(context.name("the files are their owner's only"), files and not open_files, open_files[:5])
    strange = [file.name for file in files if file.name.startswith("mem.")
               and not re.fullmatch(r"mem\.[0-9A-F]{16}\.[0-9A-F]{16}\.bin", file.name)]
    wrong = [file.name for start, end, file in capture.regions(path) if file.stat().st_size != end - start]
    check(context.name("the files have the names and lengths of regions"), not strange and not wrong, strange + wrong)
    dumped = sum(end - start for start, end, _ in capture.regions(path))
    check(context.name("the dump has the process's memory"), dumped > MEGABYTES << 20, dumped)
    lost = lost_mappings(pid, path)
    check(context.name("no private mapping is lost"), not lost, lost[:5])


def lost_mappings(pid, path):
    """The process's private mappings of which the dump has no byte."""
    regions = [(start, end) for start, end, _ in capture.regions(path)]
    return [f"{start:X}-{end:X}" for start, end in capture.private_mappings(pid)
            if not any(low < end and start < high for low, high in regions)]


def test_killed(context, work):
    """a dump whose dumper is killed"""
    pid, counter, folder = work
    check = context.report.check
    for attempt, delay in enumerate((0, 0.03)):
        dumper = subprocess.Popen([str(context.tool.path), "--dump", f"--pid={pid}",
                                   f"--path={folder / f'killed{attempt}'}"],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            seen = running.stands_still(dumper, pid)
            time.sleep(delay)
            interrupted = dumper.poll() is None
        finally:
            dumper.kill()
            dumper.wait()
        check(context.name(f"the process stands still during a dump (attempt {attempt + 1})"), seen)
        if interrupted:
            check(context.name(f"the process runs on after its dumper was killed (attempt {attempt + 1})"),
                  running.runs_on(pid, counter), capture.state(pid))
        else:
            context.report.not_run(context.name(f"killing the dumper, attempt {attempt + 1}"),
                                   "the dump was complete before it could be killed")


def test_owner(context, scratch):
    """a dump made with sudo"""
    claim = context.name("a dump made with sudo belongs to the user, unless --skip-chown")
    if os.geteuid() != 0:
        context.report.not_run(claim, "only root can give files away")
        return
    user = pwd.getpwnam("nobody")
    with Target(context.interpreter, FIXTURES / "fixture_smoke.py") as small:
        for name, options, owner in (("given", [], user.pw_uid), ("kept", ["--skip-chown"], 0)):
            path = Path(scratch / name)
            context.tool.dump(small.pid, path, *options, environment={
                "SUDO_USER": user.pw_name, "SUDO_UID": str(user.pw_uid), "SUDO_GID": str(user.pw_gid)})
            owners = {file.stat().st_uid for file in [path, *path.iterdir()]}
            context.report.check(f"{claim}: {' '.join(options) or 'no option'}", owners == {owner}, owners)
