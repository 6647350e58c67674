"""What an expression may see: the machine of the running call, the names in reach and what is known of their values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from gem_sim.worlds.functions import Clock
from gem_sim.worlds.state import State

Frame = list[Any]
"""First element the machine of the call, the others the values of names by slot."""
Closure = Callable[[Frame], Any]


class Machine(Clock, Protocol):
    """What a running expression may use: state to read, clock, ids and a counter that ends runaway work."""

    state: State

    def tick(self) -> None:
        """Count one step; raises Unusable when the call has used up its steps."""

    def next_id(self, entity: str) -> str:
        """A fresh id for a row of `entity`."""


class NotFound(Exception):
    """A look-up `Entity(key)` without a row: the call fails with `not_found`."""

    def __init__(self, entity: str, key: Any) -> None:
        super().__init__(f"{entity} {key!r} not found" if key is not None else f"{entity} not found")


@dataclass(frozen=True)
class Of:
    """What is known of a value before it runs: rows of `entity`, one or `many`."""

    entity: str
    many: bool = False


class Typed(NamedTuple):
    """A closure and what is known of its values."""

    run: Closure
    of: Of | None = None


class Scope:
    """The names an expression may use, with their slots.

    `entities` maps a name to its key fields, `fields` to all of its fields, `singletons` a lower-case name to its entity.
    """

    def __init__(self, entities: dict[str, tuple[str, ...]], fields: dict[str, tuple[str, ...]], singletons: dict[str, str]) -> None:
        self.entities = entities
        self.fields = fields
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
