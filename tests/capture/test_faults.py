"""What comes between `dump` and its end: Ctrl-C, a full disk, a process that dies, a limit on the pause, names that are
taken. The process runs on, and nothing half-done is left."""

import os
import resource
import signal
import subprocess
import time

import pytest

from capture import running
from harness import capture
from harness.target import FIXTURES, Target

pytestmark = [pytest.mark.tier5, pytest.mark.versions("310", "314")]

MEGABYTES = 300
# What is not compressed is copied into memory first, or written at once if no memory may be used.
WAYS = (("directory", "none"), ("stream", "none"), ("core", "none"), ("stream", "gzip"), ("directory", "zstd"),
        ("directory", "none", "--memory-limit=0"), ("core", "none", "--memory-limit=0"))


@pytest.fixture(scope="module")
def scene(context):
    folder = context.workshop.scratch("faults")
    counter = folder / "counter"
    (folder / "out").mkdir()
    with Target(context.interpreter, FIXTURES / "fixture_large.py", counter, MEGABYTES) as target:
        yield Scene(context, target, folder / "out", counter)
    context.workshop.remove(folder)


class Scene:
    """A process at work, and a folder in which nothing may be left."""

    def __init__(self, context, target, out, counter):
        self.context, self.target, self.out, self.counter = context, target, out, counter
        self.tool, self.pid = context.tool, target.pid

    def command(self, form, compression, *options, output=None, pid=None):
        return ["dump", f"--pid={pid or self.pid}", f"--output={output or self.out / 'dump'}", f"--format={form}",
                f"--compress={compression}", *options]

    def check(self, claim, holds, detail=""):
        self.context.report.check(self.context.name(claim), holds, detail)

    def unharmed(self, claim):
        """Nothing is left in the folder, not even under another name, and the process counts on."""
        left = [path.name for path in self.out.iterdir()]
        self.check(f"{claim}: nothing is left", not left, left)
        self.check(f"{claim}: the process runs on", running.runs_on(self.pid, self.counter),
                   capture.state(self.pid))


