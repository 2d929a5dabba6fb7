#!/usr/bin/env python3
"""Makes the layout tables of Sources/CPython/Layouts from real interpreters.

usage: generate.py [--check] [--version VERSION]... [--print]

    (nothing)           writes into Layouts/Generated: Layout+X.Y.swift and Structures+X.Y.swift for each committed
                        version, Releases+X.Y.swift (see releases.py), DebugOffsets+Fields.swift and Opcodes+Texts.swift
    --check             compares the committed files with the interpreters found; exit status 1 on a difference
    --version 312       only this version's layout; may be repeated, and be one that is not committed yet
    --print             writes to the standard output instead of the files

An interpreter of 3.12 is $PYTHON_312, else .python/3.12 of the project or of a folder there, else python3.12 on the
PATH, else the newest one of pyenv. Needed are gcc, and gdb with Python.
"""

import argparse
import difflib
import re
import sys

import debug_offsets
import interpreters
import opcodes
import releases
import rows
import structures

LAYOUTS = interpreters.PROJECT / "Sources" / "CPython" / "Layouts"
GENERATED = LAYOUTS / "Generated"
COMMITTED = [(3, minor) for minor in range(8, 16)]

# How many bytes each Swift type reads. UInt8 also marks the beginning of something of any size.
WIDTHS = {"Address": 8, "Int": 8, "UInt64": 8, "Double": 8, "Int32": 4, "UInt32": 4, "Int8": 1}


def swift_structures():
    """The structures of Layout.swift and the files below it called …Layouts.swift: {name: {field: type}}, in order."""
    structures = {}
    for file in [LAYOUTS / "Layout.swift", *sorted(LAYOUTS.rglob("*Layouts.swift"))]:
        for line in file.read_text().splitlines():
            if found := re.match(r"package struct (\w+)", line):
                structures[found[1]] = fields = {}
            elif found := re.match(r"  package var (\w+): (.+)", line):
                fields[found[1]] = found[2]
    return structures


def candidates(row, version):
    return row(version) if callable(row) else row


def expressions(version):
    """Everything to be asked of an interpreter's debug information."""
    asked = [c for table in rows.ROWS.values() for row in table.values() for c in candidates(row, version)]
    return sorted({c for c in asked if isinstance(c, str) and not c.startswith(".")})


def value(place, type_, row, version, answers):
    """The Swift text for a field, or None; and the C expression that it comes from."""
    for candidate in candidates(row, version):
        if candidate is None:
            break
        if isinstance(candidate, tuple):
            return str(candidate[0]), candidate[1]
        if isinstance(candidate, int):
            return str(candidate), "no such field"
        if candidate.startswith("."):
            return candidate, ""
        if candidate not in answers:
            continue
        number, width = answers[candidate]
        if found := re.match(r"FieldOffset<(\w+)>", type_):
            if found[1] != "UInt8" and WIDTHS[found[1]] != width:
                raise SystemExit(f"{place} reads {WIDTHS[found[1]]} bytes, but {candidate} has {width}")
        return str(number), re.sub(r"^measured\(", "sys._debugmallocstats(", candidate)
    return None, ""


def initializer(member, type_, structures, version, answers):
    """The lines of one structure's initialiser call, and the number of its fields; no lines for a nil one."""
    name = type_.rstrip("?")
    fields, table = structures[name], rows.ROWS[member]
    if fields.keys() != table.keys():
        raise SystemExit(f"{name} and the rows of {member} differ: {sorted(fields.keys() ^ table.keys())}")
    lines = [f"    {member}: {name}("]
    for field, field_type in fields.items():
        text, source = value(f"{member}.{field}", field_type, table[field], version, answers)
        if text is None and not field_type.endswith("?"):
            if type_.endswith("?"):
                return [f"    {member}: nil,"], 1
            raise SystemExit(f"{member}.{field}: none of {candidates(table[field], version)} is known")
        comma = "" if field == list(fields)[-1] else ","
        lines.append(f"      {field}: {text or 'nil'}{comma}" + (f"  // {source}" if source else ""))
    return [*lines, "    ),"], len(fields)


def swift_file(interpreter):
    """The Swift text of an interpreter's table, and the number of its fields."""
    version = interpreter.version[:2]
    structures = swift_structures()
    answers = interpreters.read(interpreter, expressions(interpreter.version), rows.MODULES)
    lines, count = [], 0
    for member, type_ in structures["Layout"].items():
        more, fields = initializer(member, type_, structures, interpreter.version, answers)
        lines += more
        count += fields
    lines[-1] = lines[-1].rstrip(",")
    name = f"{version[0]}.{version[1]}"
    head = f"""\
// Generated from CPython {interpreter.name} by `tests/layouts/generate.py --version {name}`. Do not edit.

import MemoryImage

extension Layout {{
  /// The structures of CPython {name} on 64-bit Linux, with the GIL; each line names the C field it comes from.
  package static let cpython{version[0]}_{version[1]} = Layout(
    version: PythonVersion({version[0]}, {version[1]}),
    source: "headers and debug information of CPython {interpreter.name}",
"""
    return head + "\n".join(lines) + "\n  )\n}\n", count


