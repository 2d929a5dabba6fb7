"""Tier 1, smoke: a short set of commands on every form of dump, in every way a command can be given."""

import re

import pytest

from harness.interpreters import dotted
from harness.workshop import FORMS

pytestmark = pytest.mark.tier1

SIZE = r"[\d.]+ (bytes?|[KMGT]B)"
COUNT_LINE = re.compile(rf"\(\d+ objects?, {SIZE}( basic)?\) \S.* @ [0-9A-F]{{16}}")
LOADED_LINE = re.compile(rf"Loaded {SIZE} in \d+ regions?(, {SIZE} of them from files: /.*)?")
PARTS = ("opening", "counting", "finding", "printing", "strings", "validation", "plain_commands", "spellings", "prompt")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("part", PARTS)
def test_commands(context, form, part):
    """a short set of commands"""
    getattr(Smoke(context, context.dumps("fixture_smoke.py"), form), part)()


@pytest.mark.parametrize("form", FORMS[1:])
def test_forms_agree(context, form):
    """what all forms must agree on"""
    dumps = context.dumps("fixture_smoke.py")
    first = Smoke(context, dumps, FORMS[0]).essence()
    found = Smoke(context, dumps, form).essence()
    context.report.check(context.name(f"the {form} tells the same as the {FORMS[0]}"), found == first,
                         f"{str(found)[:400]} against {str(first)[:400]}")


