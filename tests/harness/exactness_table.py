"""The page `docs/exactness.md`: what the tests measured, version by version and type by type. Nobody writes it by
hand."""

from harness.interpreters import PROJECT, VERSIONS, dotted

PAGE = PROJECT / "docs" / "exactness.md"

HEAD = """# Exactness

Written by `make exactness`; do not edit. For every version a process was made that holds at least 10,000 objects of
each type, a third of them made with garbage collection on, a third with it off and then run, a third with it off, among
much that was allocated and freed (`tests/fixtures/fixture_types.py`). It wrote down its own truth: every object that
`gc.get_objects()` has or that can be reached from those, its type and `sys.getsizeof`, and for at least 1,000 objects
of each type `gc.get_referents`. The tool's answer from a dump was compared with it, object by object.

- *recall*: of the process's objects, those that were found, with their type.
- *precision*: of the objects that were found, those that are alive: known to the process's own walk, or held by C code
  (as many words of memory are the object's address as its reference count says).
- *sizes*: of the objects of known types, those whose size is `sys.getsizeof`'s.
- *referents*: of the sampled objects of known types, those whose referents are, as a multiset, those of
  `gc.get_referents`.

Nearly every type is known. Those that are not are read by their basic size and words, and are named below the table.
"""

LEGEND = """
## By type

Each field has the number of objects and ✓ if recall, precision, sizes and referents are all 100 %; else what is not. A
dash: the version has no such type, or the program could not make one.
"""


def write(comparisons):
    """Writes the page from one comparison for each version."""
    versions = [version for version in VERSIONS if version in comparisons]
    lines = [HEAD, *summary(versions, comparisons), LEGEND, *by_type(versions, comparisons)]
    few = {(entry["name"], entry["count"], entry["reason"]) for comparison in comparisons.values()
           for entry in comparison.truth.expected if entry["reason"]}
    lines += ["", "Of some types there are fewer than 10,000 objects:", ""]
    names = {}
    for name, count, reason in few:
        names.setdefault(name, (set(), reason))[0].add(count)
    for name, (counts, reason) in sorted(names.items()):
        lines.append(f"- {name}, {' to '.join(f'{n:,}' for n in sorted({min(counts), max(counts)}))}: {reason}")
    PAGE.write_text("\n".join(lines) + "\n")


def summary(versions, comparisons):
    yield "| version | objects | types | recall | precision | sizes | referents | tracked types with equal counts |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for version in versions:
        results = list(comparisons[version].results.values())
        total, known = Figures(results), Figures([r for r in results if r.is_known])
        always = [r for r in results if r.count and r.tracked == r.count]
        equal = sum(r.found == r.count and not r.extra for r in always)
        yield (f"| {comparisons[version].release} | {total.count:,} | {sum(r.count > 0 for r in results)} "
               f"| {percent(total.recall)} | {percent(total.precision)} | {percent(known.sizes)} "
               f"| {percent(known.referents)} | {equal} of {len(always)} |")
    for version in versions:
        unknown = [f"{r.label} ({r.count})" for r in comparisons[version].results.values() if r.count
                   and not r.is_known]
        yield f"\nNot known in {dotted(version)}, with the number of objects: {', '.join(sorted(unknown))}."
    missing = [dotted(version) for version in VERSIONS if version not in comparisons]
    if missing:
        yield f"\nNot measured, for want of an interpreter: {', '.join(missing)}."


def by_type(versions, comparisons):
    names = {}  # in the order of the fixture, those of the newest version first
    for version in reversed(versions):
        for entry in comparisons[version].truth.expected:
            names.setdefault(entry["name"])
    yield "| | " + " | ".join(dotted(version) for version in versions) + " |"
    yield "| --- |" + " ---: |" * len(versions)
    for name in names:
        yield f"| {name} | " + " | ".join(cell(comparisons[version], name) for version in versions) + " |"


def cell(comparison, name):
    entry = next((entry for entry in comparison.truth.expected if entry["name"] == name), None)
    if entry is None:
        return "—"
    return str(Figures([comparison.results[kind] for kind in entry["types"] if kind in comparison.results]))


class Figures:
    """What is exact of some types, as shares."""

    def __init__(self, results):
        self.count = sum(r.count for r in results)
        lost, extra = sum(r.lost for r in results), sum(r.extra for r in results)
        found = sum(r.found for r in results)
        self.recall = share(self.count - lost, self.count)
        self.precision = share(found, found + extra)
        self.sizes = share(found - sum(r.wrong_sizes for r in results), found)
        sampled = sum(r.sampled for r in results)
        wrong = sum(r.wrong_referents for r in results)
        self.referents = share(sampled - wrong, sampled) if sampled or not self.count else None

    def __str__(self):
        wrong = [f"{name} {percent(value)}" for name, value in (
            ("recall", self.recall), ("precision", self.precision), ("sizes", self.sizes),
            ("referents", self.referents)) if value != 1]
        return f"{self.count:,} " + (", ".join(wrong) or "✓")


def share(part, whole):
    return part / whole if whole else 1


def percent(value):
    """Never rounded up to 100; what was not measured has no value."""
    if value is None:
        return "not measured"
    if value == 1:
        return "100 %"
    return f"{int(value * 1_000_000) / 10_000:.4f}".rstrip("0").rstrip(".") + " %"
