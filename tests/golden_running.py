"""Known exceptions, tracebacks, frames, contexts, locks, futures and tasks.

The functions that tracebacks and frames name are compiled as `example.py`, so that this file may change.
"""

import _thread
import asyncio
import contextvars
import itertools
import sys
import threading
import types

from golden_callables import outer

EXAMPLE = """
def inner(value):
    local = [value]
    raise KeyError(value)

def chained(value):
    try:
        inner(value)
    except KeyError as error:
        raise ValueError("chained") from error

def handled(value):
    try:
        inner(value)
    except KeyError:
        raise TypeError("handled", value)

def framed(first, *rest, **others):
    local = first
    cell = [1]
    def enclosing():
        return cell
    return sys._getframe()

def stepping():
    local = "stepping"
    yield sys._getframe()
"""
example = types.SimpleNamespace(sys=sys, __builtins__={"KeyError": KeyError, "TypeError": TypeError,
                                                        "ValueError": ValueError})
exec(compile(EXAMPLE, "example.py", "exec"), vars(example))


class Problem(Exception):
    """An exception of a program's own."""

    def __init__(self, text, code):
        super().__init__(text)
        self.code = code


def raised(function, *arguments):
    """The exception that a call ends with."""
    try:
        function(*arguments)
    except BaseException as error:  # noqa: B902 - whatever it is
        return error


def exceptions():
    yield "exception", ValueError("text")
    yield "exception_empty", RuntimeError()
    yield "exception_many", Exception("text", 2, None, [3])
    yield "exception_key", KeyError("key")
    yield "exception_os", FileNotFoundError(2, "No such file or directory", "name")
    yield "exception_os_two", OSError(17, "File exists", "from", None, "to")
    yield "exception_decode", UnicodeDecodeError("utf-8", b"a\xff", 1, 2, "invalid start byte")
    yield "exception_encode", UnicodeEncodeError("ascii", "dé", 1, 2, "ordinal not in range(128)")
    yield "exception_import", ImportError("No module", name="module", path="/path/module.py")
    yield "exception_syntax", SyntaxError("invalid syntax", ("file.py", 3, 7, "if x = 1:\n"))
    yield "exception_stop", StopIteration("value")
    yield "exception_exit", SystemExit(3)
    yield "exception_attribute", raised(getattr, None, "missing")
    yield "exception_own", Problem("own", 42)
    yield "exception_raised", raised(example.inner, "key")
    yield "exception_cause", raised(example.chained, "key")
    yield "exception_context", raised(example.handled, "key")
    noted = ValueError("noted")
    if hasattr(noted, "add_note"):
        noted.add_note("first note")
        noted.add_note("second")
        yield "exception_notes", noted
        yield "exception_group", eval("ExceptionGroup('several', [ValueError(1), KeyError('k')])")
    yield "traceback", example_traceback(raised(example.inner, "key"))
    yield "traceback_outer", raised(example.chained, "key").__cause__.__traceback__
    yield "frame_finished", example.framed(1, 2, other=3)
    suspended = example.stepping()
    yield "frame_suspended", next(suspended)
    # Kept: without its generator the frame would be finished.
    yield "generator_of_frame", suspended


def example_traceback(error):
    """The traceback from the frame in `example.py` on."""
    return error.__traceback__.tb_next


def contexts():
    variable = contextvars.ContextVar("variable")
    default = contextvars.ContextVar("default", default=[1])
    yield "contextvar", variable
    yield "contextvar_default", default
    context = contextvars.Context()
    yield "context_empty", context.copy()
    yield "token", context.run(variable.set, "value")
    yield "token_old", context.run(variable.set, "newer")
    used = context.run(variable.set, "newest")
    context.run(variable.reset, used)
    yield "token_used", used
    yield "context", context
    yield "context_many", ordered_context("abc")


def ordered_context(names):
    """A context whose variables come in this order: they are hashed by their addresses."""
    candidates = [[contextvars.ContextVar(name) for name in names] for _ in range(64)]
    for variables in itertools.product(*zip(*candidates)):
        context = contextvars.Context()
        for variable in variables:
            context.run(variable.set, variable.name * 2)
        if list(context) == list(variables):
            return context
    raise RuntimeError("no context has its variables in this order")


def locks():
    yield "lock", _thread.allocate_lock()
    taken = _thread.allocate_lock()
    taken.acquire()
    yield "lock_locked", taken
    yield "rlock", threading.RLock()
    taken = threading.RLock()
    taken.acquire()
    yield "rlock_locked", taken
    taken = threading.RLock()
    for _ in range(3):
        taken.acquire()
    yield "rlock_locked_thrice", taken
    taken = threading.RLock()
    taken.acquire()
    taken.release()
    yield "rlock_released", taken
    local = threading.local()
    yield "thread_local_empty", local
    local = threading.local()
    local.value = "of the main thread"
    yield "thread_local", local


class Loop(asyncio.AbstractEventLoop):
    """A loop that runs nothing by itself."""

    def __init__(self):
        self.ready = []

    def get_debug(self):
        return False

    def call_soon(self, callback, *arguments, context=None):
        self.ready.append((callback, arguments))

    def step(self):
        """Runs what is ready now."""
        ready, self.ready = self.ready, []
        for callback, arguments in ready:
            callback(*arguments)


class Future(asyncio.Future):
    pass


class Task(asyncio.Task):
    pass


async def waiting_for(future):
    return await future


def futures():
    loop = Loop()
    asyncio._set_running_loop(loop)
    yield "future", asyncio.Future(loop=loop)
    finished = asyncio.Future(loop=loop)
    finished.set_result([1])
    yield "future_finished", finished
    failed = asyncio.Future(loop=loop)
    failed.set_exception(ValueError("failed"))
    yield "future_failed", failed
    cancelled = asyncio.Future(loop=loop)
    cancelled.cancel()
    yield "future_cancelled", cancelled
    called = asyncio.Future(loop=loop)
    called.add_done_callback(outer)
    yield "future_callback", called
    called = asyncio.Future(loop=loop)
    called.add_done_callback(outer)
    called.add_done_callback(print)
    yield "future_callbacks", called
    subclass = Future(loop=loop)
    subclass.note = "noted"
    yield "future_subclass", subclass
    yield "task_created", asyncio.Task(waiting_for(called), loop=loop, name="created")
    loop.ready.clear()
    waiting, given_up = asyncio.Future(loop=loop), asyncio.Future(loop=loop)
    yield "future_awaited", waiting
    tasks = {"task_waiting": asyncio.Task(waiting_for(waiting), loop=loop, name="waiting"),
             "task_subclass": Task(waiting_for(asyncio.Future(loop=loop)), loop=loop, name="subclass"),
             "task_finished": asyncio.Task(waiting_for(finished), loop=loop, name="finished"),
             "task_failed": asyncio.Task(waiting_for(failed), loop=loop, name="failed"),
             "task_cancelled": asyncio.Task(waiting_for(given_up), loop=loop, name="cancelled")}
    loop.step()
    tasks["task_cancelled"].cancel()
    while loop.ready:
        loop.step()
    yield from tasks.items()
    asyncio._set_running_loop(None)
