"""The state of a world: an immutable base that all worlds of a spec share, and a copy-on-write overlay.

Forking copies the overlay only, so it costs the same at any number of rows. Rows are never changed in place.
Knows nothing of tools or expressions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from gem_sim.errors import SpecError
from gem_sim.worlds.canonical import ValueRefused, canonical, number, rounded, same
from gem_sim.worlds.spec import EntitySpec, FieldSpec, WorldSpec

Row = dict[str, Any]
Key = Any
"""A key value, a tuple of them for a composite key, or `()` for the row of a singleton."""
_GONE = object()
_MODULUS = 1 << 256


class Base:
    """The rows of a spec, checked and canonical, with indexes made on first use. Shared, never changed."""

    def __init__(self, spec: WorldSpec) -> None:
        self.entities = spec.entities
        self.tables: dict[str, dict[Key, Row]] = {name: {} for name in spec.entities}
        self._indexes: dict[tuple[str, str], dict[Any, list[Key]]] = {}
        self._places: dict[str, dict[Key, int]] = {}
        for entity, rows in _with_singletons(spec).items():
            self._fill(entity, rows)
        self.sum = sum(self.weight(e, row) for e, table in self.tables.items() for row in table.values()) % _MODULUS

    def _fill(self, entity: str, rows: list[Row]) -> None:
        if entity not in self.tables:
            raise SpecError(f"rows.{entity}", f"no such entity; expected one of {sorted(self.tables)}")
        table = self.tables[entity]
        taken: dict[str, set[Any]] = {name: set() for name in self.entities[entity].unique}
        for at, given in enumerate(rows):
            where = f"rows.{entity}[{at}]"
            try:
                row = fitted(self.entities[entity], given)
            except ValueRefused as refused:
                raise SpecError(where, str(refused)) from None
            key = key_of(self.entities[entity], row)
            if key in table:
                raise SpecError(where, f"key {key!r} stands there twice")
            for name, values in taken.items():
                if row[name] is not None and hashable(row[name]) in values:
                    raise SpecError(where, f"field {name!r} is unique, but {row[name]!r} stands there twice")
                values.add(hashable(row[name]))
            table[key] = row

    def weight(self, entity: str, row: Row) -> int:
        """What a row adds to the digest of a state; volatile fields add nothing."""
        volatile = self.entities[entity].volatile
        seen = {name: value for name, value in row.items() if name not in volatile} if volatile else row
        return number([entity, seen])

    def places(self, entity: str) -> dict[Key, int]:
        """Key to position among the rows of the spec."""
        if entity not in self._places:
            self._places[entity] = {key: at for at, key in enumerate(self.tables[entity])}
        return self._places[entity]

    def index(self, entity: str, field: str) -> dict[Any, list[Key]]:
        """Value of `field` to the keys of the base rows that have it."""
        at = (entity, field)
        if at not in self._indexes:
            made: dict[Any, list[Key]] = {}
            for key, row in self.tables[entity].items():
                made.setdefault(hashable(row.get(field)), []).append(key)
            self._indexes[at] = made
        return self._indexes[at]


def _with_singletons(spec: WorldSpec) -> dict[str, list[Row]]:
    rows = dict(spec.rows)
    for name, entity in spec.entities.items():
        if entity.singleton and not rows.get(name):
            rows[name] = [{}]
    return rows


def hashable(value: Any) -> Any:
    """A value as an index key: 1 and True stay apart, lists and objects are found by their canonical text."""
    if isinstance(value, (bool, list, dict)):
        return (type(value).__name__, repr(value))
    return value


def key_of(entity: EntitySpec, row: Row) -> Key:
    """The key of a row: its value, a tuple for composite keys, `()` for a singleton."""
    if isinstance(entity.key, str):
        return row[entity.key]
    return tuple(row[name] for name in entity.keys)


def fitted(entity: EntitySpec, row: Row) -> Row:
    """The row with every field of its entity, canonical and rounded. Raises ValueRefused for what does not fit."""
    for name in row:
        if name not in entity.fields:
            raise ValueRefused(f"field {name!r} is not declared; expected one of {list(entity.fields)}")
    return updated(entity, {}, {**entity.defaults, **row})


def updated(entity: EntitySpec, row: Row, fields: Row) -> Row:
    """A row of the state with some fields written anew, each canonical, rounded and checked as `fitted` does."""
    written = {name: _field_value(entity, name, value) for name, value in fields.items()}
    return {**row, **written}


def _field_value(entity: EntitySpec, name: str, value: Any) -> Any:
    field = entity.fields[name]
    value = canonical(value)
    value = rounded(value, field.decimals) if field.decimals is not None else value
    if name in entity.keys and (isinstance(value, bool) or not isinstance(value, (str, int))):
        said = "null" if value is None else f"{value!r:.80}"
        raise ValueRefused(f"key field {name!r} is {said}; expected a text or an integer")
    if value is not None:
        _check_field(name, field, value)
    return value


_TYPES: dict[str, Any] = {"string": str, "number": (int, float), "integer": int, "boolean": bool, "array": list, "object": dict}


def _check_field(name: str, field: FieldSpec, value: Any) -> None:
    if field.enum is not None and not any(same(value, option) for option in field.enum):
        raise ValueRefused(f"field {name!r} is {value!r:.80}; expected one of {list(field.enum)}")
    if field.type is not None and (not isinstance(value, _TYPES[field.type]) or isinstance(value, bool) != (field.type == "boolean")):
        raise ValueRefused(f"field {name!r} is {value!r:.80}; expected {field.type}")


class State:
    """One live state. `changed` maps (entity, key) to a row, or to None where a base row was deleted."""

    __slots__ = ("base", "changed", "counters", "sum", "writes")

    def __init__(self, base: Base) -> None:
        self.base = base
        self.changed: dict[tuple[str, Key], Row | None] = {}
        self.counters: dict[str, int] = {}
        self.writes = 0
        self.sum = base.sum

    def fork(self) -> State:
        """An independent copy; costs the size of the overlay."""
        other = State.__new__(State)
        other.base = self.base
        other.changed = self.changed.copy()
        other.counters = self.counters.copy()
        other.writes = self.writes
        other.sum = self.sum
        return other

    @property
    def digest(self) -> str:
        """64 hex digits over all rows, whatever the order of the writes that led there."""
        return f"{self.sum:064x}"

    def get(self, entity: str, key: Key) -> Row | None:
        """The row with that key, or None."""
        found = self.changed.get((entity, key), _GONE) if self.changed else _GONE
        return self.base.tables[entity].get(key) if found is _GONE else found  # type: ignore[return-value]

    def rows(self, entity: str) -> Iterator[Row]:
        """All rows in order: base rows at their place, then inserted ones."""
        table, changed = self.base.tables[entity], self.changed
        for key, row in table.items():
            now = changed.get((entity, key), row)
            if now is not None:
                yield now
        for (name, key), new in changed.items():
            if name == entity and new is not None and key not in table:
                yield new

    def find(self, entity: str, field: str, value: Any) -> Iterator[Row]:
        """The rows whose `field` equals `value`, in the order of `rows`."""
        table, changed = self.base.tables[entity], self.changed
        keys = self.base.index(entity, field).get(hashable(value), [])
        mine = [(key, row) for (name, key), row in changed.items() if name == entity] if changed else []
        moved = {key for key, row in mine if row is not None and key in table and same(row.get(field), value)}
        if not moved.issubset(keys):
            keys = sorted(moved.union(keys), key=self.base.places(entity).__getitem__)
        for key in keys:
            row = changed.get((entity, key), table[key]) if mine else table[key]
            if row is not None and same(row.get(field), value):
                yield row
        for key, new in mine:
            if new is not None and key not in table and same(new.get(field), value):
                yield new

    def put(self, entity: str, key: Key, row: Row | None) -> None:
        """Write a row that `fitted` or `updated` made, or delete it with None."""
        old = self.get(entity, key)
        if old is not None:
            self.sum = (self.sum - self.base.weight(entity, old)) % _MODULUS
        if row is not None:
            self.sum = (self.sum + self.base.weight(entity, row)) % _MODULUS
        base = self.base.tables[entity].get(key)
        if row is base or (row is not None and base is not None and same(row, base)):
            self.changed.pop((entity, key), None)
        else:
            self.changed[(entity, key)] = row


def diff(old: State, new: State, touched: Iterable[tuple[str, Key]] | None = None) -> list[dict[str, Any]]:
    """What changed from `old` to `new`, one entry a row: insert with the row, delete with the row, set with old and new values.

    `touched` names the rows to look at where they are known; else all changed ones are.
    """
    changes = []
    for entity, key in dict.fromkeys(touched) if touched is not None else {**old.changed, **new.changed}:
        was, now = old.get(entity, key), new.get(entity, key)
        if not same(was, now):
            changes.append({"entity": entity, "key": list(key) if isinstance(key, tuple) else key, **_change(was, now)})
    return changes


def _change(was: Row | None, now: Row | None) -> dict[str, Any]:
    if was is None:
        return {"op": "insert", "row": dict(now or {})}
    if now is None:
        return {"op": "delete", "row": dict(was)}
    return {"op": "set", "fields": {name: [was[name], now[name]] for name in now if not same(was[name], now[name])}}
