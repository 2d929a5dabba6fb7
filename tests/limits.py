"""The tool ends with a message where something ends it: time, memory, a dump that is cut, nobody who reads, no room."""

import os
import random
import shutil
import signal
import subprocess
import time as clock

from target import FOLDER, Target

FIXTURE = "fixture_smoke.py"
MINUTE = 60


def run(context):
    for part in (time, memory, cut_while_read, overwritten_while_read, output_closed, no_room, threads,
                 target_killed, disk_full, interrupted):
        with context.report.section(context.name(part.__doc__.strip())):
            part(context)


def ends(context, claim, outcome, *words):
    """Whether the tool ended with exit code 1 and one line that says why."""
    lines = outcome.error_lines
    context.report.check(context.name(claim), outcome.code == 1 and len(lines) == 1
                         and all(word in lines[0] for word in words), outcome)


def time(context):
    """--timeout"""
    dump = context.dumps(FIXTURE).directory
    command = "find-all-objects --max-recursion-depth=50"
    ends(context, "too late", context.tool.run(f"--path={dump}", "--timeout=0.05", f"--command={command}"),
         "--timeout", "not complete")
    answered = context.tool.run(f"--path={dump}", "--timeout=600", "--command=info")
    context.report.check(context.name("in time"), answered.code == 0, answered)


def memory(context):
    """--memory-limit"""
    dump = context.dumps(FIXTURE).directory
    command = f"repr {context.dumps(FIXTURE).address('class')} --max-recursion-depth=400"
    ends(context, "out of memory", context.tool.run(f"--path={dump}", "--memory-limit=1M", f"--command={command}",
                                                    "--command=find-all-objects --max-recursion-depth=50"),
         "--memory-limit", "1048576")


