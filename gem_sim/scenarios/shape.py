"""What the tools of a world are good for in a story: which list rows, which show one, which take keys, which insert."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from gem_sim.worlds.plugin.mock import Mock
from gem_sim.worlds.propose import key_parameters
from gem_sim.worlds.spec import ToolSpec, WorldSpec

_LISTING = frozenset({"page", "sort", "reverse", "search", "find", "filter", "below"})
"""Functions whose result is a list of rows or a page of one."""


@dataclass(frozen=True)
class Shape:
    """`keys`: tool to its key parameters and their entities. `lists` and `shows`: entity to tools. `writes`: the assistant's tools that change rows.

    `inserts`: those of them that make a row of an entity. `steps`: the user's tools that change rows. `reads`: the
    assistant's tools that read or work something out. `own`: all tools of the user.
    """

    keys: dict[str, dict[str, str]]
    lists: dict[str, tuple[str, ...]]
    shows: dict[str, str]
    writes: tuple[str, ...]
    inserts: dict[str, str]
    steps: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    own: tuple[str, ...] = ()

    @property
    def answers(self) -> tuple[str, ...]:
        """The assistant's tools that read or work something out, and neither list rows nor show one."""
        taken = {*self.shows.values(), *(name for names in self.lists.values() for name in names)}
        return tuple(name for name in self.reads if name not in taken)

    def without(self, idle: tuple[str, ...]) -> Shape:
        """The shape of a world that has not these tools."""
        lists = {entity: tuple(name for name in names if name not in idle) for entity, names in self.lists.items()}
        writes, steps, reads = (tuple(name for name in names if name not in idle) for names in (self.writes, self.steps, self.reads))
        inserts = {tool: entity for tool, entity in self.inserts.items() if tool not in idle}
        shows = {entity: tool for entity, tool in self.shows.items() if tool not in idle}
        return Shape(self.keys, lists, shows, writes, inserts, steps, reads)


def shape_of(spec: WorldSpec, idle: tuple[str, ...] = ()) -> Shape:
    """The shape of a world, read off its expressions once; that of a mock in Python by watching its tools. Tools that are `idle` are left out."""
    if idle:
        less: Shape = spec.once(f"shape without {' '.join(idle)}", lambda: shape_of(spec).without(idle))
        return less
    made: Shape = spec.once("shape", lambda: _read_shape(spec))
    return made


def _read_shape(spec: WorldSpec) -> Shape:
    if isinstance(spec, Mock):
        from gem_sim.scenarios.observed import observed_shape  # it makes a Shape

        return observed_shape(spec)
    keys = {name: key_parameters(tool, spec) for name, tool in spec.tools.items()}
    reads = {name: tool for name, tool in spec.tools.items() if tool.kind == "read" and tool.side == "assistant"}
    listed = [(_listed(tool, spec), name) for name, tool in reads.items()]
    lists = {entity: tuple(name for found, name in listed if found == entity) for entity in spec.entities}
    shows = {entity: name for name, tool in reads.items() for entity in reversed(_shown(tool, keys[name]))}
    writes = tuple(name for name, tool in spec.tools.items() if tool.kind == "write" and tool.side == "assistant")
    inserts = {name: entity for name in writes for effect in spec.tools[name].do for entity in (effect.insert or {}) if spec.entities[entity].own_keys}
    steps = tuple(name for name, tool in spec.tools.items() if tool.kind == "write" and tool.side == "user")
    exact = tuple(name for name, tool in spec.tools.items() if tool.kind in ("read", "compute") and tool.side == "assistant")
    own = tuple(name for name, tool in spec.tools.items() if tool.side == "user")
    return Shape(keys, lists, shows, writes, inserts, steps, exact, own)


def _listed(tool: ToolSpec, spec: WorldSpec) -> str | None:
    """The entity whose rows a read returns many of."""
    waiting, seen = [_parsed(tool.return_)], set[str]()
    if isinstance(waiting[0], ast.Dict) or (isinstance(waiting[0], ast.Call) and _called(waiting[0]) not in _LISTING):
        return None
    while waiting:
        for node in ast.walk(waiting.pop(0)):
            if isinstance(node, ast.Call) and _called(node) in ("find", "filter", "below"):
                head = node.args[0]
                if isinstance(head, ast.Name) and head.id in spec.entities:
                    return head.id
            elif isinstance(node, ast.Name) and node.id in tool.let and node.id not in seen:
                seen.add(node.id)
                waiting.append(_parsed(tool.let[node.id]))
    return None


def _shown(tool: ToolSpec, keys: dict[str, str]) -> list[str]:
    """The entity whose one row a read returns by its key, whole, with more beside it or with less."""
    node = _parsed(tool.return_)
    if isinstance(node, ast.Call) and _called(node) in ("merge", "omit"):
        node = node.args[0]
    row = _parsed(tool.let[node.id]) if isinstance(node, ast.Name) and node.id in tool.let else node
    return [entity for word, entity in keys.items() if ast.unparse(row) == f"{entity}({word})"]


def _parsed(source: str) -> ast.expr:
    return ast.parse(source.strip(), mode="eval").body


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""
