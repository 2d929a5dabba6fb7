#!/usr/bin/env python3
"""How many lines of the files that read input are run: by the unit tests, the fuzz corpora, and the tiers 2 and 4.

`make coverage` builds all with counters and runs the tests first. Fails if of a file too few lines are run.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from fuzz import fuzz
from harness.interpreters import PROJECT

LAYERS = ("MemoryImage", "NativeProcess", "SnapshotFormats", "CPython")
# What stops, copies and writes a process reads no input of others, but for these.
WRITING = "Capture"
READING = ("ProcessMaps.swift", "PageMap.swift")
# Of a hundred lines.
LEAST = 90.0


def main():
    options = parsed_options()
    tools = Path(shutil.which("swift")).resolve().parent
    build = next(options.tests.glob("*/debug"))
    groups = {
        "tests": [build / "codecov" / "default.profdata"],
        "corpora": [corpus_profile(target, options) for target in fuzz.TARGETS],
        "tiers": sorted(options.tests.glob("goldens-*.profraw")),
    }
    groups["all"] = [file for files in groups.values() for file in files]
    programs = [*build.glob("*PackageTests.xctest"), options.fuzz, build / "python-memtools"]
    return report({name: shares(tools, files, programs, options.tests / f"{name}.profdata")
                   for name, files in groups.items()})


def corpus_profile(target, options):
    """Runs a fuzz target on its corpus; the file with the counters."""
    profile = options.tests / f"{target}.profraw"
    environment = dict(os.environ, FUZZ_TARGET=target, SWIFT_BACKTRACE="enable=no", LLVM_PROFILE_FILE=str(profile))
    subprocess.run([options.fuzz, "-runs=0", options.corpora / target], env=environment, check=True,
                   capture_output=True)
    return profile


def shares(tools, profiles, programs, merged):
    """Of each file the lines that there are and those that were run."""
    if not profiles:
        return {}
    # What the builds have in common and count in other ways is said on standard error, and counts once.
    subprocess.run([tools / "llvm-profdata", "merge", "-o", merged, *profiles], check=True, stderr=subprocess.DEVNULL)
    others = [word for program in programs[1:] for word in ("-object", program)]
    exported = subprocess.run([tools / "llvm-cov", "export", "-summary-only", f"-instr-profile={merged}", programs[0],
                               *others], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
    lines = {file["filename"]: file["summary"]["lines"] for file in json.loads(exported)["data"][0]["files"]}
    return {Path(name): (of["count"], of["covered"]) for name, of in lines.items()}


def report(groups):
    """Prints a line for each file; 1 if one is below the least."""
    low = []
    print("lines   " + "".join(f"{name:>9}" for name in groups))
    for layer in LAYERS:
        folder = PROJECT / "Sources" / layer
        files = sorted(path for path in groups["all"] if path.is_relative_to(folder))
        for path in files:
            writes = path.parent.name == WRITING and path.name not in READING
            is_low = not writes and percent(groups["all"], [path]) < LEAST
            low += [path] * is_low
            print(row(groups, [path], path.relative_to(folder)) + "  (writes)" * writes + "  LOW" * is_low)
        print(row(groups, files, f"all of {layer}") + "\n")
    print(f"{len(low)} files have fewer than {LEAST:.0f} % of their lines run")
    return 1 if low else 0


def row(groups, files, name):
    count = sum(groups["all"][path][0] for path in files)
    return f"{count:6}  " + "".join(f"{percent(shares, files):7.1f} %" for shares in groups.values()) + f"  {name}"


def percent(shares, files):
    counts = [shares.get(path, (0, 0)) for path in files]
    return 100 * sum(covered for _, covered in counts) / max(1, sum(count for count, _ in counts))


def parsed_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tests", type=Path, default=PROJECT / ".build-coverage", help="where the tests were built")
    parser.add_argument("--fuzz", type=Path, default=PROJECT / ".build-coverage-fuzz" / "release" / "fuzz")
    parser.add_argument("--corpora", type=Path, default=fuzz.CORPORA)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
