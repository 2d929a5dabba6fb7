"""Objects of every type, ten thousand of each: the tool's answer against the process's own word.

Every object is compared: that it is found, as what, its size; of a sample of each type, what it refers to. What is
found beyond the process's own walk is judged by who holds it (see `holders.py`).
"""

import array
import bisect
import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from fixtures.sizes import NOT_COMPARED
from harness.target import FIXTURES, Target
from harness.truth import MOST_GONE, DumpedWords, Truth, TypeFacts, words_of
from tiers.holders import Holders

FIXTURE = "fixture_types.py"
REQUIRED_PRECISION = 0.9999
TIME_LIMIT = 900
# Types that the tool does not claim to know in every version: their sizes, and what they refer to, are those of a type
# read by its basic size and words: the metaclasses of ctypes and what they keep, and in 3.10 the list of statements
# that a cache of sqlite3 is. How many objects differ is printed.
NOT_KNOWN = re.compile(r"_ctypes\.(PyC\w+Type|UnionType|CType_Type)|ctypes\._endian\._swapped_\w+_meta|StgDict|"
                       r"sqlite3\.Cache")
LINE = re.compile(rb'\{"address":"([0-9A-F]{16})",(?:"isSizeBasic":true,)?"size":(\d+),"type":"((?:[^"\\]|\\.)*)",'
                  rb'"typeAddress":"([0-9A-F]{16})"\}')


@dataclass
class TypeResult:
    """What was found of one type."""

    label: str
    count: int = 0
    tracked: int = 0
    found: int = 0
    lost: int = 0
    unreached: int = 0  # found, held by C code, not reached by the process's walk
    extra: int = 0  # found, and there is no sign that it is alive
    wrong_sizes: int = 0
    sampled: int = 0
    wrong_referents: int = 0
    is_promised: bool = True  # whether as many as there are have to be found, and no more, where all are tracked
    examples: dict = field(default_factory=dict)

    @property
    def wrong(self):
        return self.lost + self.extra + self.wrong_sizes + self.wrong_referents

    @property
    def is_known(self):
        return not NOT_KNOWN.fullmatch(self.label)

    def example(self, kind, text):
        """Keeps two examples of each kind."""
        found = self.examples.setdefault(kind, [])
        if len(found) < 2:
            found.append(text)


class CompactTruth(Truth):
    """The truth in arrays: of some millions of objects, tuples would fill the memory."""

    @classmethod
    def read(cls, folder):
        truth = cls()
        for line in (folder / "truth.types").read_text().splitlines():
            facts = TypeFacts(**json.loads(line))
            truth.types[facts.address] = facts
        words = words_of(folder / "truth")
        truth.addresses, truth.kinds, truth.sizes, truth.tracked = (words[place::4] for place in range(4))
        truth.rows = dict(zip(truth.addresses, range(len(truth.addresses))))
        bounds = iter(words_of(folder / "truth.static"))
        truth.static_data = list(zip(bounds, bounds))
        expected = folder / "expected.json"
        truth.expected = json.loads(expected.read_text()) if expected.exists() else []
        truth.read_mappings(folder)
        # What the walk drove out of caches, some before it asked what else refers to it.
        freed = folder / "truth.freed"
        truth.freed = set(words_of(freed)) if freed.exists() else set()
        words = words_of(folder / "truth.referents")
        truth.referents = {}
        place = 0
        while place < len(words):
            end = place + 2 + words[place + 1]
            if words[place] in truth.rows:
                # What is no object of the process at the fork the walk has made, such as a frame's dictionary of local
                # variables; or it is dead, and in a free list that its module shows to the collector.
                truth.referents[words[place]] = [word for word in words[place + 2:end] if word in truth.rows]
            place = end
        return truth


def run(context):
    folder = context.workshop.scratch(f"types-{context.version}")
    with Target(context.interpreter, FIXTURES / FIXTURE, folder, timeout=TIME_LIMIT) as target:
        context.tool.dump(target.pid, folder / "directory", timeout=TIME_LIMIT)
    comparison = Comparison(context, folder)
    # Each step by itself, so that one that fails leaves the others' results.
    for step in (comparison.check_expectations, comparison.compare_objects, comparison.judge_extras,
                 comparison.compare_referents, comparison.report_all):
        with context.report.section(context.name(f"types: {step.__name__}")):
            step()
    context.records.keep(context.version, comparison)
    context.workshop.remove(folder)


