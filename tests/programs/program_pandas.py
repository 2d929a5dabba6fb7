"""pandas with a frame of a million rows, and what an analysis of it leaves: groups, joins, pivots, series.

usage: program_pandas.py FOLDER PACKAGES
"""

import sys

sys.path.insert(0, sys.argv[2])

import datetime
import io
import warnings

import numpy
import pandas
import program

ROWS = 1_000_000


def frame():
    """A million orders."""
    numbers = numpy.random.RandomState(7)
    places = numpy.array(["Bern", "Genf", "Zürich", "Łódź", "東京"], dtype=object)
    days = pandas.Timestamp("2020-01-01") + pandas.to_timedelta(numbers.randint(0, 2000, ROWS), unit="D")
    mixed = numpy.empty(ROWS, dtype=object)
    mixed[:] = [None if n % 3 == 0 else (n, n / 2) if n % 1000 == 1 else n * 1.5 if n % 3 == 1 else n
                for n in range(ROWS)]
    return pandas.DataFrame({
        "order": numpy.arange(ROWS), "price": numbers.normal(50, 10, ROWS), "amount": numbers.randint(1, 9, ROWS),
        "customer": pandas.Series([f"customer {n % 250000}" for n in range(ROWS)], dtype=object),
        "place": pandas.Categorical(places[numbers.randint(0, 5, ROWS)]), "day": days,
        "note": pandas.Series([None if n % 5 else f"note {n}" for n in range(ROWS)], dtype="string"),
        "paid": numbers.random_sample(ROWS) < 0.9, "mixed": mixed,
        "discount": pandas.array([None if n % 7 == 0 else n % 30 for n in range(ROWS)], dtype="Int64"),
    })


def analysis(orders):
    """What is kept of it."""
    orders["total"] = orders["price"] * orders["amount"]
    by_day = orders.set_index("day").sort_index()
    customers = pandas.DataFrame({"customer": [f"customer {n}" for n in range(250000)],
                                  "since": pandas.date_range("2001-01-01", periods=250000, freq="h")})
    text = orders.head(5000).to_csv(index=False)
    return {
        "by place": orders.groupby("place", observed=True)["total"].agg(["sum", "mean", "count"]),
        "by two": orders.groupby(["place", "paid"], observed=True)[["price", "amount"]].mean(),
        "pivot": orders.head(20000).pivot_table(index="place", columns="amount", values="total", aggfunc="sum",
                                               observed=True),
        "joined": orders.head(50000).merge(customers, on="customer", how="left"),
        "months": by_day["total"].resample("30D").sum(),
        "rolling": by_day["total"].head(10000).rolling(50).mean(),
        "objects": list(orders.head(5000).itertuples(name="Order")),
        "rows": [row for _, row in orders.head(200).iterrows()],
        "records": orders.head(2000).to_dict("records"), "read": pandas.read_csv(io.StringIO(text)),
        "groups": orders.head(30000).groupby("customer").groups, "strings": orders["customer"].head(20000).str.upper(),
        "periods": pandas.period_range("2000-01", periods=500, freq="M").tolist(),
        "stamps": orders["day"].head(3000).tolist(),
        "index": pandas.MultiIndex.from_product([range(50), list("abcdef")]),
        "intervals": pandas.cut(orders["price"].head(5000), 12), "view": orders["price"].to_numpy()[10:-10:3],
        "sparse": pandas.arrays.SparseArray([0, 0, 1, 0] * 1000), "when": datetime.datetime.now(datetime.timezone.utc),
    }


def main(folder):
    warnings.simplefilter("ignore")
    orders = frame()
    kept = analysis(orders)
    program.hide("ndarray", program.array_holds)
    program.stop(folder)
    return orders, kept


main(sys.argv[1])
