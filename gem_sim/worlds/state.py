"""The state of a world: an immutable base that all worlds of a spec share, and a copy-on-write overlay.

Forking shares the overlay too, until one side writes; so it costs the same at any number of rows. Rows are never changed
in place. Knows nothing of tools or expressions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gem_sim.worlds.base import MODULUS, Base, Key, Row, Table, hashable
from gem_sim.worlds.canonical import private, same
from gem_sim.worlds.rows import Rows, overlaid
from gem_sim.worlds.spec import PLACE

_GONE: Any = object()
_FEW = 40
"""Up to here a list is made faster than a view."""
_NOTHING: dict[Key, Row | None] = {}


class State:
    """One live state. `changed` maps an entity to the rows that differ from the base, None where a base row was deleted."""

    __slots__ = ("base", "changed", "counters", "owned", "pending", "sum", "writes")

    def __init__(self, base: Base) -> None:
        self.base = base
        self.changed: dict[str, dict[Key, Row | None]] = {}
        self.counters: dict[str, int] = {}
        self.writes = 0
        self.owned: set[str] = set()
        self.sum = base.sum
        self.pending: list[tuple[Table, Row | None, Row | None]] = []

    def fork(self) -> State:
        """An independent copy; what was written so far is shared until either writes to the same entity."""
        other = State.__new__(State)
        other.base = self.base
        other.changed = self.changed.copy()
        other.counters = self.counters
        other.writes = self.writes
        other.owned = set()
        self.owned = set()
        other.sum = self.sum
        other.pending = self.pending.copy()
        return other

    @property
    def digest(self) -> str:
        """64 hex digits over all rows, whatever the order of the writes that led there."""
        if self.pending:
            total = self.sum
            for table, old, new in self.pending:
                total += table.weigh(new) - table.weigh(old)
            self.sum = total % MODULUS
            self.pending = []
        return f"{self.sum:064x}"

    def restore(self, changed: dict[str, dict[Key, Row | None]], digest: str) -> None:
        """Take over an overlay and the digest that belongs to it."""
        self.changed = changed
        self.sum = int(digest, 16)

    def get(self, table: Table, key: Key) -> Row | None:
        """The row with that key, or None."""
        over = self.changed.get(table.name)
        if over is not None:
            row = over.get(key, _GONE)
            if row is not _GONE:
                return row  # type: ignore[no-any-return]
        return table.rows.get(key)

    def rows(self, table: Table) -> Sequence[Row]:
        """All rows in order: base rows at their place, then inserted ones."""
        over = self.changed.get(table.name)
        if over:
            return overlaid(table, table.order, over, {key: row for key, row in over.items() if row is not None})
        return list(table.rows.values()) if len(table.rows) <= _FEW else Rows(table, table.order, [(0, len(table.rows), None)])

    def find(self, table: Table, field: str, value: Any) -> Sequence[Row]:
        """The rows whose `field` equals `value`, in the order of `rows`."""
        keys = table.index(field).get(hashable(value), ())
        over = self.changed.get(table.name)
        if over:
            return overlaid(table, keys, over, {key: row for key, row in over.items() if row is not None and same(row[field], value)})
        return [table.rows[key] for key in keys] if len(keys) <= _FEW else Rows(table, keys, [(0, len(keys), None)])

    def inside(self, table: Table, home: Key) -> Sequence[Row]:
        """The rows of a nested table that live in the parent with key `home`."""
        if not table.outer:
            return self.rows(table)
        keys = table.index(table.outer).get(home if isinstance(home, tuple) else (home,), ())
        over = self.changed.get(table.name)
        if over:
            return overlaid(table, keys, over, {key: row for key, row in over.items() if row is not None and table.home_of(row) == home})
        return [table.rows[key] for key in keys] if len(keys) <= _FEW else Rows(table, keys, [(0, len(keys), None)])

    def put(self, table: Table, key: Key, row: Row | None) -> Row | None:
        """Write a row that the table has fitted, or delete it with None; gives what was there."""
        old = self.get(table, key)
        over = self.changed.get(table.name, _NOTHING)
        if table.name not in self.owned:
            over = self.changed[table.name] = over.copy()
            self.owned.add(table.name)
        base = table.rows.get(key)
        if row is base or (row is not None and row == base and same(row, base)):
            over.pop(key, None)
            if not over:
                del self.changed[table.name]
                self.owned.discard(table.name)
        else:
            over[key] = row
        self.pending.append((table, old, row))
        return old


def shown(state: State, table: Table, row: Row) -> Row:
    """A private copy of a row with the rows that live in it."""
    made = table.private(row)
    for child in table.children:
        made[child.field] = _inside(state, child, table.key_of(row))
    return made


def _inside(state: State, child: Table, home: Key) -> Any:
    found = []
    for row in state.inside(child, home):
        whole = shown(state, child, row)
        found.append((row, {name: value for name, value in whole.items() if name not in child.outer}))
    if child.entity.shape == "map":
        return {str(row[child.entity.own_keys[0]]): whole for row, whole in found}
    return [whole for _, whole in found]


Change = tuple[Table, Key, Row | None, Row | None]
"""A table, a key, the row that was there and the row that is."""


def described(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Changes as JSON, one entry a row that differs: insert with the row, delete with the row, set with old and new values."""
    return [entry for change in changes if (entry := _entry(*change)) is not None]


def diff(old: State, new: State) -> list[dict[str, Any]]:
    """What changed from `old` to `new`."""
    changes: list[Change] = []
    for name, table in old.base.tables.items():
        keys = {**old.changed.get(name, _NOTHING), **new.changed.get(name, _NOTHING)}
        changes += [(table, key, old.get(table, key), new.get(table, key)) for key in keys]
    return described(changes)


def _entry(table: Table, key: Key, was: Row | None, now: Row | None) -> dict[str, Any] | None:
    if was is now:
        return None
    place = list(key) if type(key) is tuple else key
    if was is None or now is None:
        return {"entity": table.name, "key": place, "op": "insert" if was is None else "delete", "row": table.private(now or was or {})}
    fields = {}
    for name, value in now.items():
        old = was[name]
        if old is not value and not same(old, value) and name != PLACE:
            fields[name] = [private(old), private(value)]
    return {"entity": table.name, "key": place, "op": "set", "fields": fields} if fields else None
