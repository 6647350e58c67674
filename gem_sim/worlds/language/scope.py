"""What an expression may see: the running call, the names in reach and what is known of their values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from gem_sim.worlds.base import Table
from gem_sim.worlds.language.functions.need import Clock
from gem_sim.worlds.state import State

MAX_SAID = 300
"""Characters of the message of a look-up without a row."""
Frame = list[Any]
"""First element the run of the call, the others the values of names by slot."""
Closure = Callable[[Frame], Any]


class Run(Clock, Protocol):
    """What a running expression may use: a state to read, clock, ids and a counter that ends runaway work."""

    state: State

    def next_id(self, table: Table) -> Any:
        """A fresh id for a row of the table."""

    def draw(self, name: str, low: int, high: int) -> int:
        """The next number of a named stream."""


class NotFound(Exception):
    """A look-up `Entity(key)` without a row: the call fails with `not_found`."""

    def __init__(self, table: Table, key: Any) -> None:
        super().__init__(table.said(key)[:MAX_SAID])


@dataclass(frozen=True)
class Of:
    """What is known of a value before it runs: rows of `table`, one or `many`."""

    table: Table
    many: bool = False


class Typed(NamedTuple):
    """A closure and what is known of its values. `fresh` values are held by nobody else and hold no stored rows.

    `parts` says for a list of lists, as `zip` makes them, which places hold rows.
    """

    run: Closure
    of: Of | None = None
    fresh: bool = False
    parts: tuple[Of | None, ...] = ()


class Scope:
    """The names an expression may use, with their slots. `singletons` maps a lower-case name to its table."""

    def __init__(self, tables: dict[str, Table], singletons: dict[str, Table]) -> None:
        self.tables = tables
        self.singletons = singletons
        self.slots: dict[str, int] = {}
        self.kinds: dict[str, Of | None] = {}
        self.size = 1

    def add(self, name: str, of: Of | None = None) -> int:
        """A new slot for `name`, which hides an older one of the same name."""
        self.slots[name] = self.size
        self.kinds[name] = of
        self.size += 1
        return self.slots[name]
