"""A pytest plugin: which tests are run, on which versions of Python, in which order, and by which worker."""

import pytest

from harness.interpreters import SETS, VERSIONS, InterpreterMissing, dotted, interpreter

TIERS = ("0", "1", "2", "3", "4", "5")
# Those whose tests take longest begin first: every way in is tested on them.
LONGEST = ("314", "310")


def add_options(parser):
    group = parser.getgroup("python-memtools")
    group.addoption("--tier", choices=(*TIERS, "all", "programs"), default="all",
                    help="the tier (default: all of 0 to 5)")
    group.addoption("--python", choices=(*VERSIONS, *SETS), default="both", help="the versions of Python")
    group.addoption("--binary", help="the program to test (default: built into .build)")
    group.addoption("--record-exactness", action="store_true", help="write docs/exactness.md from tier 3")
    group.addoption("--reports", help="a folder for lists of what is not exact")
    group.addoption("--keep", action="store_true", help="keep the dumps and say where they are")


class Selection:
    """The versions whose interpreters are on this machine, and the tests of the tiers that were asked for."""

    def __init__(self, config):
        self.tiers = TIERS if config.option.tier == "all" else (config.option.tier,)
        self.interpreters, self.missing = {}, {}
        versions = SETS.get(config.option.python, (config.option.python,))
        for version in sorted(versions, key=lambda version: (version not in LONGEST, versions.index(version))):
            try:
                self.interpreters[version] = interpreter(version)
            except InterpreterMissing as missing:
                self.missing[version] = missing

    def report_missing(self, report):
        """Records the tiers that have no interpreter to run on."""
        for version, missing in self.missing.items():
            for tier in self.tiers:
                report.not_run(f"tier {tier}, Python {dotted(version)}", missing)

    def pytest_generate_tests(self, metafunc):
        if "version" in metafunc.fixturenames:
            metafunc.parametrize("version", self.interpreters, ids=dotted, indirect=True, scope="session")

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, config, items):
        chosen = [item for item in items if self._is_chosen(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
        order = list(self.interpreters)
        items[:] = sorted(chosen, key=lambda item: (order.index(version_of(item)), tier_of(item)))

    def _is_chosen(self, item):
        only = item.get_closest_marker("versions")
        version = version_of(item)
        return tier_of(item) in self.tiers and version in self.interpreters and not (only and version not in only.args)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config, log):
        return scheduler(config, log, several=len(self.interpreters) > 1)


def scheduler(config, log, several):
    """Gives all tests of a version to one worker, so that they share dumps; of a single version all tests of a file."""
    from xdist.scheduler import LoadScopeScheduling

    class ByVersion(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            file, _, parameters = nodeid.partition("[")
            return parameters.rstrip("]").partition("-")[0] if several else file.partition("::")[0]

        def remove_node(self, node):
            lost = super().remove_node(node)
            # What its worker was lost with is not tried again: it would lose the next one too.
            for unit in self.workqueue.values():
                if lost in unit:
                    unit[lost] = True
            return lost

    # The longest first, as they were collected.
    config.option.loadscopereorder = False
    return ByVersion(config, log)


def tier_of(item):
    """The tier that a test is marked with: `0` … `5`, `programs`."""
    for mark in item.iter_markers():
        if mark.name == "programs" or mark.name.startswith("tier"):
            return mark.name.removeprefix("tier")
    raise pytest.UsageError(f"{item.nodeid} is in no tier")


def version_of(item):
    """The version of Python that a test runs on."""
    return item.callspec.params.get("version") if hasattr(item, "callspec") else None


def heading_of(item):
    return f"tier {tier_of(item)}, Python {dotted(version_of(item))}"
