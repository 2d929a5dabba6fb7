"""Tier 3, layouts: every object of the types with a layout is valid, damaged ones are not, and the tool's objects are
exactly the process's."""

import pytest

from harness.damage import DamagedDump

pytestmark = pytest.mark.tier3

FIXTURE = "fixture_layouts.py"
TYPES = ["type", "code", "dict", "function", "generator", "coroutine", "async_generator", "str", "int", "float",
         "complex", "bool", "bytes", "bytearray", "tuple", "list", "set", "frozenset", "cell", "method",
         "builtin_function_or_method", "module", "NoneType"]
NOWHERE = 0x10  # in the first page, which is never mapped

# what is written over the damaged field; which field that is and where, the fixture says
DAMAGE = {
    "damage dict": NOWHERE,
    "damage str": 0xFFFFFFFF,
    "damage list": NOWHERE,
    "damage tuple": 1 << 60,
    "damage set": NOWHERE,
    "damage function": NOWHERE,
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage(context, name):
    """The check is able to fail: the very object that was damaged is invalid, and only it."""
    dumps = context.dumps(FIXTURE)
    facts = dumps.objects[name]
    address = int(facts["address"], 16)
    damaged = DamagedDump(dumps.directory, context.workshop.scratch("damaged"))
    damaged.write_word(address + facts["offset"], DAMAGE[name])
    answer = context.tool.json(damaged.path, "validate-layouts", f"--object-addr={facts['address']}", code=1)
    context.report.check(context.name(f"{name}: with its {facts['field']} overwritten it is invalid"),
                         answer["invalidObjects"] == 1 and len(answer["objects"]) == 1
                         and answer["objects"][0]["address"] == facts["address"]
                         and answer["objects"][0]["reason"], answer)
    outcome = context.tool.run(damaged.path, "validate-layouts", f"--object-addr={facts['address']}")
    context.report.check(context.name(f"{name}: words and exit code say so"), outcome.code == 1
                         and f"object {facts['address']} type {facts['type']}: invalid " in outcome.output, outcome)
    outcome = context.tool.run(damaged.path, "validate-layouts", f"--type-name={facts['type']}", "--json")
    text = outcome.output
    context.report.check(context.name(f"{name}: a check of all objects of its type finds it"), outcome.code == 1
                         and '"invalidObjects":1' in text.replace(" ", ""), outcome)
    printed = context.tool.run(damaged.path, "repr", facts["address"])
    context.report.check(context.name(f"{name}: printing it marks it, and does not fail"),
                         not printed.by_signal and "!" in printed.output + printed.errors, printed)


def test_types(context):
    """`validate-layouts` over all objects of each type, in JSON and in words."""
    dumps = context.dumps(FIXTURE)
    answer = context.tool.json(dumps.directory, "validate-layouts", f"--type-name={','.join(TYPES)}")
    by_name = {entry["name"]: entry for entry in answer["types"]}
    for name in TYPES:
        entry = by_name.get(name, {"checked": 0, "invalid": 0, "reasons": {}})
        context.report.check(context.name(f"objects of type {name} are checked ({entry['checked']})"),
                             entry["checked"] > 0)
        context.report.check(context.name(f"all objects of type {name} are valid"), entry["invalid"] == 0
                             and not entry["reasons"], entry)
    context.report.equal(context.name("no object is invalid"), answer["invalidObjects"], 0)
    counts = {entry["name"]: entry["count"] for entry in context.tool.json(dumps.directory, "count-by-type")["types"]}
    for name in ("dict", "list", "function", "generator", "code"):
        context.report.check(context.name(f"as many objects of type {name} are checked as there are"),
                             by_name.get(name, {}).get("checked", 0) >= counts[name], (by_name.get(name), counts[name]))
    lines = context.tool.answer(dumps.directory, "validate-layouts", f"--type-name={','.join(TYPES)}"
                                ).output.splitlines()
    for name in TYPES:
        expected = f"type {name}: checked {by_name.get(name, {}).get('checked')}, invalid 0"
        context.report.check(context.name(f"words for type {name}"), expected in lines, lines[:8])
    context.report.check(context.name("words for the total"), "invalid objects: 0" in lines, lines[-3:])
    everything = context.tool.json(dumps.directory, "validate-layouts")
    names = {entry["name"] for entry in everything["types"]}
    context.report.check(context.name("without a type name, every type with a layout is checked"),
                         set(TYPES) <= names, set(TYPES) - names)
    context.report.equal(context.name("no object of any type is invalid"), everything["invalidObjects"], 0)


def test_states(context):
    """The announced objects one by one: they are found, and they are valid."""
    dumps = context.dumps(FIXTURE)
    names = [name for name in dumps.objects if name != "watched"]
    addresses = ",".join(dumps.address(name) for name in names)
    answer = context.tool.json(dumps.directory, "validate-layouts", f"--object-addr={addresses}")
    found = {entry["address"]: entry for entry in answer["objects"]}
    for name in names:
        entry = found.get(dumps.address(name))
        context.report.check(context.name(f"{name} ({dumps.objects[name]['type']}) is valid"),
                             entry is not None and entry["reason"] is None
                             and entry["type"].rpartition(".")[2] == dumps.objects[name]["type"], entry)
    watched = dumps.objects["watched"]
    if watched["count"] == 0:
        context.report.not_run(context.name("watched types are valid"), watched["reason"])
    listed = {entry["address"] for entry in
              context.tool.json(dumps.directory, "find-all-objects", "--type-name=list",
                                "--max-recursion-depth=1", "--max-entries=1")["objects"]}
    context.report.check(context.name("a list in the middle of a sort is found"), dumps.address("sorted") in listed)
