#!/usr/bin/env python3
"""Runs the fuzz targets (`Tests/Fuzz`) from the inputs under `tests/fuzz/`: `PYTHONPATH=tests python3 -m fuzz.fuzz
--seconds 60`, `--runs 500`.

What crashes, hangs or takes too much memory is kept under `.build-fuzz/crashes/` and fails the run.
"""

import argparse
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from harness.interpreters import PROJECT
from harness.target import die_with_parent

CORPORA = PROJECT / "tests" / "fuzz"
WORK = PROJECT / ".build-fuzz"
TARGETS = ("core", "stream", "compressed", "blocks", "maps", "names", "offsets", "lines", "objects", "arrays",
           "process", "index", "references", "tokens", "text", "kernels", "pools")
# The longest input of a target, in bytes, where it is not libFuzzer's choice.
LENGTHS = {"offsets": 1024, "objects": 2048, "arrays": 256, "process": 512, "index": 512, "references": 512,
           "blocks": 256, "kernels": 32768, "pools": 2048, "tokens": 200}
# No input may take longer, in seconds, or more memory, in MiB.
MOST_SECONDS, MOST_MEMORY = 10, 1024
# What may be asked for at once where that is more: zstd reserves as large a window as a file says, 2 GiB at most, and
# touches of it no more than comes out.
LARGEST_BLOCKS = {"compressed": 4096}


def main():
    options = parsed_options()
    with ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(lambda target: fuzzed(target, options), options.targets or TARGETS))
    print(f"{len(results)} fuzz targets, {sum(count for _, count in results)} executions, "
          f"{sum(not passed for passed, _ in results)} failed", flush=True)
    return 0 if all(passed for passed, _ in results) else 1


def fuzzed(target, options):
    """Runs one target; whether nothing was found, and how many inputs were tried."""
    found, crashes = WORK / "corpora" / target, WORK / "crashes"
    for folder in (found, crashes):
        folder.mkdir(parents=True, exist_ok=True)
    corpus = [CORPORA / target] if (CORPORA / target).is_dir() else []
    # libFuzzer counts the corpora among the runs.
    known = sum(1 for folder in (found, *corpus) for _ in folder.iterdir())
    limit = [f"-max_total_time={options.seconds}"] if options.seconds else [f"-runs={known + options.runs}"]
    arguments = [options.binary, found, *corpus, *limit,
                 f"-seed={options.seed}", f"-timeout={options.timeout}", f"-rss_limit_mb={MOST_MEMORY}",
                 "-print_final_stats=1", f"-artifact_prefix={crashes}/{target}-"]
    if target in LARGEST_BLOCKS:
        arguments.append(f"-malloc_limit_mb={LARGEST_BLOCKS[target]}")
    if target in LENGTHS:
        arguments += [f"-max_len={LENGTHS[target]}", "-len_control=0"]
    environment = dict(os.environ, FUZZ_TARGET=target, SWIFT_BACKTRACE="enable=no", ASAN_OPTIONS="detect_leaks=0")
    done = subprocess.run(list(map(str, arguments)), capture_output=True, text=True, errors="backslashreplace",
                          env=environment, preexec_fn=die_with_parent)
    count = int(max(re.findall(r"number_of_executed_units: (\d+)", done.stderr), default=0))
    coverage = re.findall(r"cov: (\d+)", done.stderr)
    print(f"{'ok' if done.returncode == 0 else 'FAILED'}: {target}: {count} executions, coverage "
          f"{coverage[-1] if coverage else '?'} edges", flush=True)
    if done.returncode != 0:
        print(done.stderr[-3000:])
        print(f"repeat: FUZZ_TARGET={target} {options.binary} {crashes}/{target}-…")
    return done.returncode == 0, count


def parsed_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", choices=[[], *TARGETS])
    parser.add_argument("--seconds", type=int, help="how long each target runs")
    parser.add_argument("--runs", type=int, default=2000, help="how many inputs each target tries, beside its corpus")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--timeout", type=int, default=MOST_SECONDS,
                        help="how many seconds an input may take; more where the machine has little time for it")
    parser.add_argument("--binary", type=Path, default=WORK / "release" / "fuzz")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
