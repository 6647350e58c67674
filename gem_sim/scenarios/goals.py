"""Goals: facts about the final state and the conversation, drawn from an executed plan and checked against any run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gem_sim.records import Answer, Fact, Goal, Message
from gem_sim.scenarios.wording import spoken
from gem_sim.worlds.world import World


def facts_of(world: World, changes: list[dict[str, Any]]) -> list[Fact]:
    """One fact for each changed row. Ids that the world drew are left out, so that another legal path can meet them."""
    facts = []
    for change in changes:
        keys = world.spec.entities[change["entity"]].keys
        if change["op"] == "insert":
            where = {name: value for name, value in change["row"].items() if name not in keys}
            facts.append(Fact(entity=change["entity"], where=where))
            continue
        parts = change["key"] if isinstance(change["key"], list) else [change["key"]]
        where = dict(zip(keys, parts, strict=True))
        if change["op"] == "set":
            where |= {name: new for name, (_, new) in change["fields"].items()}
        facts.append(Fact(entity=change["entity"], where=where, exists=change["op"] == "set"))
    return facts


def holds(world: World, fact: Fact) -> bool:
    """Whether a fact is true in the world's present state."""
    found = any(_matches(row, fact.where) for row in world.rows(fact.entity))
    return found == fact.exists


def _matches(row: dict[str, Any], where: dict[str, Any]) -> bool:
    return all(name in row and row[name] == value for name, value in where.items())


def unmet(goal: Goal, world: World, messages: Iterable[Message]) -> list[str]:
    """What is missing for the goal, as short texts: facts that do not hold, answers nobody gave, forbidden facts that hold."""
    said = "\n".join(message["content"] for message in messages if message["role"] == "assistant").lower()
    problems = []
    for part in goal.required:
        if isinstance(part, Fact) and not holds(world, part):
            problems.append(f"{'no' if part.exists else 'still a'} {part.entity} with {part.where}")
        if isinstance(part, Answer) and spoken(part.said).lower() not in said:
            problems.append(f"nobody said {part.said!r}")
    return problems + [f"forbidden: a {fact.entity} with {fact.where}" for fact in goal.forbidden if holds(world, fact)]


def harm(goal: Goal, start: World, end: World) -> list[str]:
    """Changed rows that no required or allowed fact speaks of."""
    covered = [part for part in (*goal.required, *goal.allowed) if isinstance(part, Fact)]
    problems = []
    for change, fact in zip(start.diff(end), facts_of(start, start.diff(end)), strict=True):
        if not any(fact.entity == other.entity and fact.exists == other.exists and _agrees(fact, other) for other in covered):
            problems.append(f"{change['op']} of {change['entity']} {change['key']} was not asked for")
    return problems


def _agrees(fact: Fact, other: Fact) -> bool:
    return all(other.where.get(name, value) == value for name, value in fact.where.items())
