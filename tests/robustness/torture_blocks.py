"""Compressed files of every kind, taken apart into their blocks and put together again: what `torture.py` damages.

The formats are those of `Sources/SnapshotFormats/Compression/BlockIndex.swift`, written once more from their
description.
"""

import ctypes
import gzip
import lzma
import struct
import zlib
from dataclasses import dataclass, field

FOOTER_MAGIC, TABLE_MAGIC = 0x8F92EAB1, 0x184D2A5E
SUM_FRAME = struct.pack("<II", 0x184D2A5D, 8) + b"PMTS"
MEMBER = bytes([0x1F, 0x8B, 8, 4, 0, 0, 0, 0, 0, 0xFF])
MEMBER_END = bytes([3]) + bytes(9)
ENTRIES_PER_MEMBER = 8000
# Of `zstd.h`: the checksum of a frame's contents.
CHECKSUM_FLAG = 201


@dataclass
class Blocks:
    """The blocks of a file that `dump --compress` wrote: compressed bytes and the inflated size of each."""

    compression: str
    parts: list
    counts: list
    # What the table says where it lies: (compressed, inflated) by the block's number; and of the checksum.
    lies: dict = field(default_factory=dict)
    sum_is_right: bool = True

    def inflated(self, number):
        return inflate(self.compression, self.parts[number], self.counts[number])

    def replace(self, number, data):
        """Puts other bytes into a block, compressed anew."""
        self.parts[number], self.counts[number] = compress(self.compression, data), len(data)

    def sizes(self):
        sizes = [(len(part), count) for part, count in zip(self.parts, self.counts)]
        for number, lie in self.lies.items():
            sizes[number] = lie
        return sizes

    def bytes(self):
        sizes = self.sizes()
        table = b"".join(struct.pack("<II", *pair) for pair in sizes)
        true = b"".join(struct.pack("<II", len(part), count) for part, count in zip(self.parts, self.counts))
        sum_bytes = struct.pack("<I", zlib.crc32(table if self.sum_is_right else true))
        body = b"".join(self.parts)
        if self.compression == "zstd":
            return (body + SUM_FRAME + sum_bytes + struct.pack("<II", TABLE_MAGIC, len(table) + 9) + table
                    + struct.pack("<IBI", len(sizes), 0, FOOTER_MAGIC))
        step = 8 * ENTRIES_PER_MEMBER
        members = b"".join(member(b"PI", table[start:start + step]) for start in range(0, len(table), step))
        return body + members + member(b"PF", sum_bytes + struct.pack("<Q", len(body)))


def member(subfield, payload):
    extra = subfield + struct.pack("<H", len(payload)) + payload
    return MEMBER + struct.pack("<H", len(extra)) + extra + MEMBER_END


def blocks_of(compression, data):
    """The blocks of a sound file, by its table."""
    sizes, offset, parts = (zstd_sizes if compression == "zstd" else gzip_sizes)(data), 0, []
    for size, _ in sizes:
        parts.append(data[offset:offset + size])
        offset += size
    blocks = Blocks(compression, parts, [count for _, count in sizes])
    if blocks.bytes() != data:
        raise RuntimeError(f"the blocks of a sound {compression} file are not put together to the same")
    return blocks


def zstd_sizes(data):
    count, _, magic = struct.unpack("<IBI", data[-9:])
    if magic != FOOTER_MAGIC:
        raise RuntimeError("a zstd file without a table of blocks")
    return list(struct.iter_unpack("<II", data[-9 - 8 * count:-9]))


def gzip_sizes(data):
    start, = struct.unpack("<Q", data[-18:-10])
    table, position = b"", start
    while data[position + 12:position + 14] == b"PI":
        size, = struct.unpack("<H", data[position + 14:position + 16])
        table += data[position + 16:position + 16 + size]
        position += 16 + size + len(MEMBER_END)
    return list(struct.iter_unpack("<II", table))


