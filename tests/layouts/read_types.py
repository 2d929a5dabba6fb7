"""Runs inside gdb: answers expressions about C types from debug information.

The file $LAYOUT_EXPRESSIONS holds a JSON list of expressions; the answers go to the file $LAYOUT_ANSWERS, as a JSON
object from expression to [value, width in bytes]. An expression that this debug information cannot answer is left out.

    sizeof(TYPE)               the type's size
    TYPE.FIELD.FIELD           the field's offset, and the width of what lies there (of one item, if it is an array)
    bit(TYPE.FIELD.BITFIELD)   where the bit field begins in FIELD
    enum(TYPE.NAME)            the enumerator's value
    constant(NAME)             the value of the variable constant_NAME, which the probe sets to the macro's value
    fields(TYPE)               the paths of the fields of a structure of structures, in order
"""

import json
import os
import re

import gdb


def structure(name):
    """The type called `name`: a typedef, or a structure or enumeration by its tag."""
    for prefix in ("", "struct ", "enum "):
        try:
            found = gdb.lookup_type(prefix + name).strip_typedefs()
        except gdb.error:
            continue
        # An opaque type (`struct x;`) has no fields; its definition may stand under the tag.
        if found.code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION, gdb.TYPE_CODE_ENUM) and not found.fields():
            continue
        return found
    raise KeyError(name)


def member(type_, name):
    """The bit position and type of a member, also one of a nameless structure or union inside."""
    for field in type_.fields():
        if field.name == name:
            return field.bitpos, field.type.strip_typedefs()
        if not field.name:
            try:
                position, found = member(field.type.strip_typedefs(), name)
            except KeyError:
                continue
            return field.bitpos + position, found
    raise KeyError(name)


def field(path):
    """The bit position and type of a field given as TYPE.FIELD.FIELD."""
    name, *names = path.split(".")
    type_ = structure(name)
    position = 0
    for part in names:
        offset, type_ = member(type_, part)
        position += offset
    return position, type_


def paths(type_):
    """The paths of all fields of a structure whose fields are structures of numbers."""
    for entry in type_.fields():
        inner = entry.type.strip_typedefs()
        if inner.code == gdb.TYPE_CODE_STRUCT:
            yield from (f"{entry.name}.{path}" for path in paths(inner))
        else:
            yield entry.name


def answer(expression):
    call = re.fullmatch(r"(\w+)\((.*)\)", expression)
    kind, argument = call.groups() if call else ("offset", expression)
    if kind == "sizeof":
        return [structure(argument).sizeof, 8]
    if kind == "bit":
        start, _ = field(argument.rpartition(".")[0])
        position, _ = field(argument)
        return [position - start, 4]
    if kind == "enum":
        name, _, item = argument.partition(".")
        return [next(f.enumval for f in structure(name).fields() if f.name == item), 1]
    if kind == "constant":
        return [int(gdb.parse_and_eval(f"constant_{argument}")), 8]
    if kind == "fields":
        return [list(paths(structure(argument))), 0]
    position, type_ = field(argument)
    if type_.code == gdb.TYPE_CODE_ARRAY:
        type_ = type_.target().strip_typedefs()
    if position % 8:
        raise KeyError(f"{argument} does not begin at a byte")
    return [position // 8, type_.sizeof]


def main():
    with open(os.environ["LAYOUT_EXPRESSIONS"], encoding="utf-8") as file:
        expressions = json.load(file)
    answers = {}
    for expression in expressions:
        try:
            answers[expression] = answer(expression)
        except (KeyError, StopIteration, gdb.error):
            continue
    with open(os.environ["LAYOUT_ANSWERS"], "w", encoding="utf-8") as file:
        json.dump(answers, file)


main()
