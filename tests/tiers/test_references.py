"""The tool's references against the process's own word: `gc.get_referents` and `gc.get_referrers`, object by object."""

from collections import Counter, defaultdict
from pathlib import Path

import pytest

pytestmark = pytest.mark.tier4

FIXTURE = "fixture_references.py"
# What a module's C code keeps for it is known to that code alone: the tool calls it probable.
INEXACT = {"builtins.module"}
FEWEST = 50_000  # objects that are compared


def test_references(context):
    """references against gc.get_referents and gc.get_referrers"""
    dumps = context.dumps(FIXTURE, "{folder}")
    truth = Truth(dumps.folder)
    compare_referents(context, dumps, truth)
    compare_referrers(context, dumps, truth)


def test_derived(context):
    """What instances of classes that derive from C types visit: no fields of types that visit nothing themselves."""
    dumps = context.dumps("fixture_derived.py")
    addresses = ",".join(facts["address"] for facts in dumps.objects.values())
    answer = context.tool.json(dumps.directory, "find-referents", addresses)
    found = {entry["address"]: Counter(int(referent["address"], 16) for referent in entry["referents"]
                                       if referent["kind"] == "visited") for entry in answer["objects"]}
    wrong = {name: (facts["address"], found.get(facts["address"])) for name, facts in dumps.objects.items()
             if found.get(facts["address"]) != Counter(facts["referents"])}
    context.report.check(context.name(f"referents of {len(found)} instances of derived classes and capsules equal "
                                      "gc.get_referents"), len(found) > 150 and not wrong, wrong)


class Truth:
    """What `fixture_references.py` wrote."""

    def __init__(self, folder):
        folder = Path(folder)
        rows = [numbers(line) for line in (folder / "referents").read_text().splitlines()]
        self.referents = {row[0]: Counter(row[2:]) for row in rows}  # an object may have two rows
        self.kinds = {row[0]: row[1] for row in rows}
        self.referrers = {row[0]: set(row[1:]) for row in
                          (numbers(line) for line in (folder / "referrers").read_text().splitlines())}
        self.tracked = set(numbers((folder / "tracked").read_text()))
        self.names, self.bases = {}, {}
        for line in (folder / "types").read_text().splitlines():
            address, name, *bases = line.split(" ")
            self.names[int(address, 16)] = name
            self.bases[int(address, 16)] = set(bases)

    def is_exact(self, address):
        return not self.bases[self.kinds[address]] & INEXACT


def compare_referents(context, dumps, truth):
    """What is visited is what `gc.get_referents` gives, with repetitions."""
    listed = dumps.folder / "addresses"
    listed.write_text("\n".join(f"{address:016X}" for address in truth.referents))
    answer = context.tool.json(dumps.directory, "find-referents", f"--addresses-from={listed}", timeout=300)
    wrong, approximate, examples = Counter(), Counter(), {}
    exact, types = 0, defaultdict(int)
    for entry in answer["objects"]:
        address = int(entry["address"], 16)
        found = Counter(int(referent["address"], 16) for referent in entry["referents"]
                        if referent["kind"] == "visited")
        known, name = truth.is_exact(address), truth.names[truth.kinds[address]]
        exact += known
        types[name] += known
        if found != truth.referents[address]:
            (wrong if known else approximate)[name] += 1
            examples.setdefault(name, described(address, entry, found, truth.referents[address]))
    lost = {int(address, 16) for address in answer["missing"]}
    context.report.check(context.name("find-referents answers for every object"),
                         not lost and len(answer["objects"]) == len(truth.referents),
                         f"{len(answer['objects'])} of {len(truth.referents)}, lost {sample(lost, truth)}")
    context.report.check(context.name(f"referents equal gc.get_referents, {exact} objects of "
                                      f"{sum(1 for count in types.values() if count)} types one by one"),
                         exact >= FEWEST and not wrong, listed_in(wrong, examples))
    if approximate:
        context.report.note(f"types not compared that have other referents: {listed_in(approximate, {})}")


def compare_referrers(context, dumps, truth):
    """Who visits a target is who `gc.get_referrers` gives, among the objects that the collector tracks."""
    addresses = ",".join(f"{address:016X}" for address in truth.referrers)
    answer = context.tool.json(dumps.directory, "find-references", addresses, timeout=300)
    context.report.equal(context.name("find-references answers for every object"),
                         [int(entry["address"], 16) for entry in answer["objects"]], list(truth.referrers))
    for entry in answer["objects"]:
        target = int(entry["address"], 16)
        by_kind = defaultdict(set)
        for referrer in entry["referrers"]:
            by_kind[referrer["kind"]].add(int(referrer["address"], 16))
        expected = truth.referrers[target] & truth.tracked
        lost = expected - by_kind["visited"]
        # What is not known to be visited is found all the same.
        lost = {address for address in lost if address not in by_kind["probable"]
                or (address in truth.kinds and truth.is_exact(address))}
        extra = {address for address in by_kind["visited"] & truth.tracked - expected
                 if address in truth.kinds and truth.is_exact(address)}
        context.report.check(
            context.name(f"referrers of {entry['type']} {target:016X} are those of gc.get_referrers ({len(expected)})"),
            not lost and not extra, f"lost {sample(lost, truth)}, extra {sample(extra, truth)}")


def numbers(line):
    return [int(word, 16) for word in line.split()]


def sample(addresses, truth):
    return [f"{address:016X} {truth.names.get(truth.kinds.get(address))}" for address in sorted(addresses)[:5]]


def described(address, entry, found, expected):
    by = {int(referent["address"], 16): f"{referent['kind']} {referent['by']} {referent['type']}"
          for referent in entry["referents"]}
    missing, extra = expected - found, found - expected
    return (f"{address:016X}: missing {[(f'{item:016X}', by.get(item)) for item in list(missing)[:4]]}, "
            f"extra {[(f'{item:016X}', by.get(item)) for item in list(extra)[:4]]}")


def listed_in(counter, examples):
    return ", ".join(f"{name} {count} {examples.get(name, '')}" for name, count in counter.most_common(25))
