"""The law that other processes agree: the story once more, in two processes whose hashes are seeded differently."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

import gem_sim
from gem_sim.worlds.laws import declared
from gem_sim.worlds.laws.codes import Flaw, flaw
from gem_sim.worlds.laws.lab import Lab, short
from gem_sim.worlds.laws.replica import played

_HASH_SEEDS = ("1", "2")
_SECONDS = 60
_COMMAND = (sys.executable, "-P", "-m", "gem_sim.worlds.laws.replica")


def processes_agree(lab: Lab) -> Iterator[Flaw]:
    """Other processes give the same bytes. A plug-in without a source cannot be loaded there and is not asked."""
    world = lab.mock.data() if declared.is_data(lab.mock) else None
    if (world is None and lab.source is None) or not declared.is_replayable(lab.mock):
        return
    calls = [(line.tool, line.arguments) for line in lab.story]
    task = orjson.dumps({"world": world, "source": lab.source, "seed": 0, "calls": calls})
    here = played(lab.mock, 0, calls)
    lab.checked("process.differs")
    for output, complaint in _outputs(task):
        there = _read(output)
        if there is None:
            yield flaw("process.differs", "mock", f"another process could not play the calls: {complaint}")
        elif orjson.dumps(there) != orjson.dumps(here):
            yield _first_difference(calls, here, there)
            return


def _outputs(task: bytes) -> list[tuple[bytes, str]]:
    root = str(Path(gem_sim.__file__).resolve().parent.parent)
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    running = [
        subprocess.Popen(  # noqa: S603  (this Python, a fixed module of ours, data over standard input, no shell)
            _COMMAND,
            env={**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": seed},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for seed in _HASH_SEEDS
    ]
    return [_awaited(process, task) for process in running]


def _awaited(process: subprocess.Popen[bytes], task: bytes) -> tuple[bytes, str]:
    try:
        output, complaint = process.communicate(task, timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return b"", f"no answer within {_SECONDS} seconds"
    lines = complaint.decode(errors="replace").strip().splitlines()
    return output, lines[-1][:200] if lines else "no output"


def _read(output: bytes) -> Any:
    try:
        return orjson.loads(output)
    except orjson.JSONDecodeError:
        return None


def _first_difference(calls: list[tuple[str, Any]], here: list[Any], there: list[Any]) -> Flaw:
    for (tool, arguments), one, two in zip(calls, here, there, strict=False):
        if orjson.dumps(one) != orjson.dumps(two):
            return flaw("process.differs", tool, f"{short(tool, arguments)} gave {str(one)[:120]} here and {str(two)[:120]} there")
    return flaw("process.differs", "dump", "the same calls led to another dump")
