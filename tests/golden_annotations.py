"""Known type variables, aliases and unions."""

import collections
import sys
import typing

from golden_values import Point

T = typing.TypeVar("T")


def annotations():
    yield "typevar", T
    yield "typevar_bound", typing.TypeVar("Bound", bound=int)
    yield "typevar_constraints", typing.TypeVar("Chosen", int, str)
    yield "typevar_covariant", typing.TypeVar("Out", covariant=True)
    yield "typing_list", typing.List[int]
    yield "typing_optional", typing.Optional[int]
    yield "typing_callable", typing.Callable[[int], str]
    if sys.version_info >= (3, 9):
        yield "generic_alias", list[int]
        yield "generic_alias_nested", dict[str, list[T]]
        yield "generic_alias_tuple", tuple[int, ...]
        yield "generic_alias_own", collections.deque[Point]
    if sys.version_info >= (3, 10):
        yield "union", int | str
        yield "union_none", list[int] | None
        yield "paramspec", typing.ParamSpec("P")
        yield "paramspec_args", typing.ParamSpec("P").args
    if sys.version_info >= (3, 11):
        yield "typevartuple", typing.TypeVarTuple("Ts")
    if sys.version_info >= (3, 12):
        names = {}
        exec("type Alias[Item] = list[Item]\ntype Known = int", names)
        yield "type_alias_lazy", names["Alias"]
        names["Known"].__value__
        yield "type_alias", names["Known"]
        yield "typevar_of_alias", names["Alias"].__type_params__[0]
