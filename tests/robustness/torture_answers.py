"""What sound dumps answer, and whether what a damaged one answers otherwise is announced."""

import hashlib
import json
import tempfile
from pathlib import Path

from robustness.container_faults import Effect

# What the tool says of itself, which is no warning.
LOADED = b"Loaded "
WARNING = "warning: "


class Answers:
    """The answers of sound dumps, each asked for once, by whoever of the workers needs it first."""

    def __init__(self, folder, run):
        self._folder, self._run = folder, run
        folder.mkdir()
        self._known = {}

    def of(self, version, container, line):
        """The digest of the answer, and the lines on standard error."""
        form = container.name if line.kind[0] == "info" else container.twin
        key = hashlib.sha1(f"{version} {form} {line.text}".encode()).hexdigest()
        if key not in self._known:
            file = self._folder / key
            if not file.exists():
                self._ask(container.path.with_name(form), line, file)
            self._known[key] = json.loads(file.read_text())
        return self._known[key]

    def _ask(self, dump, line, file):
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            folder = Path(folder)
            (folder / "dump").symlink_to(dump)
            ending = self._run(["--path=dump", f"--command={line.text}"], folder)
            answer = {"code": ending.code, "size": len(ending.output), "digest": digest(ending.output),
                      "errors": sorted(said(ending.errors))}
            (folder / "answer").write_text(json.dumps(answer))
            (folder / "answer").rename(file)

    def verdict(self, version, container, lines, effects, ending):
        """What an answer is beside that of the sound dump, and what is wrong with that, or nothing."""
        sound = [self.of(version, container, line) for line in lines]
        is_announced = bool(self._news(sound, ending)) or ending.code != max(answer["code"] for answer in sound)
        if self._is_same(sound, ending.output):
            return "the same and announced" if is_announced else "the same", None
        if Effect.LIE in effects:
            return "other ones of lies", None
        if is_announced and effects != {Effect.HARMLESS}:
            return "other ones and announced", None
        size = sum(answer["size"] for answer in sound)
        return "other ones and not announced", (
            f"another answer than that of the sound dump, {len(ending.output)} bytes and not {size}, exit code "
            f"{ending.code}" + ("" if is_announced else ", and nothing says why"))

    def silence(self, version, container, lines, ending):
        """A warning of the text that the answer in JSON does not have, if it is one."""
        if len(lines) > 1 or not lines[0].text.endswith("--json"):
            return None
        silent = silent_warnings(ending.output, self._news([self.of(version, container, lines[0])], ending))
        return f"JSON without the warning {silent[:200]!r}" if silent else None

    @staticmethod
    def _news(sound, ending):
        """What is said on standard error that is not said of the sound dump."""
        return said(ending.errors) - {text for answer in sound for text in answer["errors"]}

    @staticmethod
    def _is_same(sound, output):
        position = 0
        for answer in sound:
            if digest(output[position:position + answer["size"]]) != answer["digest"]:
                return False
            position += answer["size"]
        return position == len(output)


def digest(data):
    return hashlib.sha1(data).hexdigest()


def said(errors):
    """The lines on standard error, but for what is always said."""
    return {line.decode(errors="replace") for line in errors.splitlines()
            if line.strip() and not line.startswith(LOADED)}


def silent_warnings(output, news):
    """A warning of the text that an answer in JSON does not have."""
    try:
        warnings = json.loads(output).get("warnings", [])
    except (ValueError, AttributeError):
        return "(no JSON object)"
    return next((line for line in news if line.startswith(WARNING) and line[len(WARNING):] not in warnings), None)
