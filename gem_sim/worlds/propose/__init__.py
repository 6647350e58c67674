"""Finds arguments for a wanted outcome: requirements turned round, rows that satisfy them, and a bounded search; tried on a fork."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from random import Random
from typing import Any

from gem_sim.errors import InputError
from gem_sim.worlds.propose import goals as aims
from gem_sim.worlds.propose.broken import broken
from gem_sim.worlds.propose.goals import Goal
from gem_sim.worlds.propose.pools import Pools
from gem_sim.worlds.propose.roles import Roles
from gem_sim.worlds.propose.search import meeting
from gem_sim.worlds.propose.view import View
from gem_sim.worlds.spec import ToolSpec, WorldSpec
from gem_sim.worlds.world import CallResult, World

TRIES = 24
"""Starts that are simply tried where nothing says how an outcome comes about."""


def propose(world: World, tool: str, outcome: str = "ok") -> dict[str, Any] | None:
    """Arguments for which the present state gives `outcome`, `ok` or an error code; None where none were found.

    Where several do, one whose call changes something, or shows rows, is preferred. Raises InputError for an unknown tool.
    """
    pools = _pools(world, tool, outcome)
    if outcome == "invalid_arguments":
        return _refused(pools)
    weak = None
    for arguments in _aimed(pools, outcome):
        result = world.fork().call(tool, arguments)
        if result.outcome == outcome:
            if outcome != "ok" or telling(pools.view.about, result):
                return arguments
            weak = weak if weak is not None else arguments
    return weak if weak is not None else _stumbled(pools, outcome)


def propose_requirement(world: World, tool: str, index: int) -> dict[str, Any] | None:
    """Arguments that meet all requirements of a tool before the one at `index` and fail that one; None where none were found.

    Raises InputError for an unknown tool or requirement.
    """
    pools = _pools(world, tool, f"require/{index}")
    if not 0 <= index < len(pools.view.tests):
        raise InputError(f"{tool} has {len(pools.view.tests)} requirements; there is none at {index}")
    code = pools.view.about.require[index].code
    found = meeting(pools, _aims(pools.view, f"require/{index}")[0])
    return next((arguments for arguments in found if world.fork().call(tool, arguments).outcome == code), None)


def key_parameters(tool: ToolSpec, spec: WorldSpec) -> dict[str, str]:
    """Parameters that a tool looks rows up with, such as `card_id` in `Card(card_id)`, and the entities."""
    name = next(name for name, about in spec.tools.items() if about is tool)
    return {word: entity for word, entity in _roles(spec, name).keys.items() if len(spec.entities[entity].keys) == 1}


def guesses(world: World, tool: str, stream: Random) -> Iterator[dict[str, Any]]:
    """Endless arguments for a tool that fit its schema, drawn from what the state and the expressions suggest."""
    pools = Pools(view_of(world.spec, tool), world, stream)
    while (start := pools.start(0.5)) is not None:
        yield start


def view_of(spec: WorldSpec, tool: str) -> View:
    """A tool read for its parts, made once. Raises InputError for an unknown tool."""
    if tool not in spec.tools:
        raise InputError(f"no tool {tool!r:.80}: expected one of {', '.join(spec.tools)}")
    view: View = spec.once(f"propose/{tool}", lambda: View(spec, tool))
    return view


def _roles(spec: WorldSpec, tool: str) -> Roles:
    roles: Roles = spec.once(f"propose/{tool}/roles", lambda: Roles(view_of(spec, tool)))
    return roles


def telling(about: ToolSpec, result: CallResult) -> bool:
    """Whether a call that worked changed something or, for a read, showed something."""
    if about.do:
        return bool(result.diff)
    value = result.value
    if isinstance(value, dict) and "items" in value:
        return bool(value["items"])
    return value not in (None, [], {}) or about.kind != "read"


def _pools(world: World, tool: str, purpose: str) -> Pools:
    return Pools(view_of(world.spec, tool), world, Random(f"{world.seed}/propose/{tool}/{purpose}"))  # noqa: S311  (reproducible, not secret)


def _aimed(pools: Pools, outcome: str) -> Iterator[dict[str, Any]]:
    for wanted in _aims(pools.view, outcome):
        yield from meeting(pools, wanted)


def _stumbled(pools: Pools, outcome: str) -> dict[str, Any] | None:
    """Arguments found by trying, for an outcome that expressions do not give away: a value that cannot be worked with or written."""
    if outcome not in ("ok", "unprocessable"):
        return None
    name, world = pools.view.tool.name, pools.world
    return next((tried for tried in islice(guesses(world, name, pools.stream), TRIES) if world.fork().call(name, tried).outcome == outcome), None)


def _aims(view: View, outcome: str) -> list[list[Goal]]:
    """What has to hold for the outcome, for each way in which it can come about; read off the tool once."""
    known: list[list[Goal]] = view.spec.once(f"propose/{view.tool.name}/aims/{outcome}", lambda: list(_ways(view, outcome)))
    return known


def _ways(view: View, outcome: str) -> Iterator[list[Goal]]:
    if outcome == "ok":
        showing = aims.for_showing(view)
        yield from [showing] if showing else []
        yield aims.for_success(view)
    for index, test in enumerate(view.about.require):
        if outcome in (test.code, f"require/{index}"):
            yield aims.for_requirement(view, index)
    if outcome == "not_found":
        yield from aims.for_missing(view)


def _refused(pools: Pools) -> dict[str, Any] | None:
    good = next(meeting(pools, _aims(pools.view, "ok")[0]), None) or pools.start(0.5) or {}
    return next((arguments for arguments in broken(pools.view, good) if not pools.view.tool.is_valid(arguments)), None)
