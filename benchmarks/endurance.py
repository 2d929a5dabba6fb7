#!/usr/bin/env python3
"""Dumps a process at work again and again, and kills the dumper at random moments: the process must not notice.

The process checks its own work; see `endurance_target.py`. Ends with 1 if it found an error, stands still, or if
anything half-done has the final name.
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent / "tests"))
from harness.interpreters import PROJECT, interpreter  # noqa: E402

WAYS = (("directory", "none"), ("stream", "none"), ("core", "none"), ("core", "zstd"), ("stream", "gzip"))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", default="310")
    parser.add_argument("--binary", type=Path, default=PROJECT / ".build" / "release" / "python-memtools")
    parser.add_argument("--captures", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="python-memtools-endurance."))
    target = subprocess.Popen([str(interpreter(options.version)), str(FOLDER / "endurance_target.py")], text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        target.stdout.readline()
        return 0 if endure(options, target, folder) else 1
    finally:
        target.kill()
        target.wait()
        shutil.rmtree(folder)


def endure(options, target, folder):
    chance = random.Random(options.seed)
    failed = half_done = interrupted = 0
    begin = time.monotonic()
    for number in range(options.captures):
        failed += command(options, target, folder, number).wait() != 0
        clear(folder)
    report("captures", target, begin, f"{options.captures} captures, {failed} failed")
    begin = time.monotonic()
    for number in range(options.kills):
        dumper = command(options, target, folder, number)
        time.sleep(chance.uniform(0, 0.08))
        dumper.kill()
        interrupted += dumper.wait() != 0
        half_done += (folder / "dump").exists() and dumper.returncode != 0
        clear(folder)
    errors = report("kills", target, begin,
                    f"{options.kills} kills, {interrupted} before the end, {half_done} half-done")
    return not failed and not half_done and not errors


def command(options, target, folder, number):
    form, compression = WAYS[number % len(WAYS)]
    return subprocess.Popen([str(options.binary), "dump", f"--pid={target.pid}", f"--output={folder / 'dump'}",
                             f"--format={form}", f"--compress={compression}"], stderr=subprocess.DEVNULL)


def clear(folder):
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def report(name, target, begin, text):
    """What the process says of itself, twice: it must go on."""
    first, _ = ask(target), time.sleep(0.5)
    second = ask(target)
    stuck = [work for work, count in second["done"].items() if count <= first["done"].get(work, 0)]
    errors = second["errors"] + [f"{work} stands still" for work in stuck]
    work = sum(second["done"].values())
    print(f"{name}: {text} in {time.monotonic() - begin:.0f} s; the process did {work} pieces of work, "
          f"{len(errors)} errors {errors[:3] if errors else ''}", flush=True)
    return errors


def ask(target):
    target.stdin.write("\n")
    target.stdin.flush()
    return json.loads(target.stdout.readline())


if __name__ == "__main__":
    sys.exit(main())
