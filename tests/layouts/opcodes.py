"""Makes Opcodes.swift: of each instruction of each version, what it is for who looks for calls of methods of variables.

Interpreters say it themselves: `opcode` and `dis` know the numbers, specialised instructions included, and how many
words of cache follow each. More than nine are the characters that follow "9".
"""

import subprocess

VERSIONS = [(3, minor) for minor in range(8, 16)]

# Run by each interpreter: two characters for each number, what the instruction is and how many words follow it.
SCRIPT = r"""
import dis, opcode, sys
numbers = dict(getattr(dis, "_all_opmap", opcode.opmap))
numbers.update(getattr(opcode, "_specialized_opmap", {}))
general = getattr(dis, "deoptmap", {})
caches = getattr(opcode, "_inline_cache_entries", {})
if isinstance(caches, list):
    caches = {name: caches[number] for name, number in opcode.opmap.items() if number < len(caches)}
since_311, since_312 = sys.version_info >= (3, 11), sys.version_info >= (3, 12)
kinds = {"EXTENDED_ARG": "E", "LOAD_DEREF": "D", "LOAD_GLOBAL": "n" if since_311 else "N", "LOAD_NAME": "N",
         "LOAD_ATTR": "a" if since_312 else "A", "LOAD_METHOD": "M", "POP_TOP": "P", "GET_AWAITABLE": "W"}
def kind(name):
    if name in kinds:
        return kinds[name]
    if name.startswith("INSTRUMENTED") or name == "ENTER_EXECUTOR":
        return "?"
    if name.startswith("CALL") and "INTRINSIC" not in name:
        return "C"
    if name in ("LOAD_FAST", "LOAD_FAST_CHECK", "LOAD_FAST_BORROW"):
        return "F"
    if name.endswith(("LOAD_FAST_LOAD_FAST", "LOAD_FAST_BORROW_LOAD_FAST_BORROW", "STORE_FAST_LOAD_FAST")):
        return "G"
    if "JUMP" in name or name in ("FOR_ITER", "SEND"):
        return "B" if "BACKWARD" in name else "K" if opcode.opmap[name] in dis.hasjabs else "J"
    return "."
table = ["?0"] * 256
for name, number in numbers.items():
    if number < 256:
        # Two in one, as 3.11 and 3.12 have them, are the first of them; the second stands there too.
        base = general.get(name, name).partition("__")[0]
        table[number] = kind(base) + chr(ord("0") + caches.get(base, 0))
print("".join(table))
"""


def swift_file(interpreters):
    """The Swift text of the tables, and the number of instructions in them."""
    lines, count = [], 0
    for interpreter in interpreters:
        run = subprocess.run([interpreter.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
        table = run.stdout.strip()
        count += 256 - table.count("?0")
        lines.append(f'    {interpreter.version[1]}: """')
        lines += [f"    {table[start:start + 64]}\\" for start in range(0, len(table), 64)]
        lines[-1] = lines[-1].rstrip("\\")
        lines.append('    """,')
    return "\n".join([
        "// Generated from the interpreters by `tests/layouts/generate.py`. Do not edit.",
        "",
        "extension Opcodes {",
        "  /// For each minor version of 3 two characters for each opcode: what it does, and how many words of cache "
        "follow it.",
        "  static let texts: [Int: String] = [",
        *lines,
        "  ]",
        "}",
        ""]), count
