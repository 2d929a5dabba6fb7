"""Known functions wrapped in something, descriptors, caches and weak references."""

import functools
import operator
import types
import weakref


def outer(first, second=None):
    """What it does."""
    return first


class Referent:
    """May be referred to weakly."""

    def method(self):
        return self

    def __call__(self):
        return self


KEPT = Referent()


class Plain:
    """May be referred to weakly, not called."""


PLAIN = Plain()


def callables():
    function = eval(compile("lambda first: first", "example.py", "eval"), {"__builtins__": {}})
    function.attribute, function.other = "value", [1]
    yield "function_attributes", function
    yield "staticmethod", staticmethod(outer)
    yield "staticmethod_builtin", staticmethod(len)
    yield "classmethod", classmethod(outer)
    yield "property", property(outer, None, None, "Documented.")
    yield "property_getter", property(outer)
    yield "property_empty", property()
    yield "mappingproxy", types.MappingProxyType({"one": 1, "two": [2]})
    yield "mappingproxy_empty", types.MappingProxyType({})
    yield "method_descriptor", str.upper
    yield "classmethod_descriptor", vars(dict)["fromkeys"]
    yield "getset_descriptor", types.FunctionType.__code__
    yield "member_descriptor", types.FunctionType.__globals__
    yield "member_descriptor_slot", type("WithSlot", (), {"__slots__": ("slot",)}).slot
    yield "wrapper_descriptor", int.__add__
    yield "method_wrapper", [1, 2].__len__
    yield "method_wrapper_int", (7).__add__
    yield "partial", functools.partial(int, base=2)
    yield "partial_arguments", functools.partial(pow, 2, 10, mod=1000)
    yield "partial_function", functools.partial(outer, "x", second=None)
    yield "partial_empty", functools.partial(len)
    noted = functools.partial(print)
    noted.note = "noted"
    yield "partial_with_attribute", noted
    yield "partialmethod", functools.partialmethod(outer, 1)
    yield "cached_property", functools.cached_property(outer)
    yield from caches()
    yield "itemgetter", operator.itemgetter(1)
    yield "itemgetter_many", operator.itemgetter(1, "key")
    yield "attrgetter", operator.attrgetter("name", "other.name")
    yield "methodcaller", operator.methodcaller("split", ",", maxsplit=1)
    yield "cmp_to_key", functools.cmp_to_key(outer)


def caches():
    for name, size, calls in (("bounded", 2, 5), ("full", 2, 2), ("unbounded", None, 3), ("uncached", 0, 2),
                              ("empty", 8, 0)):
        cached = functools.lru_cache(maxsize=size)(abs)
        for number in range(calls):
            cached(-number)
        yield f"lru_cache_{name}", cached


def references():
    yield "weakref", weakref.ref(KEPT)
    yield "weakref_callback", weakref.ref(KEPT, outer)
    yield "weakref_dead", weakref.ref(Referent())
    yield "weakref_dead_callback", weakref.ref(Referent(), outer)
    yield "weakproxy", weakref.proxy(PLAIN)
    yield "weakproxy_dead", weakref.proxy(Plain())
    yield "weakcallableproxy", weakref.proxy(KEPT)
    yield "weakmethod", weakref.WeakMethod(KEPT.method)
    yield "weakvaluedictionary", weakref.WeakValueDictionary({"key": KEPT})
    yield "keyedref", weakref.KeyedRef(KEPT, None, "key")
