"""Makes DebugOffsets+Fields.swift: the order of the fields of `_Py_DebugOffsets`, by minor version."""

import interpreters

# The structure's shape is another one in every minor version, and the same in all patch releases of it.
VERSIONS = [(3, 13), (3, 14), (3, 15)]
# The head is the same in all: it tells which shape follows.
HEAD = ["cookie", "version", "free_threaded"]
SHAPE, SIZE = "fields(_Py_DebugOffsets)", "sizeof(_Py_DebugOffsets)"


def shape(interpreter):
    """The paths of the fields behind the head, in order."""
    answers = interpreters.read(interpreter, [SHAPE, SIZE])
    paths = answers[SHAPE][0]
    if answers[SIZE][0] != 8 * len(paths) or paths[:len(HEAD)] != HEAD:
        raise SystemExit(f"_Py_DebugOffsets of {interpreter.name} is not a row of words")
    return paths[len(HEAD):]


def swift_file(found):
    """The Swift text for a list of interpreters, and the number of fields."""
    shapes = {interpreter.version[:2]: shape(interpreter) for interpreter in found}
    newest = max(shapes)
    union = list(shapes[newest])
    for paths in shapes.values():
        union += [path for path in paths if path not in union]
    names = " and ".join(interpreter.name for interpreter in found)
    lines = [
        f"// Generated from CPython {names} by `tests/layouts/generate.py`. Do not edit.",
        "",
        "extension DebugOffsets {",
        "  /// A number in `_Py_DebugOffsets` (Include/internal/pycore_debug_offsets.h), named as there.",
        "  package enum Field: String, Sendable, CaseIterable {",
        *(f'    case {path.replace(".", "_")} = "{path}"' for path in union),
        "  }",
        "",
        "  /// The fields in the order of memory, behind the three words of the head.",
        "  static func fields(of version: PythonVersion) -> [Field]? {",
        "    switch (version.major, version.minor) {",
    ]
    for version, paths in shapes.items():
        lines.append(f"    case ({version[0]}, {version[1]}): fields{version[0]}_{version[1]}")
    lines += ["    default: nil", "    }", "  }"]
    for version, paths in shapes.items():
        lines += ["", f"  private static let fields{version[0]}_{version[1]}: [Field] = ["]
        lines += [f"    .{path.replace('.', '_')}," for path in paths]
        lines.append("  ]")
    return "\n".join([*lines, "}", ""]), sum(map(len, shapes.values()))
