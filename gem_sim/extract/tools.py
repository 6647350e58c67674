"""Entities and tool schemas from drafts: keys, statuses, paired reads, descriptions, the execution graph. Knows no wording of the text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gem_sim.extract.actions import Action, Plan
from gem_sim.extract.drafts import Draft
from gem_sim.extract.lexicon import WRITES, camel
from gem_sim.grammar import article, plural
from gem_sim.records import Entity, Span, ToolSchema

Schema = dict[str, Any]

INITIAL = "active"
_AFTER = {
    "set_up": "set up",
    "apply_for": "apply for",
    "check_in": "check in",
    "check_out": "check out",
    "back_up": "back up",
    "top_up": "top up",
}
_HINTS = {"date": "as YYYY-MM-DD", "time": "as HH:MM:SS", "email": "as an email address", "uri": "as a full URL"}


def spoken(name: str) -> str:
    """A snake_case name as words."""
    return name.replace("_", " ")


def initial_state(drafts: Iterable[Draft], entity: str, said: frozenset[str]) -> str:
    """The status of a new row: of those its creating verb knows, the first one the text says."""
    for draft in drafts:
        if draft.creates and draft.action.entity == entity:
            options = draft.action.verb.states if draft.action.verb.group == "create" else ("completed",)
            options = options or (INITIAL,)
            return next((state for state in options if state in said), options[0])
    return next((state for state in ("active", "open") if state in said), INITIAL)


def statuses(drafts: list[Draft], entity: str, extra: Iterable[str], said: frozenset[str]) -> list[str]:
    """All statuses of an entity, the initial one first."""
    found = [initial_state(drafts, entity, said)]
    for draft in drafts:
        if draft.action.entity == entity and draft.action.group == "change":
            found.extend(draft.action.states[:1])
            found.extend(draft.action.verb.before)
    return list(dict.fromkeys([*found, *extra]))


def entities(plan: Plan, drafts: list[Draft], extra: dict[str, list[str]], said: frozenset[str]) -> list[Entity]:
    """The entities that drafts work on or refer to."""
    used = [n for n in plan.entities if n in plan.implied or any(n == draft.action.entity or n in draft.references for draft in drafts)]
    found = [_entity(name, drafts, [*extra.get(camel(name), []), *plan.implied.get(name, [])], said) for name in used]
    for entity in found:
        if entity.key.removesuffix("_id") in plan.implied:
            # It stands in the way of the main thing, so it must say which one it belongs to.
            entity.fields[found[0].key] = _key_schema(found[0].key.removesuffix("_id"))
    return found


def _entity(name: str, drafts: list[Draft], extra: list[str], said: frozenset[str]) -> Entity:
    key = f"{name}_id"
    fields: dict[str, Schema] = {key: {"type": "string", "description": f"Identifier of the {spoken(name)}."}}
    own = [draft for draft in drafts if draft.action.entity == name]
    for draft in own:
        for parameter in draft.parameters.values():
            described = _described(parameter.name, parameter.schema, name)
            if fields.setdefault(parameter.name, described).get("enum", []) != described.get("enum", []):
                # Two tools set the field from different lists, or one from none: the field takes any text.
                fields[parameter.name] = {key: value for key, value in described.items() if key != "enum"}
    for draft in own:
        for other in draft.references:
            fields.setdefault(f"{other}_id", _key_schema(other))
    values = statuses(drafts, name, extra, said)
    fields["status"] = {"type": "string", "enum": values, "description": f"Status of the {spoken(name)}."}
    return Entity(name=camel(name), key=key, fields=fields)


def _key_schema(entity: str) -> Schema:
    return {"type": "string", "description": f"Identifier of the {spoken(entity)}, as a list or get tool returns it."}


def _described(name: str, schema: Schema, entity: str) -> Schema:
    what = spoken(name)
    hint = _HINTS.get(str(schema.get("format", "")), "")
    text = f"{what[:1].upper()}{what[1:]} of the {spoken(entity)}{', ' + hint if hint else ''}."
    return {**schema, "description": text}


def write_tool(draft: Draft) -> ToolSchema:
    """The schema of a write with the span that shows it."""
    action = draft.action
    properties: dict[str, Schema] = {}
    required: list[str] = []
    if not draft.creates:
        properties[f"{action.entity}_id"] = _key_schema(action.entity)
        required.append(f"{action.entity}_id")
    for other, needed in draft.references.items():
        properties[f"{other}_id"] = _key_schema(other)
        required.extend([f"{other}_id"] if needed else [])
    for one in draft.parameters.values():
        properties[one.name] = _described(one.name, one.schema, action.entity)
        required.extend([one.name] if one.required and (action.group != "update" or action.attribute or len(draft.parameters) == 1) else [])
    best = action.best.sentence
    return ToolSchema(
        name=draft.name,
        description=_sentence(action),
        parameters={"type": "object", "properties": properties, "required": required, "additionalProperties": False},
        kind="write",
        evidence=Span(start=best.start, end=best.end),
    )


def _sentence(action: Action) -> str:
    verb = _AFTER.get(action.verb.name, spoken(action.verb.name))
    thing = spoken(action.entity)
    if action.label:
        return f"{verb.capitalize()} {action.label}, which makes a new {thing}."
    if action.attribute:
        return f"{verb.capitalize()} the {spoken(action.attribute)} of {article(thing)}."
    if action.object:
        return f"{verb.capitalize()} {article(spoken(action.object))}, which makes a new {thing}."
    if action.group == "create":
        return f"{verb.capitalize()} a new {thing}."
    state = action.states[:1]
    tail = f"; its status becomes {spoken(state[0])}" if action.group == "change" and state else ""
    return f"{verb.capitalize()} {article(thing)}{tail}."


def read_tools(entity: Entity, plan: Plan) -> list[ToolSchema]:
    """The paired reads of an entity."""
    name = entity.key.removesuffix("_id")
    thing, things = spoken(name), spoken(plural(name))
    filters = {
        field: {key: value for key, value in schema.items() if key != "description"}
        | {"description": f"Only {things} with this {spoken(field.removesuffix('_id'))}."}
        for field, schema in entity.fields.items()
        if field != entity.key and (("enum" in schema and len(schema["enum"]) > 1) or field.endswith("_id"))
    }
    words = {"type": "string", "minLength": 1, "description": f"Words that all occur in the {spoken(name)}, such as a name."}
    listing = _object({"query": words, **filters}, [])
    getting = _object({entity.key: _key_schema(name)}, [entity.key])
    return [
        ToolSchema(
            name=f"list_{plural(name)}",
            description=f"List {things}, all or those that match the filters.",
            parameters=listing,
            kind="read",
            evidence=_evidence(plan, name, "list"),
        ),
        ToolSchema(
            name=f"get_{name}",
            description=f"Get {article(thing)} with all its details.",
            parameters=getting,
            kind="read",
            evidence=_evidence(plan, name, "get"),
        ),
    ]


def _object(properties: dict[str, Schema], required: list[str]) -> Schema:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _evidence(plan: Plan, entity: str, group: str) -> Any:
    """Where the text reads such a thing: says so, or has one chosen or opened (get), or many shown (list)."""
    about = [use for use in plan.uses if use.verb.group not in WRITES and plan.names.settled(plan.names.of(use.noun)) == entity]
    said = [use for use in about if use.verb.group == group] or [use for use in about if use.noun.plural == (group == "list")]
    return Span(start=said[0].sentence.start, end=said[0].sentence.end) if said else "implied"


def graph(entities: list[Entity], drafts: list[Draft]) -> str:
    """Reads first, then the writes in the order of the text; neighbours on one entity that neither creates nor ends it go side by side."""
    groups = [
        [f"list_{plural(one.key.removesuffix('_id'))}" for one in entities],
        [f"get_{one.key.removesuffix('_id')}" for one in entities],
    ]
    last: Draft | None = None
    for draft in drafts:
        beside = last is not None and not last.creates and not draft.creates and last.action.entity == draft.action.entity
        if beside:
            groups[-1].append(draft.name)
        else:
            groups.append([draft.name])
        last = draft
    return "->".join(f"({','.join(group)})" for group in groups)
