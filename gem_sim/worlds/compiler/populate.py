"""Fills a world with rows: every status of an entity occurs, references hold, people can tell the rows apart."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from gem_sim.grammar import singular
from gem_sim.worlds.compiler.build.acts import Plan
from gem_sim.worlds.compiler.build.names import plain
from gem_sim.worlds.compiler.infer import EntityModel, Model
from gem_sim.worlds.compiler.links import as_held, links
from gem_sim.worlds.compiler.names import is_personal, labels, lexicon, words
from gem_sim.worlds.compiler.sums import add_up_lines, count_rows
from gem_sim.worlds.compiler.table import Making, Rows, Table
from gem_sim.worlds.compiler.values import Vocabulary
from gem_sim.worlds.compiler.values.lists import spelled

ROWS = 9
"""Rows of an entity at least; more where it has many statuses."""


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
    own = {*words(entity.name), *lexicon()["plain"], *map(singular, words(entity.name))}
    own |= set(lexicon()["people"]) if is_personal(words(entity.name)[-1]) else set()
    return any(name == "customer" or (labels(name) and set(words(name)[:-1]) <= own) for name in entity.fields)


def populate(plan: Plan, seed: int, clock: str, text: str = "", count: int = ROWS, given: Rows | None = None) -> Population:
    """At least `count` rows for every entity, those that are referred to first. `text` is what the world is about.

    Entities whose rows are `given` keep these, and others refer to them.
    """
    model = plan.model
    said = Vocabulary(text, [spelled(name) for name in model.entities], [tool.tool.description for tool in model.tools.values()])
    linked = {name: links(plan, entity) for name, entity in model.entities.items()}
    making = Making(plan, seed, datetime.fromisoformat(clock), said, linked, dict(given or {}))
    made = {name: entity for name, entity in model.entities.items() if name not in making.rows}
    for name in _in_order(making):
        if name in made:
            making.rows[name] = Table(making, made[name]).rows(count)
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


<<<<<<< HEAD
def _late(making: Making, name: str, entity: EntityModel) -> None:
=======
def _rows(making: _Making, entity: EntityModel, count: int) -> list[dict[str, Any]]:
    plan, random = making.plan, _stream(making, entity.name)
    single = entity.name in plan.singles
    statuses = entity.fields.get("status", {}).get("enum", [None])[:1] if single else _statuses(entity, random, count)
    keys = _keys(plan, entity, random, len(statuses))
    statuses = statuses[: len(keys)]
    targets = {name: _targets(making.rows.get(ref, []), len(statuses), random) for name, ref in entity.refs.items()}
    (columns, telling), people = _columns(making, entity, random), People(random)
    taken: set[Any] = set()
    made = []
    for at, status in enumerate(statuses):
        shared = Row(random, people, making.now, _persons(entity, {name: found[at] for name, found in targets.items()}))
        key = telling.make(shared) if telling is not None else keys[at]
        key = keys[at] if key in taken or key == "" else key
        taken.add(key)
        row: dict[str, Any] = {} if single else {entity.key: key}
        for name in entity.fields:
            if name in targets:
                row[name] = _key(making, entity.refs[name], targets[name][at])
            elif name in columns:
                row[name] = status if name == "status" and status is not None else columns[name].make(shared)
        add_up(row, entity.fields)
        made.append(row)
    for held in plan.scopes.get(entity.name, ()):
        for at, row in enumerate(made):
            row[held] = made[at % _SCOPES][held]
    return made


def _stream(making: _Making, name: str) -> Random:
    return Random(f"{making.seed}/rows/{name}")  # noqa: S311  (plausible rows, not secrets)


def _keys(plan: Plan, entity: EntityModel, random: Random, count: int) -> list[Any]:
    """Keys as `next_id` counts them on, or codes where they have a form without numbers."""
    if len(codes := plan.codes.get(entity.name, [])) >= count or entity.name in plan.listed:
        return random.sample(codes, min(count, len(codes)))
    number, found = random.randint(2_000, 7_000) * (10 if entity.name in plan.long else 1), []
    whole = entity.fields[entity.key].get("type") == "integer"
    for _ in range(count):
        number += random.randint(3, 29)
        found.append(number if whole else f"{plan.prefixes[entity.name]}{number}")
    return found


def _columns(making: _Making, entity: EntityModel, random: Random) -> tuple[dict[str, Column], Column | None]:
    """The columns of all fields that are neither key nor reference, and that of a key that says something by itself."""
    made = Columns(entity.name, random, str(making.seed), making.text, making.now.date().isoformat())
    label = label_among(entity.fields)
    made.own = _own_role(entity, label)
    made.around = frozenset(word for name in entity.fields for word in spelled(name))
    found: dict[str, Column] = {}
    told = _told(making.plan, entity)
    for name, schema in entity.fields.items():
        if name == entity.key or name in entity.refs:
            continue
        raw = told.get(name, {})
        whole: dict[str, Any] = {word: raw[word] for word in ("example", "examples") if word in raw} | schema
        found[name] = made.column(name, whole, raw.get("#", {}))
        if not found[name].known:
            making.filler.append(f"{entity.name}.{name}")
    counted = (
        entity.fields[entity.key].get("type") != "string" or entity.name in making.plan.long | making.plan.listed or not making.plan.prefixes.get(entity.name)
    )
    return found, None if counted else made.key(entity.key)


def _told(plan: Plan, entity: EntityModel) -> dict[str, dict[str, Any]]:
    """What tools say of fields, as far as fields do not keep it; under `#` the definitions that it refers to."""
    found: dict[str, dict[str, Any]] = {}
    for act in plan.acts.values():
        if act.entity is not entity:
            continue
        properties = act.properties
        defs = {word: act.tool.tool.parameters[word] for word in ("$defs", "definitions") if word in act.tool.tool.parameters}
        for name, held in (*act.columns.items(), *act.homes.items()):
            found.setdefault(held, {**properties.get(name, {}), "#": defs})
    return found


def _own_role(entity: EntityModel, label: str | None) -> str:
    """Whose the persons of a row without a role are: the row's own where it is somebody, else those of its label."""
    noun = spelled(entity.name)
    kind = kind_of(noun)
    if kind is not None and kind.person:
        return singular(noun[-1])
    label_words = spelled(label) if label else ()
    return next((word for word in label_words if makes_person((word,), "")), "")


