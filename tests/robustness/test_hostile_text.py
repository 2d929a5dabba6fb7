"""Text of the process that harms where it is shown as it stands: in names, files, arguments and messages, of any
length.

In text a command shows it escaped, each name on its line; in JSON it is the very text of the process.
"""

import json

import pytest

from harness.target import FIXTURES, Target
from harness.workshop import Dumps
from robustness.torture_commands import ARGUMENTS

pytestmark = pytest.mark.tier5

FIXTURE = "fixture_hostile_text.py"
ARGUMENT = b"\x1b[2J\xc2\x9b\xff\nFORGED"
# What a command on the made objects is asked for that is in none of `ARGUMENTS`.
MORE = {"find-all-stacks": ["--json --locals"], "find-module": ["os --json"], "count-by-type": ["--json"],
        "find-all-objects": ["--type-addr={type} --json", "--no-repr --json"]}
# Where in a message the process's own words may be: a type's name, a length, and so many characters of a value.
MENTIONED = 60


@pytest.fixture(scope="module")
def told(context):
    """The dumps of a process with hostile text, and its texts."""
    folder = context.workshop.scratch("names")
    # Other dumpers do not read the names.
    with Target(context.interpreter, FIXTURES / FIXTURE, ARGUMENT.decode("utf-8", "surrogateescape"), folder) as target:
        for form in ("directory", "core"):
            context.tool.answer("dump", f"--pid={target.pid}", f"--output={folder / form}", f"--format={form}")
        dumps = Dumps(folder, target.objects)
    return dumps, dumps.objects.pop("texts")


def test_text(context, told):
    """hostile text in text"""
    in_text(context, told[0])


def test_json(context, told):
    """hostile text in JSON"""
    in_json(context, *told)


def test_messages(context, told):
    """hostile text in messages"""
    errors(context, told[0])


def commands(dumps):
    """Every command with each of its arguments, on each of the objects if it takes one: its name and its line."""
    for command, lines in ARGUMENTS.items():
        for arguments in lines + MORE.get(command, []):
            for name in dumps.objects if "{address}" in arguments else ["type"]:
                words = arguments.replace("{address}", dumps.address(name)).replace("{type}", dumps.address("type"))
                yield command, f"{command} {words}".strip()


def answers(context, dumps, lines):
    """What the tool says to many commands on one dump, one after the other."""
    return context.tool.run(f"--path={dumps.path('core')}", *(f"--command={line}" for line in lines))


def in_text(context, dumps):
    """Nothing that is written is obeyed by a terminal, or begins a line of its own."""
    outcome = answers(context, dumps, [line for _, line in commands(dumps) if "--json" not in line])
    lines = (outcome.output + outcome.errors).split("\n")
    context.report.check(context.name("text of the process stays text"), len(lines) > 1000
                         and "\\x1b[31m" in outcome.output,
                         outcome)
    obeyed = [line for line in lines if not line.isprintable()]
    context.report.check(context.name("nothing that a terminal obeys is written"), not obeyed, obeyed[:2])
    forged = [line for line in lines if line.startswith("FORGED")]
    context.report.check(context.name("a name stays in its line"), not forged, forged[:2])


def in_json(context, dumps, texts):
    """Each answer is JSON, with nothing in it that a terminal obeys, and has the very text of the process."""
    rows = [(command, line) for command, line in commands(dumps) if "--json" in line]
    outcome = answers(context, dumps, [line for _, line in rows])
    obeyed = [line for line in outcome.output.split("\n") if not line.isprintable()]
    context.report.check(context.name("nothing that a terminal obeys is written in JSON"), not obeyed, obeyed[:2])
    said, rest = {}, outcome.output
    for command, _ in rows:
        answer, end = json.JSONDecoder().raw_decode(rest)
        said.setdefault(command, set()).update(strings(answer))
        rest = rest[end:].lstrip("\n")
    context.report.check(context.name("there is an answer to every command"), not rest and len(said) > 15, rest)
    round_trip(context, texts, said)


