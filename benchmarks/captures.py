#!/usr/bin/env python3
"""Measures how long a process stands still while it is dumped, against `dd`, `gcore` and the plain-Python script, and
how long a compressed dump takes to open, against merely inflating it, in one sitting.

The process itself tells how long it stood still. Every figure is a median; the turns alternate, so that a disturbance
of the machine falls on all. `--record` appends rows to `results/captures.md`.
"""

import argparse
import datetime
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent / "tests"))
from harness.interpreters import PROJECT, VERSIONS, InterpreterMissing, dotted, interpreter  # noqa: E402
from measuring import commit, compiled, cost, machine, median, own_memory  # noqa: E402

RESULTS = FOLDER / "results" / "captures.md"
SCRIPT = PROJECT / "tools" / "dump_memory.py"
FORMS = ("core", "stream", "directory")
RUNS = 3


def main():
    options = parsed_options()
    folder = Path(tempfile.mkdtemp(prefix="python-memtools-bench.", dir=options.folder))
    try:
        python = interpreter(options.version)
    except InterpreterMissing as missing:
        print(f"not run: {missing}")
        return 1
    try:
        with Pulse(python, options.millions) as pulse:
            rows = pauses(options, pulse, folder)
        rows.update(openings(options, folder))
    finally:
        shutil.rmtree(folder)
    for name, value in rows.items():
        print(f"{name:>64}: {value}")
    if options.record:
        record(options, rows)
    return 0


def parsed_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", choices=VERSIONS, default="310")
    parser.add_argument("--binary", type=Path, default=PROJECT / ".build" / "release" / "python-memtools")
    parser.add_argument("--millions", type=float, default=30, help="millions of objects; 30 are some 3 GB")
    parser.add_argument("--folder", type=Path, help="where the dumps lie meanwhile")
    parser.add_argument("--remark", default="", help="what else the machine did, for the record")
    parser.add_argument("--record", action="store_true", help="append a row to results/captures.md")
    return parser.parse_args()


class Pulse:
    """The process that is dumped."""

    def __init__(self, python, millions):
        self.process = subprocess.Popen([str(python), str(FOLDER / "pulse.py"), str(millions)], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self):
        if self.process.stdout.readline() != "ready\n":
            raise RuntimeError("the process ended before it was ready")
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    @property
    def pid(self):
        return self.process.pid

    def longest(self):
        """The longest time that it stood still since it was asked last."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def resident(self):
        """The bytes of its own memory that are in memory."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("RssAnon:"))


def pauses(options, pulse, folder):
    """How long the process stood still, by what dumped it."""
    ways = {f"{form}": [options.binary, "dump", f"--pid={pulse.pid}", f"--output={folder / 'dump'}", f"--format={form}"]
            for form in FORMS}
    ways["stream, zstd"] = [*ways["stream"], "--compress=zstd"]
    ways["gcore"] = ["gcore", "-o", str(folder / "gcore"), str(pulse.pid)]
    ways["dump_memory.py"] = [sys.executable, str(SCRIPT), f"--pid={pulse.pid}", f"--output={folder / 'dump'}",
                              "--format=stream", f"--temp-dir={folder}"]
    found = {name: [] for name in ways}
    copying = []
    megabytes = pulse.resident() / 1e6
    for _ in range(RUNS):
        for name, command in ways.items():
            pulse.longest()
            subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
            found[name].append(pulse.longest())
            if name == "stream":
                copying.append(dd(folder / "dump", folder / "copy"))
            for path in folder.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    rows = {"resident MB": round(megabytes), "dd s": median(copying)}
    rows.update({f"{name} stood still s": median(figures) for name, figures in found.items()})
    ours = statistics.median(found["core"])
    rows["core against dd"] = round(ours / statistics.median(copying), 2)
    rows["gcore against core"] = round(statistics.median(found["gcore"]) / ours, 1)
    rows["dump_memory.py against core"] = round(statistics.median(found["dump_memory.py"]) / ours, 1)
    for compression in ("gzip", "zstd"):
        begin = time.monotonic()
        subprocess.run([str(options.binary), "dump", f"--pid={pulse.pid}", f"--output={folder / compression}",
                        "--format=core", f"--compress={compression}"], check=True, stderr=subprocess.DEVNULL)
        rows[f"whole dump by {compression} s"] = round(time.monotonic() - begin, 1)
    subprocess.run([str(options.binary), "dump", f"--pid={pulse.pid}", f"--output={folder / 'none'}",
                    "--format=core"], check=True, stderr=subprocess.DEVNULL)
    return rows


