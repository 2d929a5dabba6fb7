"""Several Pythons in one process: all are told, and each can be looked into."""

import os
import subprocess

import pytest

from harness.interpreters import InterpreterMissing, interpreter
from harness.target import FIXTURES, NATIVE, Target

pytestmark = pytest.mark.tier3

PROBE = """
import os, sys, sysconfig
print(os.path.join(sysconfig.get_config_var("LIBDIR"), sysconfig.get_config_var("LDLIBRARY")), sys.base_prefix)
"""


def test_pythons(context):
    """several Pythons in one process"""
    try:
        found = [library(context.interpreter), library(interpreter("310" if context.version != "310" else "312"))]
    except (InterpreterMissing, FileNotFoundError) as reason:
        context.report.not_run(context.name("two Pythons in one process"), f"no shared library: {reason}")
        return
    program = context.workshop.scratch("two-pythons") / "two_pythons"
    subprocess.run(["cc", "-O1", "-o", program, NATIVE / "two_pythons.c", "-ldl", "-lpthread"], check=True)
    script = FIXTURES / "fixture_two_pythons.py"
    words = [word for path, home in found for word in (path, home, script)]
    folder = context.workshop.scratch("two-pythons-dump")
    with Target(program, *words) as target:
        context.tool.dump(target.pid, folder / "directory")
        check(context, folder / "directory", target.objects)
    context.workshop.remove(folder)


def library(python):
    path, home = subprocess.run([str(python), "-c", PROBE], capture_output=True, text=True, check=True).stdout.split()
    if not (path.endswith(".so") and os.path.exists(path)):
        raise FileNotFoundError(path)
    return path, home


def check(context, dump, told):
    def equal(claim, found, expected):
        return context.report.equal(context.name(f"two Pythons: {claim}"), found, expected)

    expected = sorted((facts["type"], version) for version, facts in told.items())
    listed = context.tool.json(dump, "info")["pythons"]
    equal("both are told", [(entry["typeObject"], entry["version"]) for entry in listed], expected)
    equal("the first is looked into", [entry["isExamined"] for entry in listed], [True, False])
    outcome = context.tool.answer(dump, "find-all-stacks", "--threads-only")
    context.report.check(context.name("two Pythons: every command says so"),
                         any("2 Pythons are in this process" in line for line in outcome.error_lines), outcome.errors)
    for number, (type_object, version) in enumerate(expected, 1):
        facts, name = told[version], f"{version} as number {number}"
        info = context.tool.json(f"--runtime={number}", dump, "info")
        equal(f"{name}: the version", info["pythonVersion"], version)
        equal(f"{name}: all layout checks pass", info["layoutChecks"]["failed"], [])
        threads = [thread for state in info["runtime"]["interpreters"] for thread in state["threads"]]
        equal(f"{name}: its thread", [thread["ident"] for thread in threads], [facts["thread"]])
        counts = {entry["address"]: entry["count"]
                  for entry in context.tool.json(f"--runtime={number}", dump, "count-by-type")["types"]}
        equal(f"{name}: its objects", counts.get(facts["class"]), facts["things"])
        stacks = context.tool.json(f"--runtime={number}", dump, "find-all-stacks", "--threads-only")["threads"]
        equal(f"{name}: its stack", [frame["function"] for frame in stacks[0]["frames"]][:2],
              ["waits_in_vain", "<module>"])
    late = context.tool.run("--runtime=3", dump, "info")
    context.report.check(context.name("two Pythons: there is no third"), late.code == 1
                         and "--runtime=3: expected a number from 1 to 2" in late.errors, str(late))
