"""What the benchmarks measure with: programs in C, times of commands, memory, and the name of the machine."""

import os
import platform
import resource
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def compiled(source, *libraries):
    """A C program of this folder, in a folder of its own."""
    program = Path(tempfile.mkdtemp(prefix="python-memtools-bench.")) / Path(source).stem
    subprocess.run(["cc", "-O3", "-pthread", "-Wall", "-Wextra", "-o", str(program), str(FOLDER / source), *libraries],
                   check=True)
    return program


def check(claim, holds):
    print(f"{'ok' if holds else 'FAILED'}: {claim}", flush=True)
    return bool(holds)


def cost(command):
    """The seconds that a command takes, and those that all processors together spend on it."""
    begin, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    taken, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    return taken, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def own_memory(command):
    """The greatest anonymous memory of a run in MB: all that is not the mapped dump. Not timed: looking costs time."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    greatest = 0
    try:
        while process.poll() is None:
            greatest = max(greatest, anonymous(process.pid))
            time.sleep(0.002)
    finally:
        process.kill()
        process.wait()
    if greatest == 0:
        raise RuntimeError("the run was over before its memory could be seen")
    return greatest / 1e6


def anonymous(pid):
    """The bytes that a process has of its own, 0 if it is gone."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def median(figures):
    return round(statistics.median(figures), 3)


def machine():
    model = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    return f"{model}, {os.cpu_count()} cores"


def load():
    """How many programs wanted a processor, on average of the last minute."""
    return round(os.getloadavg()[0], 1)


def commit():
    """The commit that is measured."""
    return subprocess.run(["git", "describe", "--always", "--dirty"], cwd=FOLDER.parent, capture_output=True,
                          text=True).stdout.strip()
