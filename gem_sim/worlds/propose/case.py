"""One set of arguments under test: what the parts of a tool's expressions come to with it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from gem_sim.worlds.canonical import ValueRefused
from gem_sim.worlds.language.errors import Unusable
from gem_sim.worlds.language.loops import elements
from gem_sim.worlds.language.scope import NotFound
from gem_sim.worlds.propose.view import View
from gem_sim.worlds.run import Run
from gem_sim.worlds.world import World

FAULTS = (NotFound, Unusable, ValueRefused)


class Case:
    """The arguments, and a frame in which they are bound. `faults` names the `let` that could not be evaluated."""

    def __init__(self, view: View, world: World, arguments: dict[str, Any]) -> None:
        self.view = view
        self.arguments = arguments
        self.run = Run(world._state, world.seed, world.spec)  # noqa: SLF001  (a search reads the state without copying rows)
        self.frame: list[Any] = [None] * view.size
        self.frame[0] = self.run
        self.at: dict[int, int | None] = {}
        self.faults: dict[str, Exception] = {}
        for name, slot in view.slots.items():
            self.frame[slot] = arguments[name] if name in arguments else view.properties[name].get("default")
        for name, (slot, node) in view.lets.items():
            try:
                self.frame[slot] = self.raw(node)
            except FAULTS as fault:
                self.faults[name] = fault

    def raw(self, node: ast.expr) -> Any:
        """What a part comes to, rows as they are stored. Raises one of FAULTS."""
        run = self.view.typed(node).run
        if len(self.frame) < self.view.size:
            self.frame += [None] * (self.view.size - len(self.frame))
        return run(self.frame)

    def value(self, node: ast.expr) -> Any:
        """What a part comes to as a JSON value, null where it cannot be evaluated."""
        run = self.view.valued(node)
        if len(self.frame) < self.view.size:
            self.frame += [None] * (self.view.size - len(self.frame))
        try:
            return run(self.frame)
        except FAULTS:
            return None

    def fault(self, node: ast.expr) -> Exception | None:
        """Why a part cannot be evaluated, or None where it can."""
        try:
            self.raw(node)
        except FAULTS as fault:
            return fault
        return None

    def true(self, node: ast.expr) -> bool | None:
        """Whether a part comes to something true; None where it cannot be evaluated."""
        try:
            return bool(self.raw(node))
        except FAULTS:
            return None

    def missing(self, node: ast.expr) -> bool:
        """Whether a look-up in a part finds no row."""
        with suppress(Unusable, ValueRefused):
            try:
                self.raw(node)
            except NotFound:
                return True
        return False

    def attempt(self, node: ast.expr) -> Any:
        """What a part comes to, rows as they are stored; null where it cannot be evaluated."""
        try:
            return self.raw(node)
        except FAULTS:
            return None

    def items(self, node: ast.expr) -> Sequence[Any]:
        """The elements that a part comes to, rows as they are stored; none where it is no list."""
        found = self.attempt(node)
        return found if isinstance(found, Sequence) and not isinstance(found, str) else []

    def held(self, node: ast.expr, field: Any) -> list[Any]:
        """What the objects in a list hold in a field."""
        return [row[field] for row in self.items(node) if isinstance(row, dict) and isinstance(field, str) and field in row]

    def rounds(self, loop: ast.comprehension) -> Iterator[int]:
        """Bind the names of a loop to each of its elements in turn; gives their places."""
        slots = self.slots(loop)
        try:
            items = elements(self.attempt(loop.iter))
        except Unusable:
            return
        for at, item in enumerate(items):
            self.bind(slots, item, at)
            yield at
        self.bind(slots, None, None)

    def slots(self, loop: ast.comprehension) -> list[int]:
        """Where the names of a loop are bound."""
        names = loop.target.elts if isinstance(loop.target, ast.Tuple) else [loop.target]
        return [self.view.loops[name].slot for name in names]

    def bind(self, slots: list[int], item: Any, at: int | None) -> None:
        """Put an element, and the place it stands at, into the slots of a loop."""
        if len(self.frame) < self.view.size:
            self.frame += [None] * (self.view.size - len(self.frame))
        values = item if len(slots) > 1 and isinstance(item, list) else [item] * len(slots)
        for slot, value in zip(slots, values, strict=False):
            self.frame[slot] = value
            self.at[slot] = at
