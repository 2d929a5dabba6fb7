#!/usr/bin/env python3
"""The static build alone in an empty root, as in a container: its version, a dump of a living process, what is in it.

usage: static_build.py BINARY          `make static` runs it on what it has built
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from harness.interpreters import InterpreterMissing, interpreter
from harness.report import Report
from harness.target import FIXTURES, Target

VERSION = "310"
INSIDE = "STATIC_BUILD_INSIDE"


def main():
    binary = Path(sys.argv[1]).resolve()
    report = Report()
    linked = subprocess.run(["ldd", str(binary)], capture_output=True, text=True)
    report.check("it needs no shared library", "not a dynamic executable" in linked.stdout + linked.stderr, linked)
    root = Path(tempfile.mkdtemp(prefix="python-memtools-root."))
    try:
        in_empty_root(report, binary, root)
    except InterpreterMissing as missing:
        report.not_run("the static build in an empty root", missing)
    finally:
        subprocess.run(["umount", str(root / "proc")], stderr=subprocess.DEVNULL)
        if not os.path.ismount(root / "proc"):
            shutil.rmtree(root)
    return report.finish()


def in_empty_root(report, binary, root):
    (root / "proc").mkdir()
    subprocess.run(["mount", "--bind", "/proc", str(root / "proc")], check=True)
    shutil.copy(binary, root / "python-memtools")

    def run(*words):
        return subprocess.run(["chroot", str(root), "/python-memtools", *words], capture_output=True, text=True,
                              env={"PATH": f"{os.defpath}:/usr/sbin:/sbin"}, timeout=60)

    said = run("--version")
    report.check("it says its version", said.returncode == 0 and said.stdout.startswith("python-memtools "), said)
    with Target(interpreter(VERSION), FIXTURES / "fixture_ways_in.py") as target:
        address = target.objects["instance"]["address"]
        for form, compression in (("directory", "none"), ("stream", "gzip"), ("core", "zstd")):
            said = run("dump", f"--pid={target.pid}", f"--output=/{form}", f"--format={form}",
                       f"--compress={compression}")
            report.check(f"it dumps a process, {form}, {compression}", said.returncode == 0, said)
        living = run(f"--pid={target.pid}", "find-all-stacks")
        report.check("it looks into a process", living.returncode == 0 and "fixture_ways_in.py" in living.stdout,
                     living)
    answers = [run(f"/{form}", "count-by-type") for form in ("directory", "stream", "core")]
    report.check("all dumps say the same", all(answer.returncode == 0 and "objects of" in answer.stdout
                                               for answer in answers)
                 and len({answer.stdout for answer in answers}) == 1, answers)
    said = run("/core", "repr", address)
    report.check("it prints an object", said.returncode == 0 and "way in 7" in said.stdout, said)


if __name__ == "__main__":
    if INSIDE not in os.environ:
        # The mounts are ours, and so is the root's id where this machine lets anybody have it.
        probe = subprocess.run(["unshare", "-r", "-m", "true"], capture_output=True, text=True)
        if probe.returncode != 0:
            print(f"not run: the static build in an empty root: {probe.stderr.strip()}")
            sys.exit(0)
        os.execvpe("unshare", ["unshare", "-r", "-m", sys.executable, *sys.argv], dict(os.environ, **{INSIDE: "1"}))
    sys.exit(main())
