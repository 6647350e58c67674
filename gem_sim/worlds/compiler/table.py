"""Makes the rows of one entity: keys, references, then all other fields, the one that names the row last."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from gem_sim.grammar import singular
from gem_sim.worlds.compiler.build.acts import Act, Plan, type_of
from gem_sim.worlds.compiler.infer import EntityModel
from gem_sim.worlds.compiler.links import as_held, same_key
from gem_sim.worlds.compiler.lives import life_of
from gem_sim.worlds.compiler.names import is_own_label, label_among, lexicon
from gem_sim.worlds.compiler.sums import add_up
from gem_sim.worlds.compiler.values import Column, Columns, People, Person, Row, Vocabulary, kind_of, makes_person
from gem_sim.worlds.compiler.values.lists import spelled
from gem_sim.worlds.schema import fits

Rows = dict[str, list[dict[str, Any]]]
_TRIES = 40
"""Draws of a key that says something until another is counted."""
_SCOPES = 3
"""Different values of a field that lists always ask for."""
_LINES = ("line", "item", "entry", "position")
_WORDS = re.compile(r"[A-Za-z][A-Za-z _-]*")
_WRITING = ("create", "upsert", "update", "transition")
Record = dict[str, Any]


@dataclass
class Making:
    """What the rows of all entities share. `links` are the fields of each entity that hold keys, with the entities whose keys those are."""

    plan: Plan
    seed: int
    now: datetime
    said: Vocabulary
    links: dict[str, dict[str, str]]
    rows: Rows = field(default_factory=dict)
    filler: list[str] = field(default_factory=list)

    def stream(self, name: str) -> Random:
        """The stream of that name."""
        return Random(f"{self.seed}/rows/{name}")  # noqa: S311  (plausible rows, not secrets)

    def key(self, entity: str, row: dict[str, Any]) -> Any:
        """The key of a row."""
        return row.get(self.plan.model.entities[entity].key)


class _Link:
    """A field that holds keys of another entity, and what its row says of the rows with those keys."""

    def __init__(self, making: Making, entity: EntityModel, name: str, own: str) -> None:
        other = making.plan.model.entities[making.links[entity.name][name]]
        stem = [word for word in spelled(name) if word not in ("id", "key", "uuid")]
        kind = kind_of(spelled(other.name))
        person = kind is not None and kind.person
        self.name, self.key, self.label = name, other.key, label_among(other.fields) or ""
        self.schema: Record = {} if name in entity.refs else entity.fields[name]
        self.role = ("" if stem[-1] == own else stem[-1]) if stem and person else None
        self.tail = "'s" if person or self.label == "customer" else ""
        self.copies = _copies(entity, other, stem)
        self.targets: list[Record] = []

    def draw(self, rows: list[Record], count: int, random: Random, *, scope: bool) -> None:
        """Draw rows to refer to: each once before any comes again, only a few where lists ask for the field."""
        order = list(rows)
        random.shuffle(order)
        order = order[:_SCOPES] if scope else order
        self.targets = [order[at % len(order)] if order else {} for at in range(count)]

    def put(self, at: int, row: Row) -> None:
        """Write the key into the row, and what it says of persons and names."""
        target = self.targets[at]
        row.fields[self.name] = as_held(target.get(self.key), self.schema)
        for mine, theirs in self.copies:
            row.fields[mine] = target.get(theirs)
        told = target.get(self.label)
        if isinstance(told, str):
            row.called[self.name] = told + self.tail
            if self.role is not None and " " in told:
                first, _, last = told.partition(" ")
                row.know(self.role, Person(first, last))


def _copies(entity: EntityModel, other: EntityModel, stem: list[str]) -> list[tuple[str, str]]:
    """Fields that say again what the row says that is referred to: `product_name`; the name and price of a line also without its word."""
    line = spelled(entity.name)[-1:] and spelled(entity.name)[-1] in _LINES and kind_of(spelled(other.name)) == kind_of(("product",))
    found = []
    for mine, schema in entity.fields.items():
        said = spelled(mine)
        for theirs, about in other.fields.items():
            tail = spelled(theirs)
            again = said == (*stem, *tail) or (line and tail[-1:] in (("name",), ("price",)) and said[-1:] == tail[-1:])
            if (
                again
                and mine not in (entity.key, *entity.refs)
                and theirs not in (other.key, *other.refs)
                and schema.get("type") == about.get("type")
                and not schema.get("enum")
            ):
                found.append((mine, theirs))
    return found


class Table:
    """The rows of one entity while they are made."""

    def __init__(self, making: Making, entity: EntityModel) -> None:
        self._making = making
        self._entity = entity
        self._random = making.stream(entity.name)
        self._people = People(self._random)
        self._own = _own_role(entity, label_among(entity.fields))
        self._fixed = False
        self._acts = [act for act in making.plan.acts.values() if act.entity is entity]
        self._limits = [act.properties[act.key] for act in self._acts if act.key is not None and act.by is None]
        self._links = [_Link(making, entity, name, self._own) for name in making.links[entity.name]]

    def rows(self, count: int) -> list[Record]:
        """At least so many rows, so that every status occurs; one of a singleton."""
        plan, entity = self._making.plan, self._entity
        statuses = _begun(entity) if entity.name in plan.singles else _statuses(entity, self._random, count)
        keys = self._keys(len(statuses))
        statuses = statuses[: len(keys)]
        scopes = plan.scopes.get(entity.name, set())
        for link in self._links:
            rows = self._making.rows.get(self._making.links[entity.name][link.name], [])
            link.draw(rows, len(statuses), self._random, scope=link.name in scopes)
        columns, telling = self._columns()
        life, taken = life_of(entity, self._acts), set[Any]()
        twins = _twins(entity)
        made = []
        for at, status in enumerate(statuses):
            row = self._row(at, status, columns)
            key = next(_telling(telling, row, taken, self._limits), keys[at]) if telling is not None else keys[at]
            telling = telling if key is not keys[at] else None  # it has no more of them
            taken.add(key)
            row.fields[entity.key] = key
            life.settle(row.fields)
            row.fields |= dict.fromkeys(twins, row.fields[twins[0]]) if twins else {}
            made.append(row.fields)
        return self._alike(made)

    def _row(self, at: int, status: Any, columns: list[tuple[str, Callable[[Row], Any]]]) -> Row:
        row = Row(self._random, self._people, self._making.now)
        fields = row.fields = dict.fromkeys(self._entity.fields)
        if status is not None:
            fields["status"] = status
        for link in self._links:
            link.put(at, row)
        for name, make in columns:
            if fields[name] is None:
                fields[name] = make(row)
        add_up(fields, self._entity.fields)
        return row

    def _alike(self, made: list[Record]) -> list[Record]:
        """The rows with few values in fields that lists always ask for; those of a singleton without a key."""
        for held in self._making.plan.scopes.get(self._entity.name, ()):
            for at, row in enumerate(made):
                row[held] = made[at % _SCOPES][held]
        for row in made if self._entity.name in self._making.plan.singles else ():
            row.pop(self._entity.key, None)
        return made

    def _keys(self, count: int) -> list[Any]:
        """Keys as `next_id` counts them on, or codes where they have a form without numbers; those of another entity that is told apart by the same ones."""
        plan, entity, random, rows = self._making.plan, self._entity, self._random, self._making.rows
        if len(codes := plan.codes.get(entity.name, [])) >= count or entity.name in plan.listed:
            self._fixed = entity.name in plan.listed
            return random.sample(codes, min(count, len(codes)))
        known = {name: plan.model.entities[name] for name in rows if name in plan.model.entities}
        other = next((name for name, each in known.items() if same_key(plan, entity, each) and len(rows[name]) >= count), None)
        self._fixed = other is not None
        if other is not None:
            return [self._making.key(other, row) for row in rows[other][:count]]
        number, found = random.randint(2_000, 7_000) * (10 if entity.name in plan.long else 1), []
        whole = entity.fields[entity.key].get("type") == "integer"
        for _ in range(count):
            number += random.randint(3, 29)
            found.append(number if whole else f"{plan.prefixes[entity.name]}{number}")
        return found

    def _columns(self) -> tuple[list[tuple[str, Callable[[Row], Any]]], Column | None]:
        """What makes the fields that are neither key nor reference, the label last, as it may depend on the others; and a key that says something by itself."""
        making, entity = self._making, self._entity
        made = Columns(entity.name, self._random, str(making.seed), making.said, making.now.date().isoformat())
        made.own, made.trait, made.siblings = self._own, _trait(making, entity), frozenset(entity.fields)
        made.around = frozenset(word for name in entity.fields for word in spelled(name))
        found: list[tuple[str, Callable[[Row], Any]]] = []
        told, label = _told(self._acts), label_among(entity.fields)
        for name, schema in entity.fields.items():
            if name == entity.key or name in entity.refs:
                continue
            raw, defs = told.get(name, ({}, {}))
            more = raw if type_of(raw) == type_of(schema) or not type_of(schema) else {}
            column = made.column(name, {**more, **schema}, defs)
            found.append((name, column.make))
            if not column.known and name not in making.links[entity.name]:
                making.filler.append(f"{entity.name}.{name}")
        counted = self._fixed or entity.fields[entity.key].get("type") != "string" or not making.plan.prefixes.get(entity.name)
        telling = None if counted else made.key(entity.key, self._limits[0] if self._limits else {})
        return sorted(found, key=lambda each: each[0] == label), telling


def _telling(column: Column, row: Row, taken: set[Any], limits: list[Record]) -> Iterator[Any]:
    """Keys that say something, as far as they are free and every tool takes them."""
    for _ in range(_TRIES):
        told = column.make(row)
        if told and told not in taken and all(fits(limit, told) for limit in limits):
            yield told


def _twins(entity: EntityModel) -> list[str]:
    """Fields that all say what the row is called, the key first if it does: `indexName` and `name`."""
    found = [name for name, schema in entity.fields.items() if is_own_label(name, entity.name) and name not in entity.refs and _is_text(schema)]
    titles = {spelled(name)[-1] for name in found}
    return sorted(found, key=lambda name: name != entity.key) if len(found) > 1 and len(titles) == 1 else []


def _is_text(schema: Record) -> bool:
    return schema.get("type") == "string" and not schema.get("enum")


def _trait(making: Making, entity: EntityModel) -> str:
    """The field by which rows of an unknown kind are told apart: what sort they are, else what they belong to. Nothing where there is none."""
    sorts = [name for name, schema in entity.fields.items() if set(spelled(name)) & set(lexicon()["sorts"]) and _few(schema)]
    belongs = [name for name, other in making.links[entity.name].items() if other != entity.name and making.rows.get(other)]
    return next(iter((*sorts, *belongs)), "")


def _few(schema: dict[str, Any]) -> bool:
    """Whether a field lists a few words."""
    options = schema.get("enum")
    return isinstance(options, list) and len(options) > 1 and all(isinstance(option, str) and _WORDS.fullmatch(option) for option in options)


def _told(acts: Sequence[Act]) -> dict[str, tuple[Record, Record]]:
    """What tools say of fields, those that write them first, with the definitions that it refers to."""
    found: dict[str, tuple[Record, Record]] = {}
    for act in sorted(acts, key=lambda act: act.deed not in _WRITING):
        properties = act.properties
        defs: Record = {word: act.tool.tool.parameters[word] for word in ("$defs", "definitions") if word in act.tool.tool.parameters}
        for name, held in (*act.columns.items(), *act.homes.items()):
            found.setdefault(held, (properties.get(name, {}), defs))
    return found


def _own_role(entity: EntityModel, label: str | None) -> str:
    """Whose the persons of a row without a role are: the row's own where it is somebody, else those of its label."""
    noun = spelled(entity.name)
    kind = kind_of(noun)
    if kind is not None and kind.person:
        return singular(noun[-1])
    label_words = spelled(label) if label else ()
    return next((word for word in label_words if makes_person((word,), "")), "")


def _begun(entity: EntityModel) -> list[Any]:
    """The status of a row that there is only one of: that with which a row begins."""
    return (entity.fields.get("status", {}).get("enum") or [None])[:1]


def _statuses(entity: EntityModel, random: Random, count: int) -> list[Any]:
    """A status for each row: the first one often and for the first row, every other at least twice."""
    known = entity.fields.get("status", {}).get("enum") or [None]
    count = max(count, 4 + 2 * (len(known) - 1))
    spread = [status for status in known[1:] for _ in range(2)]
    drawn = [*spread, *([known[0]] * (count - len(spread)))]
    random.shuffle(drawn)
    first = drawn.index(known[0])
    drawn[0], drawn[first] = drawn[first], drawn[0]
    return drawn
