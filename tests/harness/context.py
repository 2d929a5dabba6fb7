"""What a tier is given: the version under test, the tool, where to report, and where dumps come from."""

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from harness.interpreters import dotted
from harness.records import Records
from harness.report import Report
from harness.tool import Tool
from harness.workshop import Workshop


@dataclass
class Context:
    version: str
    interpreter: Path
    tool: Tool
    report: Report
    workshop: Workshop
    records: Records = field(default_factory=Records)
    # Whether tier 3 measures the fixture with ten thousand objects of every type.
    measures_types: bool = False

    def dumps(self, fixture, *arguments, settings=None):
        return self.workshop.dumps(self.tool, self.version, self.interpreter, fixture, *arguments, settings=settings)

    def name(self, claim):
        """A check's name with the version it was made for."""
        return f"{dotted(self.version)}: {claim}"

    def release(self):
        """The interpreter's version in full: `3.10.13`."""
        command = [str(self.interpreter), "-c", "import platform; print(platform.python_version())"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