def path(version, kind="Layout"):
    return GENERATED / f"{kind}+{version[0]}.{version[1]}.swift"


def differences(file, names, made):
    """The differences between the committed file and what is made now, but for the patch releases they come from."""
    def lines(text):
        return re.sub(r"\b(3\.\d+)\.\d+\b", r"\1", text).splitlines()

    committed = file.read_text() if file.exists() else ""
    return list(difflib.unified_diff(
        lines(committed), lines(made), str(file.relative_to(interpreters.PROJECT)), f"CPython {names}", lineterm=""))


def parse_version(text):
    found = re.fullmatch(r"(3)\.?(\d+)", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text} is not a version such as 3.12 or 312")
    return int(found[1]), int(found[2])


def outputs(versions):
    """What there is to make: (title, file, the versions or patch releases that it needs, how it is made from their
    interpreters)."""
    for version in versions or COMMITTED:
        name = f"{version[0]}.{version[1]}"
        whole, *others = [(*version, micro) for micro in releases.RELEASES.get(version, ())] or [version]
        yield f"layout {name}", path(version), [whole], lambda found: swift_file(found[0])
        yield f"structures {name}", path(version, "Structures"), [whole], lambda found: structures.swift_file(found[0])
        if others:
            yield (f"releases {name}", path(version, "Releases"), others,
                   lambda found, version=version: releases_file(version, found))
    if not versions:
        file = GENERATED / "DebugOffsets+Fields.swift"
        yield "debug offsets", file, debug_offsets.VERSIONS, debug_offsets.swift_file
        yield "opcodes", GENERATED / "Opcodes+Texts.swift", opcodes.VERSIONS, opcodes.swift_file


def interpreter_of(version):
    """The interpreter of a version, or of one patch release; None if there is none."""
    return interpreters.find(version) if len(version) == 2 else interpreters.releases(version[:2]).get(version[2])


def differences_of(interpreter):
    """What the tables of a patch release have otherwise than the committed whole ones."""
    version = interpreter.version[:2]
    whole = releases.Tables.committed(path(version), path(version, "Structures"))
    return releases.Differences(whole, releases.Tables.of(interpreter, swift_file(interpreter)[0]))


def releases_file(version, found):
    """The Swift text of what patch releases have otherwise, and the number of differences."""
    differences = {interpreter.version[2]: differences_of(interpreter) for interpreter in found}
    return releases.swift_text(version, differences), sum(one.count for one in differences.values())


def check_releases(version):
    """Compares each patch release on this machine with the committed tables; the number of those that differ."""
    failed = 0
    file = path(version, "Releases")
    committed = releases.entries(file.read_text()) if file.exists() else []
    for micro, interpreter in sorted(interpreters.releases(version).items()):
        if micro == releases.RELEASES[version][0]:
            continue
        nearest = releases.nearest(version, micro)
        differences = differences_of(interpreter)
        texts = map(releases.plain, differences.swift_lines(nearest))
        unknown = [text for text in texts if text and text not in committed]
        if unknown:
            print(*unknown, sep="\n")
            print(f"release {interpreter.name}: differs from the tables of {version[0]}.{version[1]}.{nearest}")
            failed += 1
        else:
            print(f"release {interpreter.name}: {differences.count} differences from the whole tables, as committed")
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--version", action="append", type=parse_version, help="only this version's layout")
    parser.add_argument("--print", action="store_true", help="write to the standard output")
    options = parser.parse_args()
    skipped = failed = 0
    for title, file, versions, make in outputs(options.version):
        if options.check and title.startswith("releases"):
            failed += check_releases(versions[0][:2])
            continue
        found = [interpreter_of(version) for version in versions]
        missing = [".".join(map(str, v)) for v, interpreter in zip(versions, found) if interpreter is None]
        if missing:
            print(f"not run: no interpreter of {' and '.join(missing)} found",
                  file=sys.stdout if options.check else sys.stderr)
            skipped += 1
            continue
        made, count = make(found)
        names = " and ".join(interpreter.name for interpreter in found)
        if options.print:
            print(made, end="")
        elif not options.check:
            file.write_text(made)
            print(f"{file.name}: {count} fields from CPython {names}")
        elif changes := differences(file, names, made):
            print(*changes, sep="\n")
            print(f"{title}: differs from CPython {names}")
            failed += 1
        else:
            print(f"{title}: {count} fields equal (CPython {names})")
    if options.check and skipped:
        print(f"not run: {skipped} of {len(list(outputs(options.version)))}")
    return 1 if failed or (skipped and not options.check) else 0


if __name__ == "__main__":
    sys.exit(main())
