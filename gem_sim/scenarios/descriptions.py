"""How a user who knows no ids says which row they mean, so that it fits one row only."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any, NamedTuple

from gem_sim.grammar import plural
from gem_sim.scenarios.wording import describe, label_of, noun, referring, row_of, said_name, spoken, spoken_name
from gem_sim.worlds.canonical import same
from gem_sim.worlds.world import World

Row = dict[str, Any]
Me = tuple[str, Any] | None
"""Entity and key of the row that the user is."""
MAX_TEXT = 60
"""Longer texts are nothing that people name a thing by."""
MAX_FACTS = 4
"""So many fields of a row are tried, alone and in pairs."""


class Description(NamedTuple):
    """Words for a row. `facts`: fields of it that they state. `rows`: other rows that they name, by the field that refers to them.

    `known`: the words point to something that a result has shown with its key.
    """

    text: str
    facts: Row
    rows: dict[str, Row]
    known: bool = False


def descriptions(world: World, entity: str, row: Row, me: Me = None, *, vague: bool = False) -> Iterator[Description]:
    """Ways to say which row is meant that fit no other row of its entity, the usual ones first; without its name where `vague`."""
    label = label_of(world.spec.entities[entity])
    named = isinstance(row.get(label or ""), str)
    if me == (entity, row[world.spec.entities[entity].keys[0]]):
        yield Description("my record", {label: row[label]} if named and label else {}, {})
        return
    refs = _references(world, entity, row)
    mine = _mine(refs, row, me)
    own = {mine: row[mine]} if mine is not None else {}
    if named and label and not vague and _fits_one(world, entity, {label: row[label], **own}):
        yield Description(describe(world, entity, row) or "", {label: row[label]}, {})
        yield from (_described(world, entity, row, {label: row[label]}, {name: target}, me) for name, target in refs.items() if name != mine)
    told = telling_fields(world, entity, row)[:MAX_FACTS]
    owners: list[tuple[str, ...]] = [(), *combinations(refs, 1)] if mine is not None else [*combinations(refs, 1), ()]
    ways: list[tuple[tuple[str, ...], tuple[str, ...]]] = (
        [] if named else [(chosen, ()) for chosen in (*([()] if mine is not None else []), *combinations(refs, 1), *combinations(refs, 2))]
    )
    ways += [(owner, facts) for owner in owners for facts in (*combinations(told, 1), *combinations(told, 2))]
    for chosen, facts in ways:
        if _fits_one(world, entity, own | {name: row[name] for name in (*chosen, *facts)}):
            yield _described(world, entity, row, {name: row[name] for name in facts}, {name: refs[name] for name in (*own, *chosen)}, me)


def _described(world: World, entity: str, row: Row, facts: Row, refs: dict[str, tuple[str, Row]], me: Me) -> Description:
    mine = _mine(_references(world, entity, row), row, me)
    names = [(ref, str(target[label_of(world.spec.entities[ref]) or ""])) for name, (ref, target) in refs.items() if name != mine]
    text = referring(noun(entity), names, mine=mine is not None)
    return Description(with_marks(text, [marked(name, value) for name, value in facts.items()]), facts, {name: target for name, (_, target) in refs.items()})


def marked(name: str, value: Any) -> str:
    """A field with its value as words that a thing is known by: `due date 9 April 2026`."""
    return f"{said_name(spoken_name(name), spoken(value))} {spoken(value)}"


def with_marks(text: str, marks: list[str]) -> str:
    """The words for a thing with what is the case with it: `my loan with due date 9 April 2026`."""
    return f"{text} with {' and '.join(marks)}" if marks else text


def _mine(refs: dict[str, tuple[str, Row]], row: Row, me: Me) -> str | None:
    """The field that says that the row is the user's own."""
    return next((name for name, (ref, _) in refs.items() if me == (ref, row[name])), None)


def _references(world: World, entity: str, row: Row) -> dict[str, tuple[str, Row]]:
    """Rows with names of their own that the row refers to: field to entity and row."""
    found = {}
    for name, field in world.spec.entities[entity].fields.items():
        target = row_of(world, field.ref, row[name]) if field.ref and row.get(name) is not None else None
        label = label_of(world.spec.entities[field.ref]) if field.ref and field.ref != entity else None
        if field.ref and target and label and isinstance(target.get(label), str):
            found[name] = (field.ref, target)
    return found


def loosely(world: World, entity: str, row: Row, me: Me = None) -> Description:
    """Words that may fit several rows: `my loan`, `the loan for Ana`, `one of the loans`."""
    refs = _references(world, entity, row)
    name = _mine(refs, row, me) or next(iter(refs), None)
    if name is None:
        return Description(f"one of the {plural(noun(entity))}", {}, {})
    return _described(world, entity, row, {}, {name: refs[name]}, me)


def telling_fields(world: World, entity: str, row: Row) -> list[str]:
    """Fields that people tell a row by: dates, states, amounts and short texts, but no keys, references and labels."""
    about = world.spec.entities[entity]
    label = label_of(about)
    plain = [name for name, field in about.fields.items() if name not in about.keys and field.ref is None and name != label and not name.endswith("_id")]
    return [name for name in plain if _sayable(row.get(name))]


def option(world: World, entity: str, row: Row, rows: list[Row]) -> str | None:
    """Words that tell a row from the others of a choice: a field in which it differs from each of them. None where nothing does."""
    label = label_of(world.spec.entities[entity])
    for name in [label, *telling_fields(world, entity, row)] if label is not None and _sayable(row.get(label)) else telling_fields(world, entity, row):
        if all(other is row or not same(other.get(name), row[name]) for other in rows):
            return str(row[name]) if name == label else marked(name, row[name])
    return None


def _fits_one(world: World, entity: str, facts: Row) -> bool:
    """Whether one row alone has these values."""
    first = min(facts, key=lambda name: not isinstance(facts[name], str), default=None)
    rows = world.find(entity, first, facts[first]) if first is not None else world.rows(entity)
    return sum(all(name in row and same(row[name], value) for name, value in facts.items()) for row in rows) == 1


def _sayable(value: Any) -> bool:
    if isinstance(value, str):
        return 0 < len(value) <= MAX_TEXT and "\n" not in value
    return isinstance(value, (int, float)) and not isinstance(value, bool)
