"""The keys of every command's answer in JSON, against `docs/json.md`: none is missing there, and none is there in
vain."""

import re

import pytest

from harness.interpreters import PROJECT

pytestmark = pytest.mark.tier4

PAGE = PROJECT / "docs" / "json.md"
# Objects whose keys are what the process or its machine calls things.
BY_NAME = ("dropped", "reasons", "registers", "leftOut")
# What needs a process that a signal ended, a file that the dump lacks, a child, or another version of Python; tests of
# these look at the values. And what only --locals gives.
ELSEWHERE = {
    "info": {"signal", "number", "name", "code", "reason", "address", "sender", "senderUser", "buildID", "source",
             "compression", "finalizingThread", "pythonProblem", "nativeThreadId"},
    "show-analysis-data": {"debugOffsets", "finalizingThread", "nativeThreadId"},
    "wait-graph": {"pid", "owner", "ownerName", "locals", "name"}, "find-all-objects": {"isSizeBasic"},
    "repr": {"isSizeBasic"}, "count-by-type": {"isSizeBasic"}, "find-all-threads": {"locals", "repr"},
    "find-all-exceptions": {"locals", "name"}, "async-task-graph": {"locals", "repr"},
    "path-to-root": {"absence", "expressionInFrame"},
}
COMMANDS = {
    "info": [""], "show-analysis-data": [""], "regions": [""], "count-by-type": ["--dropped"],
    # The first objects of a dump may be immortal, all of them.
    "find-all-objects": ["--max-results=5", "--type-name=list --max-results=5", "--no-repr --max-results=5", "--count"],
    "repr": ["{address}"],
    "path-to-root": ["{address}"], "find-references": ["{address},10"], "find-referents": ["{address},10"],
    "find": ["python --max-results=2"],
    "context": ["{address}"], "find-module": ["os"], "find-all-threads": [""],
    "find-all-stacks": ["--locals", "--include-runnable"],
    "find-all-exceptions": [""], "async-task-graph": [""], "wait-graph": [""],
    "aggregate-strings": ["--print-larger-than=1500"],
    "validate-layouts": ["--type-name=dict,list", "--object-addr={address}"], "find-all-types": [""],
}


def test_json_keys(context):
    """the keys of JSON are those on the page"""
    documented = Page(PAGE.read_text())
    found = {command: set() for command in COMMANDS}
    for fixture, arguments in (("fixture_exceptions.py", ("excs", 50)), ("fixture_stacks.py", ("{folder}", 1, 3)),
                                     ("fixture_deadlocks.py", ()), ("fixture_waits.py", ("{folder}",)),
                               (PROJECT / "examples" / "async-stall.py", ()),
                                     ("fixture_hostile.py", ()), ("fixture_shared.py", (8,))):
        ask(context, context.dumps(fixture, *arguments), found)
    context.report.equal(context.name("every command is documented"), set(documented.rows) - {"dump"}, set(COMMANDS))
    for command, keys in found.items():
        context.report.equal(context.name(f"{command} --json: keys that are not documented"),
                             sorted(keys - documented.keys(command)), [])
        context.report.equal(context.name(f"{command} --json: documented keys that never occur"),
                             sorted(documented.keys(command) - keys - ELSEWHERE.get(command, set())), [])


def ask(context, dumps, found):
    """Adds the keys of all answers on one dump."""
    address = next((facts["address"] for facts in dumps.objects.values() if "address" in facts), None)
    for command, lines in COMMANDS.items():
        for line in lines:
            if "{address}" in line and not address:
                continue
            path = dumps.path("core") if command in ("info", "regions", "find-all-threads",
                                                     "find-all-stacks") else dumps.directory
            # gdb leaves stacks out of its cores of static interpreters, and the answers say so.
            answer = context.tool.json(path, command, *line.replace("{address}", address or "").split(),
                                       code=1 if ",10" in line else 0, maybe_incomplete=path == dumps.path("core"))
            context.report.check(context.name(f"{command} {line}: keys in alphabetical order, warnings last"),
                                 list(answer) == sorted(set(answer) - {"warnings"}) + ["warnings"], list(answer))
            found[command] |= set(keys(answer)) - {"warnings"}


def keys(answer):
    """All keys in an answer, but those that are names."""
    if isinstance(answer, list):
        for value in answer:
            yield from keys(value)
    elif isinstance(answer, dict):
        for key, value in answer.items():
            yield key
            if key not in BY_NAME:
                yield from keys(value)


class Page:
    """What the page says."""

    def __init__(self, text):
        self.rows = dict(re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", text, re.M))
        self.parts = dict(re.findall(r"^([A-Z]+) is `(\{.*?\})`[:.,;]", text, re.M | re.S))

    def keys(self, command):
        return self._keys(self.rows[command])

    def _keys(self, row):
        shapes = " ".join(shape for shape in re.findall(r"`([^`]*)`", row) if shape.startswith(("{", '"')))
        found = set(re.findall(r'"([A-Za-z]+)"', shapes))
        for name in self.parts:
            if re.search(rf"\b{name}\b", shapes):
                found |= self._keys(f"`{self.parts[name]}`")
        return found
