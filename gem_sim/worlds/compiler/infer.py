"""From tool schemas to entities and to what each tool does to their rows: what the reading says, in the form that a world is built from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from keyword import iskeyword
from typing import Any, Literal
from unicodedata import normalize

from gem_sim.grammar import singular
from gem_sim.records import Entity, Procedure, ToolSchema
from gem_sim.worlds.compiler.bodies import Opened, opened
from gem_sim.worlds.compiler.names import Name, lexicon, parse, words
from gem_sim.worlds.compiler.reading import Reading, ToolReading, read_set
from gem_sim.worlds.compiler.sent import as_sent
from gem_sim.worlds.spec import snake

Deed = Literal["read_one", "read_many", "create", "update", "delete", "transition", "answer"]
"""What a tool does to rows; `answer` where it does nothing to any and no row determines what it says."""


@dataclass(frozen=True)
class ToolModel:
    """What a tool does. `roles` and `refs` hold what the world can use, `reading` what the tool means; `key` names the row.

    `tool` has what is in its body beside its other parameters, `opened` says where that is; `whole` is the tool as its source has it.
    """

    tool: ToolSchema
    whole: ToolSchema
    opened: Opened
    deed: Deed
    entity: str
    many: bool
    roles: dict[str, str]
    refs: dict[str, str]
    key: str | None
    reading: ToolReading


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
    reading: Reading


def understood(tools: Sequence[ToolSchema]) -> Reading:
    """What the tools of a set mean, with their bodies opened, and by method and path first where they are sent over HTTP."""
    flat = [body.tool for body in _opened(tools).values()]
    return as_sent(read_set(flat), flat)


def infer(tools: Sequence[ToolSchema], procedure: Procedure | None, reading: Reading | None = None) -> Model:
    """Entities and tool meanings of a tool set as it is read; a procedure's entities come first and name the others."""
    reading = reading or understood(tools)
    bodies = _opened(tools)
    whole, tools = {tool.name: tool for tool in tools}, [body.tool for body in bodies.values()]
    entities = {entity.name: _given(entity) for entity in (procedure.entities if procedure else ())}
    given = bool(entities)
    for tool in tools:
        read = reading.tools[tool.name]
        name = read.entity if read.kind in ("read", "create", "update", "delete") or tool.kind == "write" else None
        if name is not None and (not given or _entity_of(tool, name, entities) is None):
            entities.setdefault(name, EntityModel(name, _key(name, reading, tools)))
    if not entities:
        entities["Record"] = EntityModel("Record", "record_id")
    models = {tool.name: _tool(bodies[tool.name], whole[tool.name], reading.tools[tool.name], entities, given=given) for tool in tools}
    for entity in entities.values():
        entity.fields.setdefault(entity.key, {"type": "string"})
    for model in models.values():
        _add_fields(model, entities)
    for entity in entities.values():
        _add_refs(entity, entities)
    return Model(entities, models, reading)


def _opened(tools: Sequence[ToolSchema]) -> dict[str, Opened]:
    """The tools with their bodies opened; a list of objects only where a tool makes each of them."""
    found = {tool.name: opened(tool, lists=True) for tool in tools}
    listed = [name for name, body in found.items() if body.each]
    made = read_set([body.tool for body in found.values()]).tools if listed else {}
    return {tool.name: opened(tool, lists=tool.name in listed and made[tool.name].kind == "create") for tool in tools}


def _key(entity: str, reading: Reading, tools: Sequence[ToolSchema]) -> str:
    """The parameter that names its rows, unless that is as short as `id`; else `app_request_id`, or `request_id` where the tools use only that."""
    told = reading.keys.get(entity, "")
    if usable(told) and len(words(told)) > 1:
        return told
    used = {word for tool in tools for word in _properties(tool)}
    whole = f"{snake(entity)}_id"
    short = f"{words(entity)[-1]}_id" if words(entity) else whole
    return short if short in used and whole not in used else whole


def _properties(tool: ToolSchema) -> dict[str, Any]:
    found = tool.parameters.get("properties")
    return found if isinstance(found, dict) else {}


def _given(entity: Entity) -> EntityModel:
    return EntityModel(entity.name, entity.key, {entity.key: {"type": "string"}, **entity.fields})


def _entity_of(tool: ToolSchema, said: str, entities: dict[str, EntityModel]) -> str | None:
    """The entity of a procedure that a tool works on: by the noun of its name, by what the reading says, else by a key parameter."""
    for noun in (parse(tool.name).noun, tuple(words(said))):
        for candidate in _by_fit(noun, entities):
            return candidate
    keys = [entity.name for entity in entities.values() if entity.key in _properties(tool)]
    return keys[0] if keys else None


def _made_by(name: Name, tool: ToolSchema, entities: dict[str, EntityModel]) -> str | None:
    """The entity that a verb names, as `book_class` makes a `Booking` and `transfer_money` a `Transfer`."""
    stem = name.verb.rstrip("e")[:6]
    made = [entity.name for entity in entities.values() if snake(entity.name).startswith(stem) and entity.key not in _properties(tool)]
    return made[0] if made and len(stem) > 2 and tool.kind == "write" and snake(made[0]) != "_".join(name.noun) else None


