"""Aliases, unions and methods whose parts are no types, each with what Python writes of it."""

import collections.abc
import functools
import operator
import sys
import types
import typing

import fixture

T = typing.TypeVar("T")


class G(typing.Generic[T]):
    class Inner:
        pass

    def method(self):
        return self


class Callable:
    def __call__(self):
        return self


def announce(number, thing, text):
    fixture.announce(f"{number} {text}", thing, repr=text)


def aliases():
    """Arguments of the aliases that are written in C, which are all that there are in a program beside classes."""
    arguments = [
        int, None, type(None), T, "Forward", ..., G.Inner, typing.List[int], typing.Optional[int],
        typing.Union[int, str, None], typing.Callable[[int, T], str], typing.Callable[..., str], typing.List["Forward"],
        typing.Any, typing.Tuple[int, ...], typing.Tuple[()], typing.ClassVar[int], typing.NewType("New", int),
        G[int], G[typing.Dict[str, T]], typing.Type[T], typing.List, typing.Tuple, typing.Literal["a", 1, None],
        typing.Union[G[int], None], typing.Dict[str, "Forward"], typing.Generator[int, None, str], typing.Pattern[str],
        len, functools.partial, G.method, typing.Deque[int],
    ]
    if sys.version_info >= (3, 9):
        arguments += [list[int], collections.abc.Callable[[int], str], collections.abc.Callable[..., T],
                      typing.Annotated[int, "said", (1, 2), [3]]]
    if sys.version_info >= (3, 10):
        parameters = typing.ParamSpec("P")
        arguments += [int | None, G[int] | None, list[int] | str, typing.Callable[parameters, int],
                      typing.Callable[typing.Concatenate[int, parameters], int],
                      collections.abc.Callable[parameters, int]]
    if sys.version_info >= (3, 11):
        arguments += [typing.Unpack[typing.TypeVarTuple("Ts")], typing.Self, typing.LiteralString]
    if sys.version_info >= (3, 12):
        # Before, what is in a list is not written as an argument is: `[<class 'int'>]`.
        arguments += [[int, typing.List[T]]]
    if sys.version_info >= (3, 9):
        for argument in arguments:
            yield list[argument]
        yield dict[str, typing.List[int]]
        yield tuple[()]


def main():
    kept = list(aliases())
    for number, alias in enumerate(kept):
        announce(number, alias, repr(alias))
    owner = G()
    bound = {
        "len": len, "list.append": [].append, "dict.fromkeys": dict.fromkeys, "G": G, "G.method": G().method,
        "str.upper": str.upper, "G.method ": G.method, "?": Callable(), "? ": functools.partial(len),
        "given": Callable(), "int.__add__": operator.attrgetter("__add__")(int),
    }
    bound["given"].__qualname__ = "given"
    for name, function in bound.items():
        method = types.MethodType(function, owner)
        text = repr(method)
        kept.append(method)
        fixture.announce(f"method {name.strip()} {type(function).__name__}", method,
                         method=text.partition("<bound method ")[2].partition(" of <")[0])
    fixture.ready_and_wait()
    return kept


main()
