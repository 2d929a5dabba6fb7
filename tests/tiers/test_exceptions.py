"""All exceptions of a process, against its own `gc.get_objects()`, and where each is kept."""

import re

import pytest

pytestmark = pytest.mark.tier4

FIXTURE = "fixture_exceptions.py"
COUNT = 1000
# What is said first of where an exception is kept, by its own text.
PLACES = {
    "global": r"global GLOBAL of <module '__main__'>",
    "item": r"item \[0\] of <list len=1>.*, in global LIST of <module",
    "item of a dict": r"item \['key'\] of <dict .*, in global DICT of ",
    "item of a tuple": r"item \[1\] of <tuple .*global TUPLE",
    "item of a set": r"item item of <set .*global SET|item of <set .*global SET",
    "attribute": r"attribute \.kept of <__main__\.Plain>.*, in global OBJECT of ",
    "attribute of an instance's dict": r"attribute \.indirect of <__main__\.Plain>.*, in global OBJECT of ",
    "class attribute": r"class attribute kept of <type __main__\.Plain>",
    "closure cell": r"closure cell \[0\] of <function 'closure",
    "variable": r"variable kept of generator @ ", "variable of a coroutine": r"variable kept of coroutine @ ",
    "variable of a task": r"variable kept of main @ ",
    "default argument": r"default argument \[0\] of <function 'default'",
    "default argument by name": r"default argument word of <function 'default'",
    "slot": r"slot \.kept of <__main__\.Slotted>",
    "exception of a task": r"exception of <async task finished name='Task-",
    "thread local": r"thread local kept of <_thread\._local>",
    "exception of a future": r"exception of <async future finished>",
    "exception of a concurrent future": r"exception of <concurrent future finished>",
}


def test_places(context):
    dumps = context.dumps(FIXTURE)
    told = dumps.objects["exceptions"]["told"]
    answer = context.tool.json(dumps.directory, "find-all-exceptions")
    entries = answer["exceptions"]
    found = {entry["address"]: plain(entry["repr"]) for entry in entries}
    context.report.equal(context.name("every exception that the process knows of is found, and no other"), found,
                         {address: plain(text) for address, text in told.items()})
    context.report.check(context.name("their number is told"), answer["count"] == len(entries) > len(PLACES),
                         answer["count"])
    held = {re.sub(r"^ValueError\(['\"](.*)['\"]\)$", r"\1", entry["repr"]): entry["heldBy"] for entry in entries}
    for text, pattern in PLACES.items():
        places = held.get(text, [])
        context.report.check(context.name(f"where it is kept: {text}"),
                             any(re.match(pattern, place) for place in places), places)
    kept = [entry["heldBy"][0] for entry in entries if entry["heldBy"]]
    ranks = [0 if text.startswith("exception of") else 1 if text.startswith("variable") else 2 for text in kept]
    first = [rank for rank in ranks if rank < 2]
    context.report.check(context.name("those of tasks and futures come first, then those in variables"),
                         ranks[:len(first)] == sorted(first) and first.count(0) == 3, kept)
    lines = context.tool.answer(dumps.directory, "find-all-exceptions", "--all").output
    context.report.check(context.name("the text has all of them"), all(f"@{address}\n" in lines for address in told),
                         lines)


def plain(text):
    """What Python and the tool write differently: an object among the arguments."""
    return re.sub(r"<.*", "<", text)


def test_alike(context):
    """Thousands that look the same are one entry, and a traceback that they share is written once."""
    dumps = context.dumps(FIXTURE, "excs", COUNT)
    told = dumps.objects["exceptions"]["told"]
    answer = context.tool.json(dumps.directory, "find-all-exceptions")
    context.report.check(context.name("each of thousands is in JSON"),
                         {entry["address"] for entry in answer["exceptions"]} == set(told) and len(told) > 3 * COUNT,
                         (len(answer["exceptions"]), len(told)))
    calls = {entry["address"]: len(entry["traceback"]) + (entry.get("sharedTraceback") or {"calls": 0})["calls"]
             for entry in answer["exceptions"]}
    written = sum(len(entry["traceback"]) for entry in answer["exceptions"])
    deep = [count for count in calls.values() if count > COUNT]
    context.report.check(context.name("a traceback that thousands share is written once"),
                         len(deep) >= COUNT and written < 3 * COUNT, (len(deep), written))
    text = context.tool.answer(dumps.directory, "find-all-exceptions").output
    context.report.check(context.name("thousands that look the same are a few lines"), len(text.splitlines()) < 150
                         and sum(int(number) for number in re.findall(r"^(\d+) exceptions that look the same", text,
                                                                      re.M))
                         >= 3 * COUNT - 10 and "more times]" in text, text[:3000])
    few = context.tool.answer(dumps.directory, "find-all-exceptions", "--all", "--max-results=2").output
    context.report.check(context.name("what is left out is counted"), f"...<{len(told) - 2} more exceptions" in few,
                         few[-300:])
