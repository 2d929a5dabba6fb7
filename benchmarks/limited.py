#!/usr/bin/env python3
"""Shows that a dump may be larger than the memory there is: `count-by-type`, `find-all-objects` and `find-references`
on a synthetic dump of 3 GB, with 1 GB for everything, the pages of the dump included.

The limit is one of a control group (version 1 or 2), made for this and removed again; that needs root. The dump's pages
are put out of the system's cache before each command, so that all that it reads counts as the group's. The same answers
as without a limit are demanded. `--record` appends a table to `results/limited.md`.
"""

import argparse
import contextlib
import datetime
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent / "tests"))
from harness import capture  # noqa: E402
from harness.interpreters import PROJECT, VERSIONS, InterpreterMissing, dotted  # noqa: E402
from harness.target import die_with_parent  # noqa: E402
from measuring import anonymous, check, commit, load, machine  # noqa: E402
from synthetic import Seed  # noqa: E402

RESULTS = FOLDER / "results" / "limited.md"
GROUPS = Path("/sys/fs/cgroup")


def main():
    options = parsed_options()
    folder = Path(tempfile.mkdtemp(prefix="python-memtools-bench.", dir=options.folder))
    try:
        with Group(int(options.limit * 1e9)) as group:
            rows, right = measured(options, folder, group)
    except (InterpreterMissing, NoGroup) as missing:
        print(f"not run: {missing}")
        return 1
    finally:
        shutil.rmtree(folder)
    text = table(rows)
    print(text)
    if options.record:
        record(options, text)
    return 0 if right else 1


def parsed_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", choices=VERSIONS, default="310")
    parser.add_argument("--binary", type=Path, default=PROJECT / ".build" / "release" / "python-memtools")
    parser.add_argument("--gigabytes", type=float, default=3, help="the size of the dump")
    parser.add_argument("--limit", type=float, default=1, help="the memory there is, in GB")
    parser.add_argument("--folder", type=Path, help="where the dump lies meanwhile")
    parser.add_argument("--remark", default="", help="what else the machine did, for the record")
    parser.add_argument("--record", action="store_true", help="append a table to results/limited.md")
    return parser.parse_args()


class NoGroup(Exception):
    """No control group can be made here, with the reason."""


class Group:
    """A control group whose processes have so many bytes of memory together, their files' pages included."""

    def __init__(self, byte_count):
        self._byte_count = byte_count
        is_first = (GROUPS / "memory" / "memory.limit_in_bytes").exists()
        self._path = (GROUPS / "memory" if is_first else GROUPS) / f"python-memtools-bench.{os.getpid()}"
        self._limit = "memory.limit_in_bytes" if is_first else "memory.max"
        self._reached = "memory.failcnt" if is_first else "memory.events"

    def __enter__(self):
        try:
            self._path.mkdir()
            (self._path / self._limit).write_text(str(self._byte_count))
        except OSError as problem:
            with contextlib.suppress(OSError):
                self._path.rmdir()
            raise NoGroup(f"no control group for memory can be made: {problem}") from problem
        return self

    def __exit__(self, *_):
        # The kernel may still be busy with the last process.
        for _ in range(100):
            with contextlib.suppress(OSError):
                return self._path.rmdir()
            time.sleep(0.05)

    def enter(self):
        """To be run in a child before its program."""
        die_with_parent()
        (self._path / "cgroup.procs").write_text(str(os.getpid()))

    def times_reached(self):
        """How often pages had to be given back because of the limit."""
        words = (self._path / self._reached).read_text().split()
        return int(words[0] if len(words) == 1 else words[words.index("max") + 1])


def measured(options, folder, group):
    seed = Seed(options.version, folder, options.binary)
    written = seed.write(folder / "dump", int(options.gigabytes * 1e9))
    files = [path for _, _, path in capture.regions(folder / "dump")]
    nodes = subprocess.run([options.binary, "--index=none", f"--path={seed.dump}", "--command=find-all-objects "
                            "--type-name=Node --no-repr --max-results=1"], capture_output=True, text=True, check=True)
    node = seed.in_copy(int(nodes.stdout.split()[0], 16), written["copies"] - 1)
    print(f"{written['bytes'] / 1e9:.2f} GB, {written['objects']} objects, limit {options.limit} GB")
    rows, right = [], True
    limit = f"--memory-limit={int(options.limit * 1e9)}"
    for words, settings in (
            ("count-by-type --json", ["--index=none"]),
            ("count-by-type --json", ["--index=rebuild"]),
            ("count-by-type --json", []),
            ("find-all-objects --count", []),
            (f"find-references {node:x}", ["--index=none"]),
            (f"find-references {node:x}", [])):
        command = [options.binary, limit, *settings, f"--path={folder / 'dump'}", f"--command={words}"]
        free = subprocess.run([options.binary, "--index=none", *command[-2:]], capture_output=True, text=True,
                              check=True)
        forget(files)
        before, begin = group.times_reached(), time.monotonic()
        answer, own = limited(command, group)
        right &= check(f"{words} {' '.join(settings)}: the same answer with {options.limit} GB", answer == free.stdout)
        rows.append({"command": words.split(" --json")[0], "index": " ".join(settings) or "--index=auto",
                     "s": time.monotonic() - begin, "own memory MB": own / 1e6,
                     "limit reached": group.times_reached() - before})
    return rows, right


def limited(command, group):
    """What a command in the group prints, and the greatest number of bytes of its own."""
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL, preexec_fn=group.enter)
        greatest = 0
        while process.poll() is None:
            greatest = max(greatest, anonymous(process.pid))
            time.sleep(0.005)
        if process.returncode != 0:
            raise RuntimeError(f"exit code {process.returncode}: {' '.join(map(str, command))}")
        output.seek(0)
        return output.read(), greatest


def forget(files):
    """Puts the pages of files out of the system's cache."""
    for path in files:
        with open(path, "rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def table(rows):
    lines = [f"| {' | '.join(rows[0])} |", "|" + " --- |" * len(rows[0])]
    for row in rows:
        cells = (f"{value:.1f}" if isinstance(value, float) else str(value) for value in row.values())
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def record(options, text):
    title = (f"## {datetime.date.today().isoformat()}, {commit()}, Python {dotted(options.version)}, "
             f"{options.gigabytes:g} GB with {options.limit:g} GB of memory, {machine()}, load {load()}")
    if not RESULTS.exists():
        RESULTS.write_text("# Dumps larger than the memory\n\nWritten by `benchmarks/limited.py --record`: "
                           "a control group "
                           "limits the memory, the dump's pages included, and the dump is read from the disk.\n")
    with open(RESULTS, "a") as file:
        file.write(f"\n{title}\n\n" + (f"{options.remark}\n\n" if options.remark else "") + text + "\n")


if __name__ == "__main__":
    sys.exit(main())
