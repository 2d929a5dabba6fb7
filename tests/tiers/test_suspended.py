"""Who holds what only frames outside of all threads' chains hold, and what only structures of C code do."""

import json
import subprocess
import sysconfig
from pathlib import Path

import pytest

from harness.target import NATIVE

pytestmark = pytest.mark.tier4

FIXTURE = "fixture_suspended.py"
# Before it the garbage of frames that have ended is not told from what is still held.
FIRST_WITH_CLEARED_GENERATORS = 312
FIRST_WITH_DATA_STACKS = 311


def test_suspended(context):
    """references of suspended frames and of structures of C code"""
    folder = extension(context)
    Check(context, context.dumps(FIXTURE, folder)).run()


def extension(context):
    """The folder with the extension of `suspending.c`, made for the interpreter."""
    folder = context.workshop.scratch(f"suspending-{context.version}")
    name = f"python{context.version[0]}.{context.version[1:]}"
    probe = [str(context.interpreter), "-c", "import sysconfig; print(sysconfig.get_path('include'))"]
    told = Path(subprocess.run(probe, capture_output=True, text=True, check=True).stdout.strip())
    # An interpreter that was unpacked elsewhere than it was made for has its headers beside it.
    beside = Path(context.interpreter).resolve().parents[1] / "include" / name
    headers = beside if (beside / "Python.h").exists() else told
    subprocess.run([sysconfig.get_config_var("CC").split()[0], "-O2", "-Wall", "-Werror", "-shared", "-fPIC",
                    f"-I{headers}",
                    f"-I{headers.parent}", "-o", folder / "suspending.so", NATIVE / "suspending.c"], check=True)
    return folder


class Check:
    """The answers of one dump."""

    def __init__(self, context, dumps):
        self.context = context
        self.dumps = dumps
        self.number = int(context.version)

    def run(self):
        self.structures()
        self.suspended()
        self.generators()
        if self.number >= FIRST_WITH_DATA_STACKS:
            self.destructors("", "returning", "being left by thread ")
        if self.number >= FIRST_WITH_CLEARED_GENERATORS:
            self.destructors("generator's ", "generator 'generating' finished", "")
        self.with_index()
        self.sizes()

    def check(self, claim, holds, detail=""):
        self.context.report.check(self.context.name(claim), holds, detail)

    def referrers(self, name):
        """Who refers to an announced object; none if it is gone."""
        outcome = self.context.tool.run(self.dumps.directory, "find-references", self.dumps.address(name), "--json")
        return json.loads(outcome.output)["objects"][0]["referrers"] if outcome.code == 0 else []

    def structures(self):
        """One level of what C code allocated: a small block of pymalloc, and a large one of malloc."""
        for name, owner in (("handler", "parser"), ("kept", "keeper")):
            found = self.referrers(name)
            self.check(f"{name}: what a structure of C code keeps is kept by the object that points at it",
                       [(entry["kind"], entry["address"])
                        for entry in found] == [("probable", self.dumps.address(owner))]
                       and all("->" in entry["by"][0] for entry in found), found)

    def suspended(self):
        """Each frame of a chain that is suspended holds its locals, be there a frame object for it or not."""
        for name, function, variable in (("local of a suspended call", "outer", "first"),
                                         ("local of the innermost suspended call", "inner", "second")):
            holding = [entry for entry in self.referrers(name) if entry["kind"] in ("held", "visited")]
            self.check(f"a {name} is held by its frame", [entry["by"] for entry in holding] == [[f"local {variable}"]]
                       and f"<frame '{function}'" in holding[0]["repr"] and "suspended" in holding[0]["repr"], holding)
            if self.number >= FIRST_WITH_DATA_STACKS:
                self.check(f"a {name} leads to who can go on with it",
                           all(f"suspended in <suspending.Keeper>@{self.dumps.address('keeper')}" in entry["repr"]
                               for entry in holding), holding)

    def generators(self):
        for name in ("local of a generator that is being closed", "local of a generator that is being dropped"):
            found = [entry["repr"] for entry in self.referrers(name) if entry["kind"] == "visited"]
            self.check(f"a {name} is held by it",
                       len(found) == 1 and "'closing' running" in found[0], found)

    def destructors(self, whose, holder, standing):
        """Variables are given back from one end, and the destructor of one in the middle runs."""
        found = {}
        for place in ("before", "behind"):
            found[place] = [entry for entry in self.referrers(f"{whose}local {place} the destructor's")
                            if holder in entry["repr"] and standing in entry["repr"]]
        # What was given back is gone, or its memory is another's now.
        remaining = "before" if self.number >= 314 else "behind"
        variable = {"before": "before", "behind": "after"}[remaining]
        self.check(f"a {whose}local that was not yet given back is probably held",
                   [(entry["kind"], entry["by"]) for entry in found[remaining]] == [("probable",
                                                                                     [f"local {variable}"])],
                   found)

    def sizes(self):
        """A size is what `sys.getsizeof` says, or is marked as basic."""
        asked = {name: facts for name, facts in self.dumps.objects.items() if name.startswith("sized ")}
        lines = self.context.tool.answer(self.dumps.directory, input="".join(
            f"repr {facts['address']} --json\n" for facts in asked.values())).output.splitlines()
        for (name, facts), entry in zip(asked.items(), map(json.loads, lines)):
            is_basic = entry.get("isSizeBasic", False)
            self.check(f"{name}: a size that the type says by code of its own is marked",
                       is_basic == facts["isSizeBasic"] and (is_basic or entry["size"] == facts["size"]),
                       (entry, facts))
        counted = self.context.tool.json(self.dumps.directory, "count-by-type")["types"]
        marked = {entry["name"].rpartition(".")[2] for entry in counted if entry.get("isSizeBasic")}
        self.check("count-by-type marks the types",
                   marked == {"Sized", "SizedItems", "SizedText", "Keeper", "SizedKeeper"},
                   marked)
        text = self.context.tool.answer(self.dumps.directory, "count-by-type").output
        basic = [line.rpartition(" @ ")[0].rpartition(".")[2] for line in text.splitlines() if " basic) " in line]
        self.check("so does its text", set(basic) == marked, basic)
        plain = self.context.tool.json(self.dumps.directory, "find-all-objects", "--no-repr")["objects"]
        self.check("and find-all-objects", {entry["type"].rpartition(".")[2] for entry in plain
                                            if entry.get("isSizeBasic")} == marked)

    def with_index(self):
        """What a kept index and its signatures rule out is the same."""
        addresses = ",".join(facts["address"] for name, facts in self.dumps.objects.items() if "destructor" not in name
                             and not name.startswith("sized"))
        command = f"--command=find-references {addresses} --json"
        path = f"--path={self.dumps.directory}"
        plain = self.context.tool.answer(path, "--index=none", command).output
        folder = f"--index-dir={self.context.workshop.scratch('suspended-index')}"
        made = self.context.tool.answer(path, folder, "--index=rebuild", command).output
        self.check("the same is found with an index and without", plain == made
                   == self.context.tool.answer(path, folder, command).output and len(plain) > 1000, len(plain))
