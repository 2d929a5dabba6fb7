#!/usr/bin/env python3
"""Measures `count-by-type` on a dump of ten million objects against merely reading the dump, in one sitting.

Every figure is the median of five runs on warm files. `--record` appends a row to `results/results.md`.
"""

import argparse
import datetime
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent / "tests"))
import capture  # noqa: E402
from interpreters import PROJECT, VERSIONS, InterpreterMissing, dotted, interpreter  # noqa: E402
from target import Target  # noqa: E402

RESULTS = FOLDER / "results" / "results.md"
RUNS = 5
SECONDS_ALLOWED = 1.0
MEGABYTES_ALLOWED = 200
# What an interpreter has of its own, beside the workload's objects.
OF_ITS_OWN = 60_000


def main():
    options = parsed_options()
    sums = compiled_reference()
    failed = False
    for version in VERSIONS if options.version == "both" else (options.version,):
        folder = Path(tempfile.mkdtemp(prefix="python-memtools-bench."))
        try:
            failed |= not measured(options, version, interpreter(version), sums, folder)
        except InterpreterMissing as missing:
            print(f"not run: Python {dotted(version)}: {missing}")
            failed = True
        finally:
            shutil.rmtree(folder)
    shutil.rmtree(sums.parent)
    return 1 if failed else 0


def parsed_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", choices=VERSIONS + ("both",), default="both")
    parser.add_argument("--binary", type=Path, default=PROJECT / ".build" / "release" / "python-memtools")
    parser.add_argument("--millions", type=float, default=10, help="millions of objects")
    parser.add_argument("--record", action="store_true", help="append a row to results/results.md")
    return parser.parse_args()


def compiled_reference():
    """The program that reads as fast as the machine can."""
    return compiled("sum_words.c")


def compiled(source, *libraries):
    """A C program of this folder, in a folder of its own."""
    program = Path(tempfile.mkdtemp(prefix="python-memtools-bench.")) / Path(source).stem
    subprocess.run(["cc", "-O3", "-pthread", "-Wall", "-Wextra", "-o", str(program), str(FOLDER / source), *libraries],
                   check=True)
    return program


def measured(options, version, python, sums, folder):
    """One version's row; whether the answer was right and within the limits."""
    with Target(python, FOLDER / "workload.py", options.millions, timeout=600) as target:
        tally = target.objects["tally"]
        begin = time.monotonic()
        subprocess.run([options.binary, "--dump", f"--pid={target.pid}", f"--path={folder / 'dump'}"], check=True,
                       stderr=subprocess.DEVNULL)
        dumping = time.monotonic() - begin
    files = [str(path) for _, _, path in capture.regions(folder / "dump")]
    megabytes = sum(os.path.getsize(file) for file in files) / 1e6
    command = [str(options.binary), str(folder / "dump"), "count-by-type"]
    answer = json.loads(subprocess.run([*command, "--json"], capture_output=True, check=True).stdout)
    right = check_tally(answer, tally)

    # In turns, so that a disturbance of the machine falls on all of them.
    cat, one, all_threads, counting = [], [], [], []
    for _ in range(RUNS):
        cat.append(seconds(["cat", *files]))
        one.append(reference(sums, 1, files))
        all_threads.append(reference(sums, os.cpu_count(), files))
        counting.append(seconds(command))
    row = {
        "python": dotted(version), "objects": answer["objects"], "MB": round(megabytes),
        "dump s": round(dumping, 2), "cat s": median(cat), "sum, 1 thread s": median(one),
        f"sum, {os.cpu_count()} threads s": median(all_threads), "count-by-type s": median(counting),
        "ratio to the sum": round(statistics.median(counting) / statistics.median(all_threads), 1),
        "own memory MB": round(statistics.median(own_memory(command) for _ in range(RUNS))),
    }
    for name, value in row.items():
        print(f"{name:>24}: {value}")
    if options.record:
        record(row)
    within = (check(f"count-by-type takes less than {SECONDS_ALLOWED} s", row["count-by-type s"] < SECONDS_ALLOWED)
              & check(f"own memory is below {MEGABYTES_ALLOWED} MB", row["own memory MB"] < MEGABYTES_ALLOWED))
    return right and within


def check(claim, holds):
    print(f"{'ok' if holds else 'FAILED'}: {claim}", flush=True)
    return bool(holds)


def check_tally(answer, tally):
    """The workload's own count of what it made, type by type; the interpreter has a few more."""
    counts = {}
    for entry in answer["types"]:
        name = entry["name"].rpartition(".")[2]
        counts[name] = max(counts.get(name, 0), entry["count"])
    wrong = {name: (made, counts.get(name, 0)) for name, made in tally["tally"].items()
             if not made <= counts.get(name, 0) <= made + OF_ITS_OWN}
    right = check(f"counts are the workload's own, type by type (made, found): {wrong or 'all'}", not wrong)
    return right & check("all objects together too", tally["objects"] <= answer["objects"]
                         <= tally["objects"] + 2 * OF_ITS_OWN)


def seconds(command):
    begin = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begin


def reference(program, threads, files):
    done = subprocess.run([str(program), str(threads), *files], capture_output=True, text=True, check=True)
    return float(done.stdout.split()[0])


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
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def median(figures):
    return round(statistics.median(figures), 3)


def record(row):
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=PROJECT, capture_output=True,
                            text=True).stdout.strip()
    row = {"date": datetime.date.today().isoformat(), "commit": commit, "machine": machine(), **row}
    RESULTS.parent.mkdir(exist_ok=True)
    if not RESULTS.exists():
        RESULTS.write_text("# Results\n\nWritten by `benchmarks/run.py --record`; medians of five runs on warm files, "
                           "to be compared within a row only.\n\n"
                           + f"| {' | '.join(row)} |\n|{' --- |' * len(row)}\n")
    with open(RESULTS, "a") as file:
        file.write(f"| {' | '.join(map(str, row.values()))} |\n")


def machine():
    model = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    return f"{model}, {os.cpu_count()} cores"


if __name__ == "__main__":
    sys.exit(main())
