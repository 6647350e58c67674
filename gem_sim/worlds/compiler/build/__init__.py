"""Writes the world spec: entities as fields, tools as look-ups, requirements, writes and answers; the second half of the compiler."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gem_sim.records import Rule
from gem_sim.worlds.compiler.build.acts import Act as Act
from gem_sim.worlds.compiler.build.acts import Plan as Plan
from gem_sim.worlds.compiler.build.acts import type_of
from gem_sim.worlds.compiler.build.checks import checks
from gem_sim.worlds.compiler.build.compute import computed
from gem_sim.worlds.compiler.build.planning import planned as planned
from gem_sim.worlds.compiler.build.reads import many, one
from gem_sim.worlds.compiler.build.rows import lets, tests
from gem_sim.worlds.compiler.build.writes import written
from gem_sim.worlds.compiler.flags import marks
from gem_sim.worlds.compiler.infer import EntityModel
from gem_sim.worlds.schema import fits

_MONEY = ("amount", "price", "fee", "cost", "balance", "deposit", "total", "charge")
_TYPES = ("string", "number", "integer", "boolean", "array", "object")
_ANSWER = {"type": "object", "properties": {"result": {"type": "string"}}, "required": ["result"]}
"""What tools answer that work on no rows, where nobody says it."""


def entity_spec(entity: EntityModel, plan: Plan) -> dict[str, Any]:
    """An entity in the form of `world.yaml`."""
    single = entity.name in plan.singles
    fields: dict[str, Any] = {}
    for name, schema in entity.fields.items():
        if not (single and name == entity.key):
            fields[name] = {"ref": entity.refs[name]} if entity.refs.get(name) in plan.model.entities else _field(name, schema)
    if "enum" in fields.get("status", {}):
        fields["status"]["default"] = fields["status"]["enum"][0]
    return {"singleton": True, "fields": fields} if single else {"key": entity.key, "fields": fields, "prefix": plan.prefixes[entity.name]}


def _field(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    made = {key: schema[key] for key in ("enum", "format") if schema.get(key)}
    if type_of(schema) in _TYPES and "enum" not in made and isinstance(schema.get("type"), str):
        made["type"] = schema["type"]
    if isinstance(schema.get("default"), (str, int, float)) and fits(schema, schema["default"]):
        made["default"] = schema["default"]
    if schema.get("type") == "number" and any(word in name for word in _MONEY):
        made["decimals"] = 2
    return made


def tool_spec(act: Act, plan: Plan, rules: list[Rule], result: str | None) -> dict[str, Any]:
    """A tool in the form of `world.yaml`."""
    schema = act.tool.whole
    made: dict[str, Any] = {"description": schema.description, "parameters": _parameters(act), "kind": "read", "side": schema.side}
    if schema.returns:
        made["returns"] = schema.returns
    if act.deed == "answer":
        return {**made, "kind": "imagined", "returns": schema.returns or _ANSWER}
    if act.deed == "compute":
        return {**made, "kind": "compute", "return": computed(act)}
    made["let"] = lets(act, plan)
    made["require"] = list(tests(act, plan))
    if act.deed in ("read_one", "read_many"):
        made["return"], more = (one if act.deed == "read_one" else many)(act, plan)
        made["let"] |= more
        return made
    made["kind"] = "write"
    made["require"] += checks(act, plan, rules, result)
    made["do"], made["return"] = written(act, plan, result)
    if marked := marks(act, plan, rules):
        made["do"] = [*made["do"], {"set": marked}]
    return made


def _parameters(act: Act) -> dict[str, Any]:
    """What a tool takes. What an update is not given stays as it is, so its schema has no values for that."""
    schema, kept = act.tool.whole.parameters, act.columns.keys() - act.required
    if act.deed not in ("update", "transition") or not any("default" in act.properties[name] for name in kept):
        return schema
    free = {name: {word: part for word, part in act.properties[name].items() if word != "default"} for name in kept & schema["properties"].keys()}
    return {**schema, "properties": {**schema["properties"], **free}}


def unused(plan: Plan) -> dict[str, str]:
    """`tool.parameter`, or `tool.body.part` for what is in a body, to the reason why it changes nothing."""
    acts = [act for act in plan.acts.values() if act.deed != "answer"]
    told = [(act, word) for act in acts for word in act.unused if not _is_looked_up(act, plan, word)]
    return {f"{act.name}.{place}": act.unused[word] for act, word in told for place in _places(act, word)}


def _places(act: Act, word: str) -> Iterator[str]:
    """Where a parameter stands in what the tool takes: parts of a body not beside the others, unless they are there as well."""
    opened = act.tool.opened
    if word in act.tool.whole.parameters.get("properties", {}):
        yield word
    if word in opened.inside:
        yield f"{opened.body}{'[]' if opened.each else ''}.{opened.own.get(word, word)}"


def _is_looked_up(act: Act, plan: Plan, word: str) -> bool:
    """Whether a parameter that is used for nothing else has to name a row, all the same."""
    return word in act.refs and any(act.said(word) in said for said in (*lets(act, plan).values(), *(test["that"] for test in tests(act, plan))))