def _statuses(entity: EntityModel, random: Random, count: int) -> list[Any]:
    """A status for each row: the first one often, every other at least twice."""
    known = entity.fields.get("status", {}).get("enum") or [None]
    count = max(count, 4 + 2 * (len(known) - 1))
    spread = [status for status in known[1:] for _ in range(2)]
    drawn = [*spread, *([known[0]] * (count - len(spread)))]
    random.shuffle(drawn)
    return drawn


# --- references --------------------------------------------------------------------------------------------------


def _targets(rows: list[dict[str, Any]], count: int, random: Random) -> list[dict[str, Any]]:
    """Rows to refer to: each once before any comes again."""
    order = list(rows)
    random.shuffle(order)
    return [order[at % len(order)] if order else {} for at in range(count)]


def _key(making: _Making, entity: str, row: dict[str, Any]) -> Any:
    return row.get(making.plan.model.entities[entity].key)


def _persons(entity: EntityModel, targets: dict[str, dict[str, Any]]) -> dict[str, Person]:
    """Persons that a row refers to, by their role: `customer_name` is the name of the row that `customer_id` names."""
    found: dict[str, Person] = {}
    own = _own_role(entity, label_among(entity.fields))
    for name, row in targets.items():
        told = row.get("name") or row.get("full_name")
        stem = [word for word in spelled(name) if word not in ("id", "key", "uuid")]
        kind = kind_of(spelled(entity.refs[name]))
        if stem and isinstance(told, str) and kind is not None and kind.person and " " in told:
            first, _, last = told.partition(" ")
            found["" if stem[-1] == own else stem[-1]] = Person(first, last)
    return found


def _late(making: _Making, name: str, entity: EntityModel) -> None:
>>>>>>> d6de19d (Answers have the form that returns asks for, made of fields of the row)
    """References to rows that were made later, or of the same kind (to earlier ones, so that none leads in a circle), and lists of keys."""
    rows, random = making.rows[name], making.stream(f"{name}/late")
    for held, other in making.links[name].items():
        schema = {} if held in entity.refs else entity.fields[held]
        keys = [key for row in making.rows.get(other, []) if (key := as_held(making.key(other, row), schema)) is not None]
        for at, row in enumerate(rows):
            if keys and (row.get(held) is None or (other == name and held not in entity.refs)):
                row[held] = (random.choice(keys[:at]) if at and random.random() < 0.5 else None) if other == name else keys[at % len(keys)]
    for held, schema in entity.fields.items():
        listed = _listed(making.plan.model, held) if schema.get("type") == "array" else None
        keys = [making.key(listed, row) for row in making.rows[listed]] if listed else []
        for row in rows if keys and all(key is not None for key in keys) else ():
            row[held] = random.sample(keys, min(len(keys), random.randint(1, 2)))


def _listed(model: Model, name: str) -> str | None:
    """The entity whose keys a list called `member_ids` holds."""
    return next((each.name for each in model.entities.values() if plain(name) in (f"{plain(each.key)}s", f"{plain(each.key.removesuffix('_id'))}ids")), None)
