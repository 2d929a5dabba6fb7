#!/usr/bin/env python3
"""Measures the commands on a dump of ten million objects or more against merely reading the dump, in one sitting.

Every figure is the median of five runs on warm files, taken in turns with the others. `--record` appends a row for each
version to `results/questions.md`. `--instructions` counts the instructions of `count-by-type` on a small dump instead,
which a noisy machine does not change (needs valgrind). A peer's command gets the dump's folder for `{dump}`.
"""

import argparse
import datetime
import json
import os
import re
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent / "tests"))
from harness import capture  # noqa: E402
from harness.interpreters import PROJECT, SETS, VERSIONS, InterpreterMissing, dotted, interpreter  # noqa: E402
from harness.target import Target  # noqa: E402
from measuring import check, commit, compiled, cost, load, machine, median, own_memory  # noqa: E402

RESULTS = FOLDER / "results" / "questions.md"
RUNS = 5
# Limits, as multiples of the time of reading the dump with all threads, and as bytes of own memory per object.
COUNTING_ALLOWED = 8
REFERENCES_ALLOWED = 12
SEARCH_ALLOWED = 1.5
SECONDS_WITH_INDEX_ALLOWED = 0.2
SECONDS_FOR_THREADS_ALLOWED = 0.1
BYTES_PER_OBJECT_ALLOWED = 10
# What the program needs however few objects there are.
MEGABYTES_OF_ITS_OWN = 50
# What an interpreter has of its own, beside the workload's objects.
OF_ITS_OWN = 60_000


def main():
    options = parsed_options()
    sums = compiled_reference()
    failed = False
    for version in SETS.get(options.version, (options.version,)):
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
    parser.add_argument("--version", choices=VERSIONS + tuple(SETS), default="both")
    parser.add_argument("--binary", type=Path, default=PROJECT / ".build" / "release" / "python-memtools")
    parser.add_argument("--millions", type=float, default=10, help="millions of objects")
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=COMMAND", help="a program to compare with")
    parser.add_argument("--kernels", action="store_true", help="measure the kernels alone too")
    parser.add_argument("--instructions", action="store_true", help="count instructions on a small dump only")
    parser.add_argument("--record", action="store_true", help="append a row to results/questions.md")
    return parser.parse_args()


def compiled_reference():
    """The program that reads as fast as the machine can."""
    return compiled("sum_words.c")



def measured(options, version, python, sums, folder):
    """One version's row; whether the answers were right and within the limits."""
    millions = 0.3 if options.instructions else options.millions
    with Target(python, FOLDER / "workload.py", millions, timeout=1200) as target:
        tally = target.objects["tally"]
        begin = time.monotonic()
        subprocess.run([options.binary, "--dump", f"--pid={target.pid}", f"--path={folder / 'dump'}"], check=True,
                       stderr=subprocess.DEVNULL)
        dumping = time.monotonic() - begin
    if options.instructions:
        return counted_instructions(options.binary, dotted(version), folder)
    files = [str(path) for _, _, path in capture.regions(folder / "dump")]
    megabytes = sum(os.path.getsize(file) for file in files) / 1e6
    questions = Questions(options, folder / "dump")
    answer = json.loads(questions.output("count-by-type --json"))
    right = check_tally(answer, tally) & questions.check_answers()
    if options.kernels:
        measure_kernels(questions, files, folder)

    timed = questions.commands()
    # In turns, so that a disturbance of the machine falls on all of them.
    reading, alone, figures = [], [], {name: [] for name in timed}
    work = {name: [] for name in ("read", *timed)}
    for _ in range(RUNS):
        alone.append(reference(sums, 1, files))
        work["read"].append(cost([str(sums), str(os.cpu_count()), *files])[1])
        reading.append(reference(sums, os.cpu_count(), files))
        for name, command in timed.items():
            taken, worked = cost(command)
            figures[name].append(taken)
            work[name].append(worked)
    read = statistics.median(reading)
    work = {name: statistics.median(times) for name, times in work.items()}
    row = {"python": dotted(version), "objects": answer["objects"], "MB": round(megabytes), "dump s": round(dumping, 2),
           "read, 1 thread s": median(alone), f"read, {os.cpu_count()} threads s": median(reading)}
    for name, times in figures.items():
        row[f"{name} s"] = median(times)
        row[f"{name} ratio"] = round(statistics.median(times) / read, 1)
        # What the processors did for it, which other programs on the machine disturb less.
        row[f"{name} work ratio"] = round(work[name] / work["read"], 1)
    counting = statistics.median(figures["count-by-type"])
    row["million objects per s"] = round(answer["objects"] / counting / 1e6, 1)
    row["million objects per s of work"] = round(answer["objects"] / work["count-by-type"] / 1e6, 1)
    row["own memory MB"] = round(statistics.median(own_memory(timed["count-by-type"]) for _ in range(RUNS)))
    for name, value in row.items():
        print(f"{name:>40}: {value}")
    if options.record:
        record(row)
    allowed = MEGABYTES_OF_ITS_OWN + BYTES_PER_OBJECT_ALLOWED * answer["objects"] / 1e6
    limits = [("count-by-type", COUNTING_ALLOWED), ("find-references", REFERENCES_ALLOWED),
              ("find TEXT", SEARCH_ALLOWED), ("find --ptr", SEARCH_ALLOWED)]
    within = [check(f"{name} takes at most {limit} times as long as reading", row[f"{name} ratio"] <= limit)
              for name, limit in limits]
    within += [check(f"{name} takes less than {SECONDS_WITH_INDEX_ALLOWED} s", row[f"{name} s"]
                     < SECONDS_WITH_INDEX_ALLOWED) for name in figures if name.endswith("with index")]
    within.append(check(f"find-all-threads takes less than {SECONDS_FOR_THREADS_ALLOWED} s",
                        row["find-all-threads s"] < SECONDS_FOR_THREADS_ALLOWED))
    within.append(check(f"own memory is below {allowed:.0f} MB", row["own memory MB"] < allowed))
    return right and all(within)


