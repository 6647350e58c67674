"""Fills a world with rows: every status of an entity occurs, references hold, people can tell the rows apart."""

from __future__ import annotations

from typing import Any

from gem_sim.worlds.compiler.build import prefix
from gem_sim.worlds.compiler.infer import EntityModel, Model
from gem_sim.worlds.compiler.names import is_personal, label_among, lexicon, words
from gem_sim.worlds.compiler.values import Values

ROWS = 9
"""Rows of an entity at least; more where it has many statuses."""


def add_labels(model: Model) -> None:
    """Give every entity a field that people use to name its rows: whose it is, or what it is called.

    What belongs to a person through another row, as a replacement does through its card, is named by that row.
    """
    for entity in model.entities.values():
        personal = is_personal(words(entity.name)[-1])
        if label_among(entity.fields) is None and not (personal and set(entity.refs.values()) - {entity.name}):
            entity.fields["customer" if personal else "name"] = {"type": "string"}


def populate(model: Model, seed: int, clock: str) -> dict[str, list[dict[str, Any]]]:
    """Rows for every entity, those that are referred to first."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for name in _in_order(model):
        rows[name] = _rows(model.entities[name], rows, Values(f"{seed}/rows/{name}", clock))
    return rows


def _in_order(model: Model) -> list[str]:
    ordered: list[str] = []
    waiting = list(model.entities)
    while waiting:
        ready = [name for name in waiting if not set(model.entities[name].refs.values()) & set(waiting) - {name}]
        ordered += ready or waiting[:1]  # a cycle of references is cut at its first entity
        waiting = [name for name in waiting if name not in ordered]
    return ordered


def _rows(entity: EntityModel, others: dict[str, list[dict[str, Any]]], values: Values) -> list[dict[str, Any]]:
    statuses = _statuses(entity, values)
    number = values.random.randint(2_000, 7_000)
    label = label_among(entity.fields)
    targets = {name: _targets(others.get(ref, []), len(statuses), values) for name, ref in entity.refs.items()}
    made = []
    for at, status in enumerate(statuses):
        number += values.random.randint(3, 29)
        row: dict[str, Any] = {entity.key: number if entity.fields[entity.key].get("type") == "integer" else f"{prefix(entity.name)}{number}"}
        for name, schema in entity.fields.items():
            if name != entity.key:
                fixed = {"status": status} if status else {}
                fixed |= {ref: keys[at] for ref, keys in targets.items()}
                row[name] = fixed[name] if name in fixed else _value(entity, name, schema, label, values)
        made.append(row)
    return made


def _statuses(entity: EntityModel, values: Values) -> list[Any]:
    """A status for each row: the first one often, every other at least twice."""
    known = entity.fields.get("status", {}).get("enum") or [None]
    count = max(ROWS, 4 + 2 * (len(known) - 1))
    spread = [status for status in known[1:] for _ in range(2)]
    drawn = [*spread, *([known[0]] * (count - len(spread)))]
    values.random.shuffle(drawn)
    return drawn


def _targets(rows: list[dict[str, Any]], count: int, values: Values) -> list[Any]:
    """Keys to refer to: each row once before any comes again."""
    keys = [row[next(iter(row))] for row in rows] or [None]
    values.random.shuffle(keys)
    return [keys[at % len(keys)] for at in range(count)]


def _value(entity: EntityModel, name: str, schema: dict[str, Any], label: str | None, values: Values) -> Any:
    if name == label and not schema.get("enum") and schema.get("type", "string") == "string":
        return values.person() if _names_person(entity, name) else values.name(entity.name)
    return values.draw(entity.name, name, schema)


def _names_person(entity: EntityModel, label: str) -> bool:
    """Whether a label is a person's name: `customer`, `recipient_name`, or the name of somebody."""
    if label in ("title", "label"):
        return False
    spelled = words(entity.name) if label == "name" else [*words(label), *words(entity.name)]
    return any(word in lexicon()["people"] for word in spelled) or (label != "name" and is_personal(words(entity.name)[-1]))
