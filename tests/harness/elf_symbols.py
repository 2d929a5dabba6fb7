"""The variables that programs and libraries have by their own symbol tables."""

import bisect
import re
import subprocess
from pathlib import Path

# The letters by which `nm` knows what is data: zeroed, initialised, read-only, unique, weak.
DATA = "bBdDrRuvV"


class Symbols:
    """The variables of some loaded files, by address.

    `files` are pairs of a path and the address that the file's own address 0 has. Where a distribution keeps a file's
    symbols apart, they are looked for by its build-id in the folder `debug`.
    """

    def __init__(self, files, debug):
        found = {base + start: (size, name) for path, base in files
                 for start, size, name in variables(with_symbols(Path(path), Path(debug)))}
        self._starts = sorted(found)
        self._found = found

    def variable(self, address):
        """The start, size and name of the variable that an address lies in; nothing if there is none."""
        index = bisect.bisect_right(self._starts, address) - 1
        if index < 0:
            return None
        start = self._starts[index]
        size, name = self._found[start]
        return (start, size, name) if address < start + size else None


def with_symbols(path, debug):
    """The file with the symbols of another."""
    notes = subprocess.run(["readelf", "-n", path], capture_output=True, text=True).stdout
    build_id = re.search(r"Build ID: ([0-9a-f]+)", notes)
    if build_id:
        apart = debug / ".build-id" / build_id[1][:2] / f"{build_id[1][2:]}.debug"
        if apart.exists():
            return apart
    return path


def variables(path):
    listed = subprocess.run(["nm", "--print-size", "--defined-only", path], capture_output=True, text=True).stdout
    for line in listed.splitlines():
        words = line.split(None, 3)
        if len(words) == 4 and words[2] in DATA:
            yield int(words[0], 16), int(words[1], 16), words[3]
