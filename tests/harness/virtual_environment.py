"""The tests' own Python: a virtual environment with pytest, pytest-xdist and ruff in `.venv`, made on demand.

`python3 tests/harness/virtual_environment.py` makes it and prints its path. Without pip's index the packages of the
distribution serve: `apt-get install python3-pytest python3-pytest-xdist`.
"""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / ".venv"
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
OWN = FOLDER / "bin" / "python"
PROBE = "import pytest, xdist"


class EnvironmentFailure(RuntimeError):
    """No Python here has what the tests need, with the reason."""


def python():
    """A Python that has pytest and pytest-xdist."""
    if not is_complete():
        try:
            make_once()
        except (OSError, subprocess.CalledProcessError) as error:
            for other in (sys.executable, "/usr/bin/python3"):
                if has_pytest(other):
                    return Path(other)
            said = getattr(error, "stderr", None) or str(error)
            said = said.strip()[-500:]
            raise EnvironmentFailure(f"pytest is missing and could not be installed; run `make setup`: {said}")
    return OWN


def is_complete():
    marker = FOLDER / "complete"
    return marker.exists() and marker.read_text() == REQUIREMENTS.read_text() and has_pytest(OWN)


def has_pytest(interpreter):
    return Path(interpreter).exists() and subprocess.run([interpreter, "-c", PROBE],
                                                         capture_output=True).returncode == 0


def make_once():
    """Makes the environment, unless another run that began at the same time has just made it."""
    with open(FOLDER.with_name(".venv.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_complete():
            make()


def make():
    """Builds the environment anew; a run that is ended in the middle leaves none that looks complete."""
    for command in ([sys.executable, "-m", "venv", "--clear", FOLDER],
                    [OWN, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS]):
        subprocess.run(command, check=True, capture_output=True, text=True)
    (FOLDER / "complete").write_text(REQUIREMENTS.read_text())


def run_there():
    """Runs the program that calls this with the tests' Python, unless it runs there."""
    needed = python()
    if Path(sys.executable) != needed:
        os.execv(needed, [str(needed), *sys.argv])


if __name__ == "__main__":
    print(python())
