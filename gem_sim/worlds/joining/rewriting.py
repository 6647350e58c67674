"""Entities, tools and rules of the other world under their new names."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Any

from gem_sim.records import Check, Rule
from gem_sim.worlds.joining.renaming import Renaming
from gem_sim.worlds.spec import Effect, EntitySpec, FieldSpec, Requirement, ToolSpec, WorldSpec

_LOOP = re.compile(r"\s*([A-Za-z]\w*(?:\s*,\s*[A-Za-z]\w*)*)\s+in\s+(.+)", re.DOTALL)


def rewritten_entity(about: EntitySpec, names: Renaming, base: WorldSpec) -> EntitySpec:
    """An entity whose references lead to rows of the joined world."""
    keys = tuple(names.word(key) for key in about.own_keys)
    home, _, field = (about.within or "").partition(".")
    return about.model_copy(
        update={
            "key": keys[0] if len(keys) == 1 else keys or None,
            "within": f"{names.entities[home]}.{names.word(field)}" if home else None,
            "fields": {names.word(name): _field(spec, names, base) for name, spec in about.fields.items()},
            "missing": names.template(about.missing) if about.missing is not None else None,
            "description": names.prose(about.description),
        }
    )


def _field(about: FieldSpec, names: Renaming, base: WorldSpec) -> FieldSpec:
    update: dict[str, Any] = {"description": names.prose(about.description)}
    if about.ref is not None:
        update["ref"] = of = names.entities[about.ref]
        update |= {"type": None, "format": None} if of in base.entities else {}
    return about.model_copy(update=update)


def rewritten_tool(tool: ToolSpec, names: Renaming, base: WorldSpec) -> ToolSpec:
    """A tool that does the same under other names."""
    return tool.model_copy(
        update={
            "description": names.prose(tool.description),
            "parameters": _schema(tool.parameters, names, base),
            "returns": _schema(tool.returns, names, base) if tool.returns is not None else None,
            "let": {names.word(word): names.expression(source) for word, source in tool.let.items()},
            "require": tuple(_requirement(test, names) for test in tool.require),
            "do": tuple(_effect(effect, names) for effect in tool.do),
            "return_": names.expression(tool.return_),
        }
    )


def _requirement(test: Requirement, names: Renaming) -> Requirement:
    rule = names.rules[test.rule] if test.rule is not None else None
    return test.model_copy(update={"that": names.expression(test.that), "error": names.template(test.error), "rule": rule})


def _effect(effect: Effect, names: Renaming) -> Effect:
    """A write; the names before the dots are variables, those after them fields."""
    update: dict[str, Any] = {"if_": names.expression(effect.if_) if effect.if_ else None}
    if effect.set is not None:
        update["set"] = {".".join(map(names.word, path.split("."))): names.expression(source) for path, source in effect.set.items()}
    if effect.insert is not None:
        update["insert"] = {
            names.entities[name]: {names.word(word): names.expression(source) for word, source in row.items()} for name, row in effect.insert.items()
        }
    if effect.delete is not None:
        update["delete"] = names.word(effect.delete)
    if effect.as_ is not None:
        update["as_"] = names.word(effect.as_)
    if effect.for_ is not None and (loop := _LOOP.fullmatch(effect.for_)) is not None:
        update["for_"] = f"{', '.join(names.word(word.strip()) for word in loop[1].split(','))} in {names.expression(loop[2])}"
    return effect.model_copy(update=update)


def _schema(node: Any, names: Renaming, base: WorldSpec) -> Any:
    """A JSON Schema with parameters and texts renamed; one that takes a key of the base takes it in the form it has there."""
    if isinstance(node, list):
        return [_schema(item, names, base) for item in node]
    if not isinstance(node, dict):
        return node
    made = {word: _schema(item, names, base) for word, item in node.items()}
    if isinstance(node.get("properties"), dict):
        made["properties"] = {names.word(word): _keyed(word, made["properties"][word], names, base) for word in node["properties"]}
    if isinstance(node.get("required"), list):
        made["required"] = [names.word(word) for word in node["required"]]
    if isinstance(node.get("description"), str):
        made["description"] = names.prose(node["description"])
    return made


def _keyed(word: str, schema: Any, names: Renaming, base: WorldSpec) -> Any:
    of = names.keys.get(word)
    if of is None or not isinstance(schema, dict) or schema.get("type") == "array":
        return schema
    key = base.entities[of].fields[base.entities[of].own_keys[0]]
    plain = {name: value for name, value in schema.items() if name in ("description", "default")}
    return {"type": key.type or "string", **plain}


def rewritten_rule(rule: Rule, names: Renaming, kept: Container[str]) -> Rule:
    """A rule on the tools that are left. It stands in no text, so it quotes none."""
    tools = tuple(names.tools[name] for name in rule.tools if names.tools[name] in kept)
    check = _check(rule.check, names) if rule.check is not None else None
    new = {"id": names.rules[rule.id], "text": names.prose(rule.text), "quote": "", "start": 0, "end": 0, "tools": tools, "check": check}
    return rule.model_copy(update=new)


def _check(check: Check, names: Renaming) -> Check:
    """A check of the same things under other names."""
    new: dict[str, str | None] = {}
    for word, held in check:
        if word in ("parameter", "given", "field"):
            new[word] = names.word(held)
        elif word in ("entity", "of"):
            new[word] = names.entities.get(held, held)
        elif word == "tool":
            new[word] = names.tools.get(held, held)
        elif word == "condition":
            new[word] = names.prose(held)
    return check.model_copy(update=new)
