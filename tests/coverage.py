#!/usr/bin/env python3
"""How many lines of the files that read input are run by the unit tests and the fuzz corpora: `tests/coverage.py`.

`make coverage` builds both with counters and runs the tests first. Fails if of a file too few lines are run.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import fuzz
from interpreters import PROJECT

LAYERS = ("MemoryImage", "SnapshotFormats", "CPython")
# Of a hundred lines.
LEAST = 90.0


def main():
    options = parsed_options()
    tools = Path(shutil.which("swift")).resolve().parent
    tests = next(options.tests.glob("*/debug/*PackageTests.xctest"))
    profiles = [next(options.tests.glob("*/debug/codecov/default.profdata"))]
    profiles += [corpus_profile(target, options) for target in fuzz.TARGETS]
    merged = options.tests / "all.profdata"
    subprocess.run([tools / "llvm-profdata", "merge", "-o", merged, *profiles], check=True)
    exported = subprocess.run([tools / "llvm-cov", "export", "-summary-only", f"-instr-profile={merged}", tests,
                               "-object", options.fuzz], capture_output=True, text=True, check=True).stdout
    return report(json.loads(exported)["data"][0]["files"])


def corpus_profile(target, options):
    """Runs a fuzz target on its corpus; the file with the counters."""
    profile = options.tests / f"{target}.profraw"
    environment = dict(os.environ, FUZZ_TARGET=target, SWIFT_BACKTRACE="enable=no", LLVM_PROFILE_FILE=str(profile))
    subprocess.run([options.fuzz, "-runs=0", fuzz.CORPORA / target], env=environment, check=True, capture_output=True)
    return profile


def report(files):
    """Prints a line for each file; 1 if one is below the least."""
    low = []
    for layer in LAYERS:
        folder = PROJECT / "Sources" / layer
        total, covered = 0, 0
        print(f"{layer}")
        for file in sorted(files, key=lambda file: file["filename"]):
            path, lines = Path(file["filename"]), file["summary"]["lines"]
            if not path.is_relative_to(folder):
                continue
            total, covered = total + lines["count"], covered + lines["covered"]
            is_low = lines["percent"] < LEAST
            low += [path] if is_low else []
            print(f"{lines['percent']:7.1f} % of {lines['count']:5}  {path.relative_to(folder)}{'  LOW' * is_low}")
        print(f"{100 * covered / max(1, total):7.1f} % of {total:5}  all of {layer}\n")
    print(f"{len(low)} files have fewer than {LEAST:.0f} % of their lines run")
    return 1 if low else 0


def parsed_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tests", type=Path, default=PROJECT / ".build-coverage", help="where the tests were built")
    parser.add_argument("--fuzz", type=Path, default=PROJECT / ".build-coverage-fuzz" / "release" / "fuzz")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
