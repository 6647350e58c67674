"""Fills a world with rows: every status of an entity occurs, references hold, people can tell the rows apart."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from gem_sim.worlds.compiler.build.acts import Plan, type_of
from gem_sim.worlds.compiler.build.names import plain
from gem_sim.worlds.compiler.infer import EntityModel, Model
from gem_sim.worlds.compiler.links import as_held, links
from gem_sim.worlds.compiler.names import is_own_label, is_personal, lexicon, words
from gem_sim.worlds.compiler.sums import add_up_lines, count_rows
from gem_sim.worlds.compiler.table import Making, Rows, Table
from gem_sim.worlds.compiler.values import Vocabulary
from gem_sim.worlds.compiler.values.lists import spelled

ROWS = 9
"""Rows of an entity at least; more where it has many statuses."""
PAGED = 12
"""Rows of an entity that some tool lists in pages at least: more than one page holds."""


@dataclass(frozen=True)
class Population:
    """The rows of a world, and which fields (`Entity.field`) hold nothing but filler."""

    rows: Rows
    filler: tuple[str, ...] = ()


def add_labels(model: Model, singles: Collection[str] = ()) -> None:
    """Give every entity a field that people use to name its rows: whose it is, or what it is called.

    What belongs to a person through another row, as a replacement does through its card, is named by that row.
    """
    for entity in model.entities.values():
        personal = is_personal(words(entity.name)[-1])
        if entity.name not in singles and not _has_label(entity) and not (personal and set(entity.refs.values()) - {entity.name}):
            entity.fields["customer" if personal else "name"] = {"type": "string"}


def _has_label(entity: EntityModel) -> bool:
    """Whether a field says what a row is called, and not only what something else in it is."""
    people = lexicon()["people"] if is_personal(words(entity.name)[-1]) else ()
    return any(name == "customer" or is_own_label(name, entity.name, people) for name in entity.fields)


def populate(plan: Plan, seed: int, clock: str, text: str = "", count: int = ROWS, given: Rows | None = None) -> Population:
    """At least `count` rows for every entity, those that are referred to first. `text` is what the world is about.

    Entities whose rows are `given` keep these, and others refer to them.
    """
    model = plan.model
    said = Vocabulary(text, [spelled(name) for name in model.entities], [tool.tool.description for tool in model.tools.values()])
    linked = {name: links(plan, entity) for name, entity in model.entities.items()}
    making = Making(plan, seed, datetime.fromisoformat(clock), said, linked, dict(given or {}))
    made = {name: entity for name, entity in model.entities.items() if name not in making.rows}
    paged = {act.entity.name for act in plan.acts.values() if act.deed == "read_many" and any(act.role(name) == "paging" for name in act.properties)}
    for name in _in_order(making):
        if name in made:
            making.rows[name] = Table(making, made[name]).rows(max(count, PAGED) if name in paged else count)
    for name, entity in made.items():
        _late(making, name, entity)
    add_up_lines(made, making.rows)
    count_rows(made, linked, making.rows)
    return Population(making.rows, tuple(making.filler))


def _in_order(making: Making) -> list[str]:
    ordered: list[str] = []
    waiting = list(making.plan.model.entities)
    while waiting:
        ready = [name for name in waiting if not set(making.links[name].values()) & set(waiting) - {name}]
        ordered += ready or waiting[:1]  # a cycle of references is cut at its first entity
        waiting = [name for name in waiting if name not in ordered]
    return ordered


def _late(making: Making, name: str, entity: EntityModel) -> None:
    """References to rows that were made later, or of the same kind (to earlier ones, so that none leads in a circle), and lists of keys."""
    rows, random = making.rows[name], making.stream(f"{name}/late")
    for held, other in making.links[name].items():
        schema = {} if held in entity.refs else entity.fields[held]
        keys = [key for row in making.rows.get(other, []) if (key := as_held(making.key(other, row), schema)) is not None]
        for at, row in enumerate(rows):
            if keys and (row.get(held) is None or (other == name and held not in entity.refs)):
                row[held] = (random.choice(keys[:at]) if at and random.random() < 0.5 else None) if other == name else keys[at % len(keys)]
    for held, schema in entity.fields.items():
        listed = _listed(making.plan.model, held) if type_of(schema) == "array" and type_of(schema.get("items")) in ("string", "integer", "") else None
        keys = [making.key(listed, row) for row in making.rows[listed]] if listed else []
        for row in rows if keys and all(key is not None for key in keys) else ():
            row[held] = random.sample(keys, min(len(keys), random.randint(1, 3)))


def _listed(model: Model, name: str) -> str | None:
    """The entity whose keys a list called `member_ids` holds."""
    entities = [entity for entity in model.entities.values() if len(words(entity.key)) > 1]
    spelled = [(each.name, f"{plain(each.key)}s", f"{plain(each.key.removesuffix('_id'))}ids") for each in entities]
    exact = next((entity for entity, *forms in spelled if plain(name) in forms), None)
    return exact or next((entity for entity, *forms in spelled if plain(name.partition("_")[2]) in forms), None)  # `new_item_ids`
