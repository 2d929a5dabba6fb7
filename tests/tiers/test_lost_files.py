"""A core without its executable and library: built-in types get their names from what the process could write."""

import shutil
import subprocess
from pathlib import Path

import pytest

from harness import core_files
from harness.target import FIXTURES, Target

pytestmark = pytest.mark.tier3

FIXTURE = "fixture_smoke.py"
PROBE = """
import sys, sysconfig, os
get = sysconfig.get_config_var
library = get("INSTSONAME") or get("LDLIBRARY")
print(os.path.realpath(sys.executable), sys.base_prefix, os.path.join(get("LIBDIR"), library))
"""
# The default of the kernel: what the process wrote, and the first pages of programs.
FILTER = core_files.ANONYMOUS_PRIVATE | core_files.ANONYMOUS_SHARED | core_files.ELF_HEADERS


def test_lost_files(context):
    """a core without its executable"""
    answer = subprocess.run([str(context.interpreter), "-c", PROBE], capture_output=True, text=True, check=True)
    program, home, library = answer.stdout.split()
    folder = context.workshop.scratch("lost-files")
    copies = [shutil.copy(path, folder) for path in (program, library) if ".so" not in path or Path(path).exists()]
    with Target(copies[0], FIXTURES / FIXTURE, settings={"PYTHONHOME": home, "LD_LIBRARY_PATH": str(folder)}) as target:
        core_files.assemble(target.pid, folder / "core", FILTER)
    expected = answers(context, folder / "core")
    for copy in copies:
        Path(copy).unlink()
    check(context, expected, answers(context, folder / "core"))
    context.workshop.remove(folder)


def answers(context, core):
    counts = context.tool.json(core, "count-by-type")
    stacks = context.tool.json(core, "find-all-stacks", "--threads-only")["threads"]
    return {"counts": {entry["address"]: (entry["count"], entry["bytes"]) for entry in counts["types"]},
            "names": {entry["address"]: entry["name"] for entry in counts["types"]}, "objects": counts["objects"],
            "checks": context.tool.json(core, "info")["layoutChecks"],
            "stacks": [thread["frames"] for thread in stacks],
            "warnings": context.tool.answer(core, "count-by-type").error_lines}


def check(context, expected, found):
    def equal(claim, got, wanted):
        return context.report.equal(context.name(f"lost files: {claim}"), got, wanted)

    equal("all layout checks pass", (found["checks"]["passed"], found["checks"]["failed"]),
          (expected["checks"]["total"], []))
    equal("the stacks are the same", found["stacks"], expected["stacks"])
    context.report.check(context.name("lost files: there are stacks"), all(expected["stacks"]), expected["stacks"])
    context.report.check(context.name("lost files: it is said that names may be lost"),
                         any("names of static types may be lost" in line for line in found["warnings"]),
                         found["warnings"])
    wrong = {address: (name, expected["names"].get(address)) for address, name in found["names"].items()
             if name not in ("?", expected["names"].get(address))}
    equal("no type has another's name", wrong, {})
    # The size of what nothing is known of is its type's basic size.
    named = [address for address, name in found["names"].items() if name != "?"]
    equal("as many objects of each, as large", {a: found["counts"][a] for a in named},
          {a: expected["counts"].get(a) for a in named})
    nameless = sum(found["counts"][address][0] for address in found["names"] if found["names"][address] == "?")
    context.report.check(context.name(f"lost files: nearly all objects have a type with a name ({nameless} have not)"),
                         nameless < found["objects"] / 50, found["names"])
    equal("as many objects", found["objects"], expected["objects"])
