"""Where in a sound dump the structures lie that damage should hit, by kind: addresses, most of them of objects."""

from itertools import islice

# How many of a kind are taken, so that no kind drowns the others.
MOST = 400


def structures_of(dump, tool, directory):
    """The addresses by kind: types, known objects, what these point to, the interpreter's and its threads' states."""
    facts = tool.json(directory, "show-analysis-data")
    types = [int(row["address"], 16) for row in tool.json(directory, "find-all-types")["types"]]
    found = {
        "type": [int(facts["typeObject"], 16)],
        "types": types[::max(1, len(types) // MOST)],
        "objects": list(dump.objects.values()),
        "pointed at": list(islice(pointed_at(dump, dump.objects.values()), 4 * MOST)),
    }
    found["pointed at twice"] = list(islice(pointed_at(dump, found["pointed at"]), 4 * MOST))
    runtime = facts.get("runtime", {})
    found["runtime"] = addresses(runtime, "address")
    interpreters = runtime.get("interpreters", [])
    for row in interpreters:
        found.setdefault("interpreters", []).extend(addresses(row, "address"))
        found.setdefault("dicts", []).extend(addresses(row, "sysModules", "sysDict", "builtinsDict"))
        for thread in row.get("threads", []):
            found.setdefault("threads", []).extend(addresses(thread, "address"))
            found.setdefault("frames", []).extend(addresses(thread, "frame"))
    found["behind frames"] = list(pointed_at(dump, found.get("frames", [])))
    found["names of types"] = [words[3] for address in found["types"] if len(words := dump.words(address, 4)) == 4
                               and dump.region(words[3])]
    return {kind: places for kind, places in found.items() if places}


def addresses(row, *keys):
    """The addresses that some fields of a row give: as text, or as a list of texts."""
    values = [value for key in keys for value in ([row[key]] if isinstance(row.get(key), str) else [])]
    return [int(value, 16) for value in values]


def pointed_at(dump, sources):
    """What the words of structures lead to."""
    seen = set()
    for address in sources:
        for word in dump.words(address, 24):
            if word % 8 == 0 and word not in seen and dump.region(word):
                seen.add(word)
                yield word
