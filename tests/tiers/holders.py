"""Who holds an object that the process's own walk did not reach: every word of a dump that is its address."""

import array
import bisect
from collections import Counter, defaultdict

from harness.truth import DumpedWords
from tiers.exactness import MADE_BY_C

PIECE = 1 << 23
REFERENCE_COUNT = 0xFFFFFFFF
# Immortal objects have counts of their own kind, which say nothing of who holds them: since 3.12 one of these, in 3.11
# some more or less than 999999999.
IMMORTAL = {0xC0000000, 0xFFFFFFFF, 0x3FFFFFFF}
NEARLY_IMMORTAL = range(999_000_000, 1_001_000_000)


class Holders(DumpedWords):
    """The words of a directory dump that are one of the wanted addresses, and where they lie.

    A pointer in a program's own data, in the memory that C code allocated or on a stack keeps an object alive as well
    as one in an object does; a walk of `gc.get_referents` cannot see it. An object is proved to be alive if its
    reference count is a count and as many words, or more, refer to it.
    """

    def __init__(self, directory, wanted, found, truth):
        self._starts = sorted(found)
        self._found = found
        self._truth = truth
        super().__init__(directory)
        self.places = defaultdict(list)  # wanted address -> places of words
        # Frames of 3.14 mark some references in the lowest bit.
        words = {word: address for address in wanted for word in (address, address | 1)}
        for start, _, path in self._regions:
            self._search(start, path, words)

    def judgement(self, address):
        """`held`, `static`, `partly held` or `not held`."""
        count = self.word(address) & REFERENCE_COUNT
        held = len(self.places[address])
        immortal = count in IMMORTAL or count in NEARLY_IMMORTAL
        if self._truth.is_static(address) and (immortal or held or self._found[address][2] in MADE_BY_C):
            return "static"
        if count == 0 or held == 0:
            return "not held"
        return "held" if held >= count or immortal else "partly held"

    def kinds(self, address):
        """How often each kind of place refers to an address: `static data`, `in a dict`, `[heap]`."""
        return Counter(self.kind(place) for place in self.places[address])

    def kind(self, place):
        if self._truth.is_static(place):
            return "static data"
        owner = self.owner(place)
        return f"in a {self._found[owner][2]}" if owner is not None else self._truth.mapping(place)

    def owner(self, place):
        """The object whose body has a place, if there is one."""
        index = bisect.bisect_right(self._starts, place) - 1
        if index < 0:
            return None
        start = self._starts[index]
        return start if place < start + self._found[start][1] else None

    def _search(self, start, path, words):
        skipped = -start % 8
        with open(path, "rb") as file:
            file.seek(skipped)
            place = start + skipped
            while True:
                data = file.read(PIECE)
                piece = array.array("Q")
                piece.frombytes(data[:len(data) // 8 * 8])
                # The dictionary's keys do the work for all words at once; few pieces have any.
                if not words.keys().isdisjoint(piece):
                    for index, word in enumerate(piece):
                        if word in words:
                            self.places[words[word]].append(place + 8 * index)
                place += len(data)
                if len(data) < PIECE:
                    return
