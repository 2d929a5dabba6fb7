"""Run by embedding.c: what is known of the types of a process whose linker has copied some of them."""

import gc
import sys
import types
from pathlib import Path

sys.path.insert(0, str(Path.cwd()))
from fixture import announce, ready_and_wait  # noqa: E402

KEPT = [numbers_type() for _ in range(5)]  # noqa: F821 - the program puts it there
announce("class generator", numbers_type, told="generator", instances=5)  # noqa: F821
for kind in (type, object, str, int, dict, tuple, list, bool, types.FunctionType, types.CodeType, types.ModuleType,
             types.FrameType, bytes, types.GeneratorType, type(None)):
    announce(f"own {kind.__name__}", kind, told=kind.__name__)
gc.collect()
ready_and_wait()
