"""Arrays of numpy of every sort, each with what numpy says of it, and the process's own word about all objects.

usage: fixture_numpy.py FOLDER PACKAGES
"""

import sys

sys.path.insert(0, sys.argv[2])

import numpy

# Finds the fixtures' folder.
import program
import fixture


def owners():
    """Arrays that own their bytes; the texts have to be in what is printed."""
    number = numpy.arange(41001, 42001)
    record = numpy.dtype([("count", "<i4"), ("mean", "<f8"), ("tag", "S3")])
    nested = numpy.dtype([("at", [("x", "<f4"), ("y", "<f4")]), ("codes", "<u2", (2, 3))])
    records = numpy.array([(41001, 0.5, b"abc"), (41002, 2.25, b"de")], dtype=record)
    return {
        "int64": (number.astype("<i8"), ("41001", "41002")), "int8": (numpy.arange(-3, 90, dtype="i1"), ("-3", "-2")),
        "uint64": (numpy.array([2 ** 64 - 1, 7], dtype="u8"), ("18446744073709551615",)),
        "big endian": (numpy.array([41001, 41002], dtype=">i4"), ("41001", "41002")),
        "float64": (numpy.array([0.5, 1.25, -3.75]), ("0.5", "1.25", "-3.75")),
        "float32": (numpy.array([0.5, 1.25], dtype="f4"), ("0.5", "1.25")),
        "float16": (numpy.array([0.5, 1.25], dtype="f2"), ("0.5", "1.25")),
        "complex": (numpy.array([1.5 + 2.5j]), ("1.5", "2.5")), "bool": (numpy.array([True, False]), ("True", "False")),
        "bytes": (numpy.array([b"spam", b"eggs"], dtype="S6"), ("spam", "eggs")),
        "text": (numpy.array(["späm", "東京"], dtype="U4"), ("späm", "東京")),
        "days": (numpy.array(["2024-02-29", "NaT"], dtype="M8[D]"), ()),
        "nanoseconds": (numpy.array(["2024-02-29T01:02:03.000000004"], dtype="M8[ns]"), ()),
        "spans": (numpy.array([5, -7], dtype="m8[s]"), ()),
        "matrix": (numpy.arange(41000, 41600).reshape(20, 30).copy(), ("41000", "41001")),
        "columns first": (numpy.asfortranarray(numpy.arange(600.0).reshape(20, 30)), ()),
        "three dimensions": (numpy.ones((4, 5, 6), dtype="f4"), ("1.0",)),
        "records": (records, ("41001", "0.5", "abc")), "nested": (numpy.zeros(4, dtype=nested), ()),
        "recarray": (records.view(numpy.recarray).copy(), ("41001",)),
        "no dimensions": (numpy.array(41001), ("41001",)), "nothing": (numpy.empty((0, 5)), ()),
        "objects": (numpy.array(["one", ["two"], None, 41001, {"four": 5}], dtype=object), ("one", "41001")),
        "large": (numpy.full(3_000_000, 41001.5), ("41001.5",)),
        "masked": (numpy.ma.masked_array([41001, 2, 3], mask=[False, True, False]), ()),
        "raw": (numpy.array([b"\x01\x02\x03"], dtype="V3"), ()),
    }


def structures():
    """Arrays whose structures hold objects, each of which nothing else holds."""
    unaligned = numpy.dtype({"names": ["small", "thing"], "formats": ["i1", "O"], "offsets": [0, 1], "itemsize": 9})
    plain, tight, nested = numpy.zeros(3, [("number", "i4"), ("thing", object)]), numpy.zeros(2, unaligned), \
        numpy.zeros(2, [("in", unaligned, (2,)), ("things", "O", (2, 2))])
    for number in range(3):
        plain["thing"][number] = [number]
    tight["thing"][1] = [3]
    nested["in"]["thing"][1, 1] = [4]
    nested["things"][0, 1, 1] = [5]
    return {"plain structures": (plain, ("(0, <list>)",)), "unaligned structures": (tight, ("(0, <list>)",)),
            "nested structures": (nested, ("[(0, 0), (0, <list>)]",))}


def dates():
    """Dates of every unit, as NumPy writes them."""
    found = {}
    for unit in ("Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns", "ps", "fs", "as", "10ms", "25s", "3M"):
        array = numpy.array([-1, 0, 59, 12345, -98765], dtype="i8").view(f"M8[{unit}]").copy()
        found[f"dates of {unit}"] = (array, tuple(f"'{date}'" for date in array))
    return found


