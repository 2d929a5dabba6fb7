"""Tier 0, the build matrix: one build for each default version, warnings being errors, that links and answers.

The matrix is 3.10 and 3.14. What else depends on a version is asked of the binary that there is: the one under test, or
the matrix's own, so nothing is built twice.
"""

import fcntl
import os
import shutil
import subprocess
from dataclasses import replace

from harness.interpreters import PROJECT, dotted
from harness.tool import Tool
from tiers import watchdog_checks

LIBRARIES = ("libelf", "libz", "libzstd", "liblzma", "liblz4")
MATRIX = ("310", "314")

built = {}


def run(context):
    if context.version in MATRIX:
        check_build(context)
    binary = context.tool.path if context.tool else next(iter(built.values()), None) or build(context, MATRIX[-1])
    if binary:
        check_version(context, Tool(binary))
    if binary and context.version == MATRIX[0]:
        watchdog_checks.run(replace(context, tool=Tool(binary)))


def check_build(context):
    binary = build(context, context.version)
    if binary is None:
        return
    tool = Tool(binary)
    check = context.report.check
    said = tool.run("--version")
    check(context.name("--version says the build's default version"),
          said.code == 0 and dotted(context.version) in said.output, said)
    other = next(version for version in MATRIX if version != context.version)
    said = tool.run("--version", environment={"PYMEMTOOLS_PYTHON_VERSION": other})
    check(context.name("the environment overrides the default at run time"),
          said.code == 0 and dotted(other) in said.output and dotted(context.version) not in said.output, said)
    linked = subprocess.run(["ldd", str(binary)], capture_output=True, text=True).stdout
    for library in LIBRARIES:
        line = next((line for line in linked.splitlines() if line.strip().startswith(library + ".so")), "")
        check(context.name(f"links {library}"), "=> /" in line, line or linked)
    helped = tool.run("--help")
    check(context.name("--help answers"), helped.code == 0 and "count-by-type" in helped.output, helped)
    dumps = context.workshop.dumps(tool, context.version, context.interpreter, "fixture_smoke.py")
    answer = tool.run(dumps.directory, "repr", dumps.address("list"))
    check(context.name("answers a command on a dump"), answer.code == 0 and "'a'" in answer.output, answer)


def check_version(context, tool):
    """The version may be said in every way, and any build reads a dump of it."""
    said = tool.run("--version", environment={"PYMEMTOOLS_PYTHON_VERSION": context.version})
    context.report.check(context.name("the environment may name the version"),
                         said.code == 0 and dotted(context.version) in said.output, said)
    dumps = context.workshop.dumps(tool, context.version, context.interpreter, "fixture_smoke.py")
    for option in ([], [f"--python-version={dotted(context.version)}"], [f"--python-version={context.version}"]):
        answer = tool.run(*option, f"--path={dumps.directory}", f"--command=repr {dumps.address('list')}")
        context.report.check(context.name(f"answers a command on a dump, {' '.join(option) or 'no version said'}"),
                             answer.code == 0 and "'a'" in answer.output, answer)


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
    built[version] = binary
    return binary
