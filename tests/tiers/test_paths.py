"""`path-to-root` against the process's own word: the value of each expression has the address that was asked for."""

import json
from collections import Counter
from pathlib import Path

import pytest

from harness.target import FIXTURES, Target

pytestmark = pytest.mark.tier4

FIXTURE = "fixture_paths.py"
FEWEST = 2_000  # expressions that are evaluated
AT_ONCE = 300  # commands of one run of the tool


def test_expressions(context):
    """every expression evaluates to the object"""
    with Paths(context) as paths:
        addresses = [line.split()[0] for line in (paths.folder / "objects").read_text().splitlines()]
        wrong, nameless, count = {}, Counter(), 0
        for answer in paths.answers(addresses, "--max-paths=1"):
            address, found = answer["address"], answer["paths"]
            if not found:
                wrong[address] = answer
            elif found[0]["expression"] is None:
                nameless[found[0]["root"]["kind"]] += 1
            else:
                count += 1
                value = paths.value(found[0]["expression"])
                if value != address:
                    wrong[address] = found[0]["expression"], value
        context.report.check(context.name(f"{FEWEST} expressions and more"), count >= FEWEST, count)
        context.report.equal(context.name("each has the object as its value"), dict(list(wrong.items())[:5]), {})
        share = sum(nameless.values()) / max(1, count)
        context.report.check(context.name("few have no expression"), share < 0.03, dict(nameless))


def test_roots(context):
    """roots: locals, garbage, weak references, several paths"""
    with Paths(context) as paths:
        local, = paths.answers([paths.address("local")])
        root = local["paths"][0]["root"]
        context.report.check(context.name("a local of a thread is kept by its frame"),
                             root["kind"] == "frame" and "'worker-3'" in root["name"] and "in work" in root["name"]
                             and "local 'local_of_thread'" in root["name"], root)
        context.report.equal(context.name("and its variable is named"), local["paths"][0]["expressionInFrame"],
                             "local_of_thread")
        garbage, = paths.answers([paths.address("garbage")])
        context.report.check(context.name("a cycle of garbage has no path"),
                             not garbage["paths"] and "collector" in garbage["absence"], garbage)
        weak = context.tool.run(paths.dump, "path-to-root", paths.address("weak"))
        context.report.check(context.name("what is only referred to weakly is gone"), weak.code == 1, weak)
        shared, = paths.answers([paths.address("shared")])
        inner = [{step["address"] for step in path["steps"][1:-1]} for path in shared["paths"]]
        values = [paths.value(path["expression"]) for path in shared["paths"]]
        context.report.check(context.name("two paths have no object in common"),
                             len(inner) == 2 and not inner[0] & inner[1], shared)
        context.report.equal(context.name("and both lead to the object"), values,
                             [paths.address("shared")] * len(values))
        text = context.tool.run(paths.dump, "path-to-root", paths.address("own"))
        context.report.check(context.name("the text begins with the expression"),
                             "  sys.modules['__main__'].world['namespace'].one" in text.output.splitlines(), text)


class Paths:
    """The fixture, a dump of it, and its answers."""

    def __init__(self, context):
        self.folder = Path(context.workshop.scratch("paths"))
        self.dump = self.folder / "dump"
        self._context = context
        self._target = Target(context.interpreter, FIXTURES / FIXTURE, self.folder)

    def __enter__(self):
        self._target.__enter__()
        made = self._context.tool.run("dump", f"--pid={self._target.pid}", f"--output={self.dump}")
        assert made.code == 0, made
        return self

    def __exit__(self, *_):
        self._target.end()

    def address(self, name):
        return self._target.objects[name]["address"]

    def answers(self, addresses, *options):
        """The answers for those addresses where an object is: some that were written down are gone."""
        for start in range(0, len(addresses), AT_ONCE):
            commands = [f"--command={' '.join(('path-to-root', address, '--json', *options))}"
                        for address in addresses[start:start + AT_ONCE]]
            for line in self._context.tool.run(f"--path={self.dump}", *commands, timeout=300).output.splitlines():
                yield json.loads(line)

    def value(self, expression):
        """The address of an expression's value in the process, or what went wrong."""
        return self._target.ask(expression)
