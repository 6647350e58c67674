"""Plays calls on a fresh world and prints what came of them: `python -m gem_sim.worlds.laws.replica`, with the calls as JSON on standard input."""

from __future__ import annotations

import sys
from typing import Any

import orjson

from gem_sim.worlds.laws.surface import Mock, content
from gem_sim.worlds.load import load_mock, parse_world


def played(mock: Mock, seed: int, calls: list[tuple[str, Any]]) -> list[Any]:
    """The answer, diff and digest of each call, and the dump at the end."""
    world = mock.start(seed)
    answers: list[Any] = []
    for tool, arguments in calls:
        result = world.call(tool, arguments)
        answers.append([content(result), result.diff, world.digest])
    return [*answers, world.dump()]


def main() -> None:
    """Read `{world | source, seed, calls}`, write the answers."""
    task = orjson.loads(sys.stdin.buffer.read())
    mock: Any = parse_world(task["world"], "world") if task["world"] is not None else load_mock(task["source"])
    sys.stdout.buffer.write(orjson.dumps(played(mock, task["seed"], task["calls"])))


if __name__ == "__main__":
    main()
