"""Known objects of the library's types, in the states in which they differ: what `fixture_golden.py` adds to its own.

Only what is the same in every run: files have numbers of their own, and locks are those of the main thread. What is the
same text in Python is told too.
"""

import array
import collections
import ctypes
import datetime
import decimal
import functools
import itertools
import operator
import os
import re
import sys
import time
import types

import golden_annotations
import golden_callables
import golden_iterators
import golden_outside
import golden_running
import golden_values
from golden_values import Color, Flags, Number, Point, Typed

# Of these the text is what Python writes, addresses and line breaks aside; of those below it is that on one line, which
# `--short` asks for.
WRITTEN = (
    range, slice, array.array, collections.deque, collections.defaultdict, types.MappingProxyType,
    types.SimpleNamespace, type({}.keys()), type({}.values()), Point, Typed, time.struct_time, os.stat_result, os.terminal_size, Color, Number,
    datetime.date, datetime.time, datetime.datetime, datetime.timedelta, datetime.timezone, decimal.Decimal, re.Pattern,
    itertools.count, itertools.repeat, operator.itemgetter, operator.attrgetter, operator.methodcaller,
    ctypes.c_int, ctypes.c_bool, ctypes.c_double, ctypes.c_float, ctypes.c_char, ctypes.c_wchar, ctypes.c_byte,
    ctypes.c_ubyte, ctypes.c_ulonglong,
    *((collections.OrderedDict,) if sys.version_info >= (3, 12) else ()),
    *((Flags,) if sys.version_info >= (3, 11) else ()),
    *((type(int | str),) if sys.version_info >= (3, 10) else ()),
    *((type(list[int]),) if sys.version_info >= (3, 9) else ()))
WRITTEN_SHORT = (
    types.MethodDescriptorType, types.ClassMethodDescriptorType, types.GetSetDescriptorType, types.MemberDescriptorType,
    types.WrapperDescriptorType)
# These show an object that Python shows otherwise: a function, an instance, a class by its full name.
WRITTEN_OTHERWISE = {"defaultdict_function", "datetime_own_zone", "member_descriptor_slot", "partial_function"}
SOURCES = (
    golden_callables.callables, golden_callables.references, golden_values.spans, golden_values.buffers,
    golden_values.collected, golden_values.classes, golden_values.matching, golden_values.dates,
    golden_values.exact_numbers, golden_running.exceptions, golden_running.contexts, golden_running.locks,
    golden_running.futures, golden_outside.files, golden_outside.foreign, golden_annotations.annotations,
    *golden_iterators.SOURCES)


def library():
    """The name and the object of each."""
    for source in SOURCES:
        yield from source()


def written(name, thing):
    """What Python writes, where the tool has to write the same: under `repr`, or under `short` on one line."""
    kind = type(thing)
    if name in WRITTEN_OTHERWISE:
        return {}
    if kind in WRITTEN:
        return {"repr": repr(thing)}
    if kind in WRITTEN_SHORT or issubclass(kind, BaseException) and {*map(type, thing.args)} <= {str, bytes, int}:
        return {"short": repr(thing)}
    if kind is functools.partial:
        return {"repr": repr(thing)} if not vars(thing) else {}
    return {}
