"""Writes of one call: carried out on the state one by one, remembered, and taken back when the call fails after all."""

from __future__ import annotations

from typing import Any

from gem_sim.worlds.base import Key, Row, Table, elements_of, home
from gem_sim.worlds.canonical import ValueRefused
from gem_sim.worlds.language.effort import Counter
from gem_sim.worlds.spec import PLACE
from gem_sim.worlds.state import Change, State


class Journal:
    """What a call wrote, row by row. Every method raises ValueRefused for a write that the world cannot take."""

    def __init__(self, state: State, run: Counter) -> None:
        self.state = state
        self.run = run
        """Pays for looks at many rows: a call that inserts thousands ends before it takes seconds."""
        self.touched: set[str] = set()
        """The entities that were written to."""
        self._start = state.mark()
        self._changes: dict[tuple[str, Key], Change] = {}

    def insert(self, table: Table, fields: Row) -> Key:
        """A new row, with the rows that live in it; gives its key."""
        own, inner = _apart(table, fields)
        if PLACE in table.columns and PLACE not in own:
            own = {**own, PLACE: self._next_place(table, own)}
        row = table.fitted(own)
        key = table.key_of(row)
        self._refuse_clash(table, key, row)
        self._put(table, key, row)
        self._fill(key, inner)
        return key

    def update(self, table: Table, key: Key, fields: Row) -> None:
        """Fields of a row written anew; the rows in a nested field are replaced."""
        old = self.state.get(table, key)
        if old is None:
            raise ValueRefused(f"{table.name} {key!r} is gone")
        own, inner = _apart(table, fields)
        if own:
            row = table.updated(old, own)
            if table.key_of(row) != key:
                raise ValueRefused(f"the key of a {table.name} cannot be changed")
            if table.unique:
                self._refuse_doubles(table, key, row, own)
            self._put(table, key, row)
        if inner:
            for child, _ in inner:
                self._empty(child, key)
            self._fill(key, inner)

    def delete(self, table: Table, key: Key) -> None:
        """A row taken away, with the rows that live in it."""
        for child in table.children:
            self._empty(child, key)
        self._put(table, key, None)

    def undo(self) -> None:
        """Put everything back as it was."""
        self.state.back(self._start)

    def changes(self) -> list[Change]:
        """What was written, in the order of the first writes: each row as it was before and as it is."""
        return list(self._changes.values())

    def _put(self, table: Table, key: Key, row: Row | None) -> None:
        old, place = self.state.put(table, key, row), (table.name, key)
        self.touched.add(table.name)
        self._changes[place] = (table, key, self._changes[place][2] if place in self._changes else old, row)

    def _fill(self, key: Key, inner: list[tuple[Table, Any]]) -> None:
        for child, value in inner:
            for at, fields in enumerate(elements_of(child, value) if value is not None else ()):
                self.insert(child, {**fields, **home(child, key, at)})

    def _empty(self, child: Table, key: Key) -> None:
        for row in list(self.state.inside(child, key)):
            self.delete(child, child.key_of(row))

    def _next_place(self, table: Table, row: Row) -> int:
        others = self.state.inside(table, table.home_of(row))
        self.run.spend(len(others))
        return 1 + max((other[PLACE] for other in others), default=-1)

    def _refuse_clash(self, table: Table, key: Key, row: Row) -> None:
        if self.state.get(table, key) is not None:
            raise ValueRefused(f"{table.name} {key!r} exists already")
        if table.parent and self.state.get(table.parent, table.home_of(row)) is None:
            raise ValueRefused(f"no {table.parent.name} {table.home_of(row)!r} to hold the {table.name}")
        if table.unique:
            self._refuse_doubles(table, key, row, row)

    def _refuse_doubles(self, table: Table, key: Key, row: Row, written: Row) -> None:
        self.run.spend(len(table.unique) * len(self.state.changed.get(table.name, ())))
        for name in table.unique:
            others = self.state.find(table, name, row[name]) if name in written and row[name] is not None else ()
            if any(table.key_of(other) != key for other in others):
                raise ValueRefused(f"another {table.name} has {name} {row[name]!r}")


def _apart(table: Table, fields: Row) -> tuple[Row, list[tuple[Table, Any]]]:
    """The fields that a row holds itself, and the values for the rows that live in it."""
    if not table.children:
        return fields, []
    inner = [(child, fields[child.field]) for child in table.children if child.field in fields]
    held = {child.field for child, _ in inner}
    return {name: value for name, value in fields.items() if name not in held}, inner
