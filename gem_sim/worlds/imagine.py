"""Answers of imagined tools: forecasts, summaries and the like, which no state determines.

Each is a pure function of world, seed, tool and arguments, drawn from the tool's `returns`. It is marked wherever it
goes, and no story may rest on it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from random import Random
from typing import Any

import jsonschema_rs

from gem_sim.errors import InputError
from gem_sim.worlds.canonical import ValueRefused, canonical, dumps
from gem_sim.worlds.schema import Drawer, Unfit
from gem_sim.worlds.spec import WorldSpec

_DRAWS = 8
"""A schema with rare corners may need more than one."""


def imagined(spec: WorldSpec, seed: int, tool: str, arguments: dict[str, Any]) -> Any:
    """An answer that fits `returns`. Raises ValueRefused where none could be made up."""
    schema = spec.tools[tool].returns or {}
    stream = Random(f"{spec.name}/{seed}/imagined/{tool}/{dumps(arguments).decode()}")  # noqa: S311  (made up, not secret)
    problem: str | None = "nothing fits"

    def asked(name: str, _: dict[str, Any]) -> list[Any]:
        return [arguments[name]] if name in arguments else []  # an answer speaks of what it was asked about

    for _ in range(_DRAWS):
        try:
            value = canonical(Drawer(schema, stream, spec.clock[:10], asked, share=1.0).value(schema, tool))
        except Unfit as unfit:
            problem = str(unfit)
            continue
        problem = misfit(schema, value)
        if problem is None:
            return value
    raise ValueRefused(f"no answer can be made up for {tool}: {problem}")


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
    try:
        checker = jsonschema_rs.validator_for(schema.decode(), validate_formats=True, retriever=_no_retrieval)
    except (ValueError, jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
        said = f"'returns' is no JSON Schema: {str(error).splitlines()[0][:200]}"
        return lambda _: said

    def first(value: Any) -> str | None:
        found = next(iter(checker.iter_errors(value)), None)
        return None if found is None else f"{'.'.join(map(str, found.instance_path)) or 'result'}: {found.message[:200]}"

    return first


def _no_retrieval(uri: str) -> Any:
    raise ValueError(f"$ref to {uri!r:.80} leads out of the schema")