def dd(source, target):
    """Copies a file that is in the page cache, as fast as `dd` does."""
    with open(source, "rb") as file:
        while file.read(1 << 24):
            pass
    return cost(["dd", f"if={source}", f"of={target}", "bs=1M", "status=none"])[0]


def openings(options, folder):
    """How long compressed dumps take to their first answer, and to merely be inflated.

    Two figures for each: the seconds, and the work of all processors, which other programs on the machine disturb less.
    Inflating and counting both keep all cores busy, so that counting in a compressed dump cannot take less work than
    both.
    """
    program = compiled("inflate_blocks.c", "-lz", "-lzstd")
    rows = {}
    cores = str(os.cpu_count())
    plain = [options.binary, "--index=none", folder / "none", "count-by-type"]
    for compression in ("gzip", "zstd"):
        path = folder / compression
        commands = {"inflating": [program, cores, path],
                    "find-all-threads": [options.binary, "--index=none", path, "find-all-threads"],
                    "regions": [options.binary, "--index=none", path, "regions"],
                    "count-by-type": [options.binary, "--index=none", path, "count-by-type"],
                    "counting": plain}
        taken, work = {name: [] for name in commands}, {name: [] for name in commands}
        for _ in range(RUNS):
            for name, command in commands.items():
                seconds_taken, worked = cost([str(word) for word in command])
                taken[name].append(seconds_taken)
                work[name].append(worked)
        base, least = statistics.median(taken["inflating"]), {name: min(times) for name, times in work.items()}
        rows[f"{compression} MB"] = round(path.stat().st_size / 1e6)
        rows[f"inflating {compression} s"] = round(base, 3)
        for name in ("find-all-threads", "regions", "count-by-type"):
            rows[f"{compression} to {name} s"] = median(taken[name])
            rows[f"{compression} to {name} against inflating"] = round(statistics.median(taken[name]) / base, 2)
            rows[f"{compression} to {name} against inflating, work"] = round(least[name] / least["inflating"], 2)
        rows[f"{compression} to count-by-type against inflating and counting, work"] = round(
            least["count-by-type"] / (least["inflating"] + least["counting"]), 2)
    rows["count-by-type of the plain core s"] = median(taken["counting"])
    limited = [options.binary, "--memory-limit=500M", f"--temp-dir={folder}", folder / "zstd", "count-by-type"]
    rows["own memory under --memory-limit=500M, MB"] = round(own_memory([str(word) for word in limited]))
    shutil.rmtree(program.parent)
    return rows


def seconds(command):
    return cost(command)[0]


def record(options, rows):
    title = f"## {datetime.date.today().isoformat()}, {commit()}, Python {dotted(options.version)}, {machine()}"
    RESULTS.parent.mkdir(exist_ok=True)
    if not RESULTS.exists():
        RESULTS.write_text("# Captures and compressed dumps\n\nWritten by `benchmarks/captures.py "
                           "--record`; medians of "
                           f"{RUNS} runs, to be compared within a table only.\n")
    with open(RESULTS, "a") as file:
        file.write(f"\n{title}\n\n" + (f"{options.remark}\n\n" if options.remark else ""))
        file.write("| figure | value |\n| --- | --- |\n")
        for name, value in rows.items():
            file.write(f"| {name} | {value} |\n")


if __name__ == "__main__":
    sys.exit(main())