def compress(compression, data):
    """Bytes in one member, frame or stream, with the checksum that the format's own program writes."""
    if compression == "gzip":
        return gzip.compress(data, compresslevel=1, mtime=0)
    if compression == "xz":
        return lzma.compress(data, preset=0)
    return Zstd.compress(data) if compression == "zstd" else Lz4.compress(data)


def inflate(compression, data, count):
    if compression == "gzip":
        return gzip.decompress(data)
    if compression == "xz":
        return lzma.decompress(data)
    return Zstd.inflate(data, count) if compression == "zstd" else Lz4.inflate(data, count)


class Zstd:
    """libzstd, as far as it is needed here."""

    _library = None

    @classmethod
    def library(cls):
        if cls._library is None:
            library = cls._library = ctypes.CDLL("libzstd.so.1")
            for name in ("ZSTD_createCCtx", "ZSTD_compressBound", "ZSTD_compress2", "ZSTD_decompress"):
                getattr(library, name).restype = ctypes.c_size_t
            library.ZSTD_compressBound.argtypes = [ctypes.c_size_t]
            library.ZSTD_compress2.argtypes = [ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p,
                                               ctypes.c_size_t]
            library.ZSTD_decompress.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]
            library.ZSTD_CCtx_setParameter.argtypes = [ctypes.c_size_t, ctypes.c_int, ctypes.c_int]
            library.ZSTD_freeCCtx.argtypes = [ctypes.c_size_t]
        return cls._library

    @classmethod
    def compress(cls, data):
        library = cls.library()
        context = library.ZSTD_createCCtx()
        library.ZSTD_CCtx_setParameter(context, CHECKSUM_FLAG, 1)
        room = ctypes.create_string_buffer(library.ZSTD_compressBound(len(data)))
        size = library.ZSTD_compress2(context, room, len(room), bytes(data), len(data))
        library.ZSTD_freeCCtx(context)
        return room.raw[:size]

    @classmethod
    def inflate(cls, data, count):
        room = ctypes.create_string_buffer(max(1, count))
        if cls.library().ZSTD_decompress(room, count, bytes(data), len(data)) != count:
            raise RuntimeError("a sound zstd block is not inflated")
        return room.raw[:count]


class Lz4:
    """liblz4's frames, as far as they are needed here: compressed at once, with a checksum of the contents."""

    @staticmethod
    def compress(data):
        library = ctypes.CDLL("liblz4.so.1")
        for name in ("LZ4F_compressFrameBound", "LZ4F_compressFrame"):
            getattr(library, name).restype = ctypes.c_size_t
        # `LZ4F_preferences_t`: blocks of 64 KiB that lean on each other, and a checksum (lz4frame.h).
        settings = struct.pack("<IIIIQIIiIIIII", 4, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        bound = library.LZ4F_compressFrameBound(ctypes.c_size_t(len(data)), settings)
        room = ctypes.create_string_buffer(bound)
        size = library.LZ4F_compressFrame(room, ctypes.c_size_t(bound), bytes(data), ctypes.c_size_t(len(data)),
                                          settings)
        return room.raw[:size]

    @staticmethod
    def inflate(data, count):
        library = ctypes.CDLL("liblz4.so.1")
        library.LZ4F_decompress.restype = ctypes.c_size_t
        context = ctypes.c_void_p()
        library.LZ4F_createDecompressionContext(ctypes.byref(context), 100)
        room, made, taken = ctypes.create_string_buffer(max(1, count)), 0, 0
        while made < count:
            produced, consumed = ctypes.c_size_t(count - made), ctypes.c_size_t(len(data) - taken)
            library.LZ4F_decompress(context, ctypes.byref(room, made), ctypes.byref(produced), data[taken:],
                                    ctypes.byref(consumed), None)
            made, taken = made + produced.value, taken + consumed.value
            if not produced.value and not consumed.value:
                raise RuntimeError("a sound lz4 frame is not inflated")
        library.LZ4F_freeDecompressionContext(context)
        return room.raw[:count]
