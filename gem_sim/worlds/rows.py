"""Rows found in a state, as a sequence that is made up only as far as somebody looks at it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any

from gem_sim.worlds.base import Key, Row, Table

Overlay = dict[Key, Row | None]
"""The rows of a table that differ from the base; None where a base row was deleted."""
Part = tuple[int, int, Row | None]
"""A stretch of keys, from and to, or one row that does not stand under them."""


class Rows(Sequence[Row]):
    """The rows with these base keys, each as the overlay has it, in stretches between which rows are left out or come in.

    The overlay must not change any more.
    """

    __slots__ = ("_keys", "_over", "_parts", "_size", "_table")

    def __init__(self, table: Table, keys: Sequence[Key], over: Overlay, parts: list[Part]) -> None:
        self._table = table
        self._keys = keys
        self._over = over
        self._parts = parts
        self._size = sum(end - start if row is None else 1 for start, end, row in parts)

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Row]:
        base, keys, over = self._table.rows, self._keys, self._over
        for start, end, row in self._parts:
            if row is not None:
                yield row
            else:
                for at in range(start, end):
                    yield over.get(keys[at]) or base[keys[at]]

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            start, stop, step = at.indices(self._size)
            return self._cut(start, stop) if step == 1 else [self[place] for place in range(start, stop, step)]
        place = at if at >= 0 else self._size + at
        if not 0 <= place < self._size:
            raise IndexError(at)
        return self._cut(place, place + 1)[0]

    def _cut(self, start: int, stop: int) -> list[Row]:
        base, over = self._table.rows, self._over
        found: list[Row] = []
        for first, end, row in self._parts:
            if stop <= start:
                break
            length = 1 if row is not None else end - first
            if start < length and row is not None:
                found.append(row)
            elif start < length:
                found += [over.get(key) or base[key] for key in self._keys[first + start : first + min(stop, length)]]
            start, stop = max(start - length, 0), stop - length
        return found


class Backwards(Rows):
    """Rows in the opposite order; still nothing but what is looked at is made up."""

    __slots__ = ("_rows",)

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._size = len(rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows[:][::-1])

    def _cut(self, start: int, stop: int) -> list[Row]:
        found: list[Row] = self._rows[self._size - stop : self._size - start]
        return found[::-1]


def overlaid(table: Table, keys: Sequence[Key], over: Overlay, moved: list[Key], added: list[Key]) -> Rows:
    """The rows with base keys `keys` through an overlay that takes the base rows `moved` out or in and adds rows at the end."""
    places = table.places if moved else {}
    parts: list[Part] = []
    reached = 0
    for key in sorted(moved, key=places.__getitem__):
        at = bisect_left(keys, places[key], key=places.__getitem__)
        goes = at < len(keys) and keys[at] == key
        parts += [(reached, at, None)] if at > reached else []
        parts += [] if goes else [(at, at, over[key])]
        reached = at + goes
    parts += [(reached, len(keys), None)] if len(keys) > reached else []
    return Rows(table, keys, over, parts + [(0, 0, over[key]) for key in added])
