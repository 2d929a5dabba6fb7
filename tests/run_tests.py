#!/usr/bin/env python3
"""Runs the end-to-end tests: `tests/run_tests.py --tier 0..5|all|programs --version 38|39|…|314|both|all-installed`.

`all` are the tiers 0 to 5; `programs` runs programs of others, whose packages it installs into a folder of the project.
`both` means 3.10 and 3.14, `all-installed` every supported version; one that is not on this machine is named as not run.
"""

import argparse
import importlib
import signal
import subprocess
import sys
from pathlib import Path

from harness.context import Context
from harness.interpreters import PROJECT, SETS, VERSIONS, InterpreterMissing, dotted, interpreter
from harness.records import Records
from harness.report import Report
from harness.shifts import Shifts
from harness.tool import Tool
from harness.workshop import Workshop

TIERS = ("0", "1", "2", "3", "4", "5")


def main():
    options = parsed_options()
    # A run that is ended from outside still removes its dumps and its processes.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # A shell that runs us in the background has it ignored, and so would the dumpers that tests interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    report = Report()
    try:
        if options.jobs > 1 and len(versions(options)) > 1:
            Shifts(report, options.jobs).run(versions(options), one_version_options(options))
        else:
            in_a_workshop(options, report)
    except KeyboardInterrupt:
        report.check("the run was not interrupted", False)
    return report.finish()


def versions(options):
    return SETS.get(options.version, (options.version,))


def one_version_options(options):
    """The options of a run of its own for a version, but for the version."""
    words = ["--tier", options.tier]
    for name in ("binary", "reports"):
        if getattr(options, name):
            words += [f"--{name}", str(getattr(options, name).resolve())]
    return words + ["--keep"] * options.keep


def in_a_workshop(options, report):
    workshop = Workshop(options.keep)
    try:
        run(options, report, workshop)
    finally:
        workshop.close()


def parsed_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tier", choices=TIERS + ("all", "programs"), default="all")
    parser.add_argument("--version", choices=VERSIONS + tuple(SETS), default="both")
    parser.add_argument("--binary", type=Path, help="the program to test (default: built into .build)")
    parser.add_argument("--record-exactness", action="store_true", help="write docs/exactness.md from tier 3")
    parser.add_argument("--reports", type=Path, help="a folder for lists of what is not exact")
    parser.add_argument("--keep", action="store_true", help="keep the dumps and say where they are")
    parser.add_argument("--jobs", type=int, default=1, help="how many versions are tested at a time")
    options = parser.parse_args()
    if options.jobs > 1 and (options.record_exactness or not options.binary):
        parser.error("--jobs needs --binary, and does not go with --record-exactness")
    if options.record_exactness and options.tier not in ("3", "all"):
        parser.error("--record-exactness needs tier 3, which measures it")
    return options


def run(options, report, workshop):
    tiers = TIERS if options.tier == "all" else (options.tier,)
    # Tier 0 builds binaries of its own.
    binary = None
    if tiers != ("0",):
        binary = options.binary or built_binary(report)
        if binary is None:
            return
    tool = Tool(binary.resolve()) if binary else None
    records = Records(options.reports)
    for version in versions(options):
        try:
            python = interpreter(version)
        except InterpreterMissing as missing:
            for tier in tiers:
                report.not_run(f"tier {tier}, Python {dotted(version)}", missing)
            continue
        for tier in tiers:
            print(f"-- tier {tier}, Python {dotted(version)}", flush=True)
            context = Context(version, python, tool, report, workshop, records)
            context.measures_types = options.record_exactness
            with report.section(context.name(f"tier {tier} runs to its end")):
                importlib.import_module(f"tiers.tier{tier}").run(context)
        # The dumps of one version are gigabytes, and no other version asks for them.
        workshop.forget(version)
    if options.record_exactness:
        records.write_page()


def built_binary(report):
    made = subprocess.run(["swift", "build", "-c", "release"], cwd=PROJECT, capture_output=True, text=True)
    if not report.check("the tool builds", made.returncode == 0, made.stdout[-1500:] + made.stderr[-500:]):
        return None
    return PROJECT / ".build" / "release" / "python-memtools"


if __name__ == "__main__":
    sys.exit(main())
