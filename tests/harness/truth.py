"""The truth that `fixture_truth.py` wrote, read back."""

import array
import bisect
import json
from dataclasses import dataclass, field
from pathlib import Path

from harness import capture

TYPE = 8  # where an object's type is, in bytes
# So many objects may have gone between the fork and the dump.
MOST_GONE = 2


@dataclass(frozen=True)
class TypeFacts:
    address: int
    module: str
    name: str
    qualname: str
    python: bool
    natives: tuple = ()  # the modules of the types among its bases, and of itself, that C code made

    @property
    def label(self):
        """The type's name as people write it: `dict`, `collections.deque`."""
        return self.qualname if self.module == "builtins" else f"{self.module}.{self.qualname}"


@dataclass
class Truth:
    """What the process knew of its own heap."""

    types: dict = field(default_factory=dict)
    objects: dict = field(default_factory=dict)  # address -> (type address, size, tracked)
    static_data: list = field(default_factory=list)  # (start, end) of programs' and libraries' own data
    mappings: list = field(default_factory=list)  # (start, end, name), if the process wrote them down
    files: list = field(default_factory=list)  # (path, address of its own address 0) of programs and libraries
    tally: dict = field(default_factory=dict)  # type name -> addresses the program made itself

    @classmethod
    def read(cls, folder):
        truth = cls()
        for line in (Path(folder) / "truth.types").read_text().splitlines():
            facts = TypeFacts(**json.loads(line))
            truth.types[facts.address] = facts
        words = iter(words_of(Path(folder) / "truth"))
        truth.objects = {address: (kind, size, bool(tracked)) for address, kind, size, tracked in
                         zip(words, words, words, words)}
        bounds = iter(words_of(Path(folder) / "truth.static"))
        truth.static_data = list(zip(bounds, bounds))
        truth.read_mappings(folder)
        files = Path(folder) / "truth.files"
        truth.files = json.loads(files.read_text()) if files.exists() else []
        for path in sorted(Path(folder).glob("tally.*")):
            truth.tally[path.suffix[1:]] = words_of(path)
        return truth

    def is_static(self, address):
        return any(start <= address < end for start, end in self.static_data)

    def read_mappings(self, folder):
        path = Path(folder) / "truth.maps"
        if path.exists():
            self.mappings = mappings_of(path.read_text())

    def mapping(self, address):
        """The name of the mapping that an address is in: `[heap]`, `libpython3.10.so.1.0`, `anonymous`."""
        return next((name for start, end, name in self.mappings if start <= address < end), "nowhere")

    def label(self, type_address):
        facts = self.types.get(type_address)
        return facts.label if facts else f"{type_address:016X}"


class DumpedWords:
    """The 64-bit words of a directory dump by their addresses."""

    def __init__(self, directory):
        self._regions = capture.regions(directory)

    def word(self, address):
        """A word of the dump; 0 where it has none."""
        index = bisect.bisect_right(self._regions, (address, 1 << 64)) - 1
        start, end, path = self._regions[index]
        if not start <= address < end:
            return 0
        with open(path, "rb") as file:
            file.seek(address - start)
            return int.from_bytes(file.read(8), "little")

    def gone(self, objects):
        """Of pairs of an address and a type's, the addresses where the dump has no object of that type.

        The process that is dumped goes on for some instructions behind the fork, in which it may free a number or two
        that the copy has written down.
        """
        return {address for address, kind in objects
                if self.word(address + TYPE) != kind or not is_count(self.word(address))}


def is_count(word):
    """Whether a word can be a reference count; where a block is free it leads to the next. Since 3.14 the upper 16 bits
    are flags, and those between say whether it ran over: an extension moved the count of an immortal object."""
    return word & 0xFFFFFFFF != 0 and word >> 32 & 0xFFFF <= 1


def mappings_of(text):
    found = []
    for line in text.splitlines():
        words = line.split(None, 5)
        start, end = (int(word, 16) for word in words[0].split("-"))
        found.append((start, end, words[5].rpartition("/")[2] if len(words) > 5 else "anonymous"))
    return found


def words_of(path):
    words = array.array("Q")
    words.frombytes(path.read_bytes())
    return words
