"""What the process says of its objects against what is found of them, under each way to allocate them."""

import shutil
import subprocess
from collections import Counter

import pytest

from harness.target import FIXTURES, NATIVE, Target
from harness.truth import MOST_GONE, DumpedWords, Truth

pytestmark = pytest.mark.tier3

FIXTURE = "fixture_allocators.py"
# So many may be known to nobody but C code; and so many more than with the first allocator may be none.
MOST_UNKNOWN = 1000
MOST_FALSE = 100
# There is one of each in a process.
SINGLETONS = {"NoneType": 1, "ellipsis": 1, "NotImplementedType": 1, "bool": 2}


def test_allocators(context):
    """every way to allocate"""
    other = other_malloc(context.workshop)
    most = MOST_UNKNOWN
    for name, settings in (("the debugging allocator", {"PYTHONMALLOC": "debug"}),
                           ("the C library's allocator", {"PYTHONMALLOC": "malloc"}),
                           ("large blocks of another allocator", {"LD_PRELOAD": str(other)}),
                           ("all blocks of another allocator", {"LD_PRELOAD": str(other), "PYTHONMALLOC": "malloc"})):
        with context.report.section(context.name(name)):
            most = min(most, check(context, name, settings, most) + MOST_FALSE)


def other_malloc(workshop):
    """An allocator of no known kind, as a library."""
    library = workshop.folder / "other_malloc.so"
    if not library.exists():
        compiler = shutil.which("cc") or shutil.which("clang")
        subprocess.run([compiler, "-O2", "-fno-builtin", "-shared", "-fPIC", "-o", library, NATIVE / "other_malloc.c"],
                       check=True)
    return library


def check(context, name, settings, most):
    """How many objects are found that the process does not know of; `most` may be."""
    folder = context.workshop.scratch("allocators")
    dump = folder / "dump"
    with Target(context.interpreter, FIXTURES / FIXTURE, folder, settings=settings) as target:
        context.tool.dump(target.pid, dump)
    truth = Truth.read(folder)
    found = {int(row["address"], 16): row for row in
             context.tool.json(dump, "find-all-objects", "--no-repr")["objects"]}
    missing = [(address, kind) for address, (kind, _, _) in truth.objects.items()
               if address not in found or int(found[address]["typeAddress"], 16) != kind]
    gone = DumpedWords(dump).gone(missing)
    lost = Counter(truth.label(kind) for address, kind in missing if address not in gone)
    context.report.check(context.name(f"{name}: all {len(truth.objects)} objects are found"),
                         not lost and len(gone) <= MOST_GONE and len(truth.objects) > 10_000, lost.most_common(8))
    unknown = [row for address, row in found.items() if address not in truth.objects and not truth.is_static(address)]
    context.report.check(context.name(f"{name}: what is found are objects ({len(unknown)} are not known)"),
                         len(unknown) <= most, Counter(row["type"] for row in unknown).most_common(12))
    counts = context.tool.json(dump, "count-by-type")
    singletons = {row["name"]: row["count"] for row in counts["types"] if row["name"] in SINGLETONS}
    context.report.equal(context.name(f"{name}: there is one of each singleton"), singletons, SINGLETONS)
    context.report.check(context.name(f"{name}: the layout is trusted"),
                         "layout checks fail" not in context.tool.answer(dump, "info").errors)
    context.workshop.remove(folder)
    return len(unknown)
