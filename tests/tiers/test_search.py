"""Searching memory and keeping the index, against what Python's own `bytes.find` finds in the same files."""

import json
import os
import stat

import pytest

from harness import capture

pytestmark = pytest.mark.tier1


@pytest.fixture(scope="module")
def search(context):
    return Search(context, context.dumps("fixture_smoke.py"))


@pytest.mark.parametrize("part", ("texts", "pointers", "context", "index", "references"))
def test_search(search, part):
    """searching memory"""
    getattr(search, part)()


class Search:
    """`find`, `context` and the kept index, on the directory form of one dump."""

    def __init__(self, context, dumps):
        self.report = context.report
        self.name = context.name
        self.tool = context.tool
        self.dumps = dumps
        self.path = dumps.directory
        self.scratch = context.workshop.scratch("index")

    def check(self, claim, holds, detail=""):
        self.report.check(self.name(claim), holds, detail)

    def runs(self):
        """The memory, neighbouring regions joined."""
        joined = []
        for start, end, path in sorted(capture.regions(self.path)):
            data = path.read_bytes()
            if joined and joined[-1][0] + len(joined[-1][1]) == start:
                joined[-1][1].extend(data)
            else:
                joined.append((start, bytearray(data)))
        return joined

    def found(self, needle, align=1):
        addresses = []
        for start, data in self.runs():
            at = data.find(needle)
            while at >= 0:
                if (start + at) % align == 0:
                    addresses.append(f"{start + at:016X}")
                at = data.find(needle, at + 1)
        return addresses

    def texts(self):
        for text in ("unmistakable ", "is", "smoke", "no such text anywhere in it: " + "x" * 40):
            answer = self.tool.json(self.path, "find", text)
            expected = self.found(text.encode())
            self.check(f"find finds every {text[:20]!r}",
                       answer == {"count": len(expected), "addresses": expected, "warnings": []},
                       (answer["count"], len(expected)))
        few = self.tool.json(self.path, "find", "is", "--max-results=3")
        self.check("--max-results keeps the first and counts all", few == {
            "count": len(self.found(b"is")), "addresses": self.found(b"is")[:3], "warnings": []}, few)
        counted = self.tool.answer(self.path, "find", "is", "--count", "--align=16").output
        self.check("--count and --align", int(counted) == len(self.found(b"is", 16)), counted)
        octets = self.tool.json(self.path, "find", "--hex", "75 6e 6d 69 73 74", "--count")
        self.check("--hex takes digits", octets == {"count": len(self.found(b"unmist")), "warnings": []}, octets)

    def pointers(self):
        for name, align in (("class", 8), ("dict", 8), ("class", 1), ("list", 4)):
            address = self.dumps.address(name)
            needle = int(address, 16).to_bytes(8, "little")
            answer = self.tool.json(self.path, "find", address, "--ptr", f"--align={align}")
            self.check(f"find --ptr --align {align} finds the pointers to the {name}",
                       answer["addresses"] == self.found(needle, align) != [], answer["count"])
        for wrong in (["x", "--ptr"], ["x", "--align=3"], [""], ["f", "--hex"]):
            outcome = self.tool.run(self.path, "find", *wrong)
            self.check("what cannot be meant is wrong usage", outcome.code == 64 and outcome.error_lines, outcome)

    def context(self):
        address = self.dumps.address("dict")
        answer = self.tool.json(self.path, "context", address, "--size=64")
        start, end = int(answer["start"], 16), int(answer["end"], 16)
        expected = next(data[start - first:end - first] for first, data in self.runs()
                        if first <= start < first + len(data))
        self.check("context shows the bytes", bytes.fromhex(answer["bytes"]) == expected
                   and start <= int(address, 16) < end and end - start == 64, answer)
        self.check("context says what lies there", address in answer["place"], answer["place"])
        lines = self.tool.answer(self.path, "context", address, "--size=64").output.splitlines()
        self.check("context marks the byte", sum(">" in line.partition("  ")[0] for line in lines[1:]) == 1, lines)
        outcome = self.tool.run(self.path, "context", "10")
        self.check("what is not mapped is said so", outcome.code == 1 and "not mapped" in outcome.errors, outcome)

    def index(self):
        before = sorted(os.listdir(self.path.parent))
        options = [f"--path={self.path}", f"--index-dir={self.scratch}", "--command=count-by-type --json"]
        plain = self.tool.answer(f"--path={self.path}", "--index=none", options[2]).output
        self.check("a small dump leaves nothing beside it", sorted(os.listdir(self.path.parent)) == before)
        made = self.tool.answer(*options, "--index=rebuild").output
        files = list(self.scratch.iterdir())
        self.check("--index rebuild keeps one file, its owner's only", len(files) == 1
                   and stat.S_IMODE(files[0].stat().st_mode) == 0o600, files)
        self.check("the answer is the same when the index is made and when it is used",
                   plain == made == self.tool.answer(*options).output)
        whole = files[0].read_bytes()
        for claim, data in (("cut", whole[:-9]), ("empty", b""), ("of zeros", bytes(len(whole))),
                            ("damaged at its beginning", whole[:20] + b"\xff" + whole[21:]),
                            ("damaged in its middle", whole[:len(whole) // 2] + b"\xff\xff\x55"
                             + whole[len(whole) // 2 + 3:])):
            files[0].write_bytes(data)
            self.check(f"an index that is {claim} is not used", self.tool.answer(*options).output == plain)
        files[0].write_bytes(whole)
        files[0].chmod(0o666)
        self.check("nor is one that others may write", self.tool.answer(*options).output == plain)
        region = next(self.path.glob("mem.*.bin"))
        times = region.stat().st_atime_ns, region.stat().st_mtime_ns
        os.utime(region, ns=(times[0], times[1] + 1))
        self.check("nor one of a dump that was changed", self.tool.answer(*options).output == plain)
        os.utime(region, ns=times)
        nowhere = self.tool.answer(f"--path={self.path}", f"--index-dir={self.scratch / 'nowhere'}",
                                   "--index=rebuild", options[2])
        self.check("an index that cannot be kept is a warning", nowhere.output == plain
                   and "the index could not be kept" in nowhere.errors, nowhere)

    def references(self):
        """With signatures of references, kept or damaged, the same is found as without them."""
        rows = self.tool.answer(f"--path={self.path}", "--index=none", "--command=find-all-objects --type-name=tuple "
                                "--no-repr --json").output
        addresses = [row["address"] for row in json.loads(rows)["objects"]][::97]
        command = f"--command=find-references --json {','.join(addresses)}"
        options = [f"--path={self.path}", f"--index-dir={self.scratch}"]
        plain = self.tool.answer(options[0], "--index=none", command).output
        made = self.tool.answer(*options, "--index=rebuild", command).output
        files = list(self.scratch.glob("*-references"))
        self.check("the first search for references keeps a file, its owner's only", len(files) == 1
                   and stat.S_IMODE(files[0].stat().st_mode) == 0o600, files)
        counts = [entry["count"] for entry in json.loads(plain)["objects"]]
        self.check("there are referrers to be found", len(counts) > 5 and sum(counts) > 5, counts)
        self.check("the same is found when it is made and when it is used",
                   plain == made == self.tool.answer(*options, command).output)
        alone = [self.tool.answer(options[0], mode, f"--command=find-references --json {address}").output
                 for address in addresses[:6] for mode in ("--index=none", f"--index-dir={self.scratch}")]
        self.check("and for each object alone", alone[::2] == alone[1::2])
        whole = files[0].read_bytes()
        for claim, data in (("cut", whole[:-8]), ("empty", b""), ("damaged", whole[:4096] + b"\xff" + whole[4097:])):
            files[0].write_bytes(data)
            self.check(f"a file of references that is {claim} is not used",
                       self.tool.answer(*options, command).output == plain)
