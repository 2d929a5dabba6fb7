#!/usr/bin/env python3
"""Runs the end-to-end tests: `tests/run_tests.py --tier 0..5|all|programs --version 38|39|…|315|both|all-installed`.

`all` are the tiers 0 to 5; `programs` runs programs of others, whose packages it installs into a folder of the project.
`both` means 3.10 and 3.14, `all-installed` every supported version; one that is not on this machine is named as not
run.

pytest runs the tests. It gets every other option as it is: `-k deadlock` chooses tests by name, `-x` ends at the first
one that fails, `--lf` runs those that failed last. What it shows of a test are the checks that the test makes.
"""

import argparse
import sys
from pathlib import Path

from harness import virtual_environment
from harness.interpreters import SETS, VERSIONS

FOLDER = Path(__file__).resolve().parent
TIERS = ("0", "1", "2", "3", "4", "5", "all", "programs")


def main():
    options, others = parsed_options()
    try:
        virtual_environment.run_there()
    except virtual_environment.EnvironmentFailure as failure:
        print(f"FAILED: the tests can run: {failure}\n0 passed, 1 failed, 0 skipped")
        return 1
    import pytest
    code = pytest.main(arguments(options) + others)
    # Ended from outside, or by a check that does not hold, or because there was nothing to check.
    return 143 if code == 143 else int(code != 0)


def arguments(options):
    """The options of a run as pytest has them."""
    words = ["-qq", f"--rootdir={FOLDER}", "-c", str(FOLDER / "pytest.ini"), f"--tier={options.tier}",
             f"--python={options.version}"]
    words += [f"--{name}={getattr(options, name).resolve()}" for name in ("binary", "reports")
              if getattr(options, name)]
    words += ["--keep"] * options.keep + ["--record-exactness"] * options.record_exactness
    return words + (["-n", str(options.jobs)] if options.jobs > 1 else ["-p", "no:xdist"])


def parsed_options():
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--tier", choices=TIERS, default="all")
    parser.add_argument("--version", choices=VERSIONS + tuple(SETS), default="both")
    parser.add_argument("--binary", type=Path, help="the program to test (default: built into .build)")
    parser.add_argument("--record-exactness", action="store_true", help="write docs/exactness.md from tier 3")
    parser.add_argument("--reports", type=Path, help="a folder for lists of what is not exact")
    parser.add_argument("--keep", action="store_true", help="keep the dumps and say where they are")
    parser.add_argument("--jobs", type=int, default=1, help="how many processes run the tests")
    options, others = parser.parse_known_args()
    if options.jobs > 1 and (options.record_exactness or not options.binary):
        parser.error("--jobs needs --binary, and does not go with --record-exactness")
    if options.record_exactness and options.tier not in ("3", "all"):
        parser.error("--record-exactness needs tier 3, which measures it")
    return options, others


if __name__ == "__main__":
    sys.exit(main())
