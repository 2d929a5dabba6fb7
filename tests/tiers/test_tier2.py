"""Tier 2, goldens: the tool's text of each known object, against files kept in `golden/expected/VERSION`.

`MODE=record` writes the files anew. Where Python's own `repr` says what must be in the text, that is checked too, so a
wrong golden cannot be recorded unseen.
"""

import ast
import json
import os
import re
from collections import Counter

import pytest

from harness.interpreters import TESTS
from harness.normalize import normalized, without_addresses
from harness.target import FIXTURES

pytestmark = pytest.mark.tier2

EXPECTED = TESTS / "golden" / "expected"
OUTPUT = TESTS / "golden" / "output"

# golden name: the object, and the options it is printed with
VARIANTS = {
    "depth_limit_list": ("list_deep", ["--max-recursion-depth=3"]),
    "depth_limit_dict": ("dict", ["--max-recursion-depth=1"]),
    "depth_limit_instance": ("instance_both", ["--max-recursion-depth=1"]),
    "entries_limit_list": ("list_numbers", ["--max-entries=5"]),
    "entries_limit_dict": ("dict_large", ["--max-entries=3"]),
    "entries_limit_set": ("set_deleted", ["--max-entries=2"]),
    "entries_limit_instance": ("instance_complete", ["--max-entries=1"]),
    "string_limit": ("str_long", ["--max-string-length=20"]),
    "string_limit_two_bytes": ("str_two_bytes", ["--max-string-length=2"]),
    "string_limit_bytes": ("bytes_escapes", ["--max-string-length=4"]),
    "short_dict": ("dict", ["--short"]),
    "short_instance": ("instance_both", ["--short"]),
    "short_function": ("function", ["--short"]),
    "short_type": ("type_heap", ["--short"]),
    "bytes_as_hex": ("bytes_escapes", ["--bytes-as-hex"]),
    "bytearray_as_hex": ("bytearray", ["--bytes-as-hex"]),
    "all_addresses": ("dict", ["--show-all-addresses"]),
    "all_addresses_shared": ("list_shared", ["--show-all-addresses"]),
    "all_addresses_tuple": ("tuple", ["--show-all-addresses"]),
}
# The text is cut by default, so it is no literal that could be read back.
CUT_BY_DEFAULT = {"str_longer_than_limit", "list_deep", "tuple_nested", "dict_large", "deque_large", "array_large"}
# What stands where an object lies in itself, and how Python writes that.
RECURSION = {"list": "[...]", "dict": "{...}", "collections.deque": "[...]", "types.SimpleNamespace": "namespace(...)"}


@pytest.fixture(scope="module")
def said(context):
    """The objects with names, and what the tool says of each: whole and on one line."""
    dumps = context.dumps("fixture_golden.py")
    process = dumps.objects.pop("process")
    places = {"TESTS": FIXTURES, "PYTHON": process["prefix"], "THREAD": process["thread"]}
    whole = said_of(context, dumps, {**{name: (name, []) for name in dumps.objects}, **VARIANTS})
    short = said_of(context, dumps, {name: (name, ["--short"]) for name in dumps.objects})
    return dumps, Goldens(context, places), whole, short


def test_goldens(context, said):
    """the texts are those of the golden files"""
    _, goldens, whole, _ = said
    for golden, answer in whole.items():
        with context.report.section(context.name(f"golden {golden}")):
            goldens.compare(golden, answer["repr"])
    goldens.check_nothing_is_left(set(whole))


def test_facts(context, said):
    """type, size and text are what the process says"""
    dumps, _, whole, short = said
    for name, facts in dumps.objects.items():
        with context.report.section(context.name(f"facts of {name}")):
            check_facts(context, facts, whole[name], short[name])


def test_referents(context, said):
    """each object refers to what the collector says"""
    check_referents(context, said[0])


class Goldens:
    """The recorded texts of one version."""

    def __init__(self, context, places):
        self.context = context
        self.places = places
        self.expected = EXPECTED / context.version
        self.output = OUTPUT / context.version
        self.recording = os.environ.get("MODE") == "record"

    def compare(self, name, text):
        found = normalized(text, self.places)
        path = self.expected / f"{name}.txt"
        claim = self.context.name(f"golden {name}")
        if self.recording:
            written(path, found)
            self.context.report.not_run(claim, "recorded, not compared")
        elif not path.exists():
            self.context.report.check(claim, False, "no golden; record it with MODE=record and read what it says")
        elif not self.context.report.check(claim, found == path.read_text(encoding="utf-8", errors="surrogateescape"),
                                           f"expected in {path.name}:\n{path.read_text()}found:\n{found}"):
            written(self.output / f"{name}.txt", found)

    def check_nothing_is_left(self, names):
        """A golden that no object belongs to is a check that was lost."""
        left = sorted(path.stem for path in self.expected.glob("*.txt") if path.stem not in names)
        self.context.report.check(self.context.name("every golden file is compared"), not left, left)


