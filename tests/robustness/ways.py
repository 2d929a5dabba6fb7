"""Dumps in every form and compression, and their bytes by other programs than the tool."""

import gzip
import subprocess
from pathlib import Path

FORMS = ("directory", "stream", "core")
COMPRESSIONS = ("none", "gzip", "zstd")
FOREIGN = {"gzip": ["gzip", "-1"], "zstd": ["zstd", "-q", "-1", "-T1"], "xz": ["xz", "-0"],
           "lz4": ["lz4", "-q", "-1", "-B4"]}


def dumped(context, pid, path, form, compression="none", *options):
    arguments = ["dump", f"--pid={pid}", f"--output={path}", f"--format={form}", f"--compress={compression}", *options]
    outcome = context.tool.run(*arguments)
    if outcome.code != 0:
        raise RuntimeError(str(outcome))
    return path


def inflated(path):
    """A file's bytes, by other programs than the tool."""
    data = Path(path).read_bytes()
    if data.startswith(b"\x1f\x8b"):
        return gzip.decompress(data)
    if data.startswith(b"\x28\xb5\x2f\xfd"):
        return subprocess.run(["zstd", "-q", "-d", "-c", str(path)], capture_output=True, check=True).stdout
    return data
