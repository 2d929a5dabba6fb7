"""Tier 0, the build matrix: one build for each default version, warnings being errors, that links and answers."""

import os
import subprocess
from pathlib import Path

from interpreters import PROJECT, VERSIONS, dotted
from tool import Tool

LIBRARIES = ("libelf", "libz")


def run(context):
    binary = build(context)
    if binary is None:
        return
    tool = Tool(binary)
    check = context.report.check
    said = tool.run("--version")
    check(context.name("--version says the build's default version"),
          said.code == 0 and dotted(context.version) in said.output, said)
    other = next(version for version in VERSIONS if version != context.version)
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


def build(context):
    """The release build whose default is the version, in a folder of its own, or None."""
    scratch = PROJECT / f".build-{context.version}"
    settings = dict(os.environ, PYMEMTOOLS_PYTHON_VERSION=context.version)
    command = ["swift", "build", "-c", "release", "--scratch-path", str(scratch)]
    made = subprocess.run(command, cwd=PROJECT, env=settings, capture_output=True, text=True)
    text = made.stdout + made.stderr
    context.report.check(context.name("warnings are errors in the package"),
                         "treatAllWarnings(as: .error)" in (PROJECT / "Package.swift").read_text())
    built = context.report.check(context.name("builds"), made.returncode == 0, text[-1500:])
    context.report.check(context.name("builds without a warning"), "warning:" not in text, text[-1500:])
    return Path(scratch) / "release" / "python-memtools" if built else None
