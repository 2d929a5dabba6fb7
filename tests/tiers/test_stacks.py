"""The stacks of threads and of what is suspended, compared frame by frame with what the process itself said of them."""

import json
import re

import pytest

from harness.damage import DamagedDump

pytestmark = pytest.mark.tier4

FORMS = ("directory", "stream", "core")
# Threads and depth of the recursion; before 3.11 every Python call takes of the C stack.
SIZES = ((1, 20), (20, 10_000), (500, 50))
DEEPEST_BEFORE_311 = 900


@pytest.mark.parametrize("threads,depth", SIZES)
def test_stacks(context, threads, depth):
    """stacks against sys._current_frames"""
    if int(context.version) < 311:
        depth = min(depth, DEEPEST_BEFORE_311)
    dumps = context.dumps("fixture_stacks.py", "{folder}", threads, depth)
    truth = json.loads((dumps.folder / "stacks.json").read_text())
    for form in FORMS if threads == 20 else FORMS[:1]:
        name = f"{threads} threads, depth {depth}, {form}"
        # gdb leaves zeros for a stack that it cannot read, on which there may be more.
        core = form == "core"
        answer = context.tool.json(
            dumps.path(form), "find-all-stacks", "--threads-only", "--locals", maybe_incomplete=core)
        compare_threads(context, name, truth, answer)
        soon = context.tool.json(dumps.path(form), "find-all-stacks", "--threads-only", maybe_incomplete=core)
        compare_soon(context, name, answer, soon)
    compare_suspended(context, f"{threads} threads", truth, context.tool.json(
        dumps.directory, "find-all-stacks", "--include-runnable", "--locals"))
    compare_list(context, f"{threads} threads", truth, dumps)
    compare_exceptions(context, f"{threads} threads", truth, dumps)
    if threads == 20:
        find_lost(context, truth, dumps)
        find_without_interpreters(context, "many threads", truth["threads"], dumps)
    context.workshop.forget_one(context.version, "fixture_stacks.py")


def test_in_generator(context):
    """the stack of a thread that is in a generator is found without interpreters"""
    alone = context.dumps("fixture_in_generator.py")
    find_without_interpreters(context, "one in a generator", [alone.objects["thread"]["ident"]], alone)


def compare_threads(context, name, truth, answer):
    found = {str(thread["ident"]): thread for thread in answer["threads"]}
    context.report.equal(context.name(f"{name}: the threads are those of the process"), sorted(found),
                         sorted(truth["threads"]))
    main = found.pop(str(truth["main"]))
    context.report.equal(context.name(f"{name}: the main thread stands where it waits"),
                         [frame["function"] for frame in main["frames"]], ["ready_and_wait", "main", "<module>"])
    stacks = [(thread["frames"], truth["threads"][ident]) for ident, thread in found.items()
              if ident in truth["threads"]]
    compare(context, f"{name}: stacks of threads", stacks)


def compare_soon(context, name, answer, soon):
    """Without variables the answer takes no search for types, and is the same."""
    for thread in answer["threads"]:
        for frame in thread["frames"]:
            del frame["locals"]
    context.report.check(context.name(f"{name}: the same without a search"), soon == answer,
                         [pair for pair in zip(soon["threads"], answer["threads"]) if pair[0] != pair[1]][:1])


def compare_suspended(context, name, truth, answer):
    found = {entry["address"]: entry for entry in answer["suspended"]}
    lost = [facts["name"] for address, facts in truth["suspended"].items() if address not in found]
    context.report.equal(context.name(f"{name}: what is suspended and not found"), lost, [])
    compare(context, f"{name}: chains of what is suspended",
            [(found[address]["frames"], facts["frames"]) for address, facts in truth["suspended"].items()
             if address in found])


