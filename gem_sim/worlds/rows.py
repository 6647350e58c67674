"""Rows found in a state, as a sequence that is made up only as far as somebody looks at it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any

from gem_sim.worlds.base import Key, Row, Table

Part = tuple[int, int, Row | None]
"""A stretch of base keys, from and to, or one row of the overlay."""


class Rows(Sequence[Row]):
    """The base rows with these keys, less those that the overlay took away, with those that it changed or added in their places."""

    __slots__ = ("_keys", "_parts", "_size", "_table")

    def __init__(self, table: Table, keys: Sequence[Key], parts: list[Part]) -> None:
        self._table = table
        self._keys = keys
        self._parts = parts
        self._size = sum(end - start if row is None else 1 for start, end, row in parts)

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Row]:
        base, keys = self._table.rows, self._keys
        for start, end, row in self._parts:
            if row is not None:
                yield row
            else:
                for at in range(start, end):
                    yield base[keys[at]]

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            start, stop, step = at.indices(self._size)
            return [self._at(place) for place in range(start, stop, step)]
        return self._at(at if at >= 0 else self._size + at)

    def _at(self, place: int) -> Row:
        for start, end, row in self._parts:
            length = 1 if row is not None else end - start
            if place < length:
                return row if row is not None else self._table.rows[self._keys[start + place]]
            place -= length
        raise IndexError(place)


def overlaid(table: Table, keys: Sequence[Key], over: dict[Key, Row | None], chosen: dict[Key, Row]) -> Rows:
    """The rows with base keys `keys`, seen through the overlay `over` of which `chosen` rows belong to the find."""
    places = table.places
    cuts: list[tuple[int, int, Row | None]] = []
    for key in over:
        if key in table.rows:
            at = bisect_left(keys, places[key], key=places.__getitem__)
            held = at < len(keys) and keys[at] == key
            if held or key in chosen:
                cuts.append((at, at + held, chosen.get(key)))
    cuts.sort(key=lambda cut: (cut[0], cut[1]))
    parts: list[Part] = []
    reached = 0
    for at, after, row in cuts:
        parts += [(reached, at, None)] if at > reached else []
        parts += [(at, at, row)] if row is not None else []
        reached = after
    parts += [(reached, len(keys), None)] if len(keys) > reached else []
    return Rows(table, keys, parts + [(0, 0, row) for key, row in chosen.items() if key not in table.rows])
