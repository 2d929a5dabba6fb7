#!/usr/bin/env python3
"""Measures how time and memory grow with the dump: `count-by-type` without an index, the first pass that keeps one, and
`find-references` without one, on synthetic dumps of growing size, each warm and its counts checked type by type.

`--record` appends a table to `results/growth.md`.
"""

import argparse
import datetime
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent / "tests"))
from harness import capture  # noqa: E402
from harness.interpreters import PROJECT, VERSIONS, InterpreterMissing, dotted  # noqa: E402
from measuring import check, commit, compiled, cost, load, machine, own_memory  # noqa: E402
from synthetic import Seed  # noqa: E402

RESULTS = FOLDER / "results" / "growth.md"
SIZES = (0.1, 0.5, 1, 3, 6, 12)
RUNS = 3
# By so much the cost of a byte, and the memory for an object, may grow from the second size to any larger one.
GROWTH_ALLOWED = 1.5
# What stays free on the disk.
SPARE_BYTES = 4 << 30
COUNTING, KEEPING, SEARCHING = "count-by-type", "first pass, index kept", "find-references"


def main():
    options = parsed_options()
    sums = compiled("sum_words.c")
    folder = Path(tempfile.mkdtemp(prefix="python-memtools-bench.", dir=options.folder))
    try:
        growth = Growth(options, folder, sums)
        rows = [growth.row(size) for size in sorted(options.sizes)]
    except InterpreterMissing as missing:
        print(f"not run: {missing}")
        return 1
    finally:
        shutil.rmtree(folder)
        shutil.rmtree(sums.parent)
    add_ratios(rows)
    text = table(rows)
    print(text)
    if options.record:
        record(options, text)
    return 0 if growth.are_answers_right & is_linear(rows) else 1


def parsed_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", choices=VERSIONS, default="310")
    parser.add_argument("--binary", type=Path, default=PROJECT / ".build" / "release" / "python-memtools")
    parser.add_argument("--sizes", type=float, nargs="+", default=SIZES, help="in GB")
    parser.add_argument("--folder", type=Path, help="where the dumps lie meanwhile")
    parser.add_argument("--remark", default="", help="what else the machine did, for the record")
    parser.add_argument("--record", action="store_true", help="append a table to results/growth.md")
    return parser.parse_args()


class Growth:
    """Dumps of one process, one at a time, and what is measured with them."""

    def __init__(self, options, folder, sums):
        self.binary = options.binary
        self.sums = sums
        self.dump, self.indexes = folder / "dump", folder / "indexes"
        self.seed = Seed(options.version, folder, options.binary)
        nodes = self.output(self.command("find-all-objects --type-name=Node --no-repr --max-results=1 --json",
                                         self.seed.dump))["objects"]
        self.node = int(nodes[0]["address"], 16)
        self.are_answers_right = True

    def command(self, words, dump=None, *settings):
        return [str(self.binary), *(settings or ("--index=none",)), f"--path={dump or self.dump}", f"--command={words}"]

    def output(self, command):
        return json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)

    def row(self, size):
        """The figures of one size."""
        if shutil.disk_usage(self.dump.parent).free < size * 1e9 + SPARE_BYTES:
            raise RuntimeError(f"no room for a dump of {size} GB in {self.dump.parent}")
        written = self.seed.write(self.dump, int(size * 1e9))
        self.indexes.mkdir()
        try:
            print(f"{size} GB, {written['objects']} objects, {written['copies']} copies", flush=True)
            self.check_answers(written)
            return {"GB": written["bytes"] / 1e9, "objects": written["objects"], **self.figures(written),
                    "load": load()}
        finally:
            shutil.rmtree(self.dump)
            shutil.rmtree(self.indexes)

    def check_answers(self, written):
        """Counts type by type, and the referrers of an object in the last copy."""
        types = self.output(self.command("count-by-type --json"))["types"]
        found = {entry["address"]: entry["count"] for entry in types}
        expected = {address: count for address, count in written["counts"].items() if count > 0}
        self.are_answers_right &= check("all counts are right", found == expected)
        last = written["copies"] - 1
        if last >= 0:
            originals = self.referrers(self.seed.dump, self.node)
            copies = self.referrers(self.dump, self.seed.in_copy(self.node, last))
            self.are_answers_right &= check("a copy's referrers are found", copies == {
                self.seed.in_copy(address, last) for address in originals})

    def referrers(self, dump, address):
        found = self.output(self.command(f"find-references {address:x} --json", dump))
        return {int(referrer["address"], 16) for referrer in found["objects"][0]["referrers"]}

    def figures(self, written):
        last = written["copies"] - 1
        node = self.node if last < 0 else self.seed.in_copy(self.node, last)
        files = [str(path) for _, _, path in capture.regions(self.dump)]
        commands = {
            COUNTING: self.command("count-by-type"),
            KEEPING: self.command("count-by-type", None, "--index=rebuild", f"--index-dir={self.indexes}"),
            SEARCHING: self.command(f"find-references {node:x}"),
        }
        read = [str(self.sums), str(os.cpu_count()), *files]
        times = {name: [] for name in ("read", *commands)}
        for _ in range(RUNS):
            for name, command in (("read", read), *commands.items()):
                times[name].append(cost(command))
        figures = {}
        for name, taken in times.items():
            figures[f"{name} s"] = statistics.median(seconds for seconds, _ in taken)
            figures[f"{name} work s"] = statistics.median(work for _, work in taken)
        for name, command in commands.items():
            figures[f"{name} MB"] = own_memory(command)
        return figures


