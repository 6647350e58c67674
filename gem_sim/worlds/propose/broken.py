"""Arguments that do not fit the schema of a tool, and differ from good ones in one thing only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gem_sim.worlds.propose.view import View
from gem_sim.worlds.schema import bounds, types

_OTHERS: tuple[Any, ...] = ("soon", 3.5, -1, True, [], {}, None)
"""One value of each type."""


def broken(view: View, good: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Variants of good arguments that the schema may refuse: values over a bound or outside a list first, then missing and foreign ones."""
    for name, schema in view.properties.items():
        if isinstance(schema, dict):
            for value in _outside(schema):
                yield {**good, name: value}
    for name in good:
        if name in view.needed:
            yield {other: value for other, value in good.items() if other != name}
    for name in view.properties:
        for value in _OTHERS:
            yield {**good, name: value}
    yield {**good, "extra": "value"}


def _outside(schema: dict[str, Any]) -> Iterator[Any]:
    """Values of the right type that a schema does not take."""
    options = schema.get("enum")
    if isinstance(options, list) and options:
        yield f"{options[0]}-other" if isinstance(options[0], str) else max((option for option in options if isinstance(option, int)), default=0) + 1
    kinds = types(schema)
    if "integer" in kinds or "number" in kinds:
        low, high = bounds(schema)
        yield from (bound for bound in (high + 1, low - 1) if abs(bound) < 10**12)
    if "string" in kinds and isinstance(schema.get("maxLength"), int) and schema["maxLength"] < 2_000:
        yield "x" * (schema["maxLength"] + 1)
    if "string" in kinds and schema.get("minLength"):
        yield ""
    if "string" in kinds and (schema.get("format") or schema.get("pattern")):
        yield from ("next week", "-")
    if "array" in kinds and schema.get("minItems"):
        yield []
