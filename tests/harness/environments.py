"""Packages of PyPI for the programs that the tests run, installed on demand into `.python/programs/VERSION-NAME`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from harness.interpreters import PROJECT

FOLDER = PROJECT / ".python" / "programs"
TIME_LIMIT = 900


class EnvironmentMissing(Exception):
    """Packages that could not be had for a version, with the reason."""


def environment(version, interpreter, name, requirements):
    """A folder to put on `sys.path`, with the packages for the version; raises `EnvironmentMissing`.

    Only wheels are taken, so that no compiler decides what is tested.
    """
    folder = FOLDER / f"{version}-{name}"
    if (folder / "complete").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    pip(interpreter, "install", "--target", folder, "--only-binary=:all:", "--no-compile", *requirements)
    (folder / "complete").write_text(installed(folder))
    return folder


def installed(folder):
    """What a folder has, one `name version` a line."""
    names = sorted(path.name[:-len(".dist-info")] for path in Path(folder).glob("*.dist-info"))
    return "".join(" ".join(name.rsplit("-", 1)) + "\n" for name in names)


def pip(interpreter, *arguments):
    """Runs pip under the interpreter, from a wheel where the interpreter has none of its own."""
    command = [str(interpreter), "-m", "pip"]
    if subprocess.run(command + ["--version"], capture_output=True).returncode != 0:
        command = [str(interpreter), str(pip_wheel() / "pip")]
    run(command, *arguments)


def pip_wheel():
    """A wheel of pip, fetched by the Python that runs the tests or another one that has it."""
    folder = FOLDER / "pip"
    if not list(folder.glob("pip-*.whl")):
        folder.mkdir(parents=True, exist_ok=True)
        others = [sys.executable, *map(str, sorted(Path.home().glob(".pyenv/versions/3.*/bin/python"))[::-1])]
        reasons = []
        for python in others:
            try:
                run([python, "-m", "pip"], "download", "--no-deps", "--dest", folder, "pip")
                break
            except EnvironmentMissing as reason:
                reasons.append(reason)
        else:
            raise reasons[-1]
    return sorted(folder.glob("pip-*.whl"))[-1]


def run(command, *arguments):
    variables = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    try:
        done = subprocess.run([*command, *map(str, arguments), "--quiet", "--no-input", "--disable-pip-version-check"],
                              capture_output=True, text=True, timeout=TIME_LIMIT, env=variables)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EnvironmentMissing(f"pip: {error}")
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        raise EnvironmentMissing(f"pip: {lines[-1]}")
