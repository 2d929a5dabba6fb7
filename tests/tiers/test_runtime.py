"""Runtime checks: the interpreters and threads that the tool finds are those that the process knows of itself."""

import pytest

from harness.damage import DamagedDump
from harness.workshop import FORMS

pytestmark = pytest.mark.tier3

FIXTURE = "fixture_runtime.py"
# Up to 3.12 `create` of a sub-interpreter leaves the creating thread's state in it, and `run_string` uses that one
# (Modules/_xxsubinterpretersmodule.c).
LAST_WITH_CREATORS_STATE = 312


@pytest.mark.parametrize("form", FORMS)
def test_runtime(context, form):
    """the runtime is the one that the process knows"""
    dumps = context.dumps(FIXTURE)
    check_runtime(context, dumps, dumps.path(form), form)


@pytest.mark.parametrize("part", ("words", "without_cookie", "without_list", "failing"))
def test_parts(context, part):
    """the runtime in words, without debug offsets, without the list of interpreters, and with a check that fails"""
    PARTS[part](context, context.dumps(FIXTURE))


def check_runtime(context, dumps, path, form, source=None):
    """`show-analysis-data` and `info` against the announcements; all layout checks pass, without a warning."""
    def equal(claim, found, expected):
        return context.report.equal(context.name(f"{form}: {claim}"), found, expected)

    facts = context.tool.json(path, "show-analysis-data")
    runtime = facts["runtime"]
    equal("all layout checks pass", [check["name"] for check in facts["checks"] if not check["passes"]], [])
    equal("_PyRuntime", runtime.get("address"), hexadecimal(dumps.objects["main interpreter"]["runtime"]))
    if source:
        equal("how it was found", runtime["source"], source)
    found = {interpreter["id"]: interpreter for interpreter in runtime["interpreters"]}
    equal("the interpreters, the main one first", list(found), dumps.objects["all interpreters"]["ids"])
    equal("which one is the main one", [i for i in found if found[i]["isMain"]], [0])
    for name in ("main interpreter", "busy interpreter", "idle interpreter"):
        told = dumps.objects[name]
        interpreter = found[told.get("id", 0)]
        for key in ("sysModules", "sysDict", "builtinsDict"):
            equal(f"{name}: {key}", interpreter[key], hexadecimal(told[key]))
        count = dumps.objects["modules"]["count"] if name == "main interpreter" else told["modules"]
        equal(f"{name}: number of modules", interpreter.get("modules"), count)
        equal(f"{name}: threads", threads(context, interpreter), expected_threads(context, dumps, name))
    told = dumps.objects["main interpreter"]
    equal("the address of the main interpreter", found[0]["address"], hexadecimal(told["state"]))
    if told["threadState"]:
        equal("the address of the main thread's state", found[0]["threads"][0]["address"],
              hexadecimal(told["threadState"]))
    equal("the threads that run Python have frames", [bool(thread.get("frame")) for thread in found[0]["threads"]],
          [True] * len(found[0]["threads"]))
    answer = context.tool.json(path, "info")
    equal("`info` says the same", answer["runtime"], runtime)


def hexadecimal(address):
    return "%016X" % address


def keeps_native_number(context):
    return int(context.version) >= 311


def threads(context, interpreter):
    """The threads of an interpreter as pairs of both their numbers."""
    return [(thread["ident"], thread.get("nativeThreadId")) for thread in interpreter["threads"]]


def expected_threads(context, dumps, name):
    """The same as the process told them, the oldest first."""
    main, busy = dumps.objects["main interpreter"], dumps.objects["busy interpreter"]
    if name == "main interpreter":
        # The last one is the thread that runs code in the sub-interpreter.
        told = [main, *main["others"], busy]
    elif int(context.version) <= LAST_WITH_CREATORS_STATE:
        told = [main]
    else:
        told = [busy] if name == "busy interpreter" else []
    return [(thread["thread"], thread["native"] if keeps_native_number(context) else None) for thread in told]


