"""Finds CPython interpreters and reads what their headers, debug information and allocator say."""

import dataclasses
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parents[1]

# What an interpreter says of itself.
SELF_DESCRIPTION = """
import json, platform, sys, sysconfig
print(json.dumps({
    "implementation": platform.python_implementation(), "version": sys.version_info[:3],
    "include": sysconfig.get_path("include"), "library": sysconfig.get_config_var("LDLIBRARY"),
    "folder": sysconfig.get_config_var("LIBDIR"), "modules": sysconfig.get_path("platstdlib") + "/lib-dynload"}))
"""


@dataclasses.dataclass
class Interpreter:
    """A CPython with its headers."""

    executable: str
    version: tuple[int, int, int]
    include: pathlib.Path
    # The file with the interpreter's code: its shared library, or else the executable.
    binary: pathlib.Path
    # The folder of the extension modules that are files of their own.
    modules: pathlib.Path

    @property
    def name(self):
        return ".".join(map(str, self.version))


def candidates(version):
    """Where an interpreter of the version may be, the first choice first."""
    major, minor = version
    yield os.environ.get(f"PYTHON_{major}{minor}")
    own = pathlib.Path(f"{major}.{minor}", "usr", "bin", f"python{major}.{minor}")
    yield PROJECT / ".python" / own
    # Other patch releases are in folders of these.
    yield from sorted((PROJECT / ".python").glob(f"*/{own}"))
    yield shutil.which(f"python{major}.{minor}")
    versions = pathlib.Path(os.environ.get("PYENV_ROOT", pathlib.Path.home() / ".pyenv")) / "versions"
    found = versions.glob(f"{major}.{minor}.*/bin/python{major}.{minor}")
    yield from sorted(found, key=lambda path: [int(n) for n in re.findall(r"\d+", path.parents[1].name)], reverse=True)


def find(version):
    """The first interpreter of the version that runs and has headers, or None."""
    return next(working(version), None)


def releases(version):
    """The interpreters of the version that run and have headers, by patch release."""
    found = {}
    for interpreter in working(version):
        found.setdefault(interpreter.version[2], interpreter)
    return found


def working(version):
    """The interpreters of the version that run and have headers, the first choice first."""
    for executable in candidates(version):
        if not executable or not os.access(executable, os.X_OK):
            continue
        run = subprocess.run([executable, "-c", SELF_DESCRIPTION], capture_output=True, text=True)
        # A pyenv shim exists for every version, and fails for those that are not selected.
        if run.returncode:
            continue
        said = json.loads(run.stdout)
        include = pathlib.Path(said["include"])
        if said["implementation"] != "CPython" or tuple(said["version"][:2]) != version:
            continue
        if not (include / "internal").is_dir():
            continue
        library = pathlib.Path(said["folder"] or "", said["library"] or "")
        shared = library.is_file() and ".so" in library.name
        binary = library if shared else pathlib.Path(executable).resolve()
        yield Interpreter(str(executable), tuple(said["version"]), include, binary, pathlib.Path(said["modules"]))


def read(interpreter, expressions, modules=()):
    """The answers to the expressions: {expression: (value, width)}, without those that nothing answers.

    The headers' word goes before that of the interpreter, and that before the word of the extension modules named.
    """
    with tempfile.TemporaryDirectory() as folder:
        probe = pathlib.Path(folder, "probe.o")
        include = interpreter.include
        # Debian's pyconfig.h includes one of an architecture, by a path from the folder above.
        paths = [f"-I{path}" for path in (include, include / "internal", include.parent)]
        subprocess.run(
            ["gcc", "-c", "-g", "-O0", "-w", "-fno-eliminate-unused-debug-types", "-DPy_BUILD_CORE", *paths,
             str(HERE / "probe.c"), "-o", str(probe)], check=True)
        answers = {}
        for file in [*module_files(interpreter, modules), interpreter.binary, probe]:
            answers |= debug_information(file, expressions, folder, symbol_folder(interpreter))
    measured = allocator(interpreter)
    for name, value in measured.items():
        header = answers.get(f"constant({name})")
        if header and header[0] != value:
            raise SystemExit(f"{interpreter.executable}: {name} is {header[0]} in the headers, {value} by measurement")
        answers[f"measured({name})"] = [value, 8]
    return answers


def module_files(interpreter, names):
    """The files of those of the extension modules that are not built into the interpreter."""
    return [path for name in names for path in sorted(interpreter.modules.glob(f"{name}.*so"))]


def symbol_folder(interpreter):
    """Where debug information lies that a distribution keeps in files of their own, by build identifier."""
    return pathlib.Path(interpreter.executable).parents[1] / "lib" / "debug"


def debug_information(file, expressions, folder, symbols):
    """What the debug information of one file answers."""
    question, answer = pathlib.Path(folder, "expressions"), pathlib.Path(folder, "answers")
    question.write_text(json.dumps(expressions))
    environment = {**os.environ, "LAYOUT_EXPRESSIONS": str(question), "LAYOUT_ANSWERS": str(answer)}
    answer.unlink(missing_ok=True)
    run = subprocess.run(
        ["gdb", "-batch", "-nx", "-iex", "set debuginfod enabled off", "-iex", f"set debug-file-directory {symbols}",
         "-x", str(HERE / "read_types.py"), str(file)],
        env=environment, capture_output=True, text=True)
    # gdb's exit status does not tell whether the script ran to its end.
    if not answer.exists():
        raise SystemExit(f"gdb could not read {file}:\n{run.stderr}")
    return json.loads(answer.read_text())


def allocator(interpreter):
    """pymalloc's constants, from the interpreter's own account of its allocator (`sys._debugmallocstats`)."""
    run = subprocess.run(
        [interpreter.executable, "-c", "import sys; sys._debugmallocstats()"], capture_output=True, text=True,
        check=True, env={**os.environ, "PYTHONMALLOC": "pymalloc"})
    text = run.stderr.replace(",", "")

    def number(pattern):
        return int(re.search(pattern, text).group(1))

    largest = number(r"Small block threshold = (\d+)")
    pools = sum(int(row) for row in re.findall(r"^ *\d+ +\d+ +(\d+) +\d+ +\d+$", text, re.MULTILINE))
    return {
        "POOL_SIZE": number(r"unused pools \* (\d+) bytes"),
        "ARENA_SIZE": number(r"arenas \* (\d+) bytes/arena"),
        "POOL_OVERHEAD": number(r"bytes lost to pool headers += +(\d+)") // pools,
        "ALIGNMENT": largest // number(r"in (\d+) size classes"),
        "SMALL_REQUEST_THRESHOLD": largest,
    }
