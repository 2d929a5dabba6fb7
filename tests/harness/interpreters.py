"""Where the interpreters under test are on this machine."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
TESTS = PROJECT / "tests"
VERSIONS = ("38", "39", "310", "311", "312", "313", "314", "315")
# What `--version` takes beside one version: names of several.
SETS = {"both": ("310", "314"), "all-installed": VERSIONS}

_PROBE = "import sys; print('%d%d' % sys.version_info[:2], sys.executable)"


class InterpreterMissing(Exception):
    """No usable interpreter of a version, with the reason."""


def dotted(version):
    """`310` as people write it: `3.10`."""
    return f"{version[0]}.{version[1:]}"


def interpreter(version):
    """The path of a working interpreter of the version; raises `InterpreterMissing`."""
    variable = f"PYTHON_{version}"
    chosen = os.environ.get(variable)
    if chosen:
        path = _executable(chosen, version)
        if path is None:
            raise InterpreterMissing(f"{variable} is set, but is not a working Python {dotted(version)}")
        return path
    for candidate in _candidates(version):
        path = _executable(candidate, version)
        if path is not None:
            return path
    raise InterpreterMissing(f"no Python {dotted(version)} found; set {variable} or run `make setup`")


def _candidates(version):
    name = f"python{dotted(version)}"
    own = PROJECT / ".python" / dotted(version) / "usr" / "bin" / name
    on_path = shutil.which(name)
    pyenv = Path.home().glob(f".pyenv/versions/{dotted(version)}.*/bin/{name}")
    newest_first = sorted(pyenv, key=lambda path: [int(n) for n in re.findall(r"\d+", path.parents[1].name)],
                          reverse=True)
    return [str(path) for path in [own] + ([on_path] if on_path else []) + newest_first]


def _executable(candidate, version):
    # A shim on the PATH may exist and yet run nothing, so every candidate is asked what it is.
    try:
        answer = subprocess.run([candidate, "-c", _PROBE], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    words = answer.stdout.strip().split(" ", 1)
    if answer.returncode != 0 or len(words) != 2 or words[0] != version:
        return None
    return Path(words[1])


def main(arguments):
    """Says which interpreters are used; `--path VERSION` prints one's path alone."""
    if arguments[:1] == ["--path"]:
        try:
            print(interpreter(arguments[1]))
        except InterpreterMissing as missing:
            print(missing, file=sys.stderr)
            return 1
        return 0
    for version in VERSIONS:
        try:
            print(f"Python {dotted(version)}: {interpreter(version)}")
        except InterpreterMissing as missing:
            print(f"Python {dotted(version)}: {missing}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