def test_interrupted(scene):
    """a dump that is interrupted"""
    for form, compression, *options in WAYS:
        for number, delay in ((signal.SIGINT, 0.02), (signal.SIGTERM, 0.15)):
            dumper = subprocess.Popen([str(scene.tool.path), *scene.command(form, compression, *options)],
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            running.stands_still(dumper, scene.pid)
            time.sleep(delay)
            dumper.send_signal(number)
            code = dumper.wait(timeout=60)
            claim = f"{' '.join((form, compression, *options))}, {number.name} after {delay} s"
            if code == 0:
                # It was too late: then the dump is complete.
                scene.check(f"{claim}: complete", (scene.out / "dump").exists())
                subprocess.run(["rm", "-r", str(scene.out / "dump")], check=True)
            else:
                scene.check(f"{claim}: ends by the signal", code == -number, code)
            scene.unharmed(claim)


def test_full_disk(scene):
    """a full disk"""
    def little_room():
        # What is refused beyond this size is EFBIG where SIGXFSZ is ignored, as Python has it.
        resource.setrlimit(resource.RLIMIT_FSIZE, (16 << 20, 16 << 20))

    for form, compression, *options in WAYS:
        done = subprocess.run([str(scene.tool.path), *scene.command(form, compression, *options)],
                              preexec_fn=little_room,
                              restore_signals=False, capture_output=True, text=True)
        lines = done.stderr.strip().splitlines()
        if done.returncode == 0 and compression != "none":
            subprocess.run(["rm", "-r", str(scene.out / "dump")], check=True)
            scene.check(f"{form}, {compression}: small enough", True)
        else:
            scene.check(f"{form}, {compression}: no room is told in one line", done.returncode == 1 and len(lines) == 1
                        and "dump" in lines[0], done)
        scene.unharmed(f"{form}, {compression}, no room")
    slow_reader(scene)
    with open("/dev/full", "wb") as full:
        done = subprocess.run([str(scene.tool.path), *scene.command("stream", "none", output="-")], stdout=full,
                              stderr=subprocess.PIPE, text=True)
    scene.check("standard output without room is told in one line",
                done.returncode == 1 and len(done.stderr.strip().splitlines()) == 1, done)
    scene.unharmed("standard output without room")


def slow_reader(scene):
    """A reader that takes nothing holds neither the process nor a Ctrl-C."""
    dumper = subprocess.Popen([str(scene.tool.path), *scene.command("stream", "none", output="-")],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        running.stands_still(dumper, scene.pid)
        scene.unharmed("a dump to a reader that takes nothing")
        scene.check("a dump to a reader that takes nothing waits", dumper.poll() is None)
        dumper.send_signal(signal.SIGINT)
        scene.check("Ctrl-C ends a dump to a reader that takes nothing", dumper.wait(timeout=10) == -signal.SIGINT)
    finally:
        dumper.kill()
        dumper.communicate()


def test_names_taken(scene):
    """names that are taken"""
    elsewhere = scene.out.parent / "elsewhere"
    elsewhere.write_text("mine")
    (scene.out.parent / "folder").mkdir()
    (scene.out.parent / "folder" / "file").write_text("mine")
    for form in ("directory", "stream", "core"):
        for name in ("elsewhere", "folder"):
            output = scene.out / "link"
            output.symlink_to(scene.out.parent / name)
            said = scene.tool.run(*scene.command(form, "none", output=output))
            scene.check(f"a {form} does not follow a symbolic link to the {name}",
                        said.code == 1 and len(said.error_lines) == 1 and output.is_symlink(), said)
            output.unlink()
            said = scene.tool.run(*scene.command(form, "none", output=scene.out.parent / name))
            scene.check(f"a {form} replaces no {name}", said.code == 1 and len(said.error_lines) == 1, said)
        said = scene.tool.run(*scene.command(form, "none", output=scene.out / "missing" / "dump"))
        scene.check(f"a {form} in no folder is refused", said.code == 1 and len(said.error_lines) == 1, said)
    scene.check("what was there is untouched", elsewhere.read_text() == "mine"
                and (scene.out.parent / "folder" / "file").read_text() == "mine")
    for words in (["dump"], ["dump", "--pid=1"], ["dump", "--pid=x", "--output=y"],
                  ["dump", "--pid=1", "--output=y", "--format=z"],
                  ["dump", "--pid=1", "--output=-", "--format=directory"],
                  ["dump", "--pid=1", "--output=y", "--max-pause=0"]):
        said = scene.tool.run(*words)
        scene.check(f"wrong usage: {' '.join(words)}", said.code == 64 and len(said.error_lines) == 1, said)
    scene.unharmed("names that are taken")


def test_pauses(scene):
    """a limit on the pause"""
    said = scene.tool.run(*scene.command("stream", "none", "--max-pause=0.001"))
    scene.check("a pause that does not suffice is told in one line", said.code == 1 and len(said.error_lines) == 1
                and "--max-pause" in said.errors, said)
    scene.unharmed("a pause that does not suffice")
    said = scene.tool.json(*scene.command("stream", "none", "--max-pause=60"))
    size = (scene.out / "dump").stat().st_size
    scene.check("a dump says what it wrote and how long the process stood still",
                said["writtenBytes"] == size and said["pauseMilliseconds"] > 0 and said["threads"] == 1, said)
    (scene.out / "dump").unlink()


def test_forbidden(scene):
    """a process that may not be traced"""
    with Target(scene.context.interpreter, FIXTURES / "fixture_smoke.py") as other:
        tracer = subprocess.Popen(["gdb", "-q", "-nx", "-p", str(other.pid)], stdin=subprocess.PIPE,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            running.stands_still(tracer, other.pid)
            said = scene.tool.run("dump", f"--pid={other.pid}", f"--output={scene.out / 'dump'}")
            scene.check("a process under a debugger is refused with the debugger's id", said.code == 1
                        and len(said.error_lines) == 1 and str(tracer.pid) in said.errors, said)
        finally:
            tracer.kill()
            tracer.communicate()
    scene.unharmed("a process under a debugger")


def test_many(scene):
    """many dumps, and dumpers killed at any moment"""
    for number in range(12):
        path = scene.out / "dump"
        said = scene.tool.run(*scene.command(*WAYS[number % 3]))
        scene.check(f"dump {number + 1} of many", said.code == 0, said)
        subprocess.run(["rm", "-r", str(path)], check=True)
    for number in range(20):
        form, compression, *options = WAYS[number % len(WAYS)]
        dumper = subprocess.Popen([str(scene.tool.path), *scene.command(form, compression, *options)],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(number * 0.015)
        dumper.kill()
        dumper.wait()
        final = scene.out / "dump"
        scene.check(f"kill {number + 1}: no half of a dump has the final name",
                    not final.exists() or dumper.returncode == 0, form)
        # What else is left stays for the next dumper to remove.
        subprocess.run(["rm", "-rf", str(final)], check=True)
    left_behind(scene)
    scene.unharmed("dumpers that were killed")


def left_behind(scene):
    """The next dump removes what a dumper that was killed has left, and says so."""
    dumper = subprocess.Popen([str(scene.tool.path), *scene.command("directory", "none", "--memory-limit=0")],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    hidden = scene.out / f".dump.partial-{dumper.pid}"
    running.stands_still(dumper, scene.pid)
    deadline = time.monotonic() + 10
    while not (hidden.exists() and any(hidden.iterdir())) and dumper.poll() is None and time.monotonic() < deadline:
        time.sleep(0.001)
    dumper.kill()
    dumper.wait()
    scene.check("a dumper that is killed leaves a hidden folder", hidden.is_dir(), dumper.returncode)
    said = scene.tool.run(*scene.command("stream", "none"))
    left = [path.name for path in scene.out.iterdir()]
    scene.check("the next dump removes it and says so", said.code == 0 and left == ["dump"]
                and f"{hidden.name}: removed" in said.errors, (left, said))
    (scene.out / "dump").unlink(missing_ok=True)


def test_dying(scene):
    """a process that dies while it is copied"""
    for form, compression, *options in WAYS:
        with Target(scene.context.interpreter, FIXTURES / "fixture_large.py", scene.out.parent / "other",
                    MEGABYTES) as victim:
            dumper = subprocess.Popen([str(scene.tool.path),
                                       *scene.command(form, compression, *options, pid=victim.pid)],
                                      stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            running.stands_still(dumper, victim.pid)
            os.kill(victim.pid, signal.SIGKILL)
            _, errors = dumper.communicate(timeout=60)
        claim = f"{' '.join((form, compression, *options))}: a process that dies"
        if dumper.returncode == 0:
            scene.context.report.not_run(scene.context.name(claim), "it was copied before it died")
            subprocess.run(["rm", "-r", str(scene.out / "dump")], check=True)
        else:
            scene.check(f"{claim} is told in one line",
                        dumper.returncode == 1 and len(errors.splitlines()) == 1, errors)
        scene.unharmed(claim)
