"""Writes the world spec: entities as fields, tools as look-ups, requirements, writes and answers."""

from __future__ import annotations

from collections.abc import Iterator
from keyword import iskeyword
from typing import Any

from gem_sim.records import CountCheck, LimitCheck, Rule, StateCheck
from gem_sim.worlds.canonical import canonical
from gem_sim.worlds.compiler.infer import EntityModel, Model, ToolModel, usable
from gem_sim.worlds.compiler.names import label_among, lexicon, parse
from gem_sim.worlds.language.template import literal
from gem_sim.worlds.spec import snake

_MONEY = ("amount", "price", "fee", "cost", "balance", "deposit", "total", "charge")


def entity_spec(entity: EntityModel) -> dict[str, Any]:
    """An entity in the form of `world.yaml`."""
    fields: dict[str, Any] = {}
    for name, schema in entity.fields.items():
        fields[name] = {"ref": entity.refs[name]} if name in entity.refs else _field(name, schema)
    if "enum" in fields.get("status", {}):
        fields["status"]["default"] = fields["status"]["enum"][0]
    return {"key": entity.key, "fields": fields, "prefix": prefix(entity.name)}


def prefix(entity: str) -> str:
    """First part of the ids of an entity: the capitals and consonants of its name, `PickupRequest` as `PCK-`."""
    letters = entity[0] + "".join(letter for letter in entity[1:] if letter.lower() not in "aeiou")
    return letters[:3].upper() + "-"


