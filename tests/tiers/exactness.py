"""The tool's objects against the process's own word, address by address: type, size, recall and precision."""

import re
from collections import Counter, defaultdict

from harness.elf_symbols import Symbols
from harness.truth import MOST_GONE, DumpedWords, Truth
from harness.workshop import FORMS

FIXTURE = "fixture_exactness.py"
# What C code has in static data without any Python object that leads to it: definitions of modules, tuples of keyword
# names that Argument Clinic makes, types that no module shows; since 3.11 the code objects and constants of frozen
# modules that nobody imported, and the names, the empty mapping and the spare MemoryError of the runtime itself.
MADE_BY_C = {"moduledef", "tuple", "type", "code", "str", "bytes", "int", "hamt", "hamt_bitmap_node", "MemoryError"}
# The metaclasses of ctypes tell sizes of their own, which the tool does not know.
CTYPES_CLASSES = re.compile(r"ctypes\._endian\._swapped_\w+_meta")
REQUIRED_PRECISION = 0.999
GC_HEAD = 16  # bytes of the collector's head before an object
EXACT_SIZES = {
    "type", "NoneType", "bool", "int", "float", "complex", "str", "bytes", "bytearray", "tuple", "list", "dict", "set",
    "frozenset", "cell", "function", "method", "builtin_function_or_method", "module", "code", "generator",
    "coroutine", "async_generator"}


def run(context):
    dumps = context.dumps(FIXTURE, "{folder}", settings=context.workshop.with_ledger())
    truth = Truth.read(dumps.folder)
    context.report.check(context.name(f"the fixture has at least 200,000 objects ({len(truth.objects)})"),
                         len(truth.objects) >= 200_000)
    context.report.check(context.name(f"the fixture has at least 30 types ({len(truth.types)})"),
                         len(truth.types) >= 30)
    missing = EXACT_SIZES - {facts.name for facts in truth.types.values() if facts.module == "builtins"}
    context.report.check(context.name("the fixture has objects of every type whose size is checked"),
                         not missing, missing)
    # A distribution keeps the symbols in files of their own.
    symbols = Symbols(truth.files, context.interpreter.parents[1] / "lib" / "debug")
    for form in FORMS:
        with context.report.section(context.name(f"exactness from the {form}")):
            answer = context.tool.json(dumps.path(form), "find-all-objects", "--max-recursion-depth=1",
                                       "--max-entries=1", "--max-string-length=16", timeout=300)
            counts = context.tool.json(dumps.path(form), "count-by-type")
            comparison = Comparison(context, form, truth, answer, counts, symbols, dumps.directory)
            comparison.report_all(table=form == FORMS[0])


