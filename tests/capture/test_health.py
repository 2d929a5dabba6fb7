"""The process under the dumper runs on, whatever state it is in, and whatever becomes of the dumper."""

import contextlib
import json
import os
import re
import signal
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from capture import running
from harness import capture
from harness.interpreters import PROJECT
from harness.target import FIXTURES, NATIVE, Target
from robustness.torture_launcher import Launcher

# What becomes of a process does not depend on its Python.
pytestmark = [pytest.mark.tier5, pytest.mark.versions("310")]

# A busy machine may take this much longer for anything, in seconds.
SPARE = 2


@pytest.fixture(scope="module")
def scene(context):
    folder = context.workshop.scratch("health")
    library = folder / "states.so"
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-pthread", "-o", library, NATIVE / "states.c"], check=True)
    yield Scene(context, folder, library)
    context.workshop.remove(folder)


class Scene:
    def __init__(self, context, folder, library):
        self.context, self.folder, self.library = context, folder, library
        self.counters = folder / "counters"

    def check(self, claim, holds, detail=""):
        self.context.report.check(self.context.name(claim), holds, detail)

    def target(self, state):
        return Target(self.context.interpreter, FIXTURES / "fixture_states.py", self.library, self.counters, state)

    def output(self):
        path = self.folder / "dump"
        subprocess.run(["rm", "-rf", str(path)], check=True)
        return path

    @contextlib.contextmanager
    def dumper(self, pid, *options, output=None):
        """A dumper at work, which does not outlive the block."""
        process = subprocess.Popen([str(self.context.tool.path), "dump", f"--pid={pid}",
                                    f"--output={output or self.output()}",
                                    "--format=core", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    def count(self, which=0):
        return struct.unpack_from("<QQ", self.counters.read_bytes())[which]

    def counts_on(self, which=0, seconds=SPARE):
        return self.counts_beyond(self.count(which), which, seconds)

    def counts_beyond(self, before, which=0, seconds=SPARE):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.count(which) > before:
                return True
            time.sleep(0.005)
        return False


def traced(pid):
    """The threads that somebody traces."""
    return [path.name for path in Path(f"/proc/{pid}/task").iterdir()
            if re.search(r"TracerPid:\t[1-9]", (path / "status").read_text())]


def test_asleep(scene):
    """a thread that sleeps in the kernel is let go"""
    with scene.target("asleep") as target:
        thread = target.objects["state"]["value"]
        until(lambda: state_of(target.pid, thread) == "D")
        before = scene.count(1)
        # A dumper that lives on as long as nobody reads what it writes.
        with scene.dumper(target.pid, output="-") as dumper:
            running.stands_still(dumper, target.pid)
            until(lambda: not traced(target.pid))
            scene.check("no thread is traced while the dumper waits for its reader", not traced(target.pid)
                        and dumper.poll() is None, traced(target.pid))
            scene.check("the thread that slept in the kernel works on when it wakes",
                        scene.counts_beyond(before, 1, 10) and dumper.poll() is None, state_of(target.pid, thread))
        until(lambda: state_of(target.pid, thread) == "D")
        said = scene.context.tool.run("dump", f"--pid={target.pid}", f"--output={scene.output()}", "--max-pause=0.1",
                                      "--json")
        scene.check("--max-pause does not wait for a thread that does not stop", said.seconds < 2 * SPARE
                    and ("--max-pause" in said.errors if said.code
                         else json.loads(said.output)["pauseMilliseconds"] <= 100),
                    said)
        scene.check("the process runs on", scene.counts_on() and not traced(target.pid))


def test_script(scene):
    """the script that dumps where the tool cannot run does no harm either"""
    command = [sys.executable, str(PROJECT / "tools" / "dump_memory.py"), "--format=core", "--output"]
    with scene.target("asleep") as target:
        thread = target.objects["state"]["value"]
        until(lambda: state_of(target.pid, thread) == "D")
        before = scene.count(1)
        dumper = subprocess.Popen([*command, "-", f"--pid={target.pid}"], stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL)
        try:
            running.stands_still(dumper, target.pid)
            until(lambda: not traced(target.pid))
            scene.check("script: a thread that slept in the kernel works on when it wakes",
                        scene.counts_beyond(before, 1, 10)
                        and dumper.poll() is None and not traced(target.pid), state_of(target.pid, thread))
        finally:
            dumper.kill()
            dumper.communicate()
    with scene.target("supplied-shared") as target:
        if target.objects["state"]["value"]:
            said = subprocess.run([*command, scene.output(), f"--pid={target.pid}", "--all", "--max-pause=0.5"],
                                  capture_output=True, text=True, timeout=60)
            # By /proc/PID/mem such a page cannot be read, and nobody waits for it.
            scene.check("script: a page that the process itself supplies does not block",
                        "cannot be read" in said.stderr
                        if said.returncode == 0 else "0.5 s" in said.stderr, said)
            scene.check("script: the process runs on", scene.counts_on() and not traced(target.pid))
    with scene.target("signals") as target:
        for number in (signal.SIGTSTP, signal.SIGSTOP, signal.SIGKILL, signal.SIGINT):
            dumper = subprocess.Popen([*command, scene.output(), f"--pid={target.pid}"], stderr=subprocess.PIPE)
            running.stands_still(dumper, target.pid)
            dumper.send_signal(number)
            scene.check(f"script, {number.name}: the process runs on", scene.counts_on() and not traced(target.pid))
            dumper.send_signal(signal.SIGCONT)
            errors = dumper.communicate(timeout=60)[1]
            expected = {signal.SIGKILL: -signal.SIGKILL, signal.SIGINT: 130}.get(number, 0)
            scene.check(f"script, {number.name}: ends as it should", dumper.returncode in (expected, 0),
                        (dumper.returncode, errors))


def test_supplied(scene):
    """pages that the process supplies itself are not asked for"""
    with scene.target("supplied") as target:
        if not target.objects["state"]["value"]:
            return scene.context.report.not_run(scene.context.name("a process with a userfaultfd"), "not allowed here")
        said = scene.context.tool.run("dump", f"--pid={target.pid}", f"--output={scene.output()}", "--max-pause=60")
        scene.check("a process with a userfaultfd is dumped, and it is said", said.code == 0
                    and "userfaultfd" in said.errors,
                    said)
        scene.check("a process with a userfaultfd runs on", scene.counts_on())


def test_blocked(scene):
    """a read that does not return holds nobody"""
    for state in ("supplied-shared", "dead-server"):
        with scene.target(state) as target:
            start = target.objects["state"]["value"]
            if not start:
                scene.context.report.not_run(scene.context.name(f"{state}: a read that blocks"), "not allowed here")
                continue
            output = scene.output()
            said = scene.context.tool.run("dump", f"--pid={target.pid}", f"--output={output}", "--all",
                                          "--max-pause=0.3")
            scene.check(f"{state}: --max-pause ends a read that blocks", said.code == 1 and len(said.error_lines) == 1
                        and said.seconds < 2 + SPARE and not output.exists(), said)
            scene.check(f"{state}: the process runs on", scene.counts_on() and not traced(target.pid))
            with scene.dumper(target.pid, "--all") as dumper:
                running.stands_still(dumper, target.pid)
                time.sleep(0.3)
                dumper.send_signal(signal.SIGINT)
                scene.check(f"{state}: Ctrl-C ends a read that blocks", dumper.wait(2 + SPARE) == -signal.SIGINT)
            scene.check(f"{state}: the process runs on after Ctrl-C", scene.counts_on() and not traced(target.pid))
            said = scene.context.tool.run("dump", f"--pid={target.pid}", f"--output={scene.output()}", "--all")
            found = [int(word, 16) for word in re.findall(r"at ([0-9A-F]{16})", said.errors)]
            # What is served once the process runs has returned when that is told.
            is_named = state == "supplied-shared" or any(start <= address < start + (1 << 20) for address in found)
            scene.check(f"{state}: without a limit a read that blocks ends too, and is named", said.code == 1
                        and is_named
                        and "a read" in said.errors and said.seconds < 8 + SPARE, said)
            scene.check(f"{state}: the process runs on at last", scene.counts_on() and not traced(target.pid))


def test_reserved(scene):
    """terabytes that nobody touched cost nothing"""
    with scene.target("reserved") as target:
        output = scene.output()
        said = scene.context.tool.run("dump", f"--pid={target.pid}", f"--output={output}", "--format=core",
                                      "--max-pause=2",
                                      "--json")
        # Before Linux 6.7 they have to be looked through, for which the time may not suffice.
        scene.check("3 TB reserved are dumped in time, or not at all", said.seconds < 2 + 2 * SPARE
                    and (said.code == 0 or "--max-pause" in said.errors), said)
        if said.code == 0:
            regions = scene.context.tool.json(output, "regions")["bytes"]
            scene.check("3 TB reserved are in the dump", regions > 3 << 40, regions)
        folder = scene.context.workshop.scratch("measured")
        (folder / "input").touch()
        launcher = Launcher()
        most = launcher.run([scene.context.tool.path, "dump", f"--pid={target.pid}", f"--output={scene.output()}",
                             "--format=core", "--memory-limit=300M"], folder, dict(os.environ), {}, 60)["memory"]
        launcher.close()
        scene.check("3 TB reserved take no memory of the dumper's", most < 300 << 20, most)
        scene.check("3 TB reserved: the process runs on", scene.counts_on())


def test_signals(scene):
    """no signal is lost, even if the dumper is killed"""
    with scene.target("signals") as target:
        number, sent, over = target.objects["state"]["value"], 0, threading.Event()

        def send():
            nonlocal sent
            # As many as there can be, so that a thread is often stopped with one in its hand; the kernel drops what is
            # more than it may keep waiting.
            while not over.is_set():
                if sent - scene.count(1) < 1000:
                    for _ in range(100):
                        os.kill(target.pid, number)
                    sent += 100

        sender = threading.Thread(target=send)
        sender.start()
        try:
            for attempt in range(12):
                with scene.dumper(target.pid) as dumper:
                    running.stands_still(dumper, target.pid)
                    if attempt % 2:
                        dumper.kill()
                    dumper.wait(60)
        finally:
            over.set()
            sender.join()
        until(lambda: scene.count(1) >= sent)
        scene.check("every signal arrives, once", scene.count(1) == sent > 0, (scene.count(1), sent))


def test_suspended(scene):
    """a dumper that is stopped does not stop the process"""
    counter = scene.folder / "counter"
    with Target(scene.context.interpreter, FIXTURES / "fixture_large.py", counter, 300) as target:
        for number in (signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU, signal.SIGSTOP):
            with scene.dumper(target.pid, "--memory-limit=0") as dumper:
                running.stands_still(dumper, target.pid)
                dumper.send_signal(number)
                end = time.monotonic() + 5 + SPARE
                while traced(target.pid) and time.monotonic() < end:
                    time.sleep(0.01)
                scene.check(f"{number.name} to the dumper: the process runs on", running.runs_on(target.pid, counter),
                            capture.state(target.pid))
                dumper.send_signal(signal.SIGCONT)
                code = dumper.wait(60)
                scene.check(f"{number.name} to the dumper: it ends when it goes on", code == 0
                            or b"was stopped" in dumper.stderr.read(), code)


def test_given_away(scene):
    """what is given away is the dump, whatever has its name"""
    if os.geteuid() != 0:
        return scene.context.report.not_run(scene.context.name("a dump that is given away"),
                                            "only root gives files away")
    home, other = scene.folder / "home", scene.folder / "other"
    (home / "d").mkdir(parents=True)
    other.mkdir()
    secret = other / "dump"
    secret.write_text("mine")
    counter = scene.folder / "counter"
    with Target(scene.context.interpreter, FIXTURES / "fixture_large.py", counter, 100) as target:
        process = subprocess.Popen([str(scene.context.tool.path), "dump", f"--pid={target.pid}",
                                    f"--output={home / 'd' / 'dump'}", "--format=core"], stderr=subprocess.PIPE,
                                   env=dict(os.environ, SUDO_UID="65534", SUDO_GID="65534"))
        running.stands_still(process, target.pid)
        (home / "d").rename(home / "e")
        (home / "d").symlink_to(other)
        errors = process.communicate(timeout=60)[1]
    made = home / "e" / "dump"
    scene.check("a dump is given to its user, and nothing else", process.returncode == 0 and secret.stat().st_uid == 0
                and made.stat().st_uid == 65534 and made.stat().st_gid == 65534, errors)


def until(holds, seconds=10):
    """Waits until something holds, or for so long."""
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.005)


def state_of(pid, thread):
    return Path(f"/proc/{pid}/task/{thread}/stat").read_text().rpartition(")")[2].split()[0]
