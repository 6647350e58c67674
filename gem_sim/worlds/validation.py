"""Parameter schemas compiled to a fast test and a readable complaint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jsonschema_rs

from gem_sim.errors import SpecError


class Validator(NamedTuple):
    """Whether arguments fit a schema, and what is wrong where they do not."""

    is_valid: Callable[[Any], bool]
    problem: Callable[[Any], str]


def validator(schema: dict[str, Any], where: str) -> Validator:
    """For the parameters of a tool. Raises SpecError for what is no JSON Schema of an object."""
    if schema.get("type") != "object":
        raise SpecError(where, f"not a JSON Schema of an object: expected type: object, got {schema.get('type')!r:.80}")
    try:
        compiled = jsonschema_rs.validator_for(schema, validate_formats=True, retriever=_no_retrieval)
    except (ValueError, jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
        raise SpecError(where, f"not a JSON Schema: {str(error).splitlines()[0][:200]}") from None

    def problem(arguments: Any) -> str:
        errors = sorted(compiled.iter_errors(arguments), key=lambda error: (len(error.instance_path), error.message))
        return "; ".join(f"{'.'.join(map(str, e.instance_path)) or 'arguments'}: {e.message[:200]}" for e in errors[:3])

    return Validator(compiled.is_valid, problem)


def _no_retrieval(uri: str) -> Any:
    raise ValueError(f"$ref to {uri!r:.80} leads out of the schema")
