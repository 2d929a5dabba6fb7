"""The stacks that py-spy and pystack (both on PyPI) show of the same process, beside the tool's.

Not one of the five tiers, because they come from the network.
"""

import json
import os
import re
import subprocess
import sys
import time

from harness import capture
from harness.environments import EnvironmentMissing, environment, installed
from harness.target import FIXTURES, Target

THREADS, DEPTH = 20, 800


def run(context):
    try:
        # They run under the Python of the tests and look at any other.
        version = f"{sys.version_info[0]}{sys.version_info[1]}"
        packages = environment(version, sys.executable, "stacks", ("pystack", "py-spy"))
    except EnvironmentMissing as missing:
        context.report.not_run(context.name("stacks are those of py-spy and pystack"), missing)
        return
    context.report.note("; ".join(installed(packages).splitlines()))
    folder = context.workshop.scratch(f"other-tools-{context.version}")
    with Target(context.interpreter, FIXTURES / "fixture_stacks.py", folder, THREADS, DEPTH) as target:
        capture.write_core(target.pid, folder / "core")
        spy = answer([packages / "bin" / "py-spy", "dump", "--json", "--pid", target.pid], packages)
        remote = answer([sys.executable, "-m", "pystack", "remote", target.pid], packages)
    core = answer([sys.executable, "-m", "pystack", "core", folder / "core", context.interpreter], packages)
    begin = time.monotonic()
    ours = {str(thread["nativeThreadId"]): [place(frame["function"], frame["file"], frame["line"])
                                            for frame in thread["frames"]]
            for thread in context.tool.json(folder / "core", "find-all-stacks", "--threads-only")["threads"]}
    context.report.note(f"seconds: this tool {time.monotonic() - begin:.2f} on the core, pystack {core[1]:.2f}; "
                        f"live py-spy {spy[1]:.2f}, pystack {remote[1]:.2f}")
    compare(context, "py-spy dump", ours, of_spy(spy[0]))
    compare(context, "pystack remote", ours, of_pystack(remote[0]))
    theirs = of_pystack(core[0])
    if context.version in ("314", "315"):
        # gdb leaves out a part of the C stacks, on which the chain of frames goes on: pystack ends there, and this tool
        # reads on from the thread's own stack of frames. Who is right, the process's own word says: see stacks.py.
        ours = {thread: frames[:len(theirs.get(thread, []))] for thread, frames in ours.items()}
    compare(context, "pystack core", ours, theirs)
    context.workshop.remove(folder)


def compare(context, name, ours, theirs):
    wrong = [(thread, ours.get(thread), theirs.get(thread)) for thread in {*ours, *theirs}
             if ours.get(thread) != theirs.get(thread)]
    context.report.check(context.name(f"stacks are those of {name}"), len(ours) == THREADS + 3 and not wrong, wrong[:1])


def answer(command, packages):
    """What a tool prints, and how many seconds it takes."""
    begin = time.monotonic()
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120,
                          env={**os.environ, "PYTHONPATH": str(packages)})
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: {done.stderr.strip()[-300:]}")
    return done.stdout, time.monotonic() - begin


def place(function, file, line):
    return function.rpartition(".")[2], file, line


def of_spy(text):
    return {str(thread["os_thread_id"]): [place(frame["name"], frame["filename"], frame["line"])
                                          for frame in thread["frames"]] for thread in json.loads(text)}


def of_pystack(text):
    """Its threads; it prints the most recent call last."""
    threads, frames = {}, []
    for line in text.splitlines():
        if found := re.search(r"Traceback for thread (\d+)", line):
            frames = threads.setdefault(found[1], [])
        elif found := re.match(r'\s+\(Python\) File "(.*)", line (\d+), in (.*)', line):
            frames.insert(0, place(found[3], found[1], int(found[2])))
    return threads
