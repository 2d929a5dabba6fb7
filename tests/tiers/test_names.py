"""Names are not identity: built-in types are those of the interpreter's own data, whatever else is called so, and each
is there once."""

import subprocess

import pytest

from harness.interpreters import dotted
from harness.target import FIXTURES, NATIVE, Target

pytestmark = pytest.mark.tier3

PROBE = """
import os, sysconfig
get = sysconfig.get_config_var
print(sysconfig.get_path("include"))
print(get("LIBDIR"))
print(os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h"))
      and os.path.exists(os.path.join(get("LIBDIR"), get("LDLIBRARY"))))
"""


def test_names(context):
    """types named as built-in ones"""
    dumps = context.dumps("fixture_names.py")
    check(context, "names", dumps.directory, dumps.objects)


def check(context, what, dump, told):
    """The tool's types against what the process said of its own."""
    def name(claim):
        return context.name(f"{what}: {claim}")

    outcome = context.tool.run(str(dump), "info")
    context.report.equal(name("no warning"), outcome.error_lines[1:], [])
    checks = context.tool.json(dump, "info")["layoutChecks"]
    context.report.equal(name("all layout checks pass"), (checks["passed"], checks["failed"]), (checks["total"], []))
    types = context.tool.json(dump, "find-all-types")["types"]
    names = {entry["address"]: entry["name"] for entry in types}
    counts = {entry["address"]: entry["count"] for entry in context.tool.json(dump, "count-by-type")["types"]}
    for key, facts in told.items():
        context.report.equal(name(f"{key} has the name that repr says"), names.get(facts["address"]), facts["told"])
        if "instances" in facts:
            context.report.equal(name(f"instances of {key}"), counts.get(facts["address"]), facts["instances"])
        elif what == "copies":
            same = [entry["address"] for entry in types if entry["name"] == facts["told"]]
            ours = [other["address"] for other in told.values() if other["told"] == facts["told"]]
            context.report.equal(name(f"{key} is there once"), sorted(same), sorted(ours))


def test_embedded(context):
    program = context.workshop.scratch("embedding") / "embedding"
    answer = subprocess.run([str(context.interpreter), "-c", PROBE], capture_output=True, text=True, check=True)
    include, library, is_usable = answer.stdout.split()
    if is_usable != "True":
        context.report.not_run(context.name("types that the linker copied"),
                               "this build has no headers or no shared library")
        return
    # Without PIE, as with it where the compiler may refer to data directly, the linker copies what is named.
    subprocess.run(["cc", "-O1", "-w", f"-I{include}", "-o", program, NATIVE / "embedding.c", f"-L{library}",
                    f"-Wl,-rpath,{library}", f"-lpython{dotted(context.version)}"], check=True)
    copied = subprocess.run(["readelf", "-rW", program], capture_output=True, text=True, check=True)
    context.report.check(context.name("copies: the linker has copied types"),
                         copied.stdout.count("_COPY") >= 10, copied.stdout)
    folder = context.workshop.scratch("embedded")
    prefix = context.interpreter.parents[1]
    with Target(program, FIXTURES / "fixture_embedded.py", settings={"PYTHONHOME": str(prefix)}) as target:
        context.tool.dump(target.pid, folder / "directory")
        check(context, "copies", folder / "directory", target.objects)
