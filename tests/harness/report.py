"""The record of what was checked: one line per check as it goes, one line of totals at the end."""

import contextlib
import traceback


class Report:
    """Counts checks that held, checks that did not, and checks that could not be run."""

    def __init__(self):
        self.passed = 0
        self.failures = []
        self.not_run_names = []

    def check(self, name, holds, detail=""):
        """Records one claim; `detail` is shown only when the claim does not hold."""
        if holds:
            self.passed += 1
            print(f"ok: {name}", flush=True)
        else:
            self.failures.append(name)
            print(f"FAILED: {name}" + (f": {shortened(detail)}" if detail else ""), flush=True)
        return bool(holds)

    def equal(self, name, found, expected):
        """Records the claim that two values are equal."""
        return self.check(name, found == expected, f"expected {expected!r}, found {found!r}")

    def not_run(self, name, reason):
        """Records a check that could not be made; it counts as skipped, never as passed."""
        self.not_run_names.append(name)
        print(f"not run: {name}: {reason}", flush=True)

    def absorb(self, line):
        """Counts what another report printed in a line, if that is a check."""
        kind, _, name = line.partition(": ")
        if kind == "ok":
            self.passed += 1
        elif kind == "FAILED":
            self.failures.append(name)
        elif kind == "not run":
            self.not_run_names.append(name)

    def note(self, text):
        """Prints a figure that no check depends on."""
        print(f"    {text}", flush=True)

    @contextlib.contextmanager
    def section(self, name):
        """Turns an error inside the block into one failed check, so that the other checks still run."""
        try:
            yield
        except Exception as error:  # whatever went wrong, it is a failure of this section and of nothing else
            if not str(error) or not isinstance(error, (RuntimeError, OSError, ValueError)):
                traceback.print_exc()
            self.check(name, False, f"{type(error).__name__}: {error}")

    def finish(self):
        """Prints the totals; the exit code of the whole run."""
        for name in self.failures:
            print(f"failed: {name}")
        print(f"{self.passed} passed, {len(self.failures)} failed, {len(self.not_run_names)} skipped", flush=True)
        return 1 if self.failures or self.passed == 0 else 0


def shortened(detail, limit=1500):
    text = str(detail)
    return text if len(text) <= limit else text[:limit] + f" … ({len(text) - limit} more characters)"
