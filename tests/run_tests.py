#!/usr/bin/env python3
"""Runs the end-to-end tests: `tests/run_tests.py --tier 0..5|all --version 310|314|both`."""

import argparse
import importlib
import signal
import subprocess
import sys
from pathlib import Path

from context import Context
from interpreters import PROJECT, VERSIONS, InterpreterMissing, dotted, interpreter
from report import Report
from tool import Tool
from workshop import Workshop

TIERS = ("0", "1", "2", "3", "4", "5")


def main():
    options = parsed_options()
    # A run that is ended from outside still removes its dumps and its processes.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    report = Report()
    workshop = Workshop(options.keep)
    try:
        run(options, report, workshop)
    except KeyboardInterrupt:
        report.check("the run was not interrupted", False)
    finally:
        workshop.close()
    return report.finish()


def parsed_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tier", choices=TIERS + ("all",), default="all")
    parser.add_argument("--version", choices=VERSIONS + ("both",), default="both")
    parser.add_argument("--binary", type=Path, help="the program to test (default: built into .build)")
    parser.add_argument("--keep", action="store_true", help="keep the dumps and say where they are")
    return parser.parse_args()


def run(options, report, workshop):
    tiers = TIERS if options.tier == "all" else (options.tier,)
    versions = VERSIONS if options.version == "both" else (options.version,)
    # Tier 0 builds binaries of its own.
    binary = None
    if tiers != ("0",):
        binary = options.binary or built_binary(report)
        if binary is None:
            return
    for tier in tiers:
        module = importlib.import_module(f"tier{tier}")
        for version in versions:
            print(f"-- tier {tier}, Python {dotted(version)}", flush=True)
            try:
                python = interpreter(version)
            except InterpreterMissing as missing:
                report.not_run(f"tier {tier}, Python {dotted(version)}", missing)
                continue
            tool = Tool(binary.resolve()) if binary else None
            context = Context(version, python, tool, report, workshop)
            with report.section(context.name(f"tier {tier} runs to its end")):
                module.run(context)


def built_binary(report):
    made = subprocess.run(["swift", "build", "-c", "release"], cwd=PROJECT, capture_output=True, text=True)
    if not report.check("the tool builds", made.returncode == 0, made.stdout[-1500:] + made.stderr[-500:]):
        return None
    return PROJECT / ".build" / "release" / "python-memtools"


if __name__ == "__main__":
    sys.exit(main())
