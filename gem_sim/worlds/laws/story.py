"""One fixed sequence of calls on a fresh world, told without a single fork: what copies, replays and other processes are compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gem_sim.worlds.laws.surface import Result, World, content

if TYPE_CHECKING:
    from gem_sim.worlds.laws.lab import Lab

_CALLS = 60
_PER_TOOL = 8
_RECENT = 24


class Line(NamedTuple):
    """A call of the story and everything it led to."""

    tool: str
    arguments: dict[str, Any]
    ok: bool
    content: Any
    diff: list[dict[str, Any]]
    digest: str


def line_of(tool: str, arguments: dict[str, Any], result: Result, world: World) -> Line:
    """What is compared of a call: the answer, the changes and the digest after it."""
    return Line(tool, arguments, result.ok, content(result), list(result.diff), world.digest)


def tell(lab: Lab, seed: int) -> list[Line]:
    """A proposed call of each tool, then drawn calls, on a world of that seed."""
    world = lab.mock.start(seed)
    stream = lab.stream("story", seed)
    tools = list(lab.mock.tools)
    lines: list[Line] = []
    recent: list[dict[str, Any]] = []
    for at in range(_CALLS + _PER_TOOL * len(tools)):
        tool = tools[at] if at < len(tools) else stream.choice(tools)
        proposed = lab.propose(world, tool) if at < len(tools) else None
        arguments = proposed if proposed is not None else lab.draw.arguments(stream, tool, recent)
        result = lab.call(world, tool, arguments)
        lines.append(line_of(tool, arguments, result, world))
        recent = [*recent, *lab.written(result.diff)][-_RECENT:]
    return lines
