"""Runs programs within limits and measures them: a process of its own, because what a process is said to have used at
most begins with what its parent used when it was made.

Reads a request, a line of JSON, and answers with one: see `Launcher`.
"""

import json
import os
import resource
import signal
import subprocess
import sys


class Launcher:
    """The other side of the pipe: starts this file as a process and asks it to run programs."""

    def __init__(self):
        # A group of its own, so that an interrupt reaches only who waits for the answer.
        self._process = subprocess.Popen([sys.executable, "-ESI", __file__], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True)

    def run(self, words, folder, environment, limits, most_seconds):
        """Runs a program with the files `input`, `output` and `errors` of a folder: status, CPU seconds, most bytes."""
        request = {"words": [str(word) for word in words], "folder": str(folder), "environment": environment,
                   "limits": limits, "seconds": most_seconds}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self):
        self._process.stdin.close()
        self._process.wait()


def main():
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


def answer(request):
    folder = request["folder"]
    with open(f"{folder}/input", "rb") as commands, open(f"{folder}/output", "wb") as output, \
            open(f"{folder}/errors", "wb") as errors:
        process = subprocess.Popen(request["words"], stdin=commands, stdout=output, stderr=errors, cwd=folder,
                                   env=request["environment"])
        for name, limit in request["limits"].items():
            try:
                resource.prlimit(process.pid, getattr(resource, name), (limit, limit))
            except ProcessLookupError:
                break
        signal.signal(signal.SIGALRM, lambda *_: process.kill())
        # Again and again: the first may be noted just before the wait begins, and not be looked at.
        signal.setitimer(signal.ITIMER_REAL, request["seconds"], 1)
        _, status, usage = os.wait4(process.pid, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        process.returncode = 0
    return {"status": status, "cpu": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss * 1024}


if __name__ == "__main__":
    main()
