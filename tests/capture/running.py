"""Whether a process runs or stands still."""

import time

from harness import capture


def stands_still(dumper, pid):
    """Whether the process stands still before its dumper ends."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and dumper.poll() is None:
        if capture.state(pid) in "Tt":
            return True
    return False


def runs_on(pid, counter, patience=3):
    """Whether the process is not stopped and its counter advances."""
    before = int(counter.read_text())
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if capture.state(pid) not in "Tt" and int(counter.read_text()) > before + 5:
            return True
        time.sleep(0.01)
    return False


def moves(pid, patience=3):
    """Whether the process is there and not stopped."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if capture.state(pid) not in "TtZX":
            return True
        time.sleep(0.01)
    return False