def _by_fit(noun: tuple[str, ...], entities: dict[str, EntityModel]) -> list[str]:
    """Entities that a noun may name, best first: the same words, then all words of one within the other."""
    wanted = [singular(word) for word in noun]
    spelled = {name: [singular(word) for word in words(name)] for name in entities}
    exact = [name for name, parts in spelled.items() if parts == wanted]
    part = [name for name, parts in spelled.items() if wanted and (set(parts) <= set(wanted) or set(wanted) <= set(parts))]
    return exact or sorted(part, key=lambda name: -len(spelled[name]))


def _tool(body: Opened, whole: ToolSchema, reading: ToolReading, entities: dict[str, EntityModel], *, given: bool) -> ToolModel:
    tool = body.tool
    said = reading.entity if reading.entity in entities or (given and reading.entity) else next(iter(entities))
    name = (_made_by(parse(tool.name), tool, entities) or _entity_of(tool, said, entities) or next(iter(entities))) if given else said
    entity = entities[name]
    key = _key_of(tool, reading, entity, given=given)
    does = _deed(tool, reading, has_key=key is not None)
    properties = _properties(tool)
    refs = {word: other for word in properties if word != key and (other := _refers(word, reading, entities, properties[word]))}
    roles = {word: _role(word, key, refs, reading, does) if usable(word) else "other" for word in properties}
    return ToolModel(tool, whole, body, does, name, reading.many, roles, refs, key, reading)


def _key_of(tool: ToolSchema, reading: ToolReading, entity: EntityModel, *, given: bool) -> str | None:
    """The parameter that names the row of the tool's entity."""
    properties = _properties(tool)
    if given:
        key = next((word for word in (entity.key, "id") if word in properties), None)
        makes = reading.kind == "create" and tool.kind == "write"
        return None if makes and entity.key not in tool.parameters.get("required", []) else key
    named = [word for word in reading.keys if reading.roles.get(word) == "key" and usable(word) and _scalar(properties[word])]
    return named[0] if named else None


def _scalar(schema: Any) -> bool:
    return not isinstance(schema, dict) or schema.get("type") not in ("array", "object", "boolean")


def _deed(tool: ToolSchema, reading: ToolReading, *, has_key: bool) -> Deed:
    """What a tool does to rows, by its kind and by whether it takes the key of one."""
    if reading.kind == "read":
        return "read_one" if has_key and not reading.many else "read_many"
    if reading.kind in ("compute", "imagined", "session") and tool.kind != "write":
        return "answer"
    if not has_key:
        return "create"
    if reading.kind == "delete":
        return "delete"
    return "update" if reading.kind == "update" and reading.verb in lexicon()["update"] else "transition"


def _refers(word: str, reading: ToolReading, entities: dict[str, EntityModel], schema: Any) -> str | None:
    """The entity whose key a parameter holds: what the reading says, or its key with words before it (`new_card_id`)."""
    if not usable(word) or not _scalar(schema):
        return None
    told = reading.refs.get(word)
    return told if told in entities else _referred(word, entities)


def _referred(parameter: str, entities: dict[str, EntityModel]) -> str | None:
    if not parameter.endswith("_id"):
        return None
    by_key = [entity.name for entity in entities.values() if parameter == entity.key or parameter.endswith("_" + entity.key)]
    return by_key[0] if by_key else None


def usable(parameter: str) -> bool:
    """Whether an expression can name the parameter: Python reads its names in one normal form and keeps some to itself."""
    return parameter.isidentifier() and not iskeyword(parameter) and parameter[0] != "_" and normalize("NFKC", parameter) == parameter


def _role(parameter: str, key: str | None, refs: dict[str, str], reading: ToolReading, does: Deed) -> str:
    """The role that a world has for a parameter, which is that of the reading where it fits what the tool does."""
    role = reading.roles[parameter]
    if parameter == key:
        return "key"
    if parameter in refs and role not in ("credential", "paging", "sort", "presentation", "other"):
        return "ref"
    if role in ("key", "ref", "input", "field", "filter"):
        return "filter" if does == "read_many" else "other" if does in ("read_one", "delete", "answer") else "field"
    return role


def _add_fields(model: ToolModel, entities: dict[str, EntityModel]) -> None:
    """Parameters that rows must hold become fields of the tool's entity."""
    entity, properties = entities[model.entity], _properties(model.tool)
    if model.key is not None:
        entity.fields[entity.key] |= {"type": _key_type(properties[model.key], entity.fields[entity.key])}
    skip = set(lexicon()["words"]) if model.deed == "read_many" else set()
    for word, role in model.roles.items():
        if role in ("field", "filter", "ref") and word not in skip:
            entity.fields.setdefault(word, _field_schema(properties[word]))
            if role == "ref" and word != entity.key:
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