def check_words(context, dumps):
    """What `info` and `show-analysis-data` print is what they answer in JSON, and no warning is said."""
    outcome = context.tool.answer(dumps.directory, "info")
    runtime = context.tool.json(dumps.directory, "info")["runtime"]
    lines = outcome.output.splitlines()
    for interpreter in runtime["interpreters"]:
        name = f"interpreter {interpreter['id']}" + (" (main)" if interpreter["isMain"] else "")
        line = (f"{name}: {interpreter['address']}, threads {len(interpreter['threads'])}, "
                f"modules {interpreter['modules']}")
        context.report.check(context.name(f"words: {name}"), line in lines, lines)
    context.report.check(context.name("words: runtime"),
                         f"runtime: {runtime['address']} by {runtime['source']}" in lines, lines)
    context.report.equal(context.name("no warning is said"), outcome.error_lines, [])
    lines = context.tool.answer(dumps.directory, "show-analysis-data").output.splitlines()
    for thread in runtime["interpreters"][0]["threads"]:
        context.report.check(context.name(f"words: thread {thread['ident']}"),
                             any(line.startswith(f"  thread {thread['address']}: ident {thread['ident']}")
                                 for line in lines), lines)


def check_without_cookie(context, dumps):
    """With the table of debug offsets made unreadable, where the version has one, all is found by structure."""
    runtime = dumps.objects["main interpreter"]["runtime"]
    damaged = DamagedDump(dumps.directory, context.workshop.scratch("no-cookie"))
    if context.tool.json(dumps.directory, "show-analysis-data").get("debugOffsets"):
        damaged.write_word(runtime, 0)
    check_runtime(context, dumps, damaged.path, "no cookie", source="structure")


def check_without_list(context, dumps):
    """With the list in `_PyRuntime` overwritten, interpreters are found by their threads, and the doubt is said."""
    told = dumps.objects["main interpreter"]
    damaged = DamagedDump(dumps.directory, context.workshop.scratch("no-list"))
    # interpreters.head, with the newest interpreter, is followed by interpreters.main.
    words = damaged.words(told["runtime"], 256)
    main = words.index(told["state"])
    damaged.write_word(told["runtime"] + 8 * main, 0)
    damaged.write_word(told["runtime"] + 8 * (main - 1), 0)
    runtime = context.tool.json(damaged.path, "show-analysis-data")["runtime"]
    with_threads = [i for i in dumps.objects["all interpreters"]["ids"]
                    if i != dumps.objects["idle interpreter"]["id"] or int(context.version) <= LAST_WITH_CREATORS_STATE]
    context.report.equal(context.name("no list: interpreters with threads are found"),
                         [interpreter["id"] for interpreter in runtime["interpreters"]], with_threads)
    outcome = context.tool.answer(damaged.path, "info")
    context.report.check(context.name("no list: a warning says that some may be missing"),
                         any("interpreters may be missing" in line for line in outcome.error_lines), outcome.errors)


def check_failing(context, dumps):
    """With a type's size overwritten, the tool says which check fails and what depends on it, and goes on."""
    told = dumps.objects["damaged type"]
    damaged = DamagedDump(dumps.directory, context.workshop.scratch("failing"))
    address = int(told["address"], 16)
    # tp_basicsize is the second field behind the head of a type.
    index = damaged.words(address, 8).index(told["basicSize"])
    damaged.write_word(address + 8 * index, told["basicSize"] + 8)
    checks = context.tool.json(damaged.path, "info")["layoutChecks"]
    name = f"float.__basicsize__ == {told['basicSize']}"
    context.report.equal(context.name("failing: the check is named"), checks["failed"], [name])
    context.report.equal(context.name("failing: what depends on it is named"), checks["doubtful"],
                         ["sizes and fields of built-in types"])
    outcome = context.tool.answer(damaged.path, "info")
    lines = outcome.output.splitlines()
    context.report.check(context.name("failing: words say so"), f"layout check failed: {name}" in lines
                         and "not to be trusted: sizes and fields of built-in types" in lines, lines)
    context.report.check(context.name("failing: one line of warning"), len(outcome.error_lines) == 1
                         and "1 of" in outcome.error_lines[0] and "layout checks fail" in outcome.error_lines[0],
                         outcome.errors)
    answer = context.tool.json(damaged.path, "count-by-type")
    context.report.check(context.name("failing: the other answers are given"), answer["objects"] > 10000,
                         answer["objects"])


PARTS = {"words": check_words, "without_cookie": check_without_cookie, "without_list": check_without_list,
         "failing": check_failing}
