"""Answers of imagined tools: forecasts, summaries and the like, which no state determines.

Each is a pure function of world, seed, tool and arguments, made from the tool's `returns`. It is marked wherever it
goes, and no story may rest on it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from random import Random
from typing import Any

import jsonschema_rs

from gem_sim.errors import InputError
from gem_sim.worlds.canonical import MAX_DEPTH, ValueRefused, canonical, dumps
from gem_sim.worlds.spec import WorldSpec

_ADJECTIVES = ("steady", "mixed", "clear", "light", "moderate", "strong", "usual", "late")
_MANY = 3


def imagined(spec: WorldSpec, seed: int, tool: str, arguments: dict[str, Any]) -> Any:
    """An answer that fits `returns`. Raises ValueRefused where the schema asks for what cannot be made up."""
    schema = spec.tools[tool].returns or {}
    stream = Random(f"{spec.name}/{seed}/imagined/{tool}/{dumps(arguments).decode()}")  # noqa: S311  (made up, not secret)
    value = canonical(_Maker(stream, spec.clock, arguments).value(tool, schema, 0))
    problem = misfit(schema, value)
    if problem is not None:
        raise ValueRefused(f"no answer can be made up for {tool}: {problem}")
    return value


def fitting(schema: dict[str, Any], value: Any, tool: str) -> Any:
    """An answer that somebody wrote. Raises InputError where it does not fit the tool's `returns`."""
    problem = misfit(schema, value)
    if problem is not None:
        raise InputError(f"the answer for {tool} does not fit its 'returns': {problem}")
    return value


def misfit(schema: dict[str, Any], value: Any) -> str | None:
    """What is wrong with a result under a `returns` schema; None where it fits."""
    return _check(dumps(schema))(value)


@lru_cache(256)
def _check(schema: bytes) -> Callable[[Any], str | None]:
    validator = jsonschema_rs.validator_for(schema.decode(), validate_formats=True)

    def first(value: Any) -> str | None:
        found = next(iter(validator.iter_errors(value)), None)
        return None if found is None else f"{'.'.join(map(str, found.instance_path)) or 'result'}: {found.message[:200]}"

    return first


class _Maker:
    """Makes values for a schema from one stream of numbers."""

    def __init__(self, stream: Random, clock: str, arguments: dict[str, Any]) -> None:
        self.stream = stream
        self.today = date.fromisoformat(clock[:10])
        self.said = ", ".join(str(value) for value in arguments.values() if isinstance(value, (str, int, float)))[:80]

    def value(self, name: str, schema: Any, depth: int) -> Any:
        schema = schema if isinstance(schema, dict) else {}
        if depth > MAX_DEPTH:
            raise ValueRefused("'returns' is nested too deep")
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return self.stream.choice(schema["enum"])
        for word in ("oneOf", "anyOf"):
            if schema.get(word):
                return self.value(name, self.stream.choice(schema[word]), depth + 1)
        kinds = schema.get("type", "object" if "properties" in schema else "string")
        kind = kinds if isinstance(kinds, str) else kinds[0]
        if kind == "object":
            return {field: self.value(field, about, depth + 1) for field, about in schema.get("properties", {}).items()}
        if kind == "array":
            count = min(max(self.stream.randint(1, _MANY), schema.get("minItems", 0)), schema.get("maxItems", 100))
            return [self.value(name, schema.get("items"), depth + 1) for _ in range(count)]
        return self.atom(name, kind, schema)

    def atom(self, name: str, kind: str, schema: dict[str, Any]) -> Any:
        if kind == "boolean":
            return self.stream.random() < 0.5
        if kind in ("integer", "number"):
            low = schema.get("minimum", 0)
            drawn = self.stream.uniform(low, schema.get("maximum", low + 100))
            return int(drawn) if kind == "integer" else round(drawn, 1)
        return None if kind == "null" else self.text(name, schema)

    def text(self, name: str, schema: dict[str, Any]) -> str:
        day = (self.today + timedelta(days=self.stream.randint(1, 14))).isoformat()
        form = schema.get("format")
        if form in ("date", "date-time"):
            return day if form == "date" else f"{day}T{self.stream.randint(6, 20):02}:00:00Z"
        about = f" for {self.said}" if self.said else ""
        return f"{self.stream.choice(_ADJECTIVES)} {name.replace('_', ' ')}{about}"[: schema.get("maxLength", 200)]
