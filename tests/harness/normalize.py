"""Text in which what differs between two runs of one program has been replaced, and nothing else."""

import re

# As the tool writes them, and as a program may have: `0x7f0123456789`.
ADDRESS = re.compile(r"(?<![0-9A-F])[0-9A-F]{16}(?![0-9A-F])|(?<=0x)[0-9a-f]{12}(?![0-9a-f])")


def normalized(text, places):
    """Addresses become ADDR1, ADDR2 … in order of appearance, so that one object is still one object.

    `places` maps a name to what it stands for, a folder of this machine or a number; the longest is replaced first.
    """
    numbers = {}

    def numbered(match):
        return f"ADDR{numbers.setdefault(int(match[0], 16), len(numbers) + 1)}"

    for name, folder in sorted(places.items(), key=lambda place: -len(str(place[1]))):
        text = text.replace(str(folder), name)
    return ADDRESS.sub(numbered, text).rstrip() + "\n"


def without_addresses(text):
    """The text as Python would print it: no `@ADDRESS` behind an object."""
    return re.sub(r"@[0-9A-F]{16}", "", text)
