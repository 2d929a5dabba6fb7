"""Known files, sockets, capsules and C data: what stands for something outside of Python."""

import ctypes
import io
import os
import socket


def files():
    yield "bytesio", io.BytesIO(b"some data")
    read = io.BytesIO(b"some data")
    read.read(4)
    yield "bytesio_read", read
    yield "bytesio_empty", io.BytesIO()
    grown = io.BytesIO()
    grown.write(b"written")
    yield "bytesio_written", grown
    closed = io.BytesIO(b"closed")
    closed.close()
    yield "bytesio_closed", closed
    yield "bytesio_buffer", io.BytesIO(b"viewed").getbuffer()
    yield "stringio", io.StringIO("some text\n")
    yield "stringio_empty", io.StringIO()
    written = io.StringIO()
    written.write("written 日本\n")
    yield "stringio_written", written
    moved = io.StringIO("line one\nline two\n")
    moved.readline()
    yield "stringio_read", moved
    closed = io.StringIO("closed")
    closed.close()
    yield "stringio_closed", closed
    yield from named_files()


def opener(descriptor):
    """What opens a file under a number of its own."""
    def opened(path, flags):
        return os.dup2(os.open(path, flags), descriptor)
    return opened


def named_files():
    descriptor = os.dup2(os.open(os.devnull, os.O_RDWR), 40)
    yield "fileio", io.FileIO(os.devnull, opener=opener(50))
    yield "fileio_descriptor", io.FileIO(descriptor, "r+", closefd=False)
    yield "fileio_append", io.FileIO(descriptor, "a", closefd=False)
    yield "fileio_write", io.FileIO(descriptor, "w", closefd=False)
    closed = io.FileIO(os.devnull)
    closed.close()
    yield "fileio_closed", closed
    reading = open(__file__, "rb", 8192, opener=opener(51))
    reading.read(10)
    yield "bufferedreader", reading
    closed = open(__file__, "rb", 8192)
    closed.close()
    yield "bufferedreader_closed", closed
    writing = open(os.devnull, "wb", 8192, opener=opener(52))
    writing.write(b"pending")
    yield "bufferedwriter", writing
    yield "bufferedrandom", open(os.devnull, "rb+", 32, opener=opener(53))
    yield "bufferedrwpair", io.BufferedRWPair(io.FileIO(os.devnull), io.FileIO(os.devnull, "w"))
    yield "textiowrapper", open(__file__, encoding="utf-8")
    writing = open(os.devnull, "w", encoding="ascii", newline="\n")
    writing.write("pending")
    yield "textiowrapper_written", writing
    closed = open(os.devnull, encoding="latin-1")
    closed.close()
    yield "textiowrapper_closed", closed
    yield "textiowrapper_memory", io.TextIOWrapper(io.BytesIO(b"memory"), "utf-8")
    detached = io.TextIOWrapper(io.BytesIO(), "utf-8")
    detached.detach()
    yield "textiowrapper_detached", detached
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    os.dup2(made.fileno(), 41)
    yield "socket", socket.socket(fileno=41)
    left, right = socket.socketpair()
    os.dup2(left.fileno(), 42)
    yield "socket_pair", socket.socket(fileno=42)
    datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagram.close()
    yield "socket_closed", datagram


class Pair(ctypes.Structure):
    _fields_ = [("number", ctypes.c_int), ("real", ctypes.c_double), ("text", ctypes.c_char_p)]


class Bits(ctypes.Structure):
    _fields_ = [("low", ctypes.c_uint, 3), ("high", ctypes.c_uint, 5), ("signed", ctypes.c_int, 4)]


class Nested(ctypes.Structure):
    _fields_ = [("pair", Pair), ("numbers", ctypes.c_short * 3)]


class Either(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("half", ctypes.c_short)]


CAPSULE_NAME = ctypes.c_char_p(b"golden.capsule")


def foreign():
    new = ctypes.pythonapi.PyCapsule_New
    new.restype, new.argtypes = ctypes.py_object, (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
    yield "capsule", new(0x1234, CAPSULE_NAME, None)
    yield "capsule_unnamed", new(0x10, None, None)
    for name, thing in (("int", ctypes.c_int(-5)), ("bool", ctypes.c_bool(True)), ("double", ctypes.c_double(0.1)),
                        ("float", ctypes.c_float(1.5)), ("char", ctypes.c_char(b"x")), ("wchar", ctypes.c_wchar("é")),
                        ("byte", ctypes.c_byte(-1)), ("ubyte", ctypes.c_ubyte(255)),
                        ("ulonglong", ctypes.c_ulonglong(1 << 63)),
                        ("char_p", ctypes.c_char_p(b"text")), ("char_p_null", ctypes.c_char_p()),
                        ("wchar_p", ctypes.c_wchar_p("wide é")), ("void_p", ctypes.c_void_p(0x1234)),
                        ("void_p_null", ctypes.c_void_p())):
        yield f"ctypes_{name}", thing
    yield "ctypes_object", ctypes.py_object([1])
    yield "ctypes_structure", Pair(1, 2.5, b"text")
    yield "ctypes_structure_bits", Bits(5, 17, -3)
    yield "ctypes_structure_nested", Nested(Pair(7), (1, 2, 3))
    yield "ctypes_union", Either(70000)
    yield "ctypes_array", (ctypes.c_int * 3)(1, 2, 3)
    yield "ctypes_array_char", ctypes.create_string_buffer(b"chars", 8)
    yield "ctypes_array_structures", (Pair * 2)(Pair(1), Pair(2))
    yield "ctypes_pointer", ctypes.pointer(ctypes.c_int(9))
    yield "ctypes_pointer_null", ctypes.POINTER(ctypes.c_int)()
    yield "ctypes_field", Pair.number
