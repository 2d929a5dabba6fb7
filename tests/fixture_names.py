"""Types that are named as the interpreter's own are, and types whose `__module__` is a descriptor for their instances."""

import types

from fixture import announce, ready_and_wait

NAMES = ("generator", "coroutine", "dict", "str", "bytes", "int", "object", "type", "NoneType", "moduledef", "ellipsis",
         "frozenset", "BaseException", "function", "code")
KEPT = []


class Outer:
    class Inner:
        __module__ = "builtins"


class Described:
    __module__ = property(lambda self: "a module for instances")


def tell(name, kind, instances):
    # `repr` of a class, without the words around its name.
    announce(name, kind, told=type.__repr__(kind)[8:-2], instances=instances)


for name in NAMES:
    kind = type(name, (), {"__module__": "builtins"})
    KEPT.append([kind() for _ in range(3)])
    tell(f"class {name}", kind, 3)
for kind in (Outer.Inner, Described):
    KEPT.append(kind())
    tell(f"class {kind.__qualname__}", kind, 1)
for kind in (types.GeneratorType, types.CoroutineType, dict, str, type(None), type):
    announce(f"own {kind.__name__}", kind, told=kind.__name__)
ready_and_wait()
