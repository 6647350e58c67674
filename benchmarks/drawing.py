"""Values for a JSON Schema, to vary the arguments of a call with. Whether they fit is for the call to say."""

import math
from collections.abc import Iterable, Iterator
from typing import Any

_FORMATS = {
    "date": ("2026-03-09", "2026-04-20"),
    "date-time": ("2026-03-09T10:00:00Z", "2026-04-20T15:30:00Z"),
    "time": ("10:00:00Z", "15:30:00Z"),
    "email": ("kim@example.org", "lee@example.org"),
    "uri": ("https://example.org/a", "https://example.org/b"),
    "byte": ("cmVwb3J0", "bm90ZXM="),
    "uuid": ("0b8a2f5e-3c1d-4e5f-8a9b-0c1d2e3f4a5b", "1b8a2f5e-3c1d-4e5f-8a9b-0c1d2e3f4a5b"),
}
_WORDS = ("north wing", "the second one", "x")
_NUMBERS = (1, 2, 3, 5, 10, 100)
_DEEPEST = 4
Schema = dict[str, Any]


def values(schema: Any, root: Schema, depth: int = 0) -> list[Any]:
    """Different values that the schema suggests, likely ones first; `root` is the schema that references point into."""
    schema = resolved(schema, root)
    if "const" in schema:
        return [schema["const"]]
    if schema.get("enum"):
        return list(schema["enum"])
    said = [schema[name] for name in ("default", "example") if schema.get(name) is not None] + list(_listed(schema.get("examples")))
    branches = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    if branches and depth < _DEEPEST:
        return different([*said, *(value for branch in branches for value in values(branch, root, depth + 1)[:4])])
    return different([*said, *(value for kind in _kinds(schema) for value in _typed(kind, schema, root, depth))])


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _kinds(schema: Schema) -> list[str]:
    kind = schema.get("type") or ("object" if "properties" in schema else "array" if "items" in schema else "string")
    return kind if isinstance(kind, list) else [kind]


def _typed(kind: str, schema: Schema, root: Schema, depth: int) -> Iterator[Any]:
    match kind:
        case "null":
            yield None
        case "boolean":
            yield from (True, False)
        case "integer" | "number":
            yield from _numbers(schema)
        case "array":
            items = values(schema.get("items"), root, depth + 1) if depth < _DEEPEST else []
            least = max(1, schema.get("minItems") or 1)
            yield from ([item] * least for item in items[:4])
            yield items[: max(2, least)]
            yield []
        case "object":
            yield from _objects(schema, root, depth)
        case _:
            yield from _texts(schema)


def _numbers(schema: Schema) -> Iterator[Any]:
    low = schema.get("minimum", _next(schema.get("exclusiveMinimum"), 1))
    high = schema.get("maximum", _next(schema.get("exclusiveMaximum"), -1))
    low, high = (bound if isinstance(bound, (int, float)) else None for bound in (low, high))
    pool = [number for number in (low, None if low is None else low + 1, *_NUMBERS, high) if number is not None and math.isfinite(number)]
    yield from (number for number in pool if (low is None or number >= low) and (high is None or number <= high))


def _next(bound: Any, step: int) -> Any:
    return bound + step if isinstance(bound, (int, float)) and not isinstance(bound, bool) else None


def _objects(schema: Schema, root: Schema, depth: int) -> Iterator[Any]:
    parts = schema.get("properties") or {}
    pools = {name: values(part, root, depth + 1) for name, part in parts.items()} if depth < _DEEPEST else {}
    pools = {name: pool for name, pool in pools.items() if pool}
    for at in (0, 1):
        yield {name: pool[at % len(pool)] for name, pool in pools.items()}
    yield {name: pool[0] for name, pool in pools.items() if name in schema.get("required", ())}
    if not pools:
        yield {"note": "north wing"}


def _texts(schema: Schema) -> Iterator[str]:
    pool = _FORMATS.get(schema.get("format") or "", _WORDS)
    least, most = schema.get("minLength") or 0, schema.get("maxLength") or 200
    if isinstance(least, int) and isinstance(most, int) and least < 10_000:
        yield from (text[:most].ljust(least, "x") for text in pool)


def resolved(schema: Any, root: Schema) -> Schema:
    """The schema itself, or what a reference inside the same schema points to; anything else is no constraint."""
    for _ in range(8):
        reference = schema.get("$ref") if isinstance(schema, dict) else None
        if not isinstance(reference, str) or not reference.startswith("#/"):
            break
        schema = root
        for part in reference.split("/")[1:]:
            schema = schema.get(part) if isinstance(schema, dict) else None
    return schema if isinstance(schema, dict) else {}


def different(pool: Iterable[Any]) -> list[Any]:
    """The values in order, none twice; 1 and true are two."""
    seen: set[str] = set()
    return [value for value in pool if (mark := f"{type(value).__name__}{value!r}") not in seen and not seen.add(mark)]  # type: ignore[func-returns-value]


def leaves(value: Any) -> Iterator[Any]:
    """All texts, numbers and truth values inside a value."""
    if isinstance(value, dict):
        for part in value.values():
            yield from leaves(part)
    elif isinstance(value, list):
        for part in value:
            yield from leaves(part)
    elif value is not None:
        yield value


def violations(schema: Any, root: Schema) -> Iterator[Any]:
    """Values that an enum or a bound of the schema forbids, and that fit its type."""
    schema = resolved(schema, root)
    kinds = _kinds(schema)
    if schema.get("enum") and all(isinstance(option, str) for option in schema["enum"]):
        yield "no such option"
    for bound, step in (("minimum", -1), ("maximum", 1), ("exclusiveMinimum", 0), ("exclusiveMaximum", 0)):
        value = schema.get(bound)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and {"integer", "number"} & set(kinds):
            yield value + step
    if "string" in kinds and "enum" not in schema:
        yield from (["x" * (schema["maxLength"] + 1)] if 0 < (schema.get("maxLength") or 0) < 100_000 else [])
        yield from (["x" * (schema["minLength"] - 1)] if 0 < (schema.get("minLength") or 0) < 100_000 else [])
    if kinds == ["array"]:
        yield from ([[]] if (schema.get("minItems") or 0) > 0 else [])