def compare(context, name, pairs):
    """Stacks frame by frame, and the variables of each frame."""
    frames, variables, values, wrong = 0, 0, 0, []
    for found, expected in pairs:
        places = [place(frame) for frame in found], [place(frame) for frame in expected]
        if places[0] != places[1]:
            wrong.append(next((pair for pair in zip(*places) if pair[0] != pair[1]), (len(found), len(expected))))
            continue
        frames += len(found)
        for ours, theirs in zip(found, expected):
            if "locals" not in theirs:
                continue
            bound = {local["name"]: local for local in ours["locals"]}
            if sorted(bound) != sorted(theirs["locals"]):
                wrong.append((place(ours), sorted(bound), sorted(theirs["locals"])))
                continue
            for variable, facts in theirs["locals"].items():
                variables += 1
                if bound[variable]["address"] != facts["address"]:
                    wrong.append((place(ours), variable, bound[variable], facts))
                elif facts["repr"] is not None:
                    values += 1
                    if plain(bound[variable]["repr"]) != facts["repr"]:
                        wrong.append((place(ours), variable, bound[variable], facts))
    context.report.check(context.name(f"{name}: functions, files, lines and variables"), frames and not wrong,
                         f"{len(wrong)} differences: {wrong[:3]}")
    context.report.note(f"{frames} frames, {variables} variables, {values} of them with values compared")


def place(frame):
    return frame["function"].rpartition(".")[2], frame["file"], frame["line"]


def plain(text):
    """What is printed of a value, without the address behind it."""
    return re.sub(r"@[0-9A-F]{16}$", "", text)


def compare_list(context, name, truth, dumps):
    """Names and numbers of the threads, who holds the GIL, and what is being handled."""
    threads = context.tool.json(dumps.path("core"), "find-all-threads", maybe_incomplete=True)["threads"]
    context.report.equal(context.name(f"{name}: names of threads"),
                         {str(thread["ident"]): thread["name"] for thread in threads}, truth["names"])
    natives = {str(thread["ident"]): thread["nativeThreadId"] for thread in threads}
    context.report.equal(context.name(f"{name}: native numbers of threads"), natives, truth["natives"])
    context.report.check(context.name(f"{name}: nobody holds the GIL or waits for it while all stand in system calls"),
                         all(thread["holdsGil"] is False and thread["waitsForGil"] is False for thread in threads),
                         [(thread["name"], thread["holdsGil"], thread["waitsForGil"]) for thread in threads])
    context.report.check(context.name(f"{name}: the core's registers are told"),
                         all(thread["registers"] for thread in threads), threads[0])
    handling = [thread["handling"] for thread in threads if thread["handling"]]
    context.report.check(context.name(f"{name}: two exceptions being handled, the innermost first"),
                         [[plain(text) for text in thread] for thread in handling]
                         == [["ValueError('inner')", "KeyError('outer', 7)"]], handling)


def compare_exceptions(context, name, truth, dumps):
    """The exceptions being handled, with their tracebacks, causes and contexts."""
    answer = context.tool.json(dumps.directory, "find-all-exceptions")["exceptions"]
    found = {entry["address"]: entry for entry in answer}
    wrong = []
    for address, facts in truth["exceptions"].items():
        entry = found.get(address, {})
        ours = {"repr": entry.get("repr"), "traceback": [list(place(frame)) for frame in entry.get("traceback", [])],
                "cause": behind(entry.get("cause")), "context": behind(entry.get("context")),
                "suppressContext": entry.get("suppressContext")}
        if ours != facts:
            wrong.append((ours, facts))
    context.report.check(context.name(f"{name}: exceptions with tracebacks, causes and contexts"),
                         len(truth["exceptions"]) == 3 and not wrong, wrong[:1])
    held = [text.split(" ")[0] for address in truth["exceptions"] for text in found[address]["heldBy"]]
    # The dict that `f_locals` made has each of the three too.
    context.report.equal(context.name(f"{name}: who else has them"), held.count("item"), 3 * truth["localsAreKept"])
    held = [word for word in held if word != "item"]
    context.report.equal(context.name(f"{name}: who has the exceptions"), sorted(held),
                         ["handled", "handled", "variable", "variable", "variable"])
    soon = context.tool.json(dumps.directory, "find-all-exceptions", "--threads-only")["exceptions"]
    context.report.check(context.name(f"{name}: those of threads are found without a search"),
                         {entry["address"] for entry in soon} <= set(found) and set(truth["exceptions"])
                         <= {entry["address"] for entry in soon}, soon)