def _field(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    made = {key: schema[key] for key in ("enum", "format") if schema.get(key)}
    if isinstance(schema.get("type"), str) and "enum" not in made:
        made["type"] = schema["type"]
    if schema.get("type") == "number" and any(word in name for word in _MONEY):
        made["decimals"] = 2
    return made


def tool_spec(tool: ToolModel, model: Model, rules: list[Rule], result: str | None) -> dict[str, Any]:
    """A tool in the form of `world.yaml`."""
    schema = tool.tool
    made: dict[str, Any] = {"description": schema.description, "parameters": schema.parameters, "kind": "read", "side": schema.side}
    if schema.returns:
        made["returns"] = schema.returns
    made["let"] = _lets(tool)
    if tool.deed == "read_one":
        return {**made, "return": _row(tool)}
    if tool.deed == "read_many":
        return {**made, "let": {}, "return": _listing(tool)}
    made["kind"] = "write"
    made["require"] = [*_ref_tests(tool), *_check_tests(tool, model), *_rule_tests(tool, model, rules), *_own_tests(tool, model, result)]
    made["do"], made["return"] = _writes(tool, model, result)
    return made


def _row(tool: ToolModel) -> str:
    name = snake(tool.entity)
    return "row_" if name in tool.roles or iskeyword(name) else name


def _lets(tool: ToolModel) -> dict[str, str]:
    lets = {_row(tool): f"{tool.entity}({tool.key})"} if tool.key else {}
    required = tool.tool.parameters.get("required", [])
    for word, entity in tool.refs.items():
        if word in required:
            lets[f"{word.removesuffix('_id')}_row"] = f"{entity}({word})"
    return lets


def _listing(tool: ToolModel) -> str:
    words, x = set(lexicon()["words"]), "row_" if "x" in tool.roles else "x"
    tests = [f"({name} is None or {x}.{name} == {name})" for name, role in tool.roles.items() if role in ("filter", "ref") and name not in words]
    rows = f"[{x} for {x} in find({tool.entity}) if {' and '.join(tests)}]" if tests else f"find({tool.entity})"
    for name in tool.roles:
        if name in words:
            rows = f"search({rows}, {name})"
    paging = [name if name in tool.roles else "None" for name in ("limit", "cursor")]
    return f"page({rows}, {', '.join(paging)})"


def _ref_tests(tool: ToolModel) -> Iterator[dict[str, Any]]:
    required = tool.tool.parameters.get("required", [])
    for word, entity in tool.refs.items():
        if word not in required:
            yield {"that": f"{word} is None or get({entity}, {word}) is not None", "code": "not_found", "error": f"{entity} not found"}


def _or_default(name: str, entity: EntityModel, tool: ToolModel) -> str:
    """An optional status that is not given is the one that things begin with."""
    first = entity.fields[name].get("enum", [None])[0] if name == "status" else None
    return name if first is None or name in tool.tool.parameters.get("required", []) else f"{first!r} if {name} is None else {name}"


def _checked(tool: ToolModel, entity: EntityModel) -> list[str]:
    """Parameters of a change of state that confirm which row is meant: its name, its number, its code."""
    if tool.deed not in ("transition", "delete"):
        return []
    telling = tuple(lexicon()["identifying"])
    return [name for name, role in tool.roles.items() if role != "key" and name in entity.fields and _tells(name, entity, telling)]


def _tells(name: str, entity: EntityModel, telling: tuple[str, ...]) -> bool:
    return name == label_among(entity.fields) or name in telling or name.endswith(tuple(f"_{word}" for word in telling))


def _check_tests(tool: ToolModel, model: Model) -> Iterator[dict[str, Any]]:
    for name in _checked(tool, model.entities[tool.entity]):
        that = f"{name} is None or {_row(tool)}.{name} == {name}"
        yield {"that": that, "code": "conflict", "error": f"The {name.replace('_', ' ')} does not match"}


def _own_tests(tool: ToolModel, model: Model, result: str | None) -> Iterator[dict[str, Any]]:
    """What holds without any rule: nothing is closed twice, and what has ended changes no more."""
    if tool.deed not in ("transition", "update") or not tool.key:
        return
    noun = snake(tool.entity).replace("_", " ")
    known = model.entities[tool.entity].fields.get("status", {}).get("enum", [])
    over = [status for status in known if status in lexicon()["terminal"]] if parse(tool.tool.name).verb not in lexicon()["reviving"] else []
    for status in dict.fromkeys([*([result] if result else []), *over]):
        again = " already" if status == result else ""
        yield {"that": f"{_row(tool)}.status != {status!r}", "code": "conflict", "error": literal(f"The {noun} is {status}{again}")}


def _rule_tests(tool: ToolModel, model: Model, rules: list[Rule]) -> Iterator[dict[str, Any]]:
    for rule in rules:
        if tool.tool.name in rule.tools and rule.enforced_by == "tool" and rule.check is not None:
            that, code = _test(rule.check, tool, model)
            if that is not None:
                yield {"that": that, "code": code, "error": literal(rule.text), "rule": rule.id}


def _test(check: Any, tool: ToolModel, model: Model) -> tuple[str | None, str]:
    if isinstance(check, LimitCheck) and check.parameter in tool.roles and usable(check.parameter):
        return _limit_test(check, tool.tool.parameters["properties"][check.parameter]), "limit"
    if isinstance(check, StateCheck):
        return _state_test(check, tool, model), "conflict"
    if isinstance(check, CountCheck) and tool.deed == "create" and check.entity == tool.entity:
        return _count_test(check, tool, model), "limit"
    return None, ""


def _limit_test(check: LimitCheck, schema: dict[str, Any]) -> str | None:
    name = check.parameter
    value = f"len({name})" if schema.get("type") in ("string", "array") else name
    bounds = [f"{value} >= {canonical(check.minimum)!r}"] if check.minimum is not None else []
    bounds += [f"{value} <= {canonical(check.maximum)!r}"] if check.maximum is not None else []
    if check.values is not None:
        bounds.append(f"{name} in {list(check.values)!r}")
    return f"{name} is None or ({' and '.join(bounds)})" if bounds else None


def _state_test(check: StateCheck, tool: ToolModel, model: Model) -> str | None:
    """A test of the row that the call names: the tool's own, or one that a required reference leads to."""
    row = next((name for name, source in _lets(tool).items() if source.startswith(f"{check.entity}(")), None)
    known = model.entities[check.entity].fields.get("status", {}).get("enum", []) if check.entity in model.entities else []
    if row is None or not known:
        return None
    tests = [f"{row}.status in {list(check.allowed)!r}"] if check.allowed else []
    tests += [f"{row}.status not in {list(check.forbidden)!r}"] if check.forbidden else []
    return " and ".join(tests) or None


def _count_test(check: CountCheck, tool: ToolModel, model: Model) -> str | None:
    """A count of open rows with the same owner; without anything that says whose a row is, nothing can be counted."""
    owner = next((name for name in tool.roles if name in tool.refs or name == label_among(model.entities[tool.entity].fields)), None)
    if owner is None:
        return None
    first = model.entities[tool.entity].fields.get("status", {}).get("enum", [None])[0]
    status = f" if x.status == {first!r}" if first is not None else ""
    return f"count([x for x in find({tool.entity}, {owner}={owner}){status}]) < {check.maximum}"


def _writes(tool: ToolModel, model: Model, result: str | None) -> tuple[list[dict[str, Any]], str]:
    entity, row = model.entities[tool.entity], _row(tool)
    checked = _checked(tool, entity)
    fields = [name for name, role in tool.roles.items() if role in ("field", "ref") and name in entity.fields and name not in checked]
    if tool.deed == "create":
        values = {entity.key: f"next_id({entity.name})", **{name: _or_default(name, entity, tool) for name in fields if name != entity.key}}
        return [{"insert": {entity.name: values}, "as": "made_"}], "made_"
    if tool.deed == "delete":
        return [{"delete": row}], f"{{'deleted': True, '{entity.key}': {row}.{entity.key}}}"
    required = tool.tool.parameters.get("required", [])
    values = {f"{row}.{name}": name if name in required else f"{row}.{name} if {name} is None else {name}" for name in fields}
    if result is not None:
        values[f"{row}.status"] = repr(result)
    return ([{"set": values}] if values else []), row
