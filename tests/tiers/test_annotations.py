"""What is written of aliases, unions and bound methods, against Python's own `repr`."""

import re

import pytest

from harness.normalize import without_addresses

pytestmark = pytest.mark.tier4

FIXTURE = "fixture_annotations.py"


def test_annotations(context):
    """aliases and methods against Python's own repr"""
    dumps = context.dumps(FIXTURE)
    commands = "".join(f"repr {facts['address']} --short\n" for facts in dumps.objects.values())
    texts = context.tool.answer(dumps.directory, input=commands).output.splitlines()
    context.report.equal(context.name("each alias and method is printed on a line"), len(texts), len(dumps.objects))
    for text, (name, facts) in zip(map(without_addresses, texts), dumps.objects.items()):
        if "repr" in facts:
            context.report.equal(context.name(f"alias {name} reads as Python writes it"), text, facts["repr"])
        elif facts["method"] == "?":
            # Python does not know its name either.
            context.report.check(context.name(f"{name} is described by its type"), text.startswith("<method of a "),
                                 text)
        else:
            found = re.match(r"<method '([^']*)'", text)
            context.report.check(context.name(f"{name} has Python's name"),
                                 found is not None and found[1] == facts["method"], (text, facts["method"]))
