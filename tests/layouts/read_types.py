"""Runs inside gdb: answers expressions about C types from debug information.

The file $LAYOUT_EXPRESSIONS holds a JSON list of expressions; the answers go to the file $LAYOUT_ANSWERS, as a JSON
object from expression to [value, width in bytes]. An expression that this debug information cannot answer is left out.

    sizeof(TYPE)               the type's size
    TYPE.FIELD.FIELD           the field's offset, and the width of what lies there (of one item, if it is an array)
    bit(TYPE.FIELD.BITFIELD)   where the bit field begins in FIELD
    enum(TYPE.NAME)            the enumerator's value
    constant(NAME)             the value of the variable constant_NAME, which the probe sets to the macro's value
    fields(TYPE)               the paths of the fields of a structure of structures, in order
    objects(TYPE)              [path, offset] of each field that points at an object, in order; of one in an array of no
                               certain length, [path, offset, size of an item]
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


def is_object(type_):
    """Whether a structure begins as every object does."""
    if type_.code != gdb.TYPE_CODE_STRUCT:
        return False
    if type_.tag in ("_object", "PyVarObject"):
        return True
    if not type_.fields() and type_.tag:
        try:
            type_ = structure(type_.tag)
        except KeyError:
            return False
    fields = type_.fields()
    return bool(fields) and fields[0].bitpos == 0 and is_object(fields[0].type.strip_typedefs())


def object_fields(type_, path, position):
    """The paths and offsets of the pointers to objects in a structure, but for its head."""
    for entry in type_.fields():
        if hasattr(entry, "bitpos") and not entry.bitsize:
            yield from object_places(entry.type.strip_typedefs(), f"{path}{entry.name or str()}",
                                     position + entry.bitpos // 8)


def object_places(type_, path, offset):
    """The same for a field; one in an array at the end, as long as `ob_size` says, gets its item's size too."""
    if type_.code == gdb.TYPE_CODE_PTR and is_object(type_.target().strip_typedefs()):
        yield [path, offset]
    elif type_.code == gdb.TYPE_CODE_STRUCT and not (offset == 0 and type_.tag in ("_object", "PyVarObject")):
        yield from object_fields(type_, f"{path}.", offset)
    elif type_.code == gdb.TYPE_CODE_ARRAY:
        item = type_.target().strip_typedefs()
        first, last = type_.range()
        for number in range(first, last + 1):
            yield from object_places(item, f"{path}[{number}]", offset + number * item.sizeof)
        if last < first:
            yield from ([*place, item.sizeof] for place in object_places(item, f"{path}[]", offset))


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
    if kind == "objects":
        return [list(object_fields(structure(argument), "", 0)), 0]
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
