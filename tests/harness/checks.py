"""A pytest plugin: the checks that each test makes, printed and counted.

A test makes many checks. One that does not hold fails the test at its end, so that the others are made too. The report
of a test carries its checks, also from a worker of pytest-xdist; where reports arrive, the checks are printed and
counted.
"""

import pytest

from harness.interpreters import dotted
from harness.report import FAILED, Recorder, Report
from harness.selection import heading_of, version_of


class Checks:
    """The recorder that tests write to, and the report of all that arrives."""

    def __init__(self, config):
        self.recorder = Recorder()
        self.report = Report()
        self._is_worker = hasattr(config, "workerinput")
        self._headings = set()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item, call):
        outcome = yield
        report = outcome.get_result()
        if call.excinfo and not call.excinfo.errisinstance((pytest.skip.Exception, KeyboardInterrupt)):
            self.recorder.failed_with(claim_of(item, call.when), call.excinfo.value)
        elif report.skipped:
            self.recorder.not_run(claim_of(item, call.when), call.excinfo.value if call.excinfo else report.longrepr)
        report.checks = self.recorder.drained()
        report.heading = heading_of(item)
        failed = [f"{name}: {detail}" for kind, name, detail in report.checks if kind == FAILED]
        if failed and report.passed:
            report.outcome = "failed"
            report.longrepr = f"checks that do not hold: {len(failed)}\n" + "\n".join(failed)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report):
        if self._is_worker:
            return
        records = getattr(report, "checks", [])
        # A worker that was lost has reported nothing of its test.
        if report.failed and not any(kind == FAILED for kind, _, _ in records):
            records = [*records, (FAILED, report.nodeid, report.longreprtext)]
        # Workers report in turns: a heading is for the first of a tier's checks.
        heading = getattr(report, "heading", "tests that were lost")
        if records and heading not in self._headings:
            self._headings.add(heading)
            print(f"-- {heading}", flush=True)
        for record in records:
            self.report.take(*record)

    def pytest_report_teststatus(self, report, config):
        # The lines of the checks are the progress; pytest counts the tests without a word.
        if config.option.verbose <= 0:
            return (report.outcome if report.when == "call" or not report.passed else ""), "", ""

    def pytest_keyboard_interrupt(self, excinfo):
        # A run that ends at its first failure is interrupted by pytest itself.
        if excinfo.type is KeyboardInterrupt:
            self.report.check("the run was not interrupted", False)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session, exitstatus):
        if not self._is_worker and exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = 1 if self.report.failures or not self.report.passed else 0

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self, config):
        if not self._is_worker and not config.option.collectonly:
            self.report.finish()


def claim_of(item, when):
    """What a test claims as a whole, with the version it is made for."""
    said = (getattr(item.obj, "__doc__", None) or "").strip().split("\n")[0].rstrip(".")
    parameters = getattr(item, "callspec", None)
    inside = ", ".join(str(value) for name, value in (parameters.params if parameters else {}).items()
                       if name != "version")
    name = said or item.name.partition("[")[0].removeprefix("test_").replace("_", " ")
    prefix = f"{dotted(version)}: " if (version := version_of(item)) else ""
    return prefix + name + (f" ({inside})" if inside else "") + ("" if when == "call" else f", {when}")
