"""Arrays of numpy: dtype, shape, strides, elements and bytes as numpy says, the bytes counted once, to their owner."""

from harness.environments import EnvironmentMissing
from harness.target import Target
from programs import programs

PROGRAM = programs.Program("numpy", "fixture_numpy.py", ("numpy",), least=50_000)


def run(context):
    try:
        packages = programs.needed(context, PROGRAM)
    except EnvironmentMissing as missing:
        context.report.not_run(context.name("arrays of numpy"), missing)
        return
    folder = context.workshop.scratch(f"numpy-{context.version}")
    with Target(context.interpreter, programs.FOLDER / PROGRAM.script, folder, *packages,
                settings=context.workshop.with_ledger()) as target:
        context.tool.dump(target.pid, folder / "directory")
        arrays = target.objects
    comparison = programs.Comparison(context, PROGRAM, folder, packages)
    comparison.run()
    check_bytes(context, comparison)
    for name, facts in arrays.items():
        with context.report.section(context.name(f"numpy: {name} is told")):
            if "arrayType" in facts:
                check_array(context, folder / "directory", name, facts)
            elif name.startswith("scalar "):
                check_scalar(context, folder / "directory", name, facts)
    context.workshop.remove(folder)


def check_bytes(context, comparison):
    """Every byte of a buffer is counted once: the arrays' sizes are the process's own."""
    truth = comparison.truth
    kinds = {kind for kind, facts in truth.types.items() if facts.label == "numpy.ndarray"}
    expected = sum(size for size, kind in zip(truth.sizes, truth.kinds) if kind in kinds)
    entries = context.tool.json(comparison.dump, "count-by-type")["types"]
    found = sum(entry["bytes"] for entry in entries if int(entry["address"], 16) in kinds)
    context.report.check(context.name(f"numpy: the arrays have {expected} bytes"), found >= expected > 0
                         and found < expected * 1.001, f"found {found}")


def check_scalar(context, dump, name, facts):
    answer = context.tool.json(dump, "repr", facts["address"])
    text = answer["repr"].partition("@")[0]
    context.report.equal(context.name(f"numpy: the {name} is printed"), text, facts["text"])
    context.report.equal(context.name(f"numpy: the {name} has its size"), answer["size"], facts["size"])


def check_array(context, dump, name, facts):
    answer = context.tool.json(dump, "repr", facts["address"])
    text = answer["repr"]

    def check(claim, holds, detail):
        context.report.check(context.name(f"numpy: {name}: {claim}"), holds, detail)

    check(f"its size is {facts['size']}", answer["size"] == facts["size"], answer["size"])
    for part in (f"dtype={facts['dtype']}", f"shape={tuple(facts['shape'])}", f"strides={tuple(facts['strides'])}"):
        check(f"{part} is printed", part in text, text[:500])
    missing = [word for word in facts["texts"] if word not in text]
    check("its elements are printed", not missing, f"{missing} not in {text[:500]}")
    path = context.workshop.scratch("addresses") / "one"
    path.write_text(facts["address"] + "\n")
    entry, = context.tool.json(dump, "find-referents", f"--addresses-from={path}")["objects"]
    held = {referent["address"] for referent in entry["referents"]}
    wanted = {facts["dtypeAddress"], *facts["elements"], *([facts["base"]] if facts["base"] else [])}
    check("its dtype, base and elements are its referents", wanted <= held, sorted(wanted - held))
