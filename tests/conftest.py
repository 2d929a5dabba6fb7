"""The plugins of these tests, and what every test may ask for."""

import signal
import subprocess
from pathlib import Path

import pytest

from harness.checks import Checks
from harness.context import Context
from harness.interpreters import PROJECT
from harness.records import Records
from harness.selection import Selection, add_options
from harness.tool import Tool
from harness.workshop import Workshop

CHECKS = pytest.StashKey[Checks]()
SELECTION = pytest.StashKey[Selection]()


def pytest_addoption(parser):
    add_options(parser)


def pytest_configure(config):
    config.stash[CHECKS] = Checks(config)
    config.stash[SELECTION] = Selection(config)
    config.pluginmanager.register(config.stash[CHECKS])
    config.pluginmanager.register(config.stash[SELECTION])
    # A run that is ended from outside still removes its dumps and its processes.
    signal.signal(signal.SIGTERM, lambda *_: pytest.exit("ended from outside", 143))
    # A shell that runs us in the background has it ignored, and so would the dumpers that tests interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session):
    config = session.config
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    report = config.stash[CHECKS].report
    config.stash[SELECTION].report_missing(report)
    # Tier 0 builds binaries of its own.
    if not config.option.binary and config.option.tier != "0":
        made = subprocess.run(["swift", "build", "-c", "release"], cwd=PROJECT, capture_output=True, text=True)
        if not report.check("the tool builds", made.returncode == 0, made.stdout[-1500:] + made.stderr[-500:]):
            pytest.exit("the tool does not build", 1)
        config.option.binary = str(PROJECT / ".build" / "release" / "python-memtools")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    node.workerinput["binary"] = node.config.option.binary


@pytest.fixture(scope="session")
def tool(pytestconfig):
    """The program under test; tier 0 alone builds its own."""
    path = getattr(pytestconfig, "workerinput", {}).get("binary") or pytestconfig.option.binary
    return Tool(Path(path).resolve()) if path else None


@pytest.fixture(scope="session")
def workshop(pytestconfig):
    workshop = Workshop(pytestconfig.option.keep)
    yield workshop
    workshop.close()
    if workshop.keeps:
        pytestconfig.stash[CHECKS].recorder.note(f"kept: {workshop.folder}")


@pytest.fixture(scope="session")
def records(pytestconfig):
    records = Records(Path(pytestconfig.option.reports) if pytestconfig.option.reports else None)
    yield records
    if pytestconfig.option.record_exactness:
        records.write_page()


@pytest.fixture(scope="session")
def version(request):
    """The version of Python under test, as `312`."""
    return request.param


@pytest.fixture(scope="session")
def context(pytestconfig, version, tool, workshop, records):
    """All that a test is given for one version of Python."""
    context = Context(version, pytestconfig.stash[SELECTION].interpreters[version], tool,
                      pytestconfig.stash[CHECKS].recorder, workshop, records)
    context.measures_types = pytestconfig.option.record_exactness
    yield context
    # The dumps of one version are gigabytes, and no other version asks for them.
    workshop.forget(version)


@pytest.fixture
def scratch(request, workshop):
    """A fresh, empty folder, which is removed after the test."""
    folder = workshop.scratch(request.node.originalname.removeprefix("test_"))
    yield folder
    workshop.remove(folder)
