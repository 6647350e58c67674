"""A schema judged by the `jsonschema` library alone: slow, for the few that hold what jsonschema-rs reads in another way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.exceptions import FormatError
from jsonschema.validators import extend, validator_for
from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]  # it comes without types

from gem_sim.errors import SpecError
from gem_sim.worlds.validation.extent import reach
from gem_sim.worlds.validation.keywords import said
from gem_sim.worlds.validation.patterns import searcher

MAX_DEPTH = 40
"""Schemas within schemas; the library needs several calls for each."""


def judged(schema: dict[str, Any], where: str, fast: Callable[[Any], bool]) -> tuple[Callable[[Any], bool], Callable[[Any], str]]:
    """Whether arguments fit, and what is wrong where they do not. `fast` decides where the library falls over its own old spellings."""
    far = reach(schema, where)
    if far.circular or far.depth > MAX_DEPTH:
        raise SpecError(where, f"patternProperties in a schema that refers to itself or goes deeper than {MAX_DEPTH} schemas; expected one of the two")
    draft = str(schema.get("$schema", ""))
    extended: Any = extend  # untyped in its stubs
    library = extended(validator_for(schema, default=Draft202012Validator), {"pattern": _pattern})
    judge = library(schema, registry=REGISTRY, format_checker=_Formats(draft))

    def is_valid(arguments: Any) -> bool:
        try:
            return bool(judge.is_valid(arguments))
        except TypeError:  # `additionalItems` beside `items: true`, which old drafts allow
            return fast(arguments)

    return is_valid, lambda arguments: said([(error.absolute_path, error.message) for error in judge.iter_errors(arguments)])


def _pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not searcher(pattern)(instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


class _Formats(FormatChecker):
    """Formats as jsonschema-rs asserts them, so that a format means the same in every schema."""

    def __init__(self, draft: str) -> None:
        super().__init__(())
        self._draft = draft

    def check(self, instance: object, format: str) -> None:  # noqa: A002  (the library's name)
        """Raises FormatError for what has not the format."""
        if not _format(self._draft, format)(instance):
            raise FormatError(f"{instance!r} is not a {format!r}")


@lru_cache(256)
def _format(draft: str, name: str) -> Callable[[Any], bool]:
    return jsonschema_rs.validator_for({"$schema": draft, "format": name} if draft else {"format": name}, validate_formats=True).is_valid
