"""Goals: facts about the final state and the conversation, drawn from an executed plan and checked against any run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from gem_sim.records import Answer, Fact, Goal, Message
from gem_sim.scenarios.wording import spoken, stands_in
from gem_sim.worlds.canonical import same
from gem_sim.worlds.spec import PLACE
from gem_sim.worlds.world import World


def facts_of(world: World, changes: list[dict[str, Any]]) -> list[Fact]:
    """One fact for each changed row. Ids that the world drew and volatile fields are left out, so that another legal path can meet them."""
    facts = []
    for change in _lasting(world, changes):
        keys = world.spec.entities[change["entity"]].keys
        if change["op"] == "insert":
            where = {name: value for name, value in change["row"].items() if name not in keys}
            facts.append(Fact(entity=change["entity"], where=where))
            continue
        parts = change["key"] if isinstance(change["key"], list) else [change["key"]]
        where = dict(zip(keys, parts, strict=True))
        if change["op"] == "set":
            where |= {name: new for name, (_, new) in change["fields"].items()}
        elif PLACE in where:
            where |= change["row"]  # its place alone tells nothing once it is gone
        facts.append(Fact(entity=change["entity"], where=where, exists=change["op"] == "set"))
    return facts


def _lasting(world: World, changes: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Changes without volatile fields, which two equal states may differ in."""
    for change in changes:
        volatile = {name for name, about in world.spec.entities[change["entity"]].columns.items() if about.volatile}
        part = "fields" if change["op"] == "set" else "row"
        left = {name: value for name, value in change[part].items() if name not in volatile}
        if left or part == "row":
            yield {**change, part: left}


def holds(world: World, fact: Fact, times: int = 1) -> bool:
    """Whether a fact is true in the world's present state, for so many rows."""
    found = sum(_matches(row, fact.where) for row in _likely(world, fact))
    return found >= times if fact.exists else found == 0


def _likely(world: World, fact: Fact) -> list[dict[str, Any]]:
    """Rows that may match a fact, found by the index of one of its fields where it has one."""
    name = next((name for name, value in fact.where.items() if name != PLACE and isinstance(value, str)), None)
    return world.rows(fact.entity) if name is None else world.find(fact.entity, name, fact.where[name])


def _matches(row: dict[str, Any], where: dict[str, Any]) -> bool:
    return all(name == PLACE or same(row.get(name), value) for name, value in where.items())  # a null may be left out of a row


def unmet(goal: Goal, world: World, messages: Iterable[Message]) -> list[str]:
    """What is missing for the goal, as short texts: facts that do not hold, answers nobody gave, forbidden facts that hold."""
    said = "\n".join(message["content"] for message in messages if message["role"] == "assistant").lower()
    facts = [part for part in goal.required if isinstance(part, Fact)]
    problems = [f"{'no' if fact.exists else 'still a'} {fact.entity} with {fact.where}" for fact in facts if not holds(world, fact, facts.count(fact))]
    answers = [part for part in goal.required if isinstance(part, Answer)]
    problems += [f"nobody said {answer.said!r}" for answer in answers if not stands_in(spoken(answer.said).lower(), said)]
    return problems + [f"forbidden: a {fact.entity} with {fact.where}" for fact in goal.forbidden if holds(world, fact)]


def harm(goal: Goal, start: World, end: World) -> list[str]:
    """Changes that no required or allowed fact speaks of. Each fact about a new row covers one row only."""
    left = [part for part in (*goal.required, *goal.allowed) if isinstance(part, Fact)]
    problems = []
    for change in _lasting(end, start.diff(end)):
        keys = end.spec.entities[change["entity"]].keys
        covering = [fact for fact in left if fact.entity == change["entity"] and _covers(fact, change, keys)]
        if not covering or not _all_fields(goal, covering, change):
            problems.append(f"{change['op']} of {change['entity']} {change['key']} was not asked for")
        if covering and change["op"] == "insert":
            left.remove(covering[0])
    return problems


def _covers(fact: Fact, change: dict[str, Any], keys: tuple[str, ...]) -> bool:
    """Whether a fact speaks of the changed row: a new one by its values, another by its key."""
    if change["op"] == "insert":
        return fact.exists and not set(keys) & set(fact.where) and _matches(change["row"], fact.where)
    parts = change["key"] if isinstance(change["key"], list) else [change["key"]]
    return fact.exists == (change["op"] == "set") and all(same(fact.where.get(name), part) for name, part in zip(keys, parts, strict=True))


def _all_fields(goal: Goal, facts: list[Fact], change: dict[str, Any]) -> bool:
    """Whether every new value of a changed row is stated by a fact, or left open by an allowed one."""

    def stated(fact: Fact, name: str, new: Any) -> bool:
        return same(fact.where[name], new) if name in fact.where else fact in goal.allowed

    return all(any(stated(fact, name, new) for fact in facts) for name, (_, new) in change.get("fields", {}).items())