def find_lost(context, truth, dumps):
    """With the list of threads cut behind the newest, the others are found by a search, and all of them."""
    whole = context.tool.json(dumps.directory, "find-all-threads")["threads"]
    damaged = DamagedDump(dumps.directory, context.workshop.scratch("cut-list"))
    newest, second = (int(thread["address"], 16) for thread in (whole[-1], whole[-2]))
    damaged.write_word(newest + 8 * damaged.words(newest, 64).index(second), 0)
    cut = context.tool.json(damaged.path, "find-all-threads")["threads"]
    found = context.tool.json(damaged.path, "find-all-threads", "--exhaustive")["threads"]
    context.report.check(context.name("a cut list of threads: the others are found with --exhaustive"),
                         len(cut) == 1 and sorted(thread["ident"] for thread in found)
                         == sorted(int(ident) for ident in truth["threads"]), (len(cut), len(found)))
    context.report.equal(context.name("a cut list of threads: they are said to be in no list"),
                         sorted(thread["isLost"] for thread in found), [False] + [True] * (len(whole) - 1))
    third = int(whole[-3]["address"], 16)
    clear_frame(damaged, third, int(whole[-3]["frame"]["address"], 16))
    again = context.tool.json(damaged.path, "find-all-threads", "--exhaustive")["threads"]
    context.report.equal(context.name("a cut list of threads: so is one that runs no Python"),
                         (sorted(thread["address"] for thread in again),
                          [thread["ident"] for thread in again if not thread["frame"]]),
                         (sorted(thread["address"] for thread in whole), [whole[-3]["ident"]]))


def clear_frame(damaged, state, frame):
    """Takes the frame from a thread state, where it is in this or in what it points at (`_PyCFrame`)."""
    for place in [state, *damaged.words(state, 32)]:
        try:
            words = damaged.words(place, 32 if place == state else 4)
        except RuntimeError:
            continue
        for number, word in enumerate(words):
            if word == frame:
                damaged.write_word(place + 8 * number, 0)


def find_without_interpreters(context, name, idents, dumps):
    """With nothing that leads to an interpreter, all threads and no others are found by what they look like."""
    damaged = DamagedDump(dumps.directory, context.workshop.scratch(f"no-interpreters-{name}"))
    for interpreter in context.tool.json(dumps.directory, "info")["runtime"]["interpreters"]:
        newest = int(interpreter["threads"][-1]["address"], 16)
        place = int(interpreter["address"], 16)
        # The first is the list's; others are of the only thread (`threads.main`, `_gil.last_holder`).
        for number, word in enumerate(damaged.words(place, 2000)):
            if word == newest:
                damaged.write_word(place + 8 * number, 0)
    runtime = context.tool.json(damaged.path, "info").get("runtime")
    context.report.equal(context.name(f"no interpreter, {name}: none is found"), runtime, None)
    whole = context.tool.json(dumps.directory, "find-all-threads", "--exhaustive")["threads"]
    found = context.tool.json(damaged.path, "find-all-threads", "--exhaustive")["threads"]
    for claim, threads, lost in (("whole", whole, False), ("without interpreters", found, True)):
        context.report.equal(context.name(f"{claim}, {name}: --exhaustive finds the threads"),
                             sorted((thread["ident"], thread["isLost"]) for thread in threads),
                             sorted((int(ident), lost) for ident in idents))
    stacks = context.tool.json(dumps.directory, "find-all-stacks", "--threads-only")["threads"]
    again = context.tool.json(damaged.path, "find-all-stacks", "--threads-only", "--exhaustive")["threads"]
    context.report.check(context.name(f"no interpreter, {name}: every thread has its stack"),
                         all(thread["frames"] for thread in stacks), stacks)
    def frames(threads):
        return {thread["ident"]: thread["frames"] for thread in threads}

    context.report.equal(context.name(f"no interpreter, {name}: the stacks are the same"), frames(again),
                         frames(stacks))


def behind(text):
    """The address at the end of a text."""
    return text and text.rpartition("@")[2]
