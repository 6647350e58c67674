"""Which calls an episode needs: each is left out in turn, and the rest is executed again."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from gem_sim.quality.flow import Flow
from gem_sim.records import Episode, Fact
from gem_sim.scenarios.goals import harm, holds
from gem_sim.worlds.canonical import dumps
from gem_sim.worlds.plugin.spec import PluginSpec
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.world import World


class Executed(NamedTuple):
    """An episode as executed: its spec (of a plug-in the installed one), the worlds before each call and after all, the outcomes."""

    spec: WorldSpec
    worlds: tuple[World, ...]
    outcomes: tuple[str, ...]


class Need(NamedTuple):
    """What leaving out a call does. `declared`: its refusal is planned, so it is not counted. `flips`: the first later call that then ends otherwise."""

    declared: bool
    necessary: bool
    flips: int | None


def execute(episode: Episode, spec: WorldSpec) -> Executed:
    """Execute an episode on a fresh world; calls that change nothing leave it as it is and need not be made again."""
    world = spec.start(episode.world.seed)
    worlds = [world]
    for call in episode.calls:
        if call.ok and spec.tools[call.name].kind == "write":
            world = world.fork()
            world.call(call.name, call.arguments)
        worlds.append(world)
    return Executed(world.spec, tuple(worlds), tuple(call.error["code"] if call.error else "ok" for call in episode.calls))


def needs(episode: Episode, flow: Flow, executed: Executed) -> tuple[Need, ...]:
    """The need of each call: without it a later call ends otherwise, the goal is missed, or an argument or claim has no source left."""
    declared = _declared(episode)
    found = []
    for at in range(len(episode.calls)):
        flips, missed = _without(episode, executed, at)
        found.append(Need(declared[at], flips is not None or missed or flow.sole(at), flips))
    return tuple(found)


def _declared(episode: Episode) -> list[bool]:
    """Whether each call is one that the plan has turned down."""
    planned = Counter(_signature(call.name, call.arguments, call.outcome) for call in episode.scenario.plan if call.outcome != "ok")
    found = []
    for call in episode.calls:
        signature = _signature(call.name, call.arguments, call.error["code"]) if call.error else b""
        found.append(planned[signature] > 0)
        planned[signature] -= 1
    return found


def _signature(name: str, arguments: Any, outcome: str) -> bytes:
    return dumps([name, arguments, outcome])


def _without(episode: Episode, executed: Executed, at: int) -> tuple[int | None, bool]:
    """The first later call that ends otherwise without call `at`, and whether the goal is missed; what changed nothing is missed by no call."""
    if not episode.calls[at].diff:
        return None, False
    world = executed.worlds[at].fork()
    for later in range(at + 1, len(episode.calls)):
        call = episode.calls[later]
        if call.ok and call.name in _steady(executed.spec):
            continue
        if world.call(call.name, call.arguments).outcome != executed.outcomes[later]:
            return later, False
    return None, _missed(episode, executed, world)


def _steady(spec: WorldSpec) -> frozenset[str]:
    """Reading tools that end well in any state, given arguments with which they once did: nothing is required, and no row looked up by its key."""

    def find() -> frozenset[str]:
        if isinstance(spec, PluginSpec):
            return frozenset()
        look_ups = tuple(f"{entity}(" for entity in spec.entities)
        sources = {name: " ".join([*tool.let.values(), tool.return_]) for name, tool in spec.tools.items() if tool.kind == "read" and not tool.require}
        return frozenset(name for name, source in sources.items() if not any(look_up in source for look_up in look_ups))

    found: frozenset[str] = spec.once("quality/steady", find)
    return found


def _missed(episode: Episode, executed: Executed, world: World) -> bool:
    """Whether the goal, reached with all calls, is not reached in this world; only facts on what differs are looked at again."""
    goal, changed = episode.scenario.goal, {change["entity"] for change in executed.worlds[-1].diff(world)}
    wanted = [part for part in goal.required if isinstance(part, Fact) and part.entity in changed]
    lost = any(not holds(world, fact, wanted.count(fact)) for fact in wanted)
    barred = any(fact.entity in changed and holds(world, fact) for fact in goal.forbidden)
    return lost or barred or bool(changed and harm(goal, executed.worlds[0], world))
