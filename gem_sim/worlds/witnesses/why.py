"""Why no calls were found for an outcome."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from random import Random

from gem_sim.worlds.propose import goals, guesses, view_of
from gem_sim.worlds.propose.case import Case
from gem_sim.worlds.propose.goals import Goal
from gem_sim.worlds.propose.pools import Pools
from gem_sim.worlds.propose.view import View
from gem_sim.worlds.witnesses.records import Aim
from gem_sim.worlds.world import World

_TRIED = 12


def why(world: World, aim: Aim) -> str:
    """What stands in the way of an outcome, as one clause. A marked world."""
    view = view_of(world.spec, aim.tool)
    if _state_decides(world, view, _aimed(view, aim)):
        return "only the state decides, and no call that was tried changes it so"
    tried = list(islice(guesses(world, aim.tool, Random("why")), _TRIED))  # noqa: S311  (reproducible, not secret)
    if not tried:
        return "no arguments fit the schema"
    foreign = _foreign_keys(world, view)
    if foreign:
        return f"no key of a row fits the schema of {', '.join(foreign)}"
    ends = Counter(world.fork().call(aim.tool, arguments).outcome for arguments in tried).most_common(1)[0][0]
    return f"calls that were tried end with {ends}"


def _aimed(view: View, aim: Aim) -> list[Goal]:
    if aim.outcome == "not_found" and aim.require is None:
        return []
    return goals.for_success(view) if aim.require is None else goals.for_requirement(view, aim.require)


def _state_decides(world: World, view: View, wanted: list[Goal]) -> bool:
    """Whether something that no argument decides is not as it has to be."""
    case = Case(view, world, {})
    return not all(goal.met(case) for goal in wanted if not view.depends[goal.node])


def _foreign_keys(world: World, view: View) -> list[str]:
    """Parameters that look rows up, and that take the key of none."""
    pools = Pools(view, world, Random("why"))  # noqa: S311  (reproducible, not secret)
    found = []
    for name, entity in pools.roles.keys.items():
        rows, key = world.rows(entity), world.spec.entities[entity].keys[-1]
        if name in view.properties and rows and not any(pools.accepts(name, row[key]) for row in rows):
            found.append(name)
    return found