def session(context, path, damage):
    """A session on a dump that is damaged after it was opened: its exit code, output and errors."""
    process = subprocess.Popen([context.tool.path, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    try:
        while b"Loaded" not in process.stderr.readline():
            pass
        damage(path)
        output, errors = process.communicate(b"count-by-type\nvalidate-layouts\n", timeout=MINUTE)
    finally:
        process.kill()
        process.wait()
    return process.returncode, output, errors.decode()


def cut_while_read(context):
    """a dump cut while it is read"""
    for form in ("stream", "core"):
        path = context.workshop.scratch("cut") / form
        shutil.copyfile(context.dumps(FIXTURE).path(form), path)
        code, _, errors = session(context, path, lambda path: os.truncate(path, 1 << 20))
        told = f"{path}: the dump became shorter" in errors and errors.count("\n") == 1
        context.report.check(context.name(f"a {form} cut while it is read"), code == 1 and told, (code, errors))


def overwritten_while_read(context):
    """a dump overwritten while it is read"""
    chance = random.Random(4)

    def overwrite(path):
        with open(path, "r+b") as file:
            for offset in range(0, path.stat().st_size - (1 << 16), 1 << 20):
                file.seek(offset)
                file.write(chance.randbytes(1 << 16))

    path = context.workshop.scratch("overwritten") / "stream"
    shutil.copyfile(context.dumps(FIXTURE).path("stream"), path)
    code, output, errors = session(context, path, overwrite)
    context.report.check(context.name("a stream overwritten while it is read"), code == 0,
                         (code, output[-500:], errors))


def output_closed(context):
    """nobody reads the answer"""
    dump = context.dumps(FIXTURE).directory
    process = subprocess.Popen([context.tool.path, dump, "find-all-objects"], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    process.stdout.read(10)
    process.stdout.close()
    errors = process.stderr.read().decode()
    context.report.check(context.name("the end of a pipe ends the tool quietly"), process.wait(MINUTE) == 0
                         and errors.startswith("Loaded ") and errors.count("\n") == 1, (process.returncode, errors))
    process.stderr.close()


def no_room(context):
    """no room for the answer"""
    dump = context.dumps(FIXTURE).directory
    with open("/dev/full", "wb") as full:
        done = subprocess.run([context.tool.path, dump, "info"], stdout=full, stderr=subprocess.PIPE, timeout=MINUTE)
    errors = done.stderr.decode()
    context.report.check(context.name("a full disk is told"), done.returncode == 1 and "No space left" in errors,
                         (done.returncode, errors))


def threads(context):
    """one, two, three and eight threads answer the same, byte for byte"""
    dumps = context.dumps(FIXTURE)
    address = dumps.address("dict")
    commands = ("count-by-type --dropped", "find-all-objects --no-repr", "find-all-objects --json", "validate-layouts",
                "aggregate-strings --print-smaller-than=3", f"find-references {address}", "find-all-types", "info",
                "show-analysis-data --json")
    answers = [context.tool.run(f"--path={dumps.directory}", f"--max-threads={count}",
                                *(f"--command={command}" for command in commands)) for count in (1, 2, 3, 8)]
    context.report.check(context.name("threads make no difference"), all(
        (answer.code, answer.output) == (answers[0].code, answers[0].output) for answer in answers)
        and len(answers[0].output) > 100_000, [answer.errors for answer in answers])


def target_killed(context):
    """a process that is killed while it is dumped"""
    folder = context.workshop.scratch("killed")
    for attempt, delay in enumerate((0.0, 0.02, 0.05)):
        with Target(context.interpreter, FOLDER / "fixture_large.py", folder / "counter", 200) as target:
            path = folder / str(attempt)
            dumper = subprocess.Popen([context.tool.path, "--dump", f"--pid={target.pid}", f"--path={path}"],
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            clock.sleep(delay)
            os.kill(target.pid, signal.SIGKILL)
            _, errors = dumper.communicate(timeout=MINUTE)
        told = dumper.returncode == 1 and not path.exists() and errors.count(b"\n") == 1
        context.report.check(context.name(f"a process killed while it is dumped (attempt {attempt + 1})"),
                             told or dumper.returncode == 0, (dumper.returncode, path.exists(), errors))


def interrupted(context):
    """Ctrl-C"""
    dumps = context.dumps(FIXTURE)
    for name, command in (("scan", "count-by-type"), ("search", f"find-references {dumps.address('dict')}")):
        folder = context.workshop.scratch(f"interrupted-{name}")
        words = [context.tool.path, "--index=rebuild", f"--index-dir={folder}", f"--temp-dir={folder}",
                 f"--path={dumps.directory}", f"--command={command}"]
        begin = clock.monotonic()
        subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=MINUTE, check=True)
        taken = clock.monotonic() - begin
        kept = [file.name for file in folder.iterdir()]
        context.report.check(context.name(f"a {name} keeps an index"), kept)
        for tenth in range(10):
            for file in folder.iterdir():
                file.unlink()
            process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            clock.sleep(taken * tenth / 10)
            process.send_signal(signal.SIGINT)
            code = process.wait(MINUTE)
            # At the end the index is there, under its name; before, nothing at all.
            left = [file.name for file in folder.iterdir()]
            context.report.check(context.name(f"a {name} interrupted after {tenth} tenths leaves nothing half-done"),
                                 code in (0, -signal.SIGINT) and set(left) <= set(kept), (code, left))


def disk_full(context):
    """a disk that is full before the dump is written"""
    folder = context.workshop.scratch("full")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True).returncode != 0:
        context.report.not_run(context.name("a dump on a full disk"), "no file system may be mounted here")
        return
    try:
        with Target(context.interpreter, FOLDER / FIXTURE) as target:
            outcome = context.tool.run("--dump", f"--pid={target.pid}", f"--path={folder / 'dump'}")
        ends(context, "a dump on a full disk", outcome, "no space left on device")
        context.report.check(context.name("what was written of it is removed"), not (folder / "dump").exists())
    finally:
        subprocess.run(["umount", folder], check=True)
