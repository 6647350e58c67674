"""What stories set out to exercise, so that over a run every tool works and every requirement is met and failed."""

from __future__ import annotations

from random import Random
from typing import Any, NamedTuple

from gem_sim.scenarios.arguments import MOST_DRAWN, drawn
from gem_sim.scenarios.conditions import conditions
from gem_sim.scenarios.shape import shape_of
from gem_sim.worlds.plugin.spec import PluginSpec
from gem_sim.worlds.propose import propose_requirement
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.world import World

TRIES = 32
UNMET = "unmet"
"""Code of an aim at a condition that the user does not meet."""


class Aim(NamedTuple):
    """A tool, and the place of the requirement that has to fail; None where the call has to work. `keys`: its key parameters."""

    tool: str
    test: int | None
    code: str
    keys: dict[str, str]


def aims_of(spec: WorldSpec) -> list[Aim]:
    """All aims of a world: each tool that a user can ask for, and each requirement of those that change something."""
    made: list[Aim] = spec.once("aims", lambda: _aims(spec))
    return made


def _aims(spec: WorldSpec) -> list[Aim]:
    """Each tool, those that change something or give answers of their own more often; then each requirement and condition.

    What a text is quoted for comes up so often that most stories of the text have it.
    """
    shape = shape_of(spec)
    asked = [*shape.writes, *shape.reads]
    works: list[tuple[str, int | None, str]] = [(name, None, "ok") for name in (*asked, *shape.writes, *shape.writes, *shape.answers, *shape.own)]
    tested = [] if isinstance(spec, PluginSpec) else asked
    fails: list[tuple[str, int | None, str]] = [(name, at, test.code) for name in tested for at, test in enumerate(spec.tools[name].require)]
    unmet: list[tuple[str, int | None, str]] = [(rule_tool, None, UNMET) for rule_tool in shape.writes if conditions(spec, rule_tool)]
    quoted = {rule.id for rule in spec.rules if rule.quote}
    told = [(name, at, code) for name, at, code in fails if spec.tools[name].require[at or 0].rule in quoted]
    told += [aim for aim in unmet if any(rule.id in quoted for rule in conditions(spec, aim[0]))]
    often = told * (2 * len([*works, *fails]) // len(told)) if told else []
    made = [*works, *fails, *unmet, *often] or [(next(iter(spec.tools)), None, "ok")]
    return [Aim(name, at, code, shape.keys.get(name, {})) for name, at, code in made]


def call_for(world: World, aim: Aim, stream: Random) -> dict[str, Any]:
    """Arguments that come to the aim as the world starts, or the last that were tried; a place to begin a story at."""
    source, first, made = drawn(world.spec, aim.tool), stream.randrange(MOST_DRAWN), None
    for at in range(TRIES):
        made = source.at(first + at)
        if made is None or world.fork().call(aim.tool, made).outcome == ("ok" if aim.code == UNMET else aim.code):
            break
    else:
        found = propose_requirement(world, aim.tool, aim.test) if aim.test is not None else world.propose(aim.tool)
        made = found or made
    return made or {}
