"""What the expressions of a tool use each of its parameters for."""

from __future__ import annotations

import ast
from typing import Any

from gem_sim.worlds.propose.view import Param, View, called, every

_USES = {
    "arithmetic": ("expression",),
    "convert": ("", "unit", "other unit"),
    "number": ("number",),
    "days": ("date", "date"),
    "years": ("date", "date"),
    "minutes": ("date-time", "date-time"),
    "plus_days": ("date",),
    "plus_months": ("date",),
    "plus_minutes": ("date-time",),
    "weekday": ("date",),
    "date": ("date-time",),
    "is_date": ("date",),
}
"""What functions take their arguments for."""


class Roles:
    """What the expressions of a tool use each parameter for."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.keys: dict[str, str] = {}
        self.cursors: set[str] = set()
        self.searches: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        self.constants: dict[str, list[Any]] = {}
        self.uses: dict[str, str] = {}
        about = view.about
        writes = [
            source for effect in about.do for fields in ([effect.set or {}], (effect.insert or {}).values()) for group in fields for source in group.values()
        ]
        trees = [view.readable(source) for source in (about.return_, *writes)]
        for tree in (*view.tests, *(node for _, node in view.lets.values()), *(tree for tree in trees if tree is not None)):
            for node in every(tree):
                self._read(node)

    def _name(self, node: ast.expr | None) -> str | None:
        binding = self.view.bound.get(node) if node is not None else None
        return binding.name if isinstance(binding, Param) else None

    def _read(self, node: ast.expr) -> None:
        keyed = self.view.keys(node)
        if keyed is not None and keyed[1]:
            name = self._name(keyed[1][-1])
            if name is not None:
                self.keys.setdefault(name, keyed[0])
        if isinstance(node, ast.Call) and called(node) == "page" and (name := self._name(node.args[2] if len(node.args) > 2 else None)):
            self.cursors.add(name)
        if isinstance(node, ast.Call):
            for arg, use in zip(node.args, _USES.get(called(node), ()), strict=False):
                if use and (name := self._name(arg)):
                    self.uses.setdefault(name, use)
        if isinstance(node, ast.Call) and called(node) == "search":
            self._read_search(node)
        if isinstance(node, ast.Compare):
            self._read_constants(node)

    def _read_search(self, node: ast.Call) -> None:
        of = self.view.typed(node.args[0]).of
        name = self._name(node.args[1]) if len(node.args) > 1 else None
        if of is not None and name is not None:
            fields = tuple(arg.value for arg in node.args[2:] if isinstance(arg, ast.Constant) and isinstance(arg.value, str))
            self.searches.setdefault(name, []).append((of.table.name, fields))

    def _read_constants(self, node: ast.Compare) -> None:
        """Numbers and texts that a parameter, or something that it decides, is compared with, and their neighbours."""
        sides = [node.left, *node.comparators]
        values = [part.value for side in sides for part in every(side) if isinstance(part, ast.Constant)]
        near = [value + step for value in values if isinstance(value, (int, float)) and not isinstance(value, bool) for step in (-1, 0, 1)]
        for name in frozenset().union(*(self.view.depends[side] for side in sides)):
            known = self.constants.setdefault(name, [])
            known += [value for value in [*near, *(value for value in values if isinstance(value, str))] if value not in known]
