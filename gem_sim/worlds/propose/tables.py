"""Rows of a live world by sample and by value. Never goes over a large table row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from heapq import nlargest, nsmallest
from itertools import islice
from math import gcd
from random import Random
from typing import Any

from gem_sim.worlds.base import Key, Row, Table
from gem_sim.worlds.canonical import same
from gem_sim.worlds.spec import PLACE, WorldSpec
from gem_sim.worlds.state import State

SCAN = 300
"""Up to so many rows, or different values of a field, are looked through one by one."""
GROUPS = 24
"""So many groups of rows that share a value are looked at, the largest or the smallest."""
_ROWS_A_VALUE = 3


class Tables:
    """The rows of one state, in an order that a stream draws."""

    def __init__(self, spec: WorldSpec, state: State, stream: Random) -> None:
        self.spec = spec
        self.state = state
        self.stream = stream

    def table(self, entity: str) -> Table:
        """The table of an entity."""
        return self.state.base.tables[entity]

    def sample(self, table: Table, count: int) -> Iterator[Row]:
        """Some rows, each once."""
        return self._some(self.state.rows(table), count)

    def _some(self, rows: Sequence[Row], count: int) -> Iterator[Row]:
        """Rows from a drawn place on in drawn steps: none comes twice, and none is looked at before it is wanted."""
        size = len(rows)
        if size:
            at, step = self.stream.randrange(size), self.stream.randrange(1, size + 1)
            while gcd(step, size) > 1:
                step += 1
            for turn in range(min(count, size)):
                yield rows[(at + turn * step) % size]

    def having(self, table: Table, values: dict[str, Any], count: int) -> Iterator[Row]:
        """Some rows with exactly these values."""
        if not values:
            return self.sample(table, count)
        (field, value), *others = values.items()
        found = self.state.find(table, field, value)
        if not others:
            return self._some(found, count)
        return islice((row for row in self._some(found, SCAN) if all(same(row.get(name), other) for name, other in others)), count)

    def where(self, table: Table, field: str, test: Callable[[Any], bool], count: int) -> Iterator[Row]:
        """Some rows whose field passes a test; in a large table by way of the values that the field takes."""
        rows = self.state.rows(table)
        if len(rows) <= SCAN or field == PLACE:
            passing = (row for row in self._some(rows, SCAN) if test(row.get(field)))
            yield from islice(passing, count)
            return
        over = self.state.changed.get(table.name, {})
        yield from islice((row for row in over.values() if row is not None and test(row.get(field))), count)
        yield from islice(self._by_value(table, field, test), count)

    def _by_value(self, table: Table, field: str, test: Callable[[Any], bool]) -> Iterator[Row]:
        index = table.index(field)
        if len(index) > SCAN:
            yield from (row for row in self.sample(table, SCAN) if test(row.get(field)))
            return
        passing = [keys for keys in index.values() if test(table.rows[keys[0]].get(field))]
        self.stream.shuffle(passing)
        for turn in range(_ROWS_A_VALUE * 4 if len(passing) < 4 else _ROWS_A_VALUE):
            for keys in passing:
                if turn < len(keys):
                    key = keys[turn] if len(keys) <= _ROWS_A_VALUE else self.stream.choice(keys)
                    row = self.state.get(table, key)
                    if row is not None and test(row.get(field)):
                        yield row

    def by_size(self, table: Table, fields: str | tuple[str, ...], *, largest: bool) -> list[Row]:
        """One row for each of some values, those that most rows (or fewest) share first."""
        found = (self.state.get(table, key) for key in self.spec.once(f"propose/sizes/{table.name}/{fields}/{largest}", lambda: _sizes(table, fields, largest)))
        return [row for row in found if row is not None]

    def unknown(self, table: Table, field: str, like: Any = None) -> Iterator[Any]:
        """Values of the form of a key that no row has."""
        known = like if like is not None else next((row[field] for row in self.sample(table, 1)), None)
        for _ in range(40):
            value = _redrawn(known, self.stream) if known is not None else f"{table.name[:3].upper()}-{self.stream.randint(1_000, 9_999)}"
            if not self.state.find(table, field, value):
                yield value


def _sizes(table: Table, fields: str | tuple[str, ...], largest: bool) -> list[Key]:
    """The key of one base row for each of some values."""
    choose = nlargest if largest else nsmallest
    return [keys[0] for keys in choose(GROUPS, table.index(fields).values(), key=len)]


def _redrawn(known: Any, stream: Random) -> Any:
    """The value with other digits, or with other letters where it has none."""
    if isinstance(known, int):
        return stream.randint(max(known, 1_000), max(known, 1_000) * 9)
    if not isinstance(known, str) or not known:
        return f"K-{stream.randint(1_000, 9_999)}"
    if sum(char.isdigit() for char in known) >= 2:
        return "".join(str(stream.randint(0, 9)) if char.isdigit() else char for char in known)
    return f"{known}{stream.choice('-_')}{stream.randint(10, 99)}" if stream.random() < 0.5 else "".join(stream.sample(known, len(known)))
