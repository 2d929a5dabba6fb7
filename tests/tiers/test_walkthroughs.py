"""The walk-throughs of `examples/`: their commands are run on a dump of the example, and must show what the pages show.

In a code block of a walk-through, a line `$ python-memtools DUMP COMMAND …` is a command, and the lines below it are
what it prints. Addresses and numbers of threads and processes differ from run to run: an address stands for the one
that is found in its place, also in the commands that follow. `…` in a line stands for any text, a line `...` for any
lines.
"""

import re
import shlex
import tempfile
import time
from pathlib import Path

import pytest

from harness.interpreters import PROJECT
from harness.target import Target

pytestmark = pytest.mark.tier4

ADDRESS = r"[0-9A-F]{16}"
NUMBER = r"\b(?:ident|native)=\d+"


@pytest.mark.parametrize("page", sorted((PROJECT / "examples").glob("*.md")), ids=lambda page: page.stem)
def test_walkthrough(context, page):
    """a walk-through of the examples"""
    script = page.with_suffix(".py").relative_to(PROJECT)
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "dump"
        with Target(context.interpreter, script, folder=PROJECT) as target:
            # It says that it is ready before it stands still.
            time.sleep(0.2)
            context.tool.dump(target.pid, dump)
        known, count = {}, 0
        for command, shown in commands(page.read_text()):
            words = [known.get(word, word) for word in shlex.split(command)[2:]]
            found = context.tool.answer(dump, *words).output
            problem = difference(shown, found.splitlines(), known)
            name = f"{page.stem}: `{command.partition('dump ')[2]}` shows what the page says"
            context.report.check(context.name(name), problem is None, problem)
            count += 1
        context.report.check(context.name(f"{page.stem}: the walk-through has commands with results"), count > 0)


def commands(text):
    """(command, lines shown) for each command on the dump."""
    found = []
    for line in text.splitlines():
        if not line.startswith("    "):
            continue
        if line.startswith("    $ "):
            command = line[6:]
            found.append((command, []))
        elif found:
            found[-1][1].append(line[4:])
    return [(command, shown) for command, shown in found
            if command.startswith("python-memtools ") and "--dump" not in command]


def difference(shown, found, known):
    """The first line that is not as shown; what addresses stand for is put into `known`."""
    position, skips = 0, False
    for line in shown:
        if line.strip() == "...":
            skips = True
            continue
        candidates = range(position, len(found)) if skips else range(position, min(position + 1, len(found)))
        match = next(((number, match) for number in candidates if (match := matches(line, found[number], known))), None)
        if match is None:
            return f"expected {line!r}, found {found[position:position + 3]}"
        position, skips = match[0] + 1, False
        known.update(match[1])
    if not skips and position < len(found):
        return f"expected the end, found {found[position]!r}"
    return None


def matches(line, found, known):
    """What the addresses of a shown line are in the one that was found, or None if that is another line."""
    addresses, pattern = [], ""
    for part in re.split(f"({ADDRESS}|{NUMBER}|…)", line):
        if re.fullmatch(ADDRESS, part):
            addresses.append(part)
            pattern += f"({ADDRESS})"
        elif re.fullmatch(NUMBER, part):
            pattern += part.partition("=")[0] + r"=\d+"
        else:
            pattern += ".*" if part == "…" else re.escape(part)
    match = re.fullmatch(pattern, found)
    if match is None:
        return None
    bound = dict(zip(addresses, match.groups()))
    # One address of the page is one of the dump.
    if any(known.get(ours, theirs) != theirs for ours, theirs in bound.items()):
        return None
    return bound or {"": ""}
