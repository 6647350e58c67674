"""From tool schemas to entities and to what each tool and parameter does. First form: names, id parameters and the procedure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from keyword import iskeyword
from typing import Any
from unicodedata import normalize

from gem_sim.grammar import singular
from gem_sim.records import Entity, Procedure, ToolSchema
from gem_sim.worlds.compiler.names import Deed, Name, camel, deed, lexicon, parse, words
from gem_sim.worlds.spec import snake


@dataclass(frozen=True)
class ToolModel:
    """What a tool does. `roles` maps each parameter to a role; `refs` those with role `ref` to the entity they name."""

    tool: ToolSchema
    deed: Deed
    entity: str
    many: bool
    roles: dict[str, str]
    refs: dict[str, str]
    key: str | None


@dataclass
class EntityModel:
    """An entity while it is put together: `fields` maps a field name to its JSON Schema, `refs` to the entity it names."""

    name: str
    key: str
    fields: dict[str, dict[str, Any]] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)


@dataclass
class Model:
    """Everything inferred from a tool set."""

    entities: dict[str, EntityModel]
    tools: dict[str, ToolModel]


def infer(tools: Sequence[ToolSchema], procedure: Procedure | None) -> Model:
    """Entities and tool meanings of a tool set; a procedure's entities come first and name the others."""
    entities = {entity.name: _given(entity) for entity in (procedure.entities if procedure else ())}
    for tool in tools:
        name = parse(tool.name)
        if name.noun and _entity_of(name, tool, entities) is None:
            made = camel(name.noun)
            entities.setdefault(made, EntityModel(made, _key(made, name.noun[-1], tools)))
    if not entities:
        entities["Record"] = EntityModel("Record", "record_id")
    models = {tool.name: _tool(tool, entities) for tool in tools}
    for entity in entities.values():
        entity.fields.setdefault(entity.key, {"type": "string"})
    for model in models.values():
        _add_fields(model, entities)
    for entity in entities.values():
        _add_refs(entity, entities)
    return Model(entities, models)


def _key(entity: str, head: str, tools: Sequence[ToolSchema]) -> str:
    """`app_request_id`, or `request_id` where the tools use only that."""
    used = {word for tool in tools for word in tool.parameters.get("properties", {})}
    whole, short = f"{snake(entity)}_id", f"{head}_id"
    return short if short in used and whole not in used else whole


def _given(entity: Entity) -> EntityModel:
    return EntityModel(entity.name, entity.key, {entity.key: {"type": "string"}, **entity.fields})


def _entity_of(name: Name, tool: ToolSchema, entities: dict[str, EntityModel]) -> str | None:
    """The entity a tool works on: by its noun, else by a key parameter."""
    for candidate in _by_fit(name.noun, entities):
        return candidate
    properties = tool.parameters.get("properties", {})
    keys = [entity.name for entity in entities.values() if entity.key in properties]
    return keys[0] if keys else None


def _made_by(name: Name, tool: ToolSchema, entities: dict[str, EntityModel]) -> str | None:
    """The entity that a verb names, as `book_class` makes a `Booking` and `transfer_money` a `Transfer`."""
    stem = name.verb.rstrip("e")[:6]
    made = [entity.name for entity in entities.values() if snake(entity.name).startswith(stem) and entity.key not in tool.parameters.get("properties", {})]
    return made[0] if made and len(stem) > 2 and tool.kind == "write" and snake(made[0]) != "_".join(name.noun) else None


def _by_fit(noun: tuple[str, ...], entities: dict[str, EntityModel]) -> list[str]:
    """Entities that a noun may name, best first: the same words, then all words of one within the other."""
    wanted = [singular(word) for word in noun]
    spelled = {name: [singular(word) for word in words(name)] for name in entities}
    exact = [name for name, parts in spelled.items() if parts == wanted]
    part = [name for name, parts in spelled.items() if wanted and (set(parts) <= set(wanted) or set(wanted) <= set(parts))]
    return exact or sorted(part, key=lambda name: -len(spelled[name]))


def _tool(tool: ToolSchema, entities: dict[str, EntityModel]) -> ToolModel:
    name = parse(tool.name)
    entity = entities[_made_by(name, tool, entities) or _entity_of(name, tool, entities) or next(iter(entities))]
    properties = tool.parameters.get("properties", {})
    key = next((word for word in (entity.key, "id") if word in properties), None)
    if key is not None and tool.kind == "write" and name.verb in lexicon()["create"] and entity.key not in tool.parameters.get("required", []):
        key = None
    does = deed(name, has_key=key is not None)
    if tool.kind == "read" and not does.startswith("read"):
        does = "read_one" if key else "read_many"
    refs = {word: other for word in properties if word != key and (other := _referred(word, entities))}
    roles = {word: _role(word, key, refs, does) if usable(word) else "other" for word in properties}
    return ToolModel(tool, does, entity.name, does == "read_many", roles, refs, key)


def _referred(parameter: str, entities: dict[str, EntityModel]) -> str | None:
    """The entity whose key a parameter holds: its key, or its name with `_id` and words before it (`new_card_id`)."""
    if not parameter.endswith("_id"):
        return None
    by_key = [entity.name for entity in entities.values() if parameter == entity.key or parameter.endswith("_" + entity.key)]
    return by_key[0] if by_key else None


def usable(parameter: str) -> bool:
    """Whether an expression can name the parameter: Python reads its names in one normal form and keeps some to itself."""
    return parameter.isidentifier() and not iskeyword(parameter) and parameter[0] != "_" and normalize("NFKC", parameter) == parameter


def _role(parameter: str, key: str | None, refs: dict[str, str], does: Deed) -> str:
    lists = lexicon()
    if parameter == key:
        return "key"
    if parameter in refs:
        return "ref"
    if does == "read_many":
        for role, group in (("paging", "paging"), ("sort", "sorting"), ("filter", "words")):
            if parameter in lists[group]:
                return role
        return "filter"
    return "other" if does in ("read_one", "delete") else "field"


def _add_fields(model: ToolModel, entities: dict[str, EntityModel]) -> None:
    """Parameters that rows must hold become fields of the tool's entity."""
    entity = entities[model.entity]
    if model.key is not None:
        entity.fields[entity.key] |= {"type": _key_type(model.tool.parameters["properties"][model.key], entity.fields[entity.key])}
    skip = set(lexicon()["words"]) if model.deed == "read_many" else set()
    for word, role in model.roles.items():
        if role in ("field", "filter", "ref") and word not in skip:
            entity.fields.setdefault(word, _field_schema(model.tool.parameters["properties"][word]))
            if role == "ref":
                entity.refs[word] = model.refs[word]


def _key_type(schema: Any, known: dict[str, Any]) -> str:
    """Keys are texts, unless a tool asks for integers."""
    integer = isinstance(schema, dict) and schema.get("type") in ("integer", "number")
    return "integer" if integer else str(known.get("type", "string"))


def _add_refs(entity: EntityModel, entities: dict[str, EntityModel]) -> None:
    """Fields that hold keys of other entities are references, whether a tool takes them or not."""
    for word in entity.fields:
        other = _referred(word, entities)
        if word != entity.key and other is not None and word not in entity.refs:
            entity.refs[word] = other


def _field_schema(schema: Any) -> dict[str, Any]:
    kept = ("type", "enum", "format", "items", "minimum", "maximum", "description")
    return {name: schema[name] for name in kept if name in schema} if isinstance(schema, dict) else {}