class Smoke:
    """The commands, on one form of one dump."""

    def __init__(self, context, dumps, form):
        self.context = context
        self.tool = context.tool
        self.dumps = dumps
        self.form = form
        self.path = dumps.path(form)

    def check(self, claim, holds, detail=""):
        self.context.report.check(self.context.name(f"{self.form}: {claim}"), holds, detail)

    def opening(self):
        outcome = self.tool.answer(self.path, "info")
        first = outcome.errors.splitlines()[:1]
        self.check("standard error says what was loaded", bool(first) and LOADED_LINE.fullmatch(first[0]),
                   outcome.errors)
        info = self.tool.json(self.path, "info")
        self.check("info knows the version", str(info["pythonVersion"]).startswith(dotted(self.context.version) + "."),
                   info)
        self.check("info knows the form", info["format"] and info["regions"] > 10 and info["bytes"] > 1 << 20, info)
        self.check("info counts", info["types"] > 100 and info["objects"] > 5000, info)
        checks = info["layoutChecks"]
        self.check("all layout checks pass", checks["passed"] == checks["total"] > 10 and not checks["failed"], checks)
        line = re.search(r"layout: (\d+) of (\d+) checks pass", outcome.output)
        self.check("info says so in words", line and line[1] == line[2], outcome.output)

    def counting(self):
        counts = self.tool.json(self.path, "count-by-type")
        entries = counts["types"]
        self.check("count-by-type's totals are the sums", counts["objects"] == sum(e["count"] for e in entries)
                   and counts["bytes"] == sum(e["bytes"] for e in entries), (counts["objects"], counts["bytes"]))
        known = [entry for entry in entries if entry["name"].endswith(".Known")]
        self.check("count-by-type knows the program's class",
                   [(entry["count"], entry["address"]) for entry in known] == [(123, self.dumps.address("class"))],
                   known)
        lines = self.tool.answer(self.path, "count-by-type").output.splitlines()
        matched = [line for line in lines if COUNT_LINE.fullmatch(line)]
        # All but the total; an interpreter that has imported nothing else has some seventy types.
        self.check("count-by-type's lines have their shape", len(matched) == len(lines) - 1 > 50, lines[:5])
        counted = [int(line[1:].split()[0]) for line in matched]
        self.check("most is last", counted == sorted(counted) and counted[-1] > counted[0], counted[-10:])
        for order, value in (("count", "count"), ("bytes", "bytes"), ("name", "name")):
            found = [e[value] for e in self.tool.json(self.path, "count-by-type", f"--sort={order}")["types"]]
            self.check(f"--sort {order} sorts", found in (sorted(found), sorted(found, reverse=True)), found[:10])
        few = self.tool.json(self.path, "count-by-type", "--max-results=3")["types"]
        self.check("--max-results keeps the greatest", sorted(e["count"] for e in few)
                   == sorted(e["count"] for e in entries)[-3:], few)

    def finding(self):
        few = self.tool.json(self.path, "find-all-objects", "--type-name=dict", "--max-results=3")
        self.check("find-all-objects keeps to --max-results", len(few["objects"]) == 3
                   and all(entry["type"] == "dict" for entry in few["objects"]), few)
        outcome = self.tool.answer(self.path, "find-all-objects", "--type-name=dict", "--max-results=3")
        self.check("standard error says how many", re.search(r"^\d+ objects? found$", outcome.errors, re.M),
                   outcome.errors)
        named = self.tool.json(self.path, "find-all-objects", "--type-name=Known")
        addressed = self.tool.json(self.path, "find-all-objects", f"--type-addr={self.dumps.address('class')}")
        self.check("a type may be given by name or address", named == addressed and named["count"] == 123
                   and self.dumps.address("instance")
                   in {entry["address"] for entry in named["objects"]}, named["count"])
        counted = self.tool.json(self.path, "find-all-objects", "--type-name=__main__.Known", "--count")
        self.check("a name may have its module, and --count only counts", counted == {"count": 123, "warnings": []},
                   counted)
        text = self.tool.answer(self.path, "find-all-objects", "--type-name=Known", "--count")
        self.check("--count says the count", re.search(r"\b123\b", text.output + text.errors), text)

    def printing(self):
        known = self.tool.json(self.path, "repr", self.dumps.address("dict"))
        facts = self.dumps.objects["dict"]
        self.check("repr knows a dict", (known["address"], known["type"], known["size"])
                   == (facts["address"], "dict", facts["size"]) and known["referenceCount"] > 0, known)
        for part in ("'left'", "1234567890123", "'nested'", "'deep'"):
            self.check(f"repr shows {part}", part in known["repr"], known["repr"])
        text = self.tool.answer(self.path, "repr", self.dumps.address("dict")).output
        self.check("text and JSON say the same", known["repr"].strip() in text, (known["repr"], text))
        address = int(self.dumps.address("list"), 16)
        expected = self.tool.answer(self.path, "repr", f"{address:016X}").output
        for spelling in (f"0x{address:x}", f"{address:x}", f"0X{address:X}"):
            self.check("addresses may be written in every way",
                       self.tool.answer(self.path, "repr", spelling).output == expected, spelling)
        followed = self.tool.json(self.path, "repr", f"*{int(self.dumps.address('instance'), 16) + 8:016X}")
        self.check("a * follows a pointer", followed["address"] == self.dumps.address("class"), followed)

    def strings(self):
        answer = self.tool.json(self.path, "aggregate-strings")
        count = self.tool.json(self.path, "find-all-objects", "--type-name=str", "--count")["count"]
        self.check("aggregate-strings counts every str", answer["objects"] == count
                   == sum(entry["count"] for entry in answer["histogram"]), (answer["objects"], count))
        limits = [entry["maximum"] for entry in answer["histogram"]]
        self.check("the histogram goes 1-2-5", limits == sorted(limits)
                   and all(str(limit).rstrip("0") in ("", "1", "2", "5") for limit in limits), limits)
        text = self.tool.answer(self.path, "aggregate-strings", "--print-smaller-than=32", "--print-larger-than=0")
        self.check("aggregate-strings says its totals", re.search(
            r"^Found \d+ objects with \d+ data bytes overall \([\d.]+ \w+\)$", text.output + text.errors, re.M), text)
        self.check("aggregate-strings shows its histogram", re.search(
            r"^ *Length <= +\d+: +\d+ objects?$", text.output + text.errors, re.M), text.output[-500:])
        large = self.tool.answer(self.path, "aggregate-strings", "--print-larger-than=12000")
        self.check("large strings are printed", self.dumps.address("long text") in large.output
                   or "unmistakable" in large.output, large.output[:300])
        octets = self.tool.json(self.path, "aggregate-strings", "--bytes")
        count = self.tool.json(self.path, "find-all-objects", "--type-name=bytes", "--count")["count"]
        self.check("--bytes counts every bytes", octets["objects"] == count > 0, (octets["objects"], count))

    def validation(self):
        addresses = [self.dumps.address("dict"), self.dumps.address("list")]
        text = self.tool.answer(self.path, "validate-layouts", f"--object-addr={','.join(addresses)}").output
        for address, name in zip(addresses, ("dict", "list")):
            self.check(f"validate-layouts accepts a {name}", f"object {address} type {name}: ok" in text.splitlines(),
                       text)
        answer = self.tool.json(self.path, "validate-layouts", f"--object-addr={','.join(addresses)}")
        self.check("validate-layouts says so in JSON", answer["invalidObjects"] == 0 and
                   [(e["address"], e["type"], e["reason"]) for e in answer["objects"]]
                   == [(addresses[0], "dict", None), (addresses[1], "list", None)], answer)

    def plain_commands(self):
        for command in ("regions", "find-all-types", "show-analysis-data"):
            text = self.tool.answer(self.path, command).output
            self.check(f"{command} answers", text.count("\n") >= 3, text[:300])
            self.tool.json(self.path, command)
            self.check(f"{command} --json is JSON", True)
        types = self.tool.answer(self.path, "find-all-types").output
        self.check("find-all-types lists the program's class", self.dumps.address("class") in types)
        helped = self.tool.answer(self.path, "help").output
        self.check("help lists the commands", all(name in helped for name in (
            "info", "regions", "count-by-type", "find-all-objects", "repr", "aggregate-strings", "validate-layouts")),
            helped)
        helped = self.tool.answer(self.path, "help", "repr").output
        self.check("help tells of a command's options", "--max-entries" in helped, helped)

    def spellings(self):
        address = self.dumps.address("dict")
        plain = self.tool.answer(self.path, "repr", address).output
        quoted = self.tool.answer(f"--path={self.path}", f"--command=repr {address}").output
        self.check("--path and --command mean the same", plain == quoted, (plain[:200], quoted[:200]))
        limited = self.tool.answer(f"--path={self.path}",
                                   "--command=find-all-objects --type-name='dict' --max-results=2"
                                   )
        self.check("a command in one word has its options and quotes", limited.output.count("@") >= 1, limited)

    def prompt(self):
        lines = f"repr {self.dumps.address('list')}\n\ncount-by-tpye\nfind-all-objects --type-name=Known --count\n"
        plain = self.tool.answer(self.path, "repr", self.dumps.address("list")).output.strip()
        for ending in ("exit\nrepr 0\n", ""):
            outcome = self.tool.run(f"--path={self.path}", input=lines + ending)
            self.check("commands may come from standard input" + (", to its end" if not ending else ", until exit"),
                       plain in outcome.output and not outcome.by_signal, outcome)
            self.check("the prompt goes on after a mistake", "123" in outcome.output + outcome.errors
                       and "count-by-type" in outcome.errors, outcome)

    def essence(self):
        """What every form of one dump has to answer alike."""
        names = ("dict", "list", "int", "instance", "class")
        return ([self.tool.answer(self.path, "repr", self.dumps.address(name)).output for name in names],
                sorted(entry["address"] for entry in
                       self.tool.json(self.path, "find-all-objects", "--type-name=Known")["objects"]),
                [entry for entry in self.tool.json(self.path, "count-by-type")["types"]
                 if entry["name"] in ("list", "dict", "function", "generator", "set", "frozenset")])
