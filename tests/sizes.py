"""`sys.getsizeof` without the opinions of classes: a class may define `__sizeof__` in Python, and say what it likes.

What is compared is the size of the object as C code sees it, so the nearest `__sizeof__` that C code defines is asked.
What pandas says the tool says too: that is compared in `foreign.py`, as asking would make more objects. Here it is 0.
"""

import sys
import types

FLAGS = type.__dict__["__flags__"]
HAVE_GC = 1 << 14
READY = 1 << 12
MANAGED_DICT = 1 << 4
MANAGED_WEAKREF = 1 << 3
GC_HEAD = 16
NOT_COMPARED = 0


def getsizeof(thing):
    kind = type(thing)
    if not FLAGS.__get__(kind) & READY:
        # `sys.getsizeof` would make the type's dictionary, and all that is in it.
        return object.__sizeof__(thing) + head_size(kind)
    own = defined_in_python(kind)
    if own is None:
        return sys.getsizeof(thing)
    if own.__module__ == "pandas.core.base" and any("memory_usage" in vars(base) for base in kind.__mro__):
        return NOT_COMPARED
    for base in kind.__mro__[kind.__mro__.index(own) + 1:]:
        method = vars(base).get("__sizeof__")
        if isinstance(method, types.MethodDescriptorType):
            return method(thing) + head_size(kind)
    raise TypeError(f"{kind} has no __sizeof__")


def defined_in_python(kind):
    """The class whose `__sizeof__` would be called, if that is not a method of C: a function, or a mock of one."""
    for base in type.__dict__["__mro__"].__get__(kind):
        method = vars(base).get("__sizeof__")
        if method is not None:
            return None if isinstance(method, types.MethodDescriptorType) else base
    return None


def head_size(kind):
    """What lies before an object and is counted: the collector's head, and a managed dict and weak references."""
    flags = FLAGS.__get__(kind)
    size = GC_HEAD if flags & HAVE_GC else 0
    managed = MANAGED_DICT if sys.version_info < (3, 12) else MANAGED_DICT | MANAGED_WEAKREF
    if sys.version_info >= (3, 11) and flags & managed:
        size += 16
    return size


class Sys:
    """In place of the module `sys`."""

    getsizeof = staticmethod(getsizeof)

    def __getattr__(self, name):
        return getattr(sys, name)


def replace_getsizeof(*modules):
    for module in modules:
        module.sys = Sys()
