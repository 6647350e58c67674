"""Tools as they can be called: parameters that can be checked, and that some arguments fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gem_sim.errors import SpecError
from gem_sim.records import ToolSchema
from gem_sim.worlds.diagnostics import Notes
from gem_sim.worlds.importers.schemas import Cleaner
from gem_sim.worlds.validation import validator

_FORMATS = ("date", "date-time", "time", "email", "uuid", "uri")
_TELLING = ("required", "const", "enum", "minProperties", "additionalProperties", "not", "$ref", "allOf", "anyOf", "oneOf", "dependentRequired")
"""What makes an alternative refuse some objects."""


def callable_tools(tools: Sequence[ToolSchema], name: str, notes: Notes) -> list[ToolSchema]:
    """The tools, without what in their schemas cannot be checked or lets nothing through. Raises SpecError for what is no tool set."""
    seen: set[str] = set()
    for tool in tools:
        if tool.name in seen:
            raise SpecError(f"{name}: tools.{tool.name}", "two tools have this name")
        seen.add(tool.name)
    return [_whole(tool, f"{name}: tools.{tool.name}.parameters", notes) for tool in tools]


def _whole(tool: ToolSchema, where: str, notes: Notes) -> ToolSchema:
    """A tool whose parameters can be checked, and whose defaults fit them; what had to be dropped for it is noted."""
    tool = _with_parts(tool, where, notes)
    try:
        validator(tool.parameters, where)
        unfit = not all(_default_fits(about, where) for about in _parts(tool).values())
    except SpecError:
        unfit = True
    if unfit:
        cleaned = Cleaner(tool.parameters, notes).clean(tool.parameters, where)
        validator(cleaned, where)
        return tool.model_copy(update={"parameters": cleaned})
    return tool


def _parts(tool: ToolSchema) -> dict[str, Any]:
    found = tool.parameters.get("properties")
    return found if isinstance(found, dict) else {}


def _default_fits(schema: Any, where: str) -> bool:
    given = schema.get("default") if isinstance(schema, dict) and "$ref" not in schema else None
    return given is None or validator({"type": "object", "properties": {"default": schema}}, where).is_valid({"default": given})


def _with_parts(tool: ToolSchema, where: str, notes: Notes) -> ToolSchema:
    """A tool whose parameters mean what their schemas were meant to say."""
    parts = _parts(tool)
    meant = {}
    for name, about in parts.items():
        place = f"{where}.properties.{name}"
        if isinstance(about, dict) and about.get("pattern") in _FORMATS:
            notes.add("schema.pattern", f"{place}.pattern", f"{about['pattern']!r} is a format, and is taken for one")
            meant[name] = {**{word: about[word] for word in about if word != "pattern"}, "format": about["pattern"]}
        elif isinstance(about, dict) and (other := _open(about)) is not None:
            notes.add("schema.alternatives", place, "no object fits exactly one of the alternatives, or none fits beside them")
            meant[name] = other
    return tool.model_copy(update={"parameters": {**tool.parameters, "properties": {**parts, **meant}}}) if meant else tool


def _open(schema: dict[str, Any]) -> dict[str, Any] | None:
    """A schema that lets objects through where it could let none: its alternatives are loose, or nothing but they names properties."""
    one, some = schema.get("oneOf"), schema.get("anyOf", schema.get("oneOf"))
    if isinstance(one, list) and len(one) > 1 and all(_is_loose(branch) for branch in one):
        return {**{word: schema[word] for word in schema if word != "oneOf"}, "anyOf": one}
    named = isinstance(some, list) and any(isinstance(branch, dict) and branch.get("properties") for branch in some)
    if named and schema.get("additionalProperties") is False and not schema.get("properties"):
        return {word: schema[word] for word in schema if word != "additionalProperties"}
    return None


def _is_loose(branch: Any) -> bool:
    """Whether an alternative takes every object without its properties, so that one such object fits several alternatives."""
    return isinstance(branch, dict) and branch.get("type") == "object" and not any(branch.get(word) not in (None, [], True) for word in _TELLING)
