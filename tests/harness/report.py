"""The record of what was checked: one line per check as it goes, one line of totals at the end."""

import contextlib
import traceback

OK, FAILED, NOT_RUN, NOTE = "ok", "FAILED", "not run", "note"


class Report:
    """Counts checks that held, checks that did not, and checks that could not be run."""

    def __init__(self):
        self.passed = 0
        self.failures = []
        self.not_run_names = []

    def check(self, name, holds, detail=""):
        """Records one claim; `detail` is shown only when the claim does not hold."""
        self.take(OK if holds else FAILED, name, "" if holds else shortened(detail))
        return bool(holds)

    def equal(self, name, found, expected):
        """Records the claim that two values are equal."""
        return self.check(name, found == expected, f"expected {expected!r}, found {found!r}")

    def not_run(self, name, reason):
        """Records a check that could not be made; it counts as skipped, never as passed."""
        self.take(NOT_RUN, name, str(reason))

    def note(self, text):
        """Prints a figure that no check depends on."""
        self.take(NOTE, text, "")

    def take(self, kind, name, detail):
        """Counts one record and prints its line."""
        if kind == OK:
            self.passed += 1
        elif kind == FAILED:
            self.failures.append(name)
        elif kind == NOT_RUN:
            self.not_run_names.append(name)
        print(f"    {name}" if kind == NOTE else f"{kind}: {name}" + (f": {detail}" if detail else ""), flush=True)

    @contextlib.contextmanager
    def section(self, name):
        """Turns an error inside the block into one failed check, so that the other checks still run."""
        try:
            yield
        except Exception as error:  # whatever went wrong, it is a failure of this section and of nothing else
            self.failed_with(name, error)

    def failed_with(self, name, error):
        """Records an error as a failed check; one that the tests do not raise themselves shows where it comes from."""
        text = f"{type(error).__name__}: {error}"
        if not str(error) or not isinstance(error, (RuntimeError, OSError, ValueError)):
            text = "".join(traceback.format_exception(type(error), error, error.__traceback__)[-6:]).strip()
        self.check(name, False, text)

    def finish(self):
        """Prints the totals; the exit code of the whole run."""
        for name in self.failures:
            print(f"failed: {name}")
        print(f"{self.passed} passed, {len(self.failures)} failed, {len(self.not_run_names)} skipped", flush=True)
        return 1 if self.failures or self.passed == 0 else 0


class Recorder(Report):
    """A report of one test: its records are kept for the one who prints and counts them all."""

    def __init__(self):
        super().__init__()
        self._records = []

    def take(self, kind, name, detail):
        self._records.append((kind, str(name), detail))

    def drained(self):
        """The records since the last call."""
        records, self._records = self._records, []
        return records


def shortened(detail, limit=1500):
    text = str(detail)
    return text if len(text) <= limit else text[:limit] + f" … ({len(text) - limit} more characters)"