def written(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", errors="surrogateescape")


def said_of(context, dumps, prints):
    """What the tool says, as JSON, of each: {golden: (object, options)}. It is asked all in one run, and in another one
    for the text, which has to be that in the JSON."""
    statements = [" ".join(["repr", dumps.address(name), *options]) for name, options in prints.values()]
    lines = context.tool.answer(dumps.directory, input="".join(f"{text} --json\n" for text in statements)).output
    answers = dict(zip(prints, map(json.loads, lines.rstrip("\n").split("\n"))))
    text = context.tool.answer(dumps.directory, input="".join(f"{text}\n" for text in statements)).output
    asked = {golden: dumps.address(name) for golden, (name, _) in prints.items()}
    context.report.check(context.name("each object is printed"),
                         {golden: answer["address"] for golden, answer in answers.items()} == asked)
    context.report.check(context.name("the text is that in the JSON"),
                         text == "".join(answer["repr"] + "\n" for answer in answers.values()))
    return answers


def check_facts(context, facts, answer, short_answer):
    """Type, size and, where it is comparable, Python's own `repr`."""
    check = context.report.check
    name = facts["name"]
    short_name = answer["type"].rpartition(".")[2]
    check(context.name(f"{name} has its type"), short_name == facts["type"], (answer["type"], facts["type"]))
    check(context.name(f"{name} has its size"), answer["size"] == facts["size"], (answer["size"], facts["size"]))
    if "repr" in facts and name not in CUT_BY_DEFAULT:
        check(context.name(f"{name} reads as Python writes it"), same_text(answer["repr"], facts["repr"]),
              f"expected {facts['repr'][:300]}, found {answer['repr'][:300]}")
    if "short" in facts:
        check(context.name(f"{name} reads on one line as Python writes it"),
              same_text(short_answer["repr"], facts["short"]),
              f"expected {facts['short'][:300]}, found {short_answer['repr'][:300]}")


def check_referents(context, dumps):
    """What the collector visits of each object is what `gc.get_referents` gives: the same objects, each as often."""
    addresses = context.workshop.scratch("referents") / "addresses"
    addresses.write_text("".join(facts["address"] + "\n" for facts in dumps.objects.values()))
    answer = context.tool.json(dumps.directory, "find-referents", f"--addresses-from={addresses}")
    found = {entry["address"]: entry["referents"] for entry in answer["objects"]}
    for name, facts in dumps.objects.items():
        referents = found.get(facts["address"], [])
        visited = Counter(referent["address"] for referent in referents if referent["kind"] == "visited")
        said = Counter(facts["referents"])
        context.report.check(context.name(f"{name} refers to what the collector says"), visited == said,
                             {"missing": [*(said - visited)][:9], "more": [*(visited - said)][:9]})


def same_text(found, expected):
    """Whether the tool's text is Python's, but for addresses, line breaks and the marks of recursion."""
    found = without_addresses(found).strip()
    marked = re.sub(r"<([\w.]+) !recursive_repr[^>]*>", lambda mark: RECURSION[mark[1]], found)
    marked = re.sub(r"<type ([\w.]+)>", r"<class '\1'>", marked)
    marked = re.sub(r"<builtin_function_or_method '(\w+)'>", r"<built-in function \1>", marked)
    if marked == expected:
        return True
    if any(mark in expected for mark in RECURSION.values()):
        return one_line(marked) == one_line(expected)
    # A container: the same values in the same order, which `repr` keeps and equality of dicts and sets would not.
    return literal(marked) == literal(expected)


def one_line(text):
    return re.sub(r",(?=[\])}])", "", re.sub(r"\s+", "", text))


def literal(text):
    """The syntax tree of a text, in which line breaks and a comma at the end do not matter."""
    try:
        return ast.dump(ast.parse(text, mode="eval"))
    except (SyntaxError, ValueError):
        return f"not an expression: {one_line(text)}"
