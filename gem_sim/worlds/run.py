"""One running call: what its expressions may use beside their arguments."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from gem_sim.worlds.base import Table
from gem_sim.worlds.language.errors import Unusable
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.state import State

MAX_STEPS = 1_000_000


class Run:
    """State to read, virtual clock, ids, and a count of steps that ends runaway work."""

    __slots__ = ("_now", "counters", "seed", "spec", "state", "steps")

    def __init__(self, state: State, seed: int, spec: WorldSpec) -> None:
        self.state = state
        self.seed = seed
        self.spec = spec
        self.steps = 0
        self.counters = state.counters
        self._now = ""

    @property
    def now(self) -> str:
        """Virtual time, ISO 8601 to the second; it stands still during a call."""
        if not self._now:
            self._now = _later(self.spec.clock, self.state.writes)
        return self._now

    def spend(self, steps: int) -> None:
        """Count work. Raises Unusable when the call has used up its steps."""
        self.steps += steps
        if self.steps > MAX_STEPS:
            raise Unusable(f"the call took more than {MAX_STEPS} steps")

    def next_id(self, table: Table) -> Any:
        """A counted id that no row of the table has; the state counts on only when the call has worked."""
        if self.counters is self.state.counters:
            self.counters = self.counters.copy()
        name, field = table.name, table.keys[-1]
        numeric = table.columns[field].type == "integer"
        while True:
            count = self.counters[name] = self.counters.get(name, 0) + 1
            number = _first_number(name, self.seed) + count
            key = number if numeric else f"{table.prefix}{number}"
            taken = self.state.get(table, key) is not None if len(table.keys) == 1 else bool(self.state.find(table, field, key))
            if not taken:
                return key
            self.spend(1)

    def draw(self, name: str, low: int, high: int) -> int:
        """The next number of a named stream, which goes on only when the call has worked."""
        if self.counters is self.state.counters:
            self.counters = self.counters.copy()
        count = self.counters[f"draw {name}"] = self.counters.get(f"draw {name}", 0) + 1
        return low + _hashed(f"{self.seed}/draw/{name}/{count}") % (high - low + 1)


@lru_cache(maxsize=4096)
def _later(clock: str, minutes: int) -> str:
    return (datetime.fromisoformat(clock) + timedelta(minutes=minutes)).isoformat(timespec="seconds")


@lru_cache(maxsize=4096)
def _first_number(entity: str, seed: int) -> int:
    """Where the ids of an entity begin to count: another place for another seed."""
    return 10_000 + _hashed(f"{seed}/id/{entity}") % 80_000


def _hashed(stream: str) -> int:
    return int.from_bytes(hashlib.blake2b(stream.encode(), digest_size=8).digest(), "big")
