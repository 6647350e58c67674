"""Functions over objects."""

from __future__ import annotations

from typing import Any

from gem_sim.worlds.canonical import MAX_ITEMS
from gem_sim.worlds.language.errors import Unusable
from gem_sim.worlds.language.functions.need import Clock, Function, a_list, a_text, an_object


def pick(run: Clock, row: Any, *names: Any) -> dict[str, Any]:
    """The object with only the named fields; null for an absent one."""
    fields = an_object(run, "pick", row)
    return {a_text(run, "pick", name): fields.get(name) for name in names}


def omit(run: Clock, row: Any, *names: Any) -> dict[str, Any]:
    """The object without the named fields."""
    left_out = [a_text(run, "omit", name) for name in names]
    return {name: value for name, value in an_object(run, "omit", row).items() if name not in left_out}


def merge(run: Clock, *objects: Any) -> dict[str, Any]:
    """One object with the fields of all; a later one wins."""
    merged: dict[str, Any] = {}
    for value in objects:
        merged.update(an_object(run, "merge", value))
        if len(merged) > MAX_ITEMS:
            raise Unusable(f"merge: result has more than {MAX_ITEMS} fields")
    return merged


def made_of(run: Clock, pairs: Any) -> dict[str, Any]:
    """An object of a list of `[name, value]`; a later name wins."""
    made = {}
    for pair in a_list(run, "object", pairs):
        if not isinstance(pair, list) or len(pair) != 2:
            raise Unusable("object: expected a list of [name, value]")
        made[a_text(run, "object", pair[0])] = pair[1]
    return made


def pairs(run: Clock, value: Any) -> list[list[Any]]:
    """`[name, value]` for each field."""
    return [[name, item] for name, item in an_object(run, "pairs", value).items()]


def default(_: Clock, *values: Any) -> Any:
    """The first value that is not null."""
    return next((value for value in values if value is not None), None)


FUNCTIONS: dict[str, Function] = {
    "pick": pick,
    "omit": omit,
    "merge": merge,
    "object": made_of,
    "compact": lambda run, value: {name: item for name, item in an_object(run, "compact", value).items() if item is not None},
    "default": default,
    "keys": lambda run, value: list(an_object(run, "keys", value)),
    "values": lambda run, value: list(an_object(run, "values", value).values()),
    "pairs": pairs,
}