def add_ratios(rows):
    """What a byte costs against the second size, and the memory for an object beyond what the smallest needs."""
    base = rows[min(1, len(rows) - 1)]
    for row in rows:
        for name in ("read", COUNTING, KEEPING, SEARCHING):
            row[f"{name} work per byte"] = (row[f"{name} work s"] / row["GB"]) / (base[f"{name} work s"] / base["GB"])
        for name in (COUNTING, KEEPING, SEARCHING):
            row[f"{name} bytes per object"] = row[f"{name} MB"] * 1e6 / row["objects"]


def is_linear(rows):
    """Whether neither grows more than allowed from the second size on."""
    right = True
    for row in rows[2:]:
        for name in (COUNTING, KEEPING, SEARCHING):
            per_byte, per_object = row[f"{name} work per byte"], row[f"{name} bytes per object"]
            right &= check(f"{row['GB']:.1f} GB: {name} costs {per_byte:.2f} times as much a byte",
                           per_byte <= GROWTH_ALLOWED)
            right &= check(f"{row['GB']:.1f} GB: {name} takes {per_object:.1f} bytes an object",
                           per_object <= GROWTH_ALLOWED * rows[1][f"{name} bytes per object"])
    return right


def table(rows):
    """A line for each figure, a column for each size."""
    lines = ["| figure |" + "".join(f" {row['GB']:.1f} GB |" for row in rows), "| --- |" + " --- |" * len(rows)]
    for name in rows[0]:
        if name != "GB":
            lines.append(f"| {name} |" + "".join(f" {written_out(row[name])} |" for row in rows))
    return "\n".join(lines)


def written_out(figure):
    return str(figure) if isinstance(figure, int) else f"{figure:.3g}"


def record(options, text):
    title = f"## {datetime.date.today().isoformat()}, {commit()}, Python {dotted(options.version)}, {machine()}"
    if not RESULTS.exists():
        RESULTS.write_text(f"# Growth\n\nWritten by `benchmarks/growth.py --record`; medians of {RUNS} runs "
                           f"on warm files; "
                           "work is what all processors together spent. Costs of a byte are multiples of those of the "
                           "second size.\n")
    with open(RESULTS, "a") as file:
        file.write(f"\n{title}\n\n" + (f"{options.remark}\n\n" if options.remark else "") + text + "\n")


if __name__ == "__main__":
    sys.exit(main())