class Comparison:
    """The tool's objects of one dump beside the truth."""

    def __init__(self, context, folder):
        self.context = context
        self.release = context.release()
        self.dump = folder / "directory"
        self.scratch = folder
        self.truth = CompactTruth.read(folder)
        self.results = {}
        self.object_count = len(self.truth.addresses)
        self.rows = 0
        self.holders = defaultdict(Counter)  # type name -> what holds its objects that the walk did not reach
        self.extras = {}  # address -> (type address, size, name), of what the truth does not know
        # Of all that was found, in the order of addresses.
        self.starts, self.ends, self.kinds = (array.array("Q") for _ in range(3))
        self.seen = bytearray(len(self.truth.addresses))
        counts, tracked = Counter(self.truth.kinds), Counter()
        for kind, is_tracked in zip(self.truth.kinds, self.truth.tracked):
            tracked[kind] += is_tracked
        for kind, count in counts.items():
            self.result(kind).count = count
            self.result(kind).tracked = tracked[kind]

    def release_memory(self):
        """Keeps the results alone."""
        self.truth.rows = self.truth.referents = self.truth.addresses = self.truth.kinds = self.truth.sizes = None
        self.truth.tracked = self.seen = self.extras = self.starts = self.ends = self.kinds = None

    def result(self, kind, name=None):
        if kind not in self.results:
            label = self.truth.label(kind) if kind in self.truth.types or name is None else name
            self.results[kind] = TypeResult(label)
        return self.results[kind]

    def check(self, claim, holds, detail=""):
        self.context.report.check(self.context.name(f"types: {claim}"), holds, detail)

    def check_expectations(self):
        """The fixture has what it promises."""
        short = {}
        for entry in self.truth.expected:
            count = sum(self.results[kind].count for kind in entry["types"] if kind in self.results)
            if count < entry["count"]:
                short[entry["name"]] = (count, entry["count"])
        self.check(f"the fixture has its objects of {len(self.truth.expected)} kinds, {self.object_count} in all",
                   not short, f"(there are, expected): {short}")

    def compare_objects(self):
        truth, rows = self.truth, self.truth.rows
        announced = strange = 0
        for line in self.context.tool.lines(self.dump, "find-all-objects", "--no-repr", "--json"):
            match = LINE.match(line)
            if match is None:
                announced = announced or json_count(line)
                strange += b'"address"' in line
                continue
            address, size, name, kind = match.groups()
            self.rows += 1
            address, size, kind = int(address, 16), int(size), int(kind, 16)
            self.starts.append(address)
            self.ends.append(address + size)
            self.kinds.append(kind)
            row = rows.get(address)
            if row is None:
                self.extras[address] = (kind, size, name.decode())
                continue
            if self.seen[row]:
                self.context.report.check(f"{address:016X} is listed once", False)
            self.seen[row] = 1
            self.compare_object(address, row, kind, size, name)
        self.check("as many objects are listed as are said to be found", self.rows == announced and not strange,
                   (self.rows, announced, strange))
        lost = [row for row, is_seen in enumerate(self.seen) if not is_seen]
        gone = DumpedWords(self.dump).gone((truth.addresses[row], truth.kinds[row]) for row in lost)
        self.check(f"at most {MOST_GONE} objects have gone behind the fork ({len(gone)})", len(gone) <= MOST_GONE)
        for row in lost:
            if truth.addresses[row] in gone:
                self.results[truth.kinds[row]].count -= 1
            else:
                result = self.result(truth.kinds[row])
                result.lost += 1
                result.example("lost", f"{truth.addresses[row]:016X} ({truth.sizes[row]} bytes) is not found")

    def compare_object(self, address, row, kind, size, name):
        truth = self.truth
        result = self.results[truth.kinds[row]]
        if kind != truth.kinds[row]:
            result.lost += 1
            result.example("lost", f"{address:016X} is found as {name.decode()}")
            return
        result.found += 1
        if truth.sizes[row] not in (size, NOT_COMPARED):
            result.wrong_sizes += 1
            result.example("size", f"{address:016X} has {truth.sizes[row]} bytes, found {size}")

    def judge_extras(self):
        holders = HoldersOfMany(self)
        for address, (kind, _, name) in self.extras.items():
            result = self.result(kind, name)
            judgement = holders.judgement(address)
            if judgement in ("held", "static"):
                result.unreached += 1
                self.holders[name].update(holders.kinds(address))
            else:
                result.extra += 1
                places = ", ".join(f"{count} {place}" for place, count in holders.kinds(address).most_common(3))
                result.example("extra",
                               f"{address:016X} in {self.truth.mapping(address)} is {judgement}: "
                               f"count {holders.word(address):X}, words: {places or 'none'}")

    def compare_referents(self):
        truth = self.truth
        wanted = [address for address in truth.referents if self.seen[truth.rows[address]]]
        path = self.scratch / "addresses"
        path.write_text("".join(f"{address:016X}\n" for address in wanted))
        told = set()
        decoder = json.JSONDecoder()
        for line in self.context.tool.lines(self.dump, "find-referents", f"--addresses-from={path}", "--json"):
            if line.startswith(b'{"address"'):
                # One object a line; what is behind it is the list's.
                entry, _ = decoder.raw_decode(line.decode())
                told.add(int(entry["address"], 16))
                self.compare_referents_of(entry)
        self.check("the referents of every object of the samples are told", told == set(wanted),
                   f"{len(told)} of {len(wanted)}")

    def compare_referents_of(self, entry):
        address = int(entry["address"], 16)
        truth = self.truth
        result = self.results[truth.kinds[truth.rows[address]]]
        expected = Counter(truth.referents[address])
        found = Counter(int(referent["address"], 16) for referent in entry["referents"]
                        if referent["kind"] == "visited")
        for freed in truth.freed & (found.keys() - expected.keys()):
            del found[freed]
        result.sampled += 1
        if found != expected:
            result.wrong_referents += 1
            by = {int(referent["address"], 16): referent.get("by") for referent in entry["referents"]}
            missing = [self.described(other) for other in (expected - found)]
            more = [f"{self.described(other)} by {by.get(other)}" for other in (found - expected)]
            result.example("referents", f"{address:016X} visits {sum(expected.values())}, found {sum(found.values())}; "
                                        f"missing {missing[:3]}, too many {more[:3]}")

    def described(self, address):
        row = self.truth.rows.get(address)
        return f"{address:016X}" + (f" ({self.truth.label(self.truth.kinds[row])})" if row is not None else "")

    def report_all(self):
        results = list(self.results.values())
        self.check(f"recall is 100 % ({self.object_count} objects)", not any(r.lost for r in results),
                   listed(results, "lost", "lost"))
        extra = sum(r.extra for r in results)
        precision = 1 - extra / max(1, self.rows)
        self.check(f"precision is at least {REQUIRED_PRECISION:.2%} (found {precision:.5%})",
                   precision >= REQUIRED_PRECISION, listed(results, "extra", "extra"))
        always = [r for r in results if r.is_promised and r.count and r.tracked == r.count]
        wrong = {r.label: (r.count, r.found + r.extra) for r in always if r.extra or r.found != r.count}
        self.check(f"the counts of {len(always)} types that are always tracked are equal", not wrong,
                   f"(truth, found): {wrong}")
        known = [r for r in results if r.is_known]
        self.check("all sizes of known types equal sys.getsizeof", not any(r.wrong_sizes for r in known),
                   listed(known, "wrong_sizes", "size"))
        self.check(f"what {sum(r.sampled for r in known)} objects of known types refer to equals gc.get_referents",
                   not any(r.wrong_referents for r in known), listed(known, "wrong_referents", "referents"))
        differing = {r.label: (r.wrong_sizes, r.wrong_referents) for r in results if r not in known
                     and (r.wrong_sizes or r.wrong_referents)}
        if differing:
            self.context.report.note(f"types that are not known, with (sizes, referents) that differ: {differing}")
        few = [(r.label, r.sampled) for r in results if r.sampled < min(1000, r.count - r.lost)]
        self.check("the samples have a thousand objects of each type, or all", not few, few)


class HoldersOfMany(Holders):
    """Holders looked up in the arrays of a comparison."""

    def __init__(self, comparison):
        super().__init__(comparison.dump, list(comparison.extras), comparison.extras, comparison.truth)
        self._comparison = comparison

    def kind(self, place):
        if self._truth.is_static(place):
            return "static data"
        starts, ends = self._comparison.starts, self._comparison.ends
        index = bisect.bisect_right(starts, place) - 1
        if index >= 0 and place < ends[index]:
            return f"in a {self._truth.label(self._comparison.kinds[index])}"
        return self._truth.mapping(place)


def listed(results, name, example, limit=15):
    wrong = sorted((r for r in results if getattr(r, name)), key=lambda r: -getattr(r, name))
    texts = [f"{r.label} {getattr(r, name)} ({(r.examples.get(example) or ['-'])[0]})" for r in wrong[:limit]]
    return f"{sum(getattr(r, name) for r in wrong)} objects of {len(wrong)} types: " + "; ".join(texts)


def json_count(line):
    match = re.match(rb'\{"count":(\d+)', line)
    return int(match[1]) if match else 0
