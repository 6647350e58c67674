"""Parameters that hold the fields of a row, or of several, as one object or list: what is in them is read as if it stood beside the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from keyword import iskeyword
from types import MappingProxyType
from typing import Any, NamedTuple

from gem_sim.grammar import singular
from gem_sim.records import ToolSchema
from gem_sim.worlds.compiler.names import parse, words

Schema = dict[str, Any]
ITEM = "item_"
"""The name that a list body is gone through by."""
_BODIES = (
    *("body", "data", "request", "payload", "input", "params", "args", "arguments", "record", "resource", "object", "entity", "requestbody", "details"),
    *("attributes", "fields", "properties", "values", "updates", "changes", "update", "patch", "spec", "info", "model", "document", "item", "dto"),
)
_LISTS = ("body", "data", "items", "records", "objects", "entries", "rows", "requests", "values", "resources", "inputs", "list")
_IDS = (["id"], ["ids"], ["key"], ["uuid"], ["slug"], ["name"], ["code"], ["token"])
_BESIDE = 2
"""Parameters that stand beside a body at most, those that name something not counted: with more of them it is a field like the others."""
_DEEPEST = 4
_OWN = "own_"
"""What stands in front of the name of a part that a parameter beside it has for something else."""


class Opened(NamedTuple):
    """A tool with what is in its body beside its other parameters: how expressions read each of them, and the list that is gone through.

    What an element of the list and a parameter both say, the element says for itself; `own` are parts that go by another name, as they
    are not what the parameter of their name is.
    """

    tool: ToolSchema
    inside: dict[str, str]
    body: str | None = None
    each: bool = False
    own: Mapping[str, str] = MappingProxyType({})


def opened(tool: ToolSchema, *, lists: bool) -> Opened:
    """The tool with its body opened, where it has one; a list of objects only if `lists`."""
    properties = _properties(tool.parameters)
    found = {name: part for name, about in properties.items() if (part := _inner(about, tool.parameters, lists=lists)) is not None}
    named = [name for name in found if _is_body(tool, name, alone=len(properties) == 1, listed=found[name][1])]
    if not named:
        return Opened(tool, {})
    body = named[0]
    schema, each = found[body]
    if each and any(name != body and name in _required(tool.parameters) and _is_body(tool, name, alone=False, listed=False) for name in properties):
        return Opened(tool, {})
    parts = {name: about for name, about in _properties(schema).items() if name != ITEM}
    twice = {name for name in parts if each and name in properties and name != body}
    shared = {name for name in twice if _type(parts[name]) == _type(properties[name]) and name.isidentifier() and not iskeyword(name)}
    own = {f"{_OWN}{name}": name for name in twice - shared if f"{_OWN}{name}" not in (*properties, *parts)}
    inner = {name: about for name, about in parts.items() if name not in properties} | {word: parts[name] for word, name in own.items()}
    required = [name for name in _required(schema) if name in inner] if body in _required(tool.parameters) else []
    order: Schema = {}
    for name, about in properties.items():
        order |= inner if name == body else {name: about}
    wanted = [name for name in _required(tool.parameters) if name != body] + required
    flat = {**tool.parameters, "properties": order, "required": wanted}
    holder = ITEM if each else body
    inside = {name: f"{holder}[{own.get(name, name)!r}]" for name in inner} | {name: f"default({ITEM}[{name!r}], {name})" for name in shared}
    return Opened(tool.model_copy(update={"parameters": flat}), inside, body, each, own)


def _type(schema: Any) -> Any:
    return schema.get("type") if isinstance(schema, dict) else None


def _inner(about: Any, root: Schema, *, lists: bool) -> tuple[Schema, bool] | None:
    """The schema of the object that a parameter is, or is a list of."""
    schema = _resolved(about, root)
    if lists and schema.get("type") == "array":
        items = _resolved(schema.get("items"), root)
        return (items, True) if _properties(items) else None
    return (schema, False) if schema.get("type", "object") == "object" and _properties(schema) else None


def _is_body(tool: ToolSchema, name: str, *, alone: bool, listed: bool) -> bool:
    """Whether a parameter is called as what a tool is sent, or as what it makes or changes, or is all that it takes."""
    said, noun = words(name), parse(tool.name).noun
    if not name.isidentifier():
        return False
    if alone or ("".join(said) in (_LISTS if listed else _BODIES) and _others(tool, name) <= _BESIDE):
        return True
    return bool(said and noun) and singular(said[-1]) == singular(noun[-1]) and (len(said) == 1 or [singular(word) for word in said] == list(noun))


def _others(tool: ToolSchema, body: str) -> int:
    """Parameters beside a body that name nothing."""
    return sum(name != body and words(name)[-1:] not in _IDS for name in _properties(tool.parameters))


def _resolved(schema: Any, root: Schema, depth: int = 0) -> Schema:
    """A schema behind its references, and behind an alternative of null."""
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return {}
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/"):
        found: Any = root
        for part in reference[2:].split("/"):
            found = found.get(part) if isinstance(found, dict) else None
        return _resolved(found, root, depth + 1)
    for union in ("anyOf", "oneOf", "allOf"):
        branches = [branch for branch in schema.get(union) or () if isinstance(branch, dict) and branch.get("type") != "null"]
        if len(branches) == 1 and "properties" not in schema:
            return _resolved(branches[0], root, depth + 1)
    return schema


def _properties(schema: Schema) -> Schema:
    found = schema.get("properties")
    return found if isinstance(found, dict) else {}


def _required(schema: Schema) -> Sequence[str]:
    found = schema.get("required")
    return found if isinstance(found, list) else ()
