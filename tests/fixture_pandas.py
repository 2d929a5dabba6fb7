"""Series, frames and indexes of the common kinds of data, as one release of pandas makes them.

usage: fixture_pandas.py PACKAGES

What is announced as `known …` has a size that the dump is enough for; what is announced as `other …` need not.
"""

import sys

sys.path.insert(0, sys.argv[1])

import warnings

import numpy
import pandas

import fixture

ROWS = 1000


class Said:
    """Says its size itself."""

    def __sizeof__(self):
        return 12345


def columns():
    """Data of each kind, by its name."""
    texts = ["text %d" % (n % 50) for n in range(ROWS)]
    return {
        "int": numpy.arange(ROWS), "small": numpy.arange(ROWS, dtype="int8"), "float": numpy.linspace(0, 1, ROWS),
        "complex": numpy.ones(ROWS, dtype=complex), "bool": numpy.arange(ROWS) % 3 == 0,
        "object": pandas.Series(texts, dtype=object),
        "mixed": pandas.Series([1, "a", None, (1, 2), [3] * 9, 2.5, {}, b"b"] * (ROWS // 8), dtype=object),
        "texts": pandas.Series(texts, dtype="string[python]"), "category": pandas.Categorical(texts),
        "numbers as categories": pandas.Categorical([n % 7 for n in range(ROWS)]),
        "when": pandas.date_range("2024-01-01", periods=ROWS, freq="min"),
        "zoned": pandas.date_range("2024-01-01", periods=ROWS, freq="min", tz="UTC"),
        "span": pandas.to_timedelta(numpy.arange(ROWS), unit="s"),
        "period": pandas.period_range("2000-01", periods=ROWS, freq="D"),
        "Int64": pandas.array([None if n % 7 == 0 else n for n in range(ROWS)], dtype="Int64"),
        "boolean": pandas.array([None, True, False, True] * (ROWS // 4), dtype="boolean"),
        "Float64": pandas.array([None, 2.5] * (ROWS // 2), dtype="Float64"),
        "interval": pandas.interval_range(0, ROWS),
    }


def series(data):
    made = {f"series of {name}": pandas.Series(values) for name, values in data.items()}
    numbers = made["series of int"]
    made.update({
        "part of a series": numbers[10:50], "every third": numbers[::3], "of no rows": numbers[:0],
        "with text as index": pandas.Series(range(40), index=["row %d" % n for n in range(40)]),
        "of strided objects": made["series of object"][::2], "with an attribute": pandas.Series([1, 2]),
        "in a series": pandas.Series([numbers, 1], dtype=object), "derived": Derived([1, 2, 3]),
    })
    made["with an attribute"].attrs["note"] = "text"
    return made


class Derived(pandas.Series):
    pass


class DerivedFrame(pandas.DataFrame):
    pass


def frames(data):
    data = {name: values for name, values in data.items() if len(values) == ROWS}
    everything = pandas.DataFrame(data)
    numbers = pandas.DataFrame(numpy.arange(600.0).reshape(100, 6), columns=list("abcdef"))
    grown = pandas.DataFrame({"one": [1, 2, 3]})
    for number in range(5):
        grown[f"column {number}"] = [number] * 3
    return {
        "everything": everything, "numbers": numbers, "rows of numbers": numbers[10:20],
        "columns of numbers": numbers[["a", "c"]], "turned": numbers.T, "grown": grown,
        "objects": pandas.DataFrame({"x": ["one", "two"], "y": [(), None]}, dtype=object), "empty": pandas.DataFrame(),
        "no columns": pandas.DataFrame(index=range(5)), "indexed": everything.set_index("object"),
        "by two": everything.set_index(["int", "object"]), "sorted": everything.sort_values("float", ascending=False),
        "twice the same name": pandas.concat([numbers, numbers], axis=1), "derived": DerivedFrame({"a": [1, 2]}),
        "sums": everything.groupby("small")[["int", "float"]].sum(), "with a large number of rows": pandas.DataFrame(
            {"number": numpy.zeros(200000), "object": pandas.Series([2 ** 70, "x"] * 100000, dtype=object)}),
    }


def indexes(data):
    made = {f"index of {name}": pandas.Index(values) for name, values in data.items()
            if name not in ("mixed", "interval", "texts", "Int64", "boolean", "Float64")}
    searched = {f"searched {name}": index.copy(deep=True) for name, index in made.items()}
    searched["searched int8"] = pandas.Index(numpy.arange(90, dtype="int8"))
    searched["searched float32"] = pandas.Index(numpy.arange(90, dtype="float32"))
    searched["searched uint64"] = pandas.Index(numpy.arange(5000, dtype="uint64"))
    searched["searched out of order"] = pandas.Index([5, 3, 9, 1])
    searched["searched texts out of order"] = pandas.Index(["z", "b", "a"] + [str(n) for n in range(3000)], dtype=object)
    for index in searched.values():
        index.get_indexer_for(index[:3])
        if index.is_unique:
            index.get_loc(index[2])
    many = pandas.MultiIndex.from_product([range(50), list("abcdef")], names=["number", "letter"])
    sought = many.copy(deep=True)
    sought.get_loc((3, "b"))
    return {
        **made, **searched, "range": pandas.RangeIndex(5), "large range": pandas.RangeIndex(-2 ** 40, 2 ** 40, 2 ** 33),
        "named range": pandas.RangeIndex(5, name="rows"), "of two levels": many, "of two levels, searched": sought,
        "part of two levels": many[5:20], "empty": pandas.Index([], dtype=object),
    }


def others(data):
    """What only pandas can say the size of, or the code of somebody else."""
    return {"sparse": pandas.Series(pandas.arrays.SparseArray([0, 0, 1] * 30)),
            "says it itself": pandas.Series([Said(), Said()], dtype=object),
            "intervals": pandas.IntervalIndex.from_breaks(range(30)),
            "texts": pandas.DataFrame({"text": ["one", "two"]})}


def main():
    warnings.simplefilter("ignore")
    data = columns()
    kept = {"known": [series(data), frames(data), indexes(data), {"categories": data["category"]}],
            "other": [others(data)]}
    kept["grouped"] = kept["known"][1]["numbers"].groupby("a")
    for word in ("known", "other"):
        for group in kept[word]:
            for name, thing in group.items():
                fixture.announce(f"{word} {type(thing).__name__} {name}", thing)
    fixture.ready_and_wait()
    return kept


main()
