"""The state of a world: an immutable base that all worlds of a spec share, and a copy-on-write overlay.

Forking shares the overlay too, until one side writes; so it costs the same at any number of rows. Rows are never changed
in place. Knows nothing of tools or expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from gem_sim.worlds.base import MODULUS, Base, Key, Row, Table, hashable
from gem_sim.worlds.canonical import private, same
from gem_sim.worlds.rows import overlaid
from gem_sim.worlds.spec import PLACE

_FEW = 40
"""Up to here a list is made faster than a view."""
_NOTHING: dict[Key, Row | None] = {}
Change = tuple[Table, Key, Row | None, Row | None]
"""A table, a key, the row that was there and the row that is."""
Mark = tuple[dict[str, dict[Key, Row | None]], int]
"""The overlay at one moment, and how many writes its digest has yet to take in."""


class State:
    """One live state. `changed` maps an entity to the rows that differ from the base, None where a base row was deleted."""

    __slots__ = ("base", "changed", "counters", "hexadecimal", "owned", "pending", "sum", "writes")

    def __init__(self, base: Base) -> None:
        self.base = base
        self.changed: dict[str, dict[Key, Row | None]] = {}
        self.counters: dict[str, int] = {}
        self.writes = 0
        self.owned: set[str] = set()
        self.sum = base.sum
        self.hexadecimal = f"{base.sum:064x}"
        self.pending: list[Change] = []

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
        other.hexadecimal = self.hexadecimal
        other.pending = self.pending.copy()
        return other

    @property
    def digest(self) -> str:
        """64 hex digits over all rows, whatever the order of the writes that led there."""
        if self.pending:
            total = self.sum
            for table, key, old, new in self.pending:
                total += table.weight(key, new) - table.weight(key, old)
            self.sum = total % MODULUS
            self.hexadecimal = f"{self.sum:064x}"
            self.pending = []
        return self.hexadecimal

    def mark(self) -> Mark:
        """This moment, to come `back` to; whatever is written from now on leaves the overlay of now as it is."""
        self.owned.clear()
        return self.changed.copy(), len(self.pending)

    def back(self, mark: Mark) -> None:
        """Take back all writes since `mark`, the order of rows included."""
        self.changed = mark[0]
        del self.pending[mark[1] :]
        self.owned.clear()

    def restore(self, changed: dict[str, dict[Key, Row | None]], digest: str) -> None:
        """Take over an overlay and the digest that belongs to it."""
        self.changed = changed
        self.sum = int(digest, 16)
        self.hexadecimal = f"{self.sum:064x}"

    def get(self, table: Table, key: Key) -> Row | None:
        """The row with that key, or None."""
        row, over = table.rows.get(key), self.changed.get(table.name)
        return row if over is None else over.get(key, row)

    def rows(self, table: Table) -> Sequence[Row]:
        """All rows in order: base rows at their place, then inserted ones."""
        return self._seen(table, table.order, lambda _: True)

    def find(self, table: Table, field: str, value: Any) -> Sequence[Row]:
        """The rows whose `field` equals `value`, in the order of `rows`."""
        keys = table.index(field).get(hashable(value), ())
        if type(value) is str:
            return self._seen(table, keys, lambda row: row[field] == value)
        return self._seen(table, keys, lambda row: same(row[field], value))

    def inside(self, table: Table, home: Key) -> Sequence[Row]:
        """The rows of a nested table that live in the parent with key `home`."""
        if not table.outer:
            return self.rows(table)
        keys = table.index(table.outer if len(table.outer) > 1 else table.outer[0]).get(home, ())
        return self._seen(table, keys, lambda row: table.home_of(row) == home)

    def _seen(self, table: Table, keys: Sequence[Key], fits: Callable[[Row], bool]) -> Sequence[Row]:
        """The rows that fit, of which the base has those with these keys."""
        base, over = table.rows, self.changed.get(table.name, _NOTHING)
        moved: list[Key] = []
        added: list[Key] = []
        for key, row in over.items():
            held = key in base
            if (row is not None and fits(row)) != (held and fits(base[key])):
                (moved if held else added).append(key)
        if not moved and len(keys) <= _FEW:
            return [over.get(key) or base[key] for key in keys] + [over[key] for key in added]  # type: ignore[misc]
        self.owned.discard(table.name)  # the view holds on to the overlay, so the next write makes another
        return overlaid(table, keys, over, moved, added)

    def put(self, table: Table, key: Key, row: Row | None) -> Row | None:
        """Write a row that the table has fitted, or delete it with None; gives what was there."""
        name, base = table.name, table.rows.get(key)
        over = self.changed.get(name, _NOTHING)
        old = over.get(key, base)
        if name not in self.owned:
            over = self.changed[name] = over.copy()
            self.owned.add(name)
        if row is base or (row is not None and row == base and same(row, base)):
            over.pop(key, None)
            if not over:
                del self.changed[name]
                self.owned.discard(name)
        else:
            over[key] = row
        self.pending.append((table, key, old, row))
        return old


def shown(state: State, table: Table, row: Row) -> Row:
    """A private copy of a row with the rows that live in it."""
    made = table.private(row)
    return _completed(state, table, row, made) if table.children else made


def _completed(state: State, table: Table, row: Row, made: Row) -> Row:
    for child in table.children:
        made[child.field] = _inside(state, child, table.key_of(row))
    return made


def _inside(state: State, child: Table, home: Key) -> Any:
    rows = state.inside(child, home)
    whole = [_completed(state, child, row, child.inner(row)) for row in rows]
    if child.entity.shape == "map":
        return {str(row[child.entity.own_keys[0]]): made for row, made in zip(rows, whole, strict=True)}
    return whole


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
