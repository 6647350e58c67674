"""Which fields hold keys of other rows, declared as references or only called so, and what those keys are."""

from __future__ import annotations

from typing import Any

from gem_sim.worlds.compiler.build.acts import Plan, type_of
from gem_sim.worlds.compiler.build.names import plain
from gem_sim.worlds.compiler.infer import EntityModel
from gem_sim.worlds.compiler.names import words
from gem_sim.worlds.schema import fits

_PARENTS = ("parent", "parentid", "parentkey", "parentuuid")
_DIGITS = 16
_FORMS = ("pattern", "format", "minLength", "maxLength")
_SCALARS = ("string", "integer", "number", "")


def links(plan: Plan, entity: EntityModel) -> dict[str, str]:
    """Fields to the entity whose keys they hold."""
    found = dict(entity.refs)
    for name, schema in entity.fields.items():
        if name not in found and name != entity.key and type_of(schema) in _SCALARS and not schema.get("enum"):
            other = _parent(plan, entity) if plain(name) in _PARENTS else _called(plan, entity, name)
            if other is not None:
                found[name] = other
    return found


def _parent(plan: Plan, entity: EntityModel) -> str:
    """What a thing stands in: a subtask in a task, a category in another."""
    tail = words(entity.name)[-1] if words(entity.name) else ""
    return next((name for name in plan.model.entities if name != entity.name and tail.startswith("sub") and tail[3:] == plain(name)), entity.name)


def _called(plan: Plan, entity: EntityModel, field: str) -> str | None:
    """The entity whose key is called as the field, where that says of which it is."""
    named = plain(field)
    found = [other.name for other in plan.model.entities.values() if other.name not in (entity.name, *plan.singles) and plain(other.key) == named]
    telling = len(words(field)) > 1 or (named.endswith(("id", "key", "code")) and len(named) > 4)
    return next((name for name in found if named.startswith(plain(name))), found[0]) if found and telling else None


def has_form(schema: dict[str, Any]) -> bool:
    """Whether texts of that schema have a form of their own."""
    return any(word in schema for word in _FORMS)


def as_held(key: Any, schema: dict[str, Any]) -> Any:
    """A key as a field of that schema holds it; None where it cannot."""
    if type_of(schema) in ("integer", "number") and isinstance(key, str):
        return int(key) if key.isascii() and key.isdigit() and len(key) < _DIGITS else None
    held = str(key) if type_of(schema) == "string" and key is not None else key
    return held if not has_form(schema) or fits(schema, held) else None


def same_key(plan: Plan, entity: EntityModel, other: EntityModel) -> bool:
    """Whether two entities are told apart by keys of one name and form, as parts of one thing are."""
    free = not {entity.name, other.name} & (plan.long | set(plan.codes) | plan.singles)
    types = [each.fields[each.key].get("type") for each in (entity, other)] if free else []
    return free and plain(entity.key) == plain(other.key) and types[0] == types[1] and len(words(entity.key)) > 1
