"""What the tools of a world are good for in a story: which list rows, which show one, which take keys, which insert."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from gem_sim.worlds.propose import key_parameters
from gem_sim.worlds.spec import ToolSpec, WorldSpec


@dataclass(frozen=True)
class Shape:
    """`keys`: tool to its key parameters and their entities. `lists` and `shows`: entity to tools. `writes`: tools that change rows."""

    keys: dict[str, dict[str, str]]
    lists: dict[str, tuple[str, ...]]
    shows: dict[str, str]
    writes: tuple[str, ...]
    inserts: dict[str, str]


def shape_of(spec: WorldSpec) -> Shape:
    """The shape of a world, read off its expressions once."""
    made: Shape = spec.once("shape", lambda: _read_shape(spec))
    return made


def _read_shape(spec: WorldSpec) -> Shape:
    keys = {name: key_parameters(tool, spec) for name, tool in spec.tools.items()}
    reads = {name: tool for name, tool in spec.tools.items() if tool.kind == "read" and tool.side == "assistant"}
    listed = [(_listed(tool, spec), name) for name, tool in reads.items()]
    lists = {entity: tuple(name for found, name in listed if found == entity) for entity in spec.entities}
    shows = {entity: name for name, tool in reads.items() for entity in reversed(_shown(tool, keys[name]))}
    writes = tuple(name for name, tool in spec.tools.items() if tool.kind == "write" and tool.side == "assistant")
    inserts = {name: entity for name in writes for effect in spec.tools[name].do for entity in (effect.insert or {})}
    return Shape(keys, lists, shows, writes, inserts)


def _listed(tool: ToolSpec, spec: WorldSpec) -> str | None:
    """The entity whose rows a read returns many of."""
    for node in ast.walk(ast.parse(tool.return_.strip(), mode="eval")):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "find":
            head = node.args[0]
            if isinstance(head, ast.Name) and head.id in spec.entities:
                return head.id
    return None


def _shown(tool: ToolSpec, keys: dict[str, str]) -> list[str]:
    """The entity whose one row a read returns by its key."""
    source = tool.let.get(tool.return_.strip(), tool.return_.strip())
    return [entity for word, entity in keys.items() if source == f"{entity}({word})"]
