"""The tool ends with a message where something ends it: time, memory, a dump that is cut, nobody who reads, no room."""

import os
import random
import resource
import shutil
import signal
import subprocess
import time as clock

import pytest

from harness.target import FIXTURES, Target

pytestmark = pytest.mark.tier5

FIXTURE = "fixture_smoke.py"
MINUTE = 60


def ends(context, claim, outcome, *words):
    """Whether the tool ended with exit code 1 and one line that says why."""
    lines = outcome.error_lines
    context.report.check(context.name(claim), outcome.code == 1 and len(lines) == 1
                         and all(word in lines[0] for word in words), outcome)


def test_time(context):
    """--timeout"""
    dump = context.dumps(FIXTURE).directory
    command = "find-all-objects --max-recursion-depth=50"
    ends(context, "too late", context.tool.run(f"--path={dump}", "--timeout=0.05", f"--command={command}"),
         "--timeout", "not complete")
    answered = context.tool.run(f"--path={dump}", "--timeout=600", "--command=info")
    context.report.check(context.name("in time"), answered.code == 0, answered)


def test_memory(context):
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


def test_cut_while_read(context):
    """a dump cut while it is read"""
    for form in ("stream", "core"):
        path = context.workshop.scratch("cut") / form
        shutil.copyfile(context.dumps(FIXTURE).path(form), path)
        code, _, errors = session(context, path, lambda path: os.truncate(path, 1 << 20))
        told = f"{path}: the dump became shorter" in errors and errors.count("\n") == 1
        context.report.check(context.name(f"a {form} cut while it is read"), code == 1 and told, (code, errors))


def test_overwritten_while_read(context):
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


def test_output_closed(context):
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


def test_no_room(context):
    """no room for the answer"""
    dump = context.dumps(FIXTURE).directory
    with open("/dev/full", "wb") as full:
        done = subprocess.run([context.tool.path, dump, "info"], stdout=full, stderr=subprocess.PIPE, timeout=MINUTE)
    errors = done.stderr.decode()
    context.report.check(context.name("a full disk is told"), done.returncode == 1 and "No space left" in errors,
                         (done.returncode, errors))


def test_threads(context):
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


def test_target_killed(context):
    """a process that is killed while it is dumped"""
    folder = context.workshop.scratch("killed")
    for attempt, delay in enumerate((0.0, 0.02, 0.05)):
        with Target(context.interpreter, FIXTURES / "fixture_large.py", folder / "counter", 200) as target:
            path = folder / str(attempt)
            dumper = subprocess.Popen([context.tool.path, "--dump", f"--pid={target.pid}", f"--path={path}"],
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            clock.sleep(delay)
            os.kill(target.pid, signal.SIGKILL)
            _, errors = dumper.communicate(timeout=MINUTE)
        told = dumper.returncode == 1 and not path.exists() and errors.count(b"\n") == 1
        context.report.check(context.name(f"a process killed while it is dumped (attempt {attempt + 1})"),
                             told or dumper.returncode == 0, (dumper.returncode, path.exists(), errors))


def test_interrupted(context):
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


def test_disk_full(context):
    """a disk that is full before the dump is written"""
    folder = context.workshop.scratch("full")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True).returncode != 0:
        context.report.not_run(context.name("a dump on a full disk"), "no file system may be mounted here")
        return
    try:
        with Target(context.interpreter, FIXTURES / FIXTURE) as target:
            outcome = context.tool.run("--dump", f"--pid={target.pid}", f"--path={folder / 'dump'}")
        ends(context, "a dump on a full disk", outcome, "no space left on device")
        context.report.check(context.name("what was written of it is removed"), not (folder / "dump").exists())
    finally:
        subprocess.run(["umount", folder], check=True)


def test_slow_reader(context):
    """a reader that is slower than a pipe that does not block"""
    dump = context.dumps(FIXTURE).directory
    command = ("--index=none", dump, "find-all-objects", "--no-repr")
    expected, taken = spent(context, command, pause=0)
    found, taken_waiting = spent(context, command, pause=3)
    context.report.check(context.name("the answer is whole"), len(expected) > 1 << 17 and found == expected,
                         (len(expected), len(found)))
    context.report.check(context.name("who waits for a reader sleeps"), taken_waiting < taken + 0.75,
                         (taken, taken_waiting))