class Questions:
    """What is asked of one dump, with and without an index."""

    def __init__(self, options, dump):
        self.options = options
        self.dump = dump
        self.output("count-by-type", "--index=rebuild")
        found = json.loads(self.output("find-all-objects --type-name=Node --no-repr --max-results=1 --json"))
        self.node = found["objects"][0]

    def command(self, command, *settings):
        return [str(self.options.binary), *settings, f"--path={self.dump}", f"--command={command}"]

    def output(self, command, *settings):
        return subprocess.run(self.command(command, *settings), capture_output=True, check=True, text=True).stdout

    def commands(self):
        cold, references = "--index=none", f"find-references {self.node['address']}"
        commands = {
            "count-by-type": self.command("count-by-type", cold),
            "find-references": self.command(references, cold),
            "find TEXT": self.command("find 'not to be found'", cold),
            "find --ptr": self.command(f"find {self.node['typeAddress']} --ptr --count", cold),
            "find-all-threads": self.command("find-all-threads", cold),
            "count-by-type with index": self.command("count-by-type"),
            "find-all-objects with index": self.command("find-all-objects --type-name=Node --count"),
            "repr with index": self.command(f"repr {self.node['address']}"),
            "find-references with index": self.command(references),
            "--version": [str(self.options.binary), "--version"],
        }
        for peer in self.options.peer:
            name, _, command = peer.partition("=")
            commands[name] = [word.replace("{dump}", str(self.dump)) for word in shlex.split(command)]
        return commands

    def check_answers(self):
        """Whether the index changes no answer, and the searches find what is there."""
        same = all(self.output(command, "--index=none") == self.output(command) for command in (
            "count-by-type --json", "find-all-objects --type-name=Node --count --json",
            f"find-references {self.node['address']} --json"))
        pointers = json.loads(self.output(f"find {self.node['typeAddress']} --ptr --count --json"))["count"]
        nodes = json.loads(self.output("find-all-objects --type-name=Node --count --json"))["count"]
        texts = json.loads(self.output("find 'to be read later to be read later' --max-results=1 --json"))["count"]
        return (check("answers are the same with and without an index", same)
                & check("each Node has a pointer to its type", pointers >= nodes)
                & check("the workload's text is found", texts > 0))


def counted_instructions(binary, version, folder):
    """Counts by callgrind, of a program without debug information, which valgrind may not understand."""
    stripped = folder / "stripped"
    subprocess.run(["strip", "-g", "-o", stripped, binary], check=True)
    done = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder / 'callgrind'}", stripped,
                           "--max-threads=1", "--index=none", f"--path={folder / 'dump'}", "--command=count-by-type"],
                          capture_output=True, text=True, check=True)
    objects = re.search(r"total: (\d+) objects", done.stdout)[1]
    count = re.search(r"Collected : (\d+)", done.stderr)[1]
    print(f"{version}: {int(count) / 1e6:.0f} million instructions for {objects} objects")
    return True


def measure_kernels(questions, files, folder):
    types = json.loads(questions.output("find-all-types --json"))["types"]
    (folder / "types").write_text("".join(entry["address"] + "\n" for entry in types))
    kernels = folder / "kernels"
    scan = PROJECT / "CSupport" / "CScan"
    subprocess.run(["clang", "-O2", f"-I{scan / 'include'}", "-o", kernels, FOLDER / "kernels.c",
                    *scan.glob("*.c")], check=True)
    done = subprocess.run([kernels, folder / "types", *files], capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        figures = json.loads(line)
        print(f"{'kernel ' + figures['kernel']:>40}: {figures['GB/s']} GB/s, {figures['hits']} hits")



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



def reference(program, threads, files):
    done = subprocess.run([str(program), str(threads), *files], capture_output=True, text=True, check=True)
    return float(done.stdout.split()[0])





def record(row):
    row = {"date": datetime.date.today().isoformat(), "commit": commit(), "machine": f"{machine()}, load {load()}",
           **row}
    RESULTS.parent.mkdir(exist_ok=True)
    if not RESULTS.exists():
        RESULTS.write_text("# Questions\n\nWritten by `benchmarks/run.py --record`; medians of five runs on "
                           "warm files, "
                           "to be compared within a row only.\n\n"
                           + f"| {' | '.join(row)} |\n|{' --- |' * len(row)}\n")
    with open(RESULTS, "a") as file:
        file.write(f"| {' | '.join(map(str, row.values()))} |\n")



if __name__ == "__main__":
    sys.exit(main())