def others():
    """Items of kinds that the first NumPy did not have, or that C has no fixed format for."""
    found = {"long doubles": (numpy.array([1.5, -2.25, numpy.longdouble("1e4000")], dtype="g"),
                              ("1.5", "-2.25", "1e+4000")),
             "long complex": (numpy.array([1.5 + 2.5j], dtype="G"), ("(1.5+2.5j)",)),
             "masked items": (numpy.ma.masked_array([41001, 2, 3], mask=[False, True, False]), ("[41001, --, 3]",)),
             "masked matrix": (numpy.ma.masked_array([[1, 2], [3, 4]], mask=[[0, 0], [1, 0]]).T, ("[1, --, 2, 4]",))}
    if hasattr(numpy, "dtypes") and hasattr(numpy.dtypes, "StringDType"):
        texts = numpy.array(["short", "of more than fifteen bytes", "long " * 99, "", "sp\xe4m"],
                            dtype=numpy.dtypes.StringDType())
        texts[3] = "a later text, kept outside of it"
        found["strings"] = (texts, ("'short'", "'of more than fifteen bytes'", "'long long ",
                                    "'a later text, kept outside of it'",
                                    "'sp\xe4m'"))
    return found


def scalars():
    """Scalars, each with what is printed of it."""
    record = numpy.zeros(1, [("number", "i4"), ("text", "S3")])
    return {
        "datetime64": (numpy.datetime64("2024-02-29"), "numpy.datetime64('2024-02-29')"),
        "datetime64 of 10 ms": (numpy.datetime64(5, "10ms"), "numpy.datetime64('1970-01-01T00:00:00.050')"),
        "timedelta64": (numpy.timedelta64(5, "s"), "numpy.timedelta64(5,'s')"),
        "longdouble": (numpy.longdouble("1.5"), f"numpy.{numpy.longdouble.__name__}(1.5)"),
        "void": (record[0], "<numpy.void (0, b'')>"),
    }


def views(arrays):
    """Arrays that look at the bytes of others, or of something that is no array."""
    numbers, matrix = arrays["int64"], arrays["matrix"]
    return {
        "slice": (numbers[10:20:3], ("41011", "41014")), "backwards": (numbers[::-1], ("42000", "41999")),
        "transposed": (matrix.T, ("41000", "41030")), "column": (matrix[:, 7], ("41007", "41037")),
        "view of a view": (numbers[100:][::2], ("41101", "41103")),
        "broadcast": (numpy.broadcast_to(numbers[:3], (4, 3)), ("41001",)),
        "field": (arrays["records"]["mean"], ("0.5", "2.25")), "as bytes": (numbers[:2].view("u1"), ()),
        "of bytes": (numpy.frombuffer(b"\x29\xa0\x00\x00" * 5, dtype="<i4"), ("41001",)),
        "of a bytearray": (numpy.frombuffer(bytearray(b"\x29\xa0\x00\x00" * 5), dtype="<i4"), ("41001",)),
    }


def facts(array, texts):
    """What numpy says of an array."""
    return {
        "arrayType": type(array).__name__, "nbytes": array.nbytes, "dtype": str(array.dtype),
        "shape": list(array.shape),
        "strides": list(array.strides), "owner": bool(array.flags.owndata), "itemsize": array.itemsize,
        "data": f"{array.__array_interface__['data'][0]:016X}", "dtypeAddress": f"{id(array.dtype):016X}",
        "base": None if array.base is None else f"{id(array.base):016X}", "texts": list(texts),
        "elements": [f"{id(item):016X}" for item in program.objects_in(array)]}


def main(folder):
    owned = owners()
    looking = views({name: array for name, (array, _) in owned.items()})
    program.hide("ndarray", program.array_holds)
    more = {**structures(), **dates(), **others()}
    for name, (array, texts) in {**owned, **looking, **more}.items():
        fixture.announce(name, array, **facts(array, texts))
    single = scalars()
    for name, (scalar, text) in single.items():
        fixture.announce(f"scalar {name}", scalar, text=text)
    program.stop(folder)
    return owned, looking, more, single


main(sys.argv[1])
