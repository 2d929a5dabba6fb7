"""What a tier is given: the version under test, the tool, where to report, and where dumps come from."""

from dataclasses import dataclass
from pathlib import Path

from interpreters import dotted
from report import Report
from tool import Tool
from workshop import Workshop


@dataclass
class Context:
    version: str
    interpreter: Path
    tool: Tool
    report: Report
    workshop: Workshop

    def dumps(self, fixture, *arguments):
        return self.workshop.dumps(self.tool, self.version, self.interpreter, fixture, *arguments)

    def name(self, claim):
        """A check's name with the version it was made for."""
        return f"{dotted(self.version)}: {claim}"
