"""Files read and written without giving the interpreter's lock (GIL) away, for the child of a fork.

The child has only the thread that forked. Others may have waited for the lock, and to give it to them would be to wait
for ever. `fixture_truth` and `fixture_roots` are given these functions in place of Python's own.
"""

import array
import ctypes
import io
import os

LIBC = ctypes.PyDLL(None)
PIECE = 1 << 20
# Made here, so that the walk does not make this type.
Piece = ctypes.c_char * PIECE
O_RDONLY, O_CREATE = 0, 0o1101  # O_WRONLY | O_CREAT | O_TRUNC


class Writer(io.BytesIO):
    """A file that is written when it is closed."""

    def __init__(self, path, is_text):
        super().__init__()
        self._path = path
        self._is_text = is_text

    def write(self, data):
        return super().write(data.encode() if self._is_text else data)

    def __exit__(self, *error):
        if error[0] is None:
            write_file(self._path, self.getvalue())


def quiet_open(path, mode="r", *_, **__):
    """In place of `open`: the whole file at once."""
    if "w" in mode:
        return Writer(path, "b" not in mode)
    data = read_file(path)
    return io.BytesIO(data) if "b" in mode else io.StringIO(data.decode())


def read_file(path):
    descriptor = opened(path, O_RDONLY)
    buffer = Piece()
    data = bytearray()  # many bytes joined would give the lock away
    while True:
        count = LIBC.read(descriptor, buffer, PIECE)
        if count <= 0:
            LIBC.close(descriptor)
            return bytes(data)
        data += ctypes.string_at(buffer, count)


def write_file(path, data):
    descriptor = opened(path, O_CREATE)
    done = 0
    while done < len(data):
        piece = data[done:done + PIECE]
        count = LIBC.write(descriptor, piece, len(piece))
        if count <= 0:
            raise OSError(f"{path} cannot be written")
        done += count
    LIBC.close(descriptor)


def opened(path, flags):
    descriptor = LIBC.open(os.fsencode(path), flags, 0o600)
    if descriptor < 0:
        raise OSError(f"{path} cannot be opened")
    return descriptor


def memory_words(address, count):
    words = array.array("Q")
    words.frombytes(ctypes.string_at(address, 8 * count))
    return words


class Os:
    """In place of the module `os`: what asks the file system goes another way."""

    class path:
        @staticmethod
        def isfile(path):
            return LIBC.access(os.fsencode(path), 4) == 0

        join = staticmethod(os.path.join)
        basename = staticmethod(os.path.basename)

    def __getattr__(self, name):
        return getattr(os, name)


def make_quiet(*modules):
    for name in ("open", "read", "write", "close", "access"):
        # ctypes makes a function when it is asked for the first time, and keeps it.
        getattr(LIBC, name)
    for module in modules:
        module.open = quiet_open
        if hasattr(module, "memory_words"):
            module.memory_words = memory_words
        if hasattr(module, "os"):
            module.os = Os()