def strings(answer):
    """All strings in an answer, its keys too."""
    if isinstance(answer, str):
        yield answer
    elif isinstance(answer, dict):
        for key, value in answer.items():
            yield key
            yield from strings(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from strings(value)


def round_trip(context, texts, said):
    """JSON has the very text of the process, once it is parsed."""
    harm, name, kind = texts["HARM"], texts["NAME"], f"{texts['HARM']}.{texts['HARM']}"
    # The kernel writes a line break in a file's name so, and says that the file is gone.
    path = texts["path"].replace("\n", "\\012") + " (deleted)"
    long = texts["LONG"][:4096] + f"...<{len(texts['LONG']) - 4096} more characters>"
    expected = {
        "count-by-type": [kind], "find-all-types": [kind], "find-all-objects": [kind], "repr": [kind],
        "find-references": [kind], "find-all-threads": [name, long], "find-all-stacks": [name, long, name + "local"],
        "find-all-exceptions": [name, harm], "async-task-graph": [name], "regions": [path],
        "info": [path, texts["command"]],
    }
    for command, names in expected.items():
        missing = [text for text in names if text not in said[command]]
        context.report.check(context.name(f"{command} --json: the very text of the process"), not missing, missing)


def errors(context, dumps):
    """Messages say little of what the process knew, and one bad address does not take the answer for the others."""
    secrets = ("long", "FORGED total", "surrogat")
    inside = {name: f"{int(dumps.address(name), 16) + 56:016X}" for name in ("long", "str", "bytes")}
    good = dumps.address("dict")
    for name, address in inside.items():
        for command in ("find-references", "find-referents"):
            alone = context.tool.run(dumps.directory, command, address)
            shown = sum(alone.errors.count(word) * len(word) for word in secrets)
            context.report.check(context.name(f"{command} inside of {name}: the message says its type and length, and "
                                              "little of it"),
                                 alone.code == 1 and shown <= MENTIONED and len(alone.error_lines) == 1
                                 and f"len={dumps.objects[name]['length']} " in alone.errors
                                 and len(alone.errors) < 600, alone)
    bad = inside["long"]
    for command in ("find-references", "find-referents"):
        alone = context.tool.json(dumps.directory, command, good)
        outcome = context.tool.run(dumps.directory, command, f"{good},{bad},10", "--json")
        answer = json.loads(outcome.output or "{}")
        context.report.check(context.name(f"{command}: one bad address of three leaves the others' answers"),
                             outcome.code == 1 and answer.get("objects") == alone["objects"] and alone["missing"] == []
                             and answer["missing"] == [bad, "0" * 14 + "10"] and len(outcome.error_lines) == 2
                             and any(bad in warning for warning in answer["warnings"]), outcome)
        text = context.tool.run(dumps.directory, command, f"{good},{bad}")
        context.report.check(context.name(f"{command}: the same as text"), text.code == 1 and good in text.output
                             and any(bad in line for line in text.error_lines), text)
    outcome = context.tool.run(dumps.directory, "validate-layouts", f"--object-addr={good},10", "--json")
    answer = json.loads(outcome.output or "{}")
    context.report.check(context.name("validate-layouts: the same"), outcome.code == 1 and
                         [(row["address"], row["type"]) for row in answer.get("objects", [])]
                         == [(good, "dict"), ("0" * 14 + "10", None)], outcome)
    several = context.tool.run(f"--path={dumps.directory}", f"--command=repr {good}", "--command=repr 10",
                               "--command=find-all-objects --type-name=nowhere", "--command=find-all-objects --count")
    context.report.check(context.name("a command that fails does not take the answers of those after it"),
                         several.code == 1 and good in several.output and several.output.splitlines()[-1].isdigit()
                         and len([line for line in several.error_lines if "python-memtools: " in line]) == 2, several)
