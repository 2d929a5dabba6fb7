"""Makers of what is called or looked up: functions, code, classes, descriptors, partials, caches, weak references."""

import abc
import collections
import functools
import gc
import operator
import sys
import types
import weakref

from fixture_heap import Meta, Point, Record, annotated_function


def outer(value, other=None, *, keyword=3):
    """Documented."""
    def inner():
        nonlocal value
        value += 1
        return value, other
    return inner


def function(i):
    made = (outer(i, str(i)), outer(i), annotated_function(i), eval("lambda a, b=1: a"))[i % 4]
    if i % 5 == 0:
        made.attribute = str(i)
    return made


def code(i):
    template = (outer, function, annotated_function, Record.method)[i % 4].__code__
    return template.replace(co_firstlineno=i + 1, co_name=f"code{i}")


def made_class(i):
    if i % 3 == 0:
        return type(f"Slotted{i}", (), {"__slots__": ("a", "b", "__weakref__")[:i % 4]})
    if i % 3 == 1:
        return Meta(f"Meta{i}", (Record,), {"field": i, "__doc__": None})
    return type(f"Plain{i}", (Point,), {"text": str(i), "method": lambda self: self})


SLOTS = tuple("abcdefghij")


def of_a_class(arguments, names):
    """A maker of descriptors: a class gives one of each name, then comes the next class."""
    descriptors = []

    def made(i):
        if not descriptors:
            name, bases, namespace = arguments(i)
            fields = types.new_class(name, bases, exec_body=lambda body: body.update(namespace)).__dict__
            descriptors.extend(fields[name] for name in names)
        return descriptors.pop()
    return made


def functions():
    yield "function", function
    yield "method", lambda i: Record(i).method
    yield "builtin method", lambda i: [i].append
    yield "builtin method of a type", lambda i: type(f"B{i}", (), {}).mro if i % 100 == 0 else {}.fromkeys
    yield "method-wrapper", lambda i: [i].__len__
    yield "module", lambda i: types.ModuleType(f"module{i}", "text")
    yield "code", code
    yield "type", made_class
    yield "staticmethod", lambda i: staticmethod(outer if i % 2 else len)
    yield "classmethod", lambda i: classmethod(lambda cls: cls)
    yield "property", lambda i: property(outer, None, None, f"text {i}" if i % 2 else None)
    yield "cached_property", lambda i: functools.cached_property(outer)
    yield "member_descriptor", of_a_class(lambda i: (f"D{i}", (), {"__slots__": SLOTS}), SLOTS)
    yield "getset_descriptor", of_a_class(lambda i: (f"G{i}", (), {}), ("__dict__", "__weakref__"))


def descriptors_there_are():
    """Those that only C code makes: all there are, each given once."""
    found = collections.defaultdict(list)
    for thing in gc.get_objects():
        if type(thing) in (types.MethodDescriptorType, types.WrapperDescriptorType, types.ClassMethodDescriptorType):
            found[type(thing).__name__].append(thing)
    return found


def partial(i):
    made = functools.partial(outer, i) if i % 3 else functools.partial(outer, i, other=str(i), keyword=None)
    if i % 5 == 0:
        made.note = i
    return made


def cache(i):
    """Wrappers of every kind: bounded, without bound, without cache; empty, partly filled, overflowing."""
    made = functools.lru_cache(maxsize=(None, 0, 2, 8)[i % 4], typed=i % 2 == 1)(operator.abs)
    for number in range(i % 7):
        made(number + i)
    return made


def cached_links():
    """The links of one bounded cache's ring."""
    wrapper = functools.lru_cache(maxsize=1 << 20)(operator.abs)
    wrapper(1 << 40)
    cached, = [thing for thing in gc.get_referents(wrapper) if type(thing) is dict and thing is not vars(wrapper)]

    def link(i):
        wrapper(i + 1000)
        return next(reversed(cached.values()))
    return link


def calls():
    yield "lru_cache link", cached_links()
    yield "partial", partial
    yield "lru_cache wrapper", cache
    yield "KeyWrapper", lambda i: functools.cmp_to_key(outer)(i) if i % 2 else functools.cmp_to_key(outer)
    yield "itemgetter", lambda i: operator.itemgetter(i) if i % 2 else operator.itemgetter(i, "a", None)
    yield "attrgetter", lambda i: operator.attrgetter(f"a{i}") if i % 2 else operator.attrgetter("a.b", f"c{i}")
    yield "methodcaller", lambda i: operator.methodcaller("m", i) if i % 2 else operator.methodcaller("m", k=i)
    yield "partialmethod", lambda i: functools.partialmethod(outer, i)


def forgotten(reference):
    """Called back when a referent dies."""


class Reference(weakref.ref):
    """A subclass has an instance dictionary."""


def references():
    kept = []

    def referent(i):
        kept.append(Record(i))
        return kept[-1]

    def dead(i):
        return weakref.ref(Record(i))

    yield "weakref", lambda i: dead(i) if i % 10 == 0 else weakref.ref(referent(i), forgotten if i % 2 else None)
    yield "subclass of weakref", lambda i: Reference(referent(i))
    yield "weakproxy", lambda i: weakref.proxy(referent(i), forgotten if i % 2 else None)
    yield "weakcallableproxy", lambda i: weakref.proxy(function(i)) if i % 3 == 0 else callable_proxy(i, kept)
    yield "WeakMethod", lambda i: weakref.WeakMethod(referent(i).method)
    yield "KeyedRef", lambda i: weakref.KeyedRef(referent(i), forgotten, i)
    yield "WeakValueDictionary", lambda i: weakref.WeakValueDictionary({i: referent(i)})
    yield "WeakKeyDictionary", lambda i: weakref.WeakKeyDictionary({referent(i): i})
    yield "WeakSet", lambda i: weakref.WeakSet([referent(i)])
    yield "finalize", lambda i: finalizer(referent(i))


def finalizer(thing):
    made = weakref.finalize(thing, forgotten, None)
    made.atexit = False
    return made


def callable_proxy(i, kept):
    kept.append(outer(i))
    return weakref.proxy(kept[-1])


def abstractions():
    """Types that say something of types."""
    yield "abstract class", lambda i: abc.ABCMeta(f"Abstract{i}", (), {"method": abc.abstractmethod(outer)})
    if sys.version_info >= (3, 9):
        yield "generic alias", lambda i: (list[int], dict[str, i], types.GenericAlias(tuple, (int, ...)))[i % 3]
    if sys.version_info >= (3, 10):
        yield "union", lambda i: int | list[str] if i % 2 else str | None | types.GenericAlias(list, i)
