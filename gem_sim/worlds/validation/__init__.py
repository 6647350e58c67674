"""Parameter schemas compiled to a fast test and a readable complaint.

The verdict is that of the `jsonschema` library. jsonschema-rs, which gives it in a microsecond, asks that library where
the two are known to differ: `multipleOf` and `pattern` always, a whole schema where it holds `patternProperties`. One
thing is stricter than the library's default: `format` is a condition and no remark, read as jsonschema-rs reads it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import jsonschema_rs

from gem_sim.errors import SpecError
from gem_sim.worlds.validation.extent import check_references, check_size
from gem_sim.worlds.validation.keywords import PATTERN_PROPERTIES, keywords, said

_FRAME = re.compile(r"^Failed to instantiate keyword class '\w+': \w+: ")
"""What jsonschema-rs puts before a complaint of our own."""


class Validator(NamedTuple):
    """Whether arguments fit a schema, and what is wrong where they do not."""

    is_valid: Callable[[Any], bool]
    problem: Callable[[Any], str]


def validator(schema: dict[str, Any], where: str) -> Validator:
    """For the parameters of a tool. Raises SpecError for what is no JSON Schema of an object, or none that ends in bounded time."""
    if schema.get("type") != "object":
        raise SpecError(where, f"not a JSON Schema of an object: expected type: object, got {schema.get('type')!r:.80}")
    check_size(schema, where)
    met: set[str] = set()
    fast = _compiled(schema, where, keywords(schema, met))
    check_references(schema, where)
    if PATTERN_PROPERTIES in met:
        from gem_sim.worlds.validation.judge import judged  # brings the library with it, which few schemas need

        return Validator(*judged(schema, where, fast.is_valid))
    if not met:
        fast = _compiled(schema, where, None)  # faster by half where nothing is handed over
    return Validator(fast.is_valid, lambda arguments: said([(error.instance_path, error.message) for error in fast.iter_errors(arguments)]))


def _compiled(schema: dict[str, Any], where: str, handed_over: dict[str, type] | None) -> Any:
    try:
        return jsonschema_rs.validator_for(schema, validate_formats=True, retriever=_no_retrieval, keywords=handed_over)
    except jsonschema_rs.ValidationError as error:
        place = ".".join([where, *map(str, error.instance_path)])
        raise SpecError(place, f"not a JSON Schema: {_FRAME.sub('', error.message):.200}") from None
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        raise SpecError(where, f"not a JSON Schema: {str(error).splitlines()[0][:200]}") from None


def _no_retrieval(uri: str) -> Any:
    raise ValueError(f"$ref to {uri!r:.80} leads out of the schema")
