"""The builds of the matrix: one for each default version, and the one that is used where any will do."""

import fcntl
import os
import shutil
import subprocess

from harness.interpreters import PROJECT
from harness.tool import Tool

MATRIX = ("310", "314")
BUILT = {}


def any_tool(context):
    """The program under test, or else one of the matrix, so that nothing is built twice; None if it cannot be built."""
    if context.tool:
        return context.tool
    binary = next(iter(BUILT.values()), None) or build(context, MATRIX[-1])
    return Tool(binary) if binary else None


def build(context, version):
    """The release build whose default is the version, or None.

    All are built in one folder, one after the other: what does not depend on the version is compiled once.
    """
    scratch = PROJECT / ".build-matrix"
    binary = scratch / f"python-memtools-{version}"
    settings = dict(os.environ, PYMEMTOOLS_PYTHON_VERSION=version)
    command = ["swift", "build", "-c", "release", "--scratch-path", str(scratch)]
    scratch.mkdir(exist_ok=True)
    with open(scratch / "lock", "w") as lock:
        # Another version may be tested at the same time.
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = subprocess.run(command, cwd=PROJECT, env=settings, capture_output=True, text=True)
        if made.returncode == 0:
            shutil.copy2(scratch / "release" / "python-memtools", binary)
    text = made.stdout + made.stderr
    context.report.check(context.name("warnings are errors in the package"),
                         "treatAllWarnings(as: .error)" in (PROJECT / "Package.swift").read_text())
    succeeded = context.report.check(context.name("builds"), made.returncode == 0, text[-1500:])
    context.report.check(context.name("builds without a warning"), "warning:" not in text, text[-1500:])
    if not succeeded:
        return None
    BUILT[version] = binary
    return binary
