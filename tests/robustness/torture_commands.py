"""What is asked of damaged dumps: every command that the tool's help lists, with arguments of every kind."""

import re
from typing import NamedTuple

# Arguments by command; `{address}` is an object's address or worse. A command that is not here is given none.
ARGUMENTS = {
    "info": ["", "--json"],
    "regions": ["", "--json"],
    "count-by-type": ["--dropped", "--json --dropped", "--sort=bytes --max-results=5"],
    "find-all-objects": ["--max-results=300", "--no-repr", "--no-repr --json", "--json --max-results=50",
                         "--type-name=dict", "--type-name=str --max-results=500 --max-string-length=100",
                         "--type-name=type", "--type-name=code --max-results=200", "--type-name=frame",
                         "--type-name=function --short", "--type-name=int --max-results=400", "--type-addr={address}",
                         "--type-name=list --max-recursion-depth=20", "--type-name=module", "--type-name=cell",
                         "--type-name=generator", "--type-name=set", "--type-name=tuple --max-results=300"],
    "repr": ["{address}", "{address} --json", "{address} --max-recursion-depth=400 --max-entries=3",
             "{address} --bytes-as-hex", "*{address}", "{address} --short"],
    "find-references": ["{address}", "{address} --json", "{address},{address}"],
    "find-referents": ["{address}", "{address} --json"],
    "path-to-root": ["{address}", "{address} --json --max-paths=5"],
    # No small number: the kernel writes the number of a core into memory while a process waits (rseq(2)).
    "find": ["python", "python --json", "--ptr {address}", "--hex 0000f03f --count",
             "import --align=8 --max-results=20"],
    "context": ["{address}", "{address} --json", "{address} --size=4096"],
    "find-all-threads": ["", "--json", "--exhaustive"],
    "find-all-stacks": ["", "--json", "--threads-only --locals", "--include-runnable --all --frame-omit-back",
                        "--threads-only --exhaustive"],
    "find-all-exceptions": ["", "--json", "--threads-only"],
    "async-task-graph": ["", "--json", "--all"],
    "wait-graph": ["", "--json"],
    "find-module": ["sys", "nowhere", "builtins --json"],
    "aggregate-strings": ["", "--json", "--bytes --print-larger-than=200", "--print-smaller-than=2"],
    "validate-layouts": ["", "--json", "--type-name=dict,str,code,type,list,int", "--object-addr={address}"],
    "find-all-types": ["", "--json"],
    "show-analysis-data": ["", "--json"],
}
# Words of help that are no commands on a dump.
NO_COMMANDS = ("help", "exit")
ADDRESSES = ("0", "10", "FFFFFFFFFFFFFFF0", "7FFFFFFFFFFF", "FFFFFFFFFFFFFFFF", "8000000000000000")


class Line(NamedTuple):
    """A command with its arguments, and with the places of addresses in them: what it costs is known by that."""

    text: str
    kind: tuple


class TortureCommands:
    """The commands of one tool on the dumps of one version."""

    def __init__(self, objects, structures, tool):
        self._structures = structures
        self._objects = list(objects.values())
        text = tool.run("help").output
        self.names = [name for name in re.findall(r"^  ([a-z][a-z-]+)", text, re.MULTILINE) if name not in NO_COMMANDS]

    @property
    def all_lines(self):
        """Every command once with each of its arguments, on known objects."""
        address = f"{self._objects[0]:X}"
        return [Line(f"{name} {arguments}".replace("{address}", address).strip(), (name, arguments))
                for name in self.names for arguments in ARGUMENTS.get(name, [""])]

    def script(self, chance, most):
        """Some commands in any order."""
        return [self.line(chance, name) for name in chance.sample(self.names, min(len(self.names), most))]

    def known_line(self, chance):
        """A command on one of a few objects that the dump has: the answer of the sound dump is asked for once."""
        name = chance.choice(self.names)
        template = chance.choice(ARGUMENTS.get(name, [""]))
        address = f"{chance.choice(self._objects):X}"
        return Line(f"{name} {template.replace('{address}', address)}".strip(), (name, template))

    def line(self, chance, name=None):
        name = name or chance.choice(self.names)
        template = arguments = chance.choice(ARGUMENTS.get(name, [""]))
        while "{address}" in arguments:
            arguments = arguments.replace("{address}", self._address(chance), 1)
        return Line(f"{name} {arguments}".strip(), (name, template))

    def options(self, chance):
        """Options of the program itself."""
        options = [f"--max-threads={chance.choice((1, 1, 1, 2, 8))}"]
        if chance.random() < 0.5:
            options.append("--allow-truncated")
        if chance.random() < 0.05:
            options.append(f"--python-version={chance.choice(('3.8', '3.10', '3.11', '3.12', '3.13', '3.14', '3.15'))}")
        return options

    def _address(self, chance):
        way = chance.random()
        if way < 0.6:
            return f"{chance.choice(self._objects):X}"
        if way < 0.95:
            return f"{chance.choice(self._structures[chance.choice(list(self._structures))]):X}"
        return chance.choice(ADDRESSES)