def spent(context, command, pause):
    """The output through a pipe that does not block and that nobody reads for a while, and the processor's time for
    it."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    process = subprocess.Popen([context.tool.path, *command], stdout=writer, stderr=subprocess.DEVNULL)
    os.close(writer)
    clock.sleep(pause)
    with open(reader, "rb") as pipe:
        output = pipe.read()
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return output, usage.ru_utime + usage.ru_stime


def test_no_cache(context):
    """a cache that is not there"""
    folder = context.workshop.scratch("no-cache")
    dump = folder / "dump"
    shutil.copyfile(context.dumps(FIXTURE).path("stream"), dump)
    before = context.tool.run("--index=rebuild", dump, "count-by-type")
    kept = [file for file in folder.iterdir() if file != dump]
    context.report.check(context.name("an index is kept beside the dump"), before.code == 0 and kept, before)
    for file in kept:
        file.unlink()
        # Nothing can be put in the place of a folder.
        file.mkdir()
    home = folder / "missing" / "home"
    variables = {"HOME": str(home), "XDG_CACHE_HOME": ""}
    outcome = context.tool.run("--index=rebuild", dump, "count-by-type", environment=variables)
    made = home / ".cache" / "python-memtools"
    context.report.check(context.name("else in the cache, whose folders are made for the user alone"),
                         outcome.code == 0 and not outcome.error_lines and made.is_dir() and list(made.iterdir())
                         and all(path.stat().st_mode & 0o777 == 0o700 for path in (made, made.parent, home)), outcome)


def test_writers(context):
    """several that keep the same index at the same time"""
    dump, folder = context.dumps(FIXTURE).directory, context.workshop.scratch("writers")
    command = [context.tool.path, "--index=rebuild", f"--index-dir={folder}", "--max-threads=1", dump, "count-by-type"]
    warned = []
    for _ in range(4):
        processes = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(12)]
        warned += [errors for errors in (process.communicate(timeout=MINUTE)[1] for process in processes)
                   if b"could not be kept" in errors]
    context.report.equal(context.name("nobody warns"), warned, [])
    context.report.equal(context.name("one index is left"), len(list(folder.glob("*index*"))), 1)


def lacks_regions(context, dump):
    """Whether a directory has not all that its manifest lists."""
    outcome = context.tool.run(dump, "info")
    return outcome.code != 0 or "missing" in outcome.errors


def test_signals(context):
    """signals that end the dumper"""
    with Target(context.interpreter, FIXTURES / "fixture_large.py", context.workshop.scratch("signals") / "counter",
                200) as target:
        for number in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGXCPU, signal.SIGHUP, signal.SIGTERM):
            left = []
            for delay in (0.01, 0.05, 0.1, 0.2):
                folder = context.workshop.scratch("signalled")
                words = [context.tool.path, "dump", "--format=directory", f"--pid={target.pid}",
                         f"--output={folder / 'd'}"]
                dumper = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                clock.sleep(delay)
                dumper.send_signal(number)
                code = dumper.wait(MINUTE)
                names = [file.name for file in folder.iterdir()]
                # A dump has its name when it is complete: a signal may come between that and the end.
                if names not in (["d"], []) or code == 0 and not names or names and lacks_regions(context,
                                                                                                  folder / "d"):
                    left.append((delay, code, names))
                context.workshop.remove(folder)
            context.report.equal(context.name(f"{number.name} leaves nothing half-done"), left, [])


def test_short_input(context):
    """a few bytes take no large file"""
    done = subprocess.run([context.tool.path, "--memory-limit=0", "-", "info"], input=bytes(4096), capture_output=True,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20)),
                          timeout=MINUTE)
    errors = done.stderr.decode()
    context.report.check(context.name("4 KiB are judged where a file may have 1 MiB"), done.returncode == 1
                         and "--memory-limit" not in errors and "expected" in errors, (done.returncode, errors))


def limited(words, kind, limit):
    """Runs a program with a limit of the system: its exit code and its errors."""
    try:
        done = subprocess.run(words, capture_output=True, timeout=MINUTE,
                              preexec_fn=lambda: resource.setrlimit(kind, (limit, limit)))
        return done.returncode, done.stderr.decode()
    except OSError as error:
        return 1, f"the system starts no program: {error}"


def test_few_descriptors(context):
    """few files, and a small stack"""
    dumps, folder = context.dumps(FIXTURE), context.workshop.scratch("few")
    commands = {form: [dumps.path(form), "count-by-type"] for form in ("directory", "core")}
    with Target(context.interpreter, FIXTURES / FIXTURE) as target:
        for form, compression in (("directory", "none"), ("directory", "zstd"), ("core", "none"), ("stream", "gzip")):
            name = f"{form}.{compression}"
            words = ["dump", f"--pid={target.pid}", f"--format={form}", f"--compress={compression}"]
            made = context.tool.run(*words, f"--output={folder / name}")
            context.report.check(context.name(f"a dump: {name}"), made.code == 0, made)
            commands[f"dump as {name}"] = [*words, f"--output={folder / 'few'}"]
            commands[name] = ["--index=rebuild", f"--index-dir={folder}", folder / name, "count-by-type"]
        for what, words in commands.items():
            bad = {}
            for limit in range(3, 25):
                code, errors = limited([context.tool.path, *words], resource.RLIMIT_NOFILE, limit)
                # The loader of shared libraries ends with 127.
                if code not in (0, 1, 127) or code and not errors or errors.count("\n") > 2:
                    bad[limit] = code, errors
                subprocess.run(["rm", "-rf", folder / "few"], check=True)
            context.report.equal(context.name(f"{what} with 3 to 24 files: an answer, or a message"), bad, {})
    for form in ("directory", "core"):
        code, errors = limited([context.tool.path, *commands[form]], resource.RLIMIT_STACK, 64 << 10)
        context.report.check(context.name(f"a {form} with 64 KiB of stack: an answer, or a message"),
                             code == 0 or code == 1 and errors.count("\n") <= 2 and errors, (code, errors))
