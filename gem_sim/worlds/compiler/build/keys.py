"""Keys that every tool which names a row can say: their type, and what ids begin with."""

from __future__ import annotations

from collections import defaultdict
from random import Random
from typing import Any

from gem_sim.worlds.compiler.build.acts import Plan, type_of
from gem_sim.worlds.compiler.build.shapes import key_schema
from gem_sim.worlds.compiler.infer import EntityModel
from gem_sim.worlds.compiler.links import has_form, links
from gem_sim.worlds.schema import Drawer, Unfit, fits, no_hints

_SAMPLE = "52766"
"""A number as `next_id` puts it behind what ids begin with."""
_TODAY = "2026-03-02"
_LONGEST = 64
"""Letters of a key that is filled up."""
_MOST = 24
"""Keys of a form without numbers that are drawn."""


def letters(entity: str) -> str:
    """The capitals and consonants of the name of an entity, `PickupRequest` as `PCK-`."""
    made = entity[0] + "".join(letter for letter in entity[1:] if letter.lower() not in "aeiou")
    return made[:3].upper() + "-"


def settle_keys(plan: Plan) -> None:
    """Type and form of all keys: whole numbers where most tools say so, else texts that as many tools as possible take."""
    asked: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for act in plan.acts.values():
        for name, about in act.properties.items():
            own = (name == act.key and act.by is None) or act.columns.get(name) == act.entity.key
            target = act.entity.name if own else act.refs.get(name)
            if target is not None and act.deed not in ("answer", "compute", "session"):
                asked[target].append(_one(about))
        if act.deed not in ("answer", "compute", "session") and (shown := key_schema(act)) is not None:
            asked[act.entity.name].append(shown)
    entities = plan.model.entities
    formed = _formed(plan)
    for name, entity in entities.items():
        _settle(plan, entity, asked[name], formed[name])
    for entity in entities.values():
        for held, other in entity.refs.items():
            if other in entities and held in entity.fields and held != entity.key and type_of(entity.fields[held]) in ("string", "integer", "number"):
                entity.fields[held]["type"] = entities[other].fields[entities[other].key]["type"]


def _formed(plan: Plan) -> dict[str, list[dict[str, Any]]]:
    """Schemas with a form of fields that are called as the key of another entity and hold it."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entity in plan.model.entities.values():
        for held, other in links(plan, entity).items():
            if held not in entity.refs and has_form(entity.fields[held]):
                found[other].append(entity.fields[held])
    return found


def _one(about: dict[str, Any]) -> dict[str, Any]:
    items = about.get("items")
    return items if type_of(about) == "array" and isinstance(items, dict) else about


def _settle(plan: Plan, entity: EntityModel, asked: list[dict[str, Any]], formed: list[dict[str, Any]]) -> None:
    numbers = sum(type_of(about) in ("integer", "number") for about in asked)
    key = entity.fields.setdefault(entity.key, {})
    key["type"] = "integer" if 2 * numbers > len(asked) else "string"
    for word in ("enum", "pattern", "format"):
        key.pop(word, None)
    limits = [about for about in (*asked, *formed) if type_of(about) in ("string", "")]
    plan.prefixes[entity.name] = "" if numbers and key["type"] == "string" else _prefix(entity.name, limits)
    if any(map(has_form, limits)):
        plan.long.add(entity.name)
    if key["type"] == "string" and (listed := [value for about in limits for value in about.get("enum") or () if isinstance(value, str)]):
        plan.codes[entity.name] = list(dict.fromkeys(listed))
        plan.listed.add(entity.name)
    elif key["type"] == "string" and entity.name in plan.long and not all(fits(about, plan.prefixes[entity.name] + _SAMPLE) for about in limits):
        plan.codes[entity.name] = _codes(entity.name, limits)


def _prefix(entity: str, limits: list[dict[str, Any]]) -> str:
    """What most of the schemas take before a number."""
    usual = letters(entity)
    least = max((about["minLength"] for about in limits if isinstance(about.get("minLength"), int)), default=0)
    padded = [usual + "0" * (least - len(usual + _SAMPLE))] if least <= _LONGEST else []
    tried = [usual, usual[:-1], usual.lower(), usual[:-1].lower(), usual[:-1].lower() + "_", usual[0], "", *padded, *_drawn(entity, limits)]
    return max(tried, key=lambda each: (sum(fits(about, each + _SAMPLE) for about in limits), -tried.index(each)))


def _drawn(entity: str, limits: list[dict[str, Any]]) -> list[str]:
    """Values that the schemas with a form of their own take, without their last letters."""
    found = [made[: -len(_SAMPLE)] for about in limits for made in _values(entity, about, 4) if len(made) > len(_SAMPLE)]
    return list(dict.fromkeys(found))[:12]


def _codes(entity: str, limits: list[dict[str, Any]]) -> list[str]:
    """Keys that most of the schemas take, those that they give as examples first."""
    made = [value for about in limits for value in (about.get("default"), *_values(entity, about, _MOST)) if isinstance(value, str)]
    score = {value: sum(fits(about, value) for about in limits) for value in made}
    return [value for value in score if score[value] == max(score.values())][:_MOST]


def _values(entity: str, about: dict[str, Any], count: int) -> list[str]:
    """Texts that a schema with a form of its own takes."""
    if not has_form(about):
        return []
    plain = {word: about[word] for word in about if word not in ("example", "examples", "default", "enum")}
    found = []
    for at in range(count):
        try:
            found.append(Drawer(plain, Random(f"{entity}/{at}"), _TODAY, no_hints).value(plain))  # noqa: S311  (plausible keys, not secrets)
        except Unfit:
            break
    return [made for made in found if isinstance(made, str)]
