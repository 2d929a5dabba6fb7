"""Damage in one place does not lose the objects of another: for each kind, how many objects elsewhere are lost."""

import random
import shutil

import pytest

from harness.damage import DamagedDump

pytestmark = pytest.mark.tier5

FIXTURE = "fixture_smoke.py"
# A pool of the largest kind, so that what is near the damage is not counted.
NEAR = 16384
# Objects that hold nothing but the damaged ones are no longer whole: of a hundred, so many may be lost.
LOST = 1.0


def test_survival(context):
    """a damaged page loses no objects elsewhere"""
    dumps = context.dumps(FIXTURE)
    place = int(dumps.address("instance"), 16) // 4096 * 4096
    sound = addresses(context, dumps.directory)
    for name, data in (("zeros", bytes(4096)), ("ones", b"\xff" * 4096), ("noise", random.Random(5).randbytes(4096))):
        folder = context.workshop.scratch("survival")
        damaged = DamagedDump(dumps.directory, folder)
        damaged.write(place, data)
        elsewhere = {address for address in sound if not place - NEAR <= address < place + NEAR}
        lost = elsewhere - addresses(context, damaged.path)
        shutil.rmtree(folder)
        context.report.check(context.name(f"a page of {name} loses no objects elsewhere"),
                             len(lost) * 100 <= LOST * len(elsewhere), f"{len(lost)} of {len(elsewhere)} lost")


def addresses(context, path):
    """Where the objects of a dump begin."""
    answer = context.tool.json(path, "find-all-objects", "--no-repr")
    return {int(row["address"], 16) for row in answer["objects"]}
