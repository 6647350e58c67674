"""The part of a JSON Schema that needs no other: type, bounds, length, pattern, format. What it takes, and between which numbers."""

from __future__ import annotations

from functools import lru_cache
from math import ceil, floor, inf
from typing import Any

import jsonschema_rs
import orjson

from gem_sim.worlds.schema.merge import Schema, types

_LEAF = ("type", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern", "format", "not")


def bounds(schema: Schema) -> tuple[float, float]:
    """The least and the greatest number that a schema takes; exclusive bounds are moved by the least that counts."""
    tick = 1 if types(schema) == ["integer"] else 0.01
    low, high = (number_of(schema.get(word), default) for word, default in (("minimum", -inf), ("maximum", inf)))
    if schema.get("exclusiveMinimum") is not None:
        open_low = low if schema["exclusiveMinimum"] is True else number_of(schema["exclusiveMinimum"], -inf)
        low = max(low, _above(open_low, tick, high)) if schema["exclusiveMinimum"] is not False else low
    if schema.get("exclusiveMaximum") is not None:
        open_high = high if schema["exclusiveMaximum"] is True else number_of(schema["exclusiveMaximum"], inf)
        high = min(high, -_above(-open_high, tick, -low)) if schema["exclusiveMaximum"] is not False else high
    return (ceil(low), floor(high)) if tick == 1 and low > -inf and high < inf else (low, high)


def _above(bound: float, tick: float, end: float) -> float:
    """The next number over an exclusive bound; half the way to `end` where the tick is too wide."""
    if bound == -inf:
        return bound
    return (floor(bound) + 1) if tick == 1 else bound + tick if bound + tick < end else (bound + end) / 2


def fits(schema: Schema, value: Any) -> bool:
    """Whether a value fits the part of a schema that needs no other: type, bounds, length, pattern, format."""
    plain = {word: schema[word] for word in _LEAF if word in schema}
    return _validator(orjson.dumps(plain, option=orjson.OPT_NON_STR_KEYS)).is_valid(value) if plain else True


@lru_cache(2048)
def _validator(schema: bytes) -> Any:
    try:
        return jsonschema_rs.validator_for(orjson.loads(schema), validate_formats=True)
    except (ValueError, jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError):
        return jsonschema_rs.validator_for(True)  # a reference under `not`: only the whole schema can tell


def number_of(value: Any, default: float) -> Any:
    """The value of a keyword that should be a number, or the default where it is none."""
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else default
