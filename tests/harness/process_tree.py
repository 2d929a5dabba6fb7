"""The processes that descend from one, what each of them waits for, and their end."""

import os
import signal
import subprocess
import time
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
TICKS = os.sysconf("SC_CLK_TCK")
# How long the tool may take to show the stacks of one process, in seconds.
MOST_SECONDS = 30


class Process:
    """One process, as `/proc` described it."""

    def __init__(self, pid):
        self.pid = pid
        self._folder = Path("/proc") / str(pid)
        fields = (self._folder / "stat").read_text().rpartition(")")[2].split()
        self.state, self.parent = fields[0], int(fields[1])
        # Its own, and what its ended children used: a child that ends does not take its seconds along.
        self.seconds = sum(map(int, fields[11:15])) / TICKS

    @property
    def command(self):
        words = self._read("cmdline").replace("\0", " ").strip()
        return (words or f"[{self._read('comm').strip()}]")[:200]

    def tell(self, tool):
        """Prints what every thread waits for, and the Python stacks, if it is Python."""
        print(f"-- {self.pid}, child of {self.parent}, state {self.state}: {self.command}", flush=True)
        for thread in sorted((path.name for path in self._listed("task")), key=int):
            place = f"task/{thread}"
            where = self._read(f"{place}/wchan") or "?"
            call = self._read(f"{place}/syscall").split(" ")[0].strip() or "?"
            print(f"   thread {thread} ({self._read(f'{place}/comm').strip()}): waits in {where}, system call {call}")
            for line in self._read(f"{place}/stack").splitlines():
                print(f"      {line}")
        if self.state != "Z" and "python" in self._read("maps"):
            self._tell_python(tool)

    def _tell_python(self, tool):
        if tool is None or not tool.exists():
            print("   Python, but there is no tool yet to show its stacks", flush=True)
            return
        try:
            done = subprocess.run([tool, f"--pid={self.pid}", "find-all-stacks", "--threads-only",
                                   "--include-runnable"],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                  errors="backslashreplace", timeout=MOST_SECONDS)
            print("   " + done.stdout.strip().replace("\n", "\n   "), flush=True)
        except (OSError, subprocess.TimeoutExpired) as error:
            print(f"   its stacks cannot be shown: {error}", flush=True)

    def _read(self, name):
        try:
            return (self._folder / name).read_text(errors="backslashreplace")
        except OSError:
            return ""

    def _listed(self, name):
        try:
            return list((self._folder / name).iterdir())
        except OSError:
            return []


class ProcessTree:
    """All processes that descend from one, itself not included."""

    def __init__(self, root):
        self._root = root

    def processes(self):
        children = {}
        for path in Path("/proc").iterdir():
            if path.name.isdigit():
                try:
                    process = Process(int(path.name))
                except (OSError, ValueError, IndexError):
                    continue
                children.setdefault(process.parent, []).append(process)
        found, ahead = [], [self._root]
        while ahead:
            of_one = children.pop(ahead.pop(), [])
            found += of_one
            ahead += [process.pid for process in of_one]
        return found

    def end(self, grace):
        """Asks all to end, kills those that have not ended after `grace` seconds, and those that they started
        meanwhile."""
        for number, seconds in ((signal.SIGTERM, grace), (signal.SIGKILL, grace)):
            deadline = time.monotonic() + seconds
            asked = set()
            while left := self.living():
                # To be killed is to be killed again, as long as new ones come.
                for process in left:
                    if number == signal.SIGKILL or process.pid not in asked:
                        asked.add(process.pid)
                        self._send(process.pid, number)
                if time.monotonic() > deadline:
                    break
                time.sleep(0.05)

    def living(self):
        """Those that have not ended. Takes leave of the others, so that nobody else can wait for them."""
        self._reap()
        return [process for process in self.processes() if process.state != "Z"]

    def _send(self, pid, number):
        try:
            os.kill(pid, number)
            # A process that is stopped heeds nothing but SIGKILL.
            os.kill(pid, signal.SIGCONT)
        except OSError:
            pass

    def _reap(self):
        """Takes leave of children that have ended, ours and those that were left to us."""
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            pass
