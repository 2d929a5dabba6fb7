"""Tier 0, the build matrix: one build for each default version, warnings being errors, that links and answers.

The matrix is 3.10 and 3.14. What else depends on a version is asked of the binary that there is: the one under test, or
the matrix's own, so nothing is built twice.
"""

import subprocess

import pytest

from harness.builds import MATRIX, any_tool, build
from harness.interpreters import dotted
from harness.tool import Tool

pytestmark = pytest.mark.tier0

LIBRARIES = ("libelf", "libz", "libzstd", "liblzma", "liblz4")


@pytest.mark.versions(*MATRIX)
def test_build(context):
    """the build for a default version"""
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


def test_version(context):
    """the version may be said in every way, and any build reads a dump of it"""
    tool = any_tool(context)
    if tool is None:
        return
    said = tool.run("--version", environment={"PYMEMTOOLS_PYTHON_VERSION": context.version})
    context.report.check(context.name("the environment may name the version"),
                         said.code == 0 and dotted(context.version) in said.output, said)
    dumps = context.workshop.dumps(tool, context.version, context.interpreter, "fixture_smoke.py")
    for option in ([], [f"--python-version={dotted(context.version)}"], [f"--python-version={context.version}"]):
        answer = tool.run(*option, f"--path={dumps.directory}", f"--command=repr {dumps.address('list')}")
        context.report.check(context.name(f"answers a command on a dump, {' '.join(option) or 'no version said'}"),
                             answer.code == 0 and "'a'" in answer.output, answer)