class Comparison:
    """One answer of the tool beside the truth."""

    def __init__(self, context, form, truth, answer, counts, symbols, directory):
        self.context = context
        self.form = form
        self.truth = truth
        self.symbols = symbols
        self.directory = directory
        self.counts = {int(entry["address"], 16): entry for entry in counts["types"]}
        self.total = counts["objects"]
        self.rows = len(answer["objects"])
        self.found = {int(entry["address"], 16): (int(entry["typeAddress"], 16), entry["size"], entry["type"])
                      for entry in answer["objects"]}

    def report_all(self, table):
        self.check("every object is listed once", self.rows == len(self.found),
                   f"{self.rows} rows, {len(self.found)} addresses")
        self.check("count-by-type and find-all-objects agree", self.total == len(self.found)
                   and self.counts_of_found() == {kind: entry["count"] for kind, entry in self.counts.items()
                                                  if entry["count"]},
                   f"{self.total} against {len(self.found)}")
        self.check_recall()
        self.check_tally()
        self.check_tracked_counts()
        self.check_sizes()
        self.check_bytes()
        self.check_names()
        self.check_precision()
        if table:
            self.print_table()

    def check(self, claim, holds, detail=""):
        self.context.report.check(self.context.name(f"{self.form}: {claim}"), holds, detail)

    def counts_of_found(self):
        return dict(Counter(kind for kind, _, _ in self.found.values()))

    def check_recall(self):
        lost = Counter()
        examples = {}
        missing = [(address, kind) for address, (kind, _, _) in self.truth.objects.items()
                   if self.found.get(address, (None,))[0] != kind]
        gone = DumpedWords(self.directory).gone(missing)
        self.check(f"at most {MOST_GONE} objects have gone behind the fork ({len(gone)})", len(gone) <= MOST_GONE)
        for address, kind in missing:
            if address not in gone:
                label = self.truth.label(kind)
                lost[label] += 1
                examples.setdefault(label, f"{address:016X}")
        self.check("every object of the process is found, with its type (recall 100 %)", not lost,
                   f"{sum(lost.values())} of {len(self.truth.objects)}: {self.listed(lost, examples)}")

    def check_tally(self):
        for name, addresses in self.truth.tally.items():
            lost = [address for address in addresses
                    if address not in self.found or self.truth.label(self.found[address][0]) != name]
            self.check(f"the program's own {len(addresses)} objects of type {name} are found", not lost,
                       f"{len(lost)} are not: {[f'{address:016X}' for address in lost[:5]]}")

    def check_tracked_counts(self):
        """Where garbage collection knows every object of a type, its count is the count."""
        own, untracked = Counter(), set()
        for kind, _, tracked in self.truth.objects.values():
            own[kind] += 1
            if not tracked:
                untracked.add(kind)
        # A static object of C, such as the empty `hamt`, is one of its type and is not tracked.
        static = Counter(kind for address, (kind, _, _) in self.found.items()
                         if kind not in untracked and address not in self.truth.objects
                         and self.truth.is_static(address))
        # The frame object of a function that runs is not tracked, and there need not be one.
        untracked |= {kind for kind in own if self.truth.label(kind) == "frame"}
        wrong = {self.truth.label(kind): (count, self.count(kind)) for kind, count in own.items()
                 if kind not in untracked and self.count(kind) != count + static[kind]}
        compared = len(own) - len(untracked & set(own))
        self.check(f"counts equal gc.get_objects() for the {compared} types that are always tracked",
                   compared >= 30 and not wrong, f"(truth, found): {wrong}")

    def count(self, kind):
        return self.counts.get(kind, {"count": 0})["count"]

    def check_sizes(self):
        wrong, examples, approximate = Counter(), {}, Counter()
        compared = 0
        for address, (kind, size, _) in self.truth.objects.items():
            found = self.found.get(address)
            if found is None:
                continue
            exact = self.is_exact(kind)
            compared += exact
            if found[1] != size:
                label = self.truth.label(kind)
                (wrong if exact else approximate)[label] += 1
                examples.setdefault(label, f"{address:016X} is {size}, found {found[1]}")
        self.check(f"sizes equal sys.getsizeof, {compared} objects one by one", compared > 200_000 and not wrong,
                   self.listed(wrong, examples))
        if approximate:
            self.context.report.note("sizes that differ for types known generically only: "
                                     + self.listed(approximate, examples))

    def is_exact(self, kind):
        facts = self.truth.types[kind]
        if facts.python:
            return not CTYPES_CLASSES.fullmatch(facts.label)
        return facts.module == "builtins" and facts.name in EXACT_SIZES

    def check_bytes(self):
        sums = defaultdict(int)
        for kind, size, _ in self.found.values():
            sums[kind] += size
        wrong = {self.truth.label(kind): (sums[kind], entry["bytes"]) for kind, entry in self.counts.items()
                 if sums[kind] != entry["bytes"]}
        self.check("bytes by type are the sums of the sizes", not wrong, f"(sum, count-by-type): {wrong}")

    def check_names(self):
        wrong = {}
        for kind, _, name in self.found.values():
            facts = self.truth.types.get(kind)
            if facts and name not in (facts.label, f"{facts.module}.{facts.name}"):
                # A static type written in C says its name in `tp_name` alone, with or without a module.
                if facts.python or name.rpartition(".")[2] != facts.name:
                    wrong[facts.label] = name
        self.check("types have their names", not wrong, wrong)

    def check_precision(self):
        extras, static = Counter(), Counter()
        examples = {}
        tallied = {address for addresses in self.truth.tally.values() for address in addresses}
        for address, (kind, size, name) in self.found.items():
            if address not in self.truth.objects and address not in tallied:
                if self.is_variable(address, size):
                    static[name] += 1
                    continue
                extras[name] += 1
                examples.setdefault(name, f"{address:016X}")
        precision = 1 - sum(extras.values()) / max(1, len(self.found))
        self.check(f"precision is at least {REQUIRED_PRECISION:.2%} (found {precision:.4%})",
                   precision >= REQUIRED_PRECISION,
                   f"{sum(extras.values())} of {len(self.found)}: {self.listed(extras, examples)}")
        self.context.report.note(f"static objects of C that no Python object leads to, by the programs' own symbols: "
                                 f"{dict(static)}")
        if extras:
            self.context.report.note(f"{sum(extras.values())} objects that the process does not know of: "
                                     + self.listed(extras, examples))

    def is_variable(self, address, size):
        """Whether the program's file says that a variable begins here, be it with the collector's head; or that this is
        part of `_PyRuntime`, where the small ints, the interned names and such are."""
        if not self.truth.is_static(address):
            return False
        start, room, name = self.symbols.variable(address) or (0, 0, "")
        return name == "_PyRuntime" or address in (start, start + GC_HEAD) and address + size <= start + room + GC_HEAD

    def listed(self, counter, examples, limit=25):
        return ", ".join(f"{label} {count} (such as {examples[label]})" for label, count in counter.most_common(limit))

    def print_table(self):
        own = Counter(kind for kind, _, _ in self.truth.objects.values())
        tracked = Counter(kind for kind, _, is_tracked in self.truth.objects.values() if is_tracked)
        note = self.context.report.note
        note(f"{'type':<40}{'truth':>9}{'tracked':>9}{'found':>9}{'extra':>7}")
        for kind, count in own.most_common(60):
            found = self.count(kind)
            note(f"{self.truth.label(kind)[:39]:<40}{count:>9}{tracked[kind]:>9}{found:>9}{found - count:>7}")
