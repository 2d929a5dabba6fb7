"""A version that this build does not know: read as the newest one if that fits the memory, and refused if not."""

import re
from pathlib import Path

import pytest

from harness.damage import DamagedDump
from harness.interpreters import VERSIONS, dotted

pytestmark = [pytest.mark.tier3, pytest.mark.versions(VERSIONS[-1])]

FIXTURE = "fixture_smoke.py"
UNKNOWN = 0x03FE01F0
# The word of `_Py_DebugOffsets` with the version.
VERSION = 8
LAYOUTS = Path(__file__).resolve().parents[2] / "Sources" / "CPython" / "Layouts" / "Generated"


@pytest.fixture
def unknown(context, scratch):
    """A dump that says to be of Python 3.254.1, and what the tool said of it when its version was known."""
    dumps = context.dumps(FIXTURE)
    facts = context.tool.json(dumps.directory, "show-analysis-data")
    dump = DamagedDump(dumps.directory, scratch)
    dump.write_word(int(facts["debugOffsets"], 16) + VERSION, UNKNOWN)
    return dump, dumps, facts


def test_fitting_layout(context, unknown):
    """a version that is not known is read with the newest layout, with a warning"""
    dump, dumps, facts = unknown
    answer = context.tool.answer(dump.path, "info")
    context.report.check(context.name("the version is shown"), "Python version: 3.254.1" in answer.output, answer)
    context.report.check(context.name("a warning says which layout is used"), any(
        f"CPython 3.254.1 is not known: read as CPython {dotted(context.version)}" in line
        for line in answer.error_lines), answer)
    for command in ("count-by-type", "find-all-stacks"):
        known, found = (context.tool.json(path, command) for path in (dumps.directory, dump.path))
        context.report.check(context.name(f"{command} is told the warning"),
                             len(found["warnings"]) > len(known["warnings"]), found["warnings"])
        for each in known, found:
            del each["warnings"]
        context.report.equal(context.name(f"{command} says the same as where the version is known"), found, known)


def test_other_layout(context, unknown):
    """a version whose structures are others is refused, unless a version is given"""
    dump, dumps, _ = unknown
    types = context.tool.json(dumps.directory, "count-by-type")["types"]
    cell = next(entry["address"] for entry in types if entry["name"] == "cell")
    layout = (LAYOUTS / f"Layout+{dotted(context.version)}.swift").read_text()
    offset = int(re.search(r"tp_basicsize: (\d+)", layout)[1])
    dump.write_word(int(cell, 16) + offset, 48)
    answer = context.tool.run(dump.path, "info")
    context.report.check(context.name("it is refused in one line that names the version"),
                         answer.code == 1 and "CPython 3.254.1 is not supported: 1 of" in answer.error_lines[-1],
                         answer)
    answer = context.tool.run(f"--python-version={dotted(context.version)}", dump.path, "info")
    context.report.check(context.name("a version that is given overrides it"),
                         answer.code == 0 and "layout checks fail" in answer.errors, answer)
