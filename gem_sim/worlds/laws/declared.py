"""What a declaration adds to the surface: which requirement failed, constants worth trying, keys, references. Empty for plug-ins."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from typing import Any, TypeGuard

from gem_sim.worlds import marked as marking
from gem_sim.worlds.language.tree import tree
from gem_sim.worlds.laws.surface import Mock, Tool
from gem_sim.worlds.load import parse_world
from gem_sim.worlds.plugin.reading import constants as constants_of
from gem_sim.worlds.plugin.spec import PluginSpec
from gem_sim.worlds.spec import WorldSpec

_OF_ENTITIES = ("get", "find", "filter", "exists", "none", "count")


def is_data(mock: Mock) -> TypeGuard[WorldSpec]:
    """Whether a mock is data and nothing else, so that it can be written down, altered and read again."""
    return isinstance(mock, WorldSpec) and not isinstance(mock, PluginSpec)


def marked(mock: Mock) -> Mock:
    """The same world with each requirement an outcome of its own."""
    return marking.marked(mock) if is_data(mock) else mock


def is_replayable(mock: Mock) -> bool:
    """Whether the mock promises that its calls repeat; only plug-ins may not."""
    return bool(getattr(mock, "replayable", True))


def put_first(mock: Mock, tool: str, at: int) -> WorldSpec | None:
    """The world with requirement `at` of a tool before all others."""
    if not is_data(mock):
        return None
    data = mock.data()
    require = data["tools"][tool]["require"]
    data["tools"][tool]["require"] = [require[at], *require[:at], *require[at + 1 :]]
    return parse_world(data, mock.name)


def requirements(tool: Tool) -> list[Any]:
    """The declared requirements of a tool."""
    return list(getattr(tool, "require", ()))


def keys(mock: Mock, entity: str) -> tuple[str, ...]:
    """All key fields of a declared entity; `#` stands for the place of a row without a key of its own."""
    about = entities(mock).get(entity)
    return tuple(about.keys) if about is not None else ()


def shows_keys(mock: Mock, entity: str) -> bool:
    """Whether rows hold their key in the field of its name; in a table of a plug-in it may stand outside them only."""
    layouts = getattr(mock, "layouts", {})
    return entity not in layouts or layouts[entity].kind != "table" or layouts[entity].own


def entities(mock: Mock) -> dict[str, Any]:
    """The declared entities by name."""
    return dict(getattr(mock, "entities", {}))


def outcome_of(result: Any) -> str:
    """`ok` or the error code."""
    return "ok" if result.ok else str(result.error["code"])


def constants(mock: Mock, tool: str) -> list[Any]:
    """Numbers and texts that stand in the expressions of a tool, numbers in its function: where outcomes change."""
    functions = getattr(mock, "functions", {})
    if tool in functions:
        return list(constants_of(functions[tool].run))
    return list(dict.fromkeys(item for source in _sources(mock.tools[tool]) for item in _constants(source)))


def lookups(tool: Tool) -> dict[str, list[tuple[str, str]]]:
    """Parameters, or parts of them, that rows are looked up with, and where their values stand: entity and field.

    `Card(card_id)` and `Card(c.card_id)` look with `card_id` at the key, whose name is left empty; `find(Card, owner=name)` with `name` at `owner`.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    for source in _sources(tool):
        for name, entity, field in _lookups(source):
            if (entity, field) not in found.setdefault(name, []):
                found[name].append((entity, field))
    return found


def named(mock: Mock, tool: str) -> list[str]:
    """The declared entities that stand in the expressions of a tool."""
    names = {node.id for source in _sources(mock.tools[tool]) for node in _walk(source) if isinstance(node, ast.Name)}
    return [entity for entity in entities(mock) if entity in names]


def searches(tool: Tool) -> dict[str, str]:
    """Parameters that rows are searched for, and the entity of these: `search(find(Card), words)` searches cards for `words`."""
    calls = [node for source in _sources(tool) for node in _walk(source) if isinstance(node, ast.Call) and _name(node.func) == "search"]
    found: dict[str, str] = {}
    for call in calls:
        names = [[node.id for node in ast.walk(part) if isinstance(node, ast.Name)] for part in call.args[:2]]
        entity = next((name for name in names[0] if name[:1].isupper()), "")
        found |= {name: entity for name in names[-1] if name and not name[0].isupper()}
    return found


def cuts(tool: Tool) -> bool:
    """Whether a tool cuts a list into pages."""
    return any("page(" in source or "'next_page'" in source for source in _sources(tool))


def _sources(tool: Tool) -> Iterator[str]:
    yield from getattr(tool, "let", {}).values()
    for test in requirements(tool):
        yield test.that
    for effect in getattr(tool, "do", ()):
        fields: dict[str, str] = effect.set or next(iter((effect.insert or {}).values()), {})
        yield from (source for source in (*fields.values(), effect.if_, (effect.for_ or "").partition(" in ")[2]) if source)
    if hasattr(tool, "return_"):
        yield tool.return_


def _walk(source: str) -> Iterator[ast.AST]:
    try:
        return ast.walk(tree(source, ()))
    except SyntaxError:
        return iter(())


@cache
def _constants(source: str) -> tuple[Any, ...]:
    values = (node.value for node in _walk(source) if isinstance(node, ast.Constant))
    return tuple(value for value in values if isinstance(value, (int, float, str)) and not isinstance(value, bool))


@cache
def _lookups(source: str) -> tuple[tuple[str, str, str], ...]:
    found = []
    for node in _walk(source):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        named = node.func.id in _OF_ENTITIES and len(node.args) > 0
        entity = _name(node.args[0]) if named else node.func.id
        keys = node.args[1:] if named else node.args
        if entity[:1].isupper():
            found += [(_name(item), entity, "") for item in keys[-1:]]
            found += [(_name(word.value), entity, word.arg or "") for word in node.keywords]
    return tuple(item for item in found if item[0])


def _name(node: ast.expr) -> str:
    """`card_id` of `card_id` and of `c.card_id`."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
