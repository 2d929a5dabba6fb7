"""A copy of a directory dump in which single words have been overwritten."""

import os
import struct
from pathlib import Path

from harness import capture


class DamagedDump:
    """Shares the files of the dump it was made from until one of them is written to."""

    def __init__(self, directory, folder):
        self.path = Path(folder)
        self._own = set()
        for _, _, file in capture.regions(directory):
            os.symlink(file, self.path / file.name)

    def write(self, address, data):
        """Overwrites the bytes at an address of the dumped process."""
        for start, end, file in capture.regions(self.path):
            if start <= address and address + len(data) <= end:
                with open(self._owned(file), "r+b") as region:
                    region.seek(address - start)
                    region.write(data)
                return
        raise RuntimeError(f"{address:016X} is in no region of the dump")

    def write_word(self, address, value):
        self.write(address, struct.pack("<Q", value))

    def words(self, address, count):
        """The words from an address on that the dump's region has, at most `count`."""
        for start, end, file in capture.regions(self.path):
            if start <= address < end:
                with open(file, "rb") as region:
                    region.seek(address - start)
                    data = region.read(min(count * 8, end - address))
                return list(struct.unpack(f"<{len(data) // 8}Q", data))
        raise RuntimeError(f"{address:016X} is in no region of the dump")

    def region(self, address):
        """The file of the region that holds an address, free to be changed."""
        for start, end, file in capture.regions(self.path):
            if start <= address < end:
                return self._owned(file)
        raise RuntimeError(f"{address:016X} is in no region of the dump")

    def _owned(self, file):
        if file.name not in self._own:
            data = file.read_bytes()
            file.unlink()
            file.write_bytes(data)
            self._own.add(file.name)
        return file
