"""The fields of entities: what tools write, filter by and bound, each under one name."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from gem_sim.grammar import singular
from gem_sim.worlds.compiler.build.acts import Act, Plan, type_of
from gem_sim.worlds.compiler.build.names import column, parts, plain
from gem_sim.worlds.compiler.infer import EntityModel

_LOW = ("from", "min", "minimum", "after", "since", "start", "begin", "gte", "gt", "ge", "earliest", "starting", "lower", "above", "over")
_HIGH = ("to", "max", "maximum", "before", "until", "end", "lte", "lt", "le", "latest", "ending", "upper", "below", "under", "till")
STAMP = "updated_at"
"""The field that an update sets which is given nothing that a row could hold."""
_STRICT = ("gt", "lt")
_SEARCH = (
    *("query", "search", "q", "keyword", "keywords", "text", "term", "terms", "searchterm", "searchtext", "searchquery", "searchstring", "fulltext"),
    *("querystring", "searchword", "searchkey", "freetext", "filter", "phrase", "searchphrase", "searchkeyword"),
)
_TIMES = ("date", "time", "day", "at", "on", "timestamp", "datetime", "created", "updated", "modified")
_WEAK = ("string", "")
_KEPT = (
    *("type", "enum", "format", "items", "minimum", "maximum", "description", "pattern", "minLength", "maxLength", "properties", "default"),
    *("required", "minItems", "maxItems", "anyOf", "oneOf", "allOf"),
)


class Bound(NamedTuple):
    """A parameter that bounds a field: `sign` is the comparison that the field must meet."""

    field: str
    sign: str


def searches(act: Act, name: str) -> bool:
    """Whether a parameter of a list is words to search for."""
    return plain(name) in _SEARCH and act.type(name) in ("string", "", "array") and not act.properties[name].get("enum")


def bound(act: Act, name: str) -> Bound | None:
    """The field that a parameter of a list bounds, and how; None where it bounds none."""
    about = act.properties[name]
    words = parts(name)
    numeric = act.type(name) in ("integer", "number")
    timed = about.get("format") in ("date", "date-time") or bool(set(words) & set(_TIMES)) or "date" in plain(name)
    marks = [word for word in words if word in (*_LOW, *_HIGH)]
    if not marks or about.get("enum") or not (numeric or (act.type(name) in _WEAK and (timed or _told(about)))):
        return None
    if words[0] in ("from", "to") and len(words) > 1 and not numeric and not timed:
        return None
    mark = marks[0] if words[0] in marks else marks[-1]
    low = mark in _LOW
    sign = (">" if low else "<") + ("" if mark in _STRICT else "=")
    own = _known(act.entity, name)
    if own is not None:
        return Bound(own, sign)
    rest = "_".join(word for word in words if word != mark)
    held = _known(act.entity, rest) if rest else None
    if held is not None and act.entity.fields[held].get("enum"):
        held = f"{held}_{'value' if numeric else 'date'}"  # one of a few words has no order
    return Bound(held or _fresh(rest, timed=not numeric), sign)


def _told(about: dict[str, Any]) -> bool:
    text = about.get("description")
    return isinstance(text, str) and bool(re.search(r"\b(date|time|timestamp|iso ?8601|yyyy)", text, re.IGNORECASE))


def _fresh(rest: str, *, timed: bool) -> str:
    if not rest:
        return "date" if timed else "value"
    made = column(rest) or "value"
    return made if not made.endswith(("_at", "_on")) or len(made) > 4 else "date"


def _known(entity: EntityModel, name: str) -> str | None:
    """The field of an entity that a name spells."""
    return next((held for held in entity.fields if plain(held) == plain(name)), None)


def add_fields(plan: Plan) -> None:
    """Give entities the fields that parameters write, then those that they filter by, and note under which name each is held."""
    for deeds in (("create", "upsert", "update", "transition"), ("read_one", "read_many", "delete")):
        for act in plan.acts.values():
            if act.deed in deeds and act.entity.name in plan.model.entities:
                _add(act)


def _add(act: Act) -> None:
    if act.deed == "update" and not act.columns:
        act.entity.fields.setdefault(STAMP, {"type": "string"})
    if act.by is not None and act.key is not None:
        act.by = _hold(act, act.key, act.by)
    for places in (act.homes, act.columns):
        for name, held in list(places.items()):
            if act.deed == "read_one" and act.key is not None and name not in act.required:
                continue
            if act.deed == "delete" and act.key is not None and places is act.columns and _known(act.entity, held) is None:
                continue
            if act.deed == "read_many" and (searches(act, name) or (found := bound(act, name)) is not None):
                if not searches(act, name) and found is not None:
                    _bounded(act.entity, found.field, act.properties[name])
                continue
            places[name] = _hold(act, name, held)


def _bounded(entity: EntityModel, held: str, about: dict[str, Any]) -> None:
    kept: dict[str, Any] = {word: about[word] for word in ("type", "format") if word in about}
    if type_of(kept) == "string":
        kept.setdefault("format", "date-time" if "time" in held else "date")
    entity.fields.setdefault(held, kept)


def _hold(act: Act, name: str, held: str) -> str:
    """The field of a parameter; one that is there in another spelling, or in the singular for a list to filter by, is the same."""
    entity, about = act.entity, act.properties[name]
    found = _known(entity, held)
    if found is None and act.deed == "read_many" and act.type(name) == "array":
        found = _known(entity, singular(held)) or (entity.key if plain(held) in ("ids", "keys", plain(entity.key) + "s") else None)
    if found is None and act.deed == "read_many" and act.type(name) == "array":
        items = about.get("items")
        about = items if isinstance(items, dict) else {}
        found = singular(held)
    held = found or held
    if held == entity.key and act.deed in ("create", "update") and act.key is None:
        return held
    merged(entity.fields.setdefault(held, field_schema(about)), about, writes=act.deed not in ("read_one", "read_many", "delete"))
    listed = act.type(name) == "array" and type_of(entity.fields[held]) in ("array", "")
    if name in act.refs and held != entity.key and not listed and act.refs[name] != "":
        entity.refs.setdefault(held, act.refs[name])
    return held


_KEPT = (
    *("type", "enum", "format", "items", "minimum", "maximum", "description", "pattern", "minLength", "maxLength", "properties", "default"),
    *("required", "minItems", "maxItems", "anyOf", "oneOf", "allOf"),
)


def field_schema(schema: Any) -> dict[str, Any]:
    """What a field keeps of the schema of a parameter."""
    return {name: schema[name] for name in _KEPT if name in schema} if isinstance(schema, dict) else {}


def merged(known: dict[str, Any], other: dict[str, Any], *, writes: bool) -> None:
    """Widen a field by what another tool says of it: types that clash leave it open, lists of values are put together."""
    if type_of(known) != type_of(other) and type_of(other) and type_of(known):
        if not writes and type_of(known) != "":
            return
        known.pop("type", None)
        known.pop("enum", None)
        return
    if not known.keys() & {"items", "properties"}:
        known.update({word: other[word] for word in ("items", "properties", "required") if word in other})
    one, two = known.get("enum"), other.get("enum")
    if isinstance(one, list) and isinstance(two, list):
        known["enum"] = one + [value for value in two if value not in one]
    elif isinstance(one, list) and writes:
        known.pop("enum")
