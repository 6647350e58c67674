"""What an importer finds, before it is cleaned: a tool as its source says it, with the place it stands at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from gem_sim.errors import SpecError
from gem_sim.records import Hints, Kind, Side, ToolSchema
from gem_sim.worlds.diagnostics import Notes
from gem_sim.worlds.importers.names import safe_names
from gem_sim.worlds.importers.schemas import Cleaner, Schema
from gem_sim.worlds.importers.words import MAX_TEXT, Refused, shown, text
from gem_sim.worlds.validation import validator

MAX_TOOLS = 2_000
MAX_RETURN_PARTS = 1_000
NOTHING: Schema = {"type": "object", "properties": {}}


@dataclass(frozen=True)
class Found:
    """A tool as its source says it: anything may stand anywhere. References are looked up in `root`, without one in each schema itself."""

    where: str
    name: Any
    description: Any
    parameters: Any
    returns: Any = None
    root: Any = None
    kind: Kind | None = None
    side: Side = "assistant"
    hints: Hints | None = None

    def root_of(self, schema: Any) -> Any:
        """What references in the schema are looked up in."""
        return schema if self.root is None else self.root


def schemas(found: list[Found], notes: Notes) -> list[ToolSchema]:
    """The tools that can be worked with, each with a safe name and plain schemas."""
    if len(found) > MAX_TOOLS:
        notes.add("tools.many", found[MAX_TOOLS].where, f"{len(found)} tools; those after the first {MAX_TOOLS} were left out")
        found = found[:MAX_TOOLS]
    names = safe_names([(one.name, one.where) for one in found], notes)
    made = [_schema(one, name, notes) for one, name in zip(found, names, strict=True)]
    return [tool for tool in made if tool is not None]


def _schema(found: Found, name: str, notes: Notes) -> ToolSchema | None:
    parameters = arguments(Cleaner(found.root_of(found.parameters), notes), found.parameters, f"{found.where}.parameters", notes)
    try:
        validator(parameters, found.where)
    except SpecError as error:
        notes.add("tool.refused", found.where, error.problem)
        return None
    return ToolSchema(
        name=name,
        description=_description(found, notes),
        parameters=parameters,
        returns=_returns(found, notes),
        kind=found.kind,
        side=found.side,
        hints=found.hints,
    )


def arguments(cleaner: Cleaner, schema: Any, where: str, notes: Notes) -> Schema:
    """A schema of an object with properties, whatever was there."""
    if schema is None:
        return NOTHING
    made = one_object(cleaner.clean(schema, where), where, notes)
    named = made.get("type", "object")
    if isinstance(named, list) and "object" in named:
        named = "object"
    if not isinstance(schema, dict) or named != "object" or (schema and not made):
        notes.add("schema.object", where, f"got {shown(schema) if not isinstance(schema, dict) else made.get('type', 'neither type nor properties')}")
        return NOTHING
    return {"type": "object", "properties": {}, **made} | {"type": "object"}


def one_object(schema: Schema, where: str, notes: Notes) -> Schema:
    """Alternatives of whole objects put together: any of their properties may be given, and must be if all ask for it."""
    for word in ("anyOf", "oneOf"):
        branches = [branch for branch in schema.get(word, ()) if "properties" in branch]
        if branches and len(branches) == len([branch for branch in schema[word] if branch.get("type") != "null"]):
            notes.add("schema.branches", where, f"{len(branches)} under {word}")
            properties: Schema = {}
            for branch in branches:
                properties |= {name: part for name, part in branch["properties"].items() if name not in properties}
            asked = [name for name in branches[0].get("required", []) if all(name in branch.get("required", []) for branch in branches)]
            schema = {name: value for name, value in schema.items() if name != word}
            schema["properties"] = properties | schema.get("properties", {})
            schema["required"] = list(dict.fromkeys([*schema.get("required", []), *asked]))
            schema["type"] = "object"
    return schema


def _description(found: Found, notes: Notes) -> str:
    try:
        made = text("" if found.description is None else found.description)
    except Refused as refused:
        notes.add("tool.description", found.where, str(refused))
        return ""
    if len(found.description or "") > MAX_TEXT:
        notes.add("tool.description", found.where, f"{len(found.description)} characters, of which the first {MAX_TEXT} were kept")
    return made


def _returns(found: Found, notes: Notes) -> Schema | None:
    if not isinstance(found.returns, dict) or not found.returns:
        return None
    where = f"{found.where}.returns"
    made = Cleaner(found.root_of(found.returns), notes, "writeOnly", "returns.large").clean(found.returns, where, MAX_RETURN_PARTS)
    try:
        jsonschema_rs.validator_for(made, validate_formats=True)
    except (ValueError, jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
        notes.add("schema.keyword", where, f"no schema that can be checked ({str(error).splitlines()[0][:100]})")
        return None
    return made or None
