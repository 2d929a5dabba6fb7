"""Who holds what packages written in C hold, and which of their sizes are those that they say."""

import json

from harness.environments import EnvironmentMissing, environment
from harness.target import FIXTURES, Target

REQUIREMENTS = ("greenlet", "multidict", "pandas")
# Each has another structure, or the same with another table; and the Pythons that it is for.
MULTIDICTS = (("6.1.0", 308, 313), ("6.4.4", 309, 313), ("6.7.1", 309, 314), ("6.9.1", 310, 314), ("7.0.0", 310, 314),
              ("7.2.1", 311, 314))


def run_multidicts(context):
    major, minor = context.version[0], context.version[1:]
    for release, first, last in MULTIDICTS:
        if not first <= int(major) * 100 + int(minor) <= last:
            continue
        try:
            packages = environment(context.version, context.interpreter, f"multidict-{release}",
                                   (f"multidict=={release}",))
        except EnvironmentMissing as missing:
            context.report.not_run(context.name(f"multidict {release}"), missing)
            continue
        check_multidicts(context, release, packages)


def check_multidicts(context, release, packages):
    """All sizes of a release's multidicts are what `sys.getsizeof` says, wherever they are said."""
    folder = context.workshop.scratch(f"multidict-{context.version}")
    with Target(context.interpreter, FIXTURES / "fixture_multidict.py", packages) as target:
        context.tool.dump(target.pid, folder / "directory")
        objects = target.objects
    asked = "".join(f"repr {facts['address']} --json\n" for facts in objects.values())
    lines = context.tool.answer(folder / "directory", input=asked).output.splitlines()
    found = list(map(json.loads, lines))
    wrong = [(name, facts["size"], entry) for (name, facts), entry in zip(objects.items(), found)
             if "isSizeBasic" in entry or entry["size"] != facts["size"]]
    context.report.check(context.name(f"multidict {release}: all {len(objects)} have their sizes"),
                         len(found) == len(objects) > 60 and not wrong, wrong)
    rows = context.tool.json(folder / "directory", "count-by-type")["types"]
    for name in ("MultiDict", "CIMultiDict"):
        sizes = [facts["size"] for facts in objects.values() if facts["type"] == name]
        row = [row for row in rows if row["name"].endswith(f".{name}") and row["count"]]
        context.report.check(
            context.name(f"multidict {release}: the type {name} is counted with its bytes"),
            [(row["count"], row["bytes"], row.get("isSizeBasic")) for row in row] == [(len(sizes), sum(sizes), None)],
            row)
    context.workshop.remove(folder)


def run(context):
    try:
        packages = environment(context.version, context.interpreter, "foreign", REQUIREMENTS)
    except EnvironmentMissing as missing:
        context.report.not_run(context.name("greenlets, multidicts and pandas"), missing)
        return
    folder = context.workshop.scratch(f"foreign-{context.version}")
    with Target(context.interpreter, FIXTURES / "fixture_foreign.py", packages) as target:
        context.tool.dump(target.pid, folder / "directory")
        objects = target.objects
    Check(context, folder / "directory", objects).run()
    context.workshop.remove(folder)


def run_pandas(context):
    """The sizes of what pandas is made of are those that `sys.getsizeof` gives, or are marked as basic."""
    try:
        packages = environment(context.version, context.interpreter, "foreign", REQUIREMENTS)
    except EnvironmentMissing as missing:
        context.report.not_run(context.name("sizes of pandas"), missing)
        return
    folder = context.workshop.scratch(f"pandas-{context.version}")
    with Target(context.interpreter, FIXTURES / "fixture_pandas.py", packages) as target:
        context.tool.dump(target.pid, folder / "directory")
        objects = target.objects
    asked = "".join(f"repr {facts['address']} --json\n" for facts in objects.values())
    found = list(map(json.loads, context.tool.answer(folder / "directory", input=asked).output.splitlines()))
    context.report.equal(context.name("pandas: every object has an answer"), len(found), len(objects))
    answers = {name: (facts["size"], entry["size"], entry.get("isSizeBasic", False))
               for (name, facts), entry in zip(objects.items(), found)}
    listed = {entry["address"]: (entry["size"], entry.get("isSizeBasic", False))
              for entry in context.tool.json(folder / "directory", "find-all-objects", "--no-repr")["objects"]}

    def check(claim, wrong):
        context.report.check(context.name(f"pandas: {claim}"), not wrong, wrong)

    known = {name: answer for name, answer in answers.items() if name.startswith("known ")}
    check(f"all {len(known)} sizes of what is known are exact",
          {name: answer for name, answer in known.items() if answer[0] != answer[1] or answer[2]})
    check("other sizes are exact or marked",
          {name: answer for name, answer in answers.items() if answer[0] != answer[1] and not answer[2]})
    check("the list of objects has the same sizes",
          {name: answer for name, answer in answers.items() if listed[objects[name]["address"]] != answer[1:]})
    # An array's bytes are the array's: a view of them, or a series in a frame, would count them again.
    counted = [row for row in context.tool.json(folder / "directory", "count-by-type")["types"]
               if row["name"].rpartition(".")[2] in ("Series", "DataFrame") and row["count"]]
    check("the types' bytes are those of the objects alone, and marked",
          [row for row in counted if not row.get("isSizeBasic") or row["bytes"] > 200 * row["count"]] or not counted)
    context.workshop.remove(folder)


class Check:
    """The answers of one dump."""

    def __init__(self, context, dump, objects):
        self.context = context
        self.dump = dump
        self.objects = objects

    def run(self):
        for number in ("0", "1"):
            for function, variable in (("outer", "first"), ("inner", "second")):
                self.greenlet(number, function, variable)
        for name in ("small", "large"):
            found = self.referrers(f"held {name}")
            self.check(f"a value of the {name} multidict is probably held by it",
                       [(entry["kind"], entry["address"]) for entry in found]
                       == [("probable", self.objects[f"multidict {name}"]["address"])], found)
        self.sizes()

    def check(self, claim, holds, detail=""):
        self.context.report.check(self.context.name(f"foreign: {claim}"), holds, detail)

    def referrers(self, name):
        answer = self.context.tool.json(self.dump, "find-references", self.objects[name]["address"])
        return answer["objects"][0]["referrers"]

    def greenlet(self, number, function, variable):
        """Before 3.11 the frame is an object that the collector asks; since then it is none, and says whose it is."""
        found = [entry for entry in self.referrers(f"held {function} of {number}")
                 if entry["kind"] in ("held", "visited")]
        self.check(f"the {variable} local of a greenlet is held by its frame",
                   len(found) == 1 and found[0]["by"] == [f"local {variable}"] and "suspended" in found[0]["repr"],
                   found)
        if int(self.context.version) >= 311:
            self.check("the frame names the greenlet",
                       f"@{self.objects[f'greenlet {number}']['address']}>@" in found[0]["repr"],
                       found)

    def sizes(self):
        """A size is what `sys.getsizeof` says, or is marked as basic."""
        asked = {name: facts for name, facts in self.objects.items() if name.startswith("sized ")}
        lines = self.context.tool.answer(self.dump, input="".join(
            f"repr {facts['address']} --json\n" for facts in asked.values())).output.splitlines()
        for (name, facts), entry in zip(asked.items(), map(json.loads, lines)):
            is_basic = entry.get("isSizeBasic", False)
            self.check(f"{name} has its size, or one that is marked", is_basic or entry["size"] == facts["size"],
                       (entry, facts["size"]))
            if facts["type"] in ("Timestamp", "istr", "MultiDict", "CIMultiDict"):
                self.check(f"{name} has its size", not is_basic, entry)
