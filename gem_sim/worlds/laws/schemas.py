"""Laws on schemas: they are valid, described and closed, and results fit what is declared and a readable length."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema_rs

from gem_sim.errors import SpecError
from gem_sim.worlds.canonical import dumps
from gem_sim.worlds.laws.codes import Flaw, flaw
from gem_sim.worlds.laws.lab import Lab
from gem_sim.worlds.laws.surface import Tool, properties, required
from gem_sim.worlds.validation import validator

LONGEST = 2_000


def compiled(schema: Any) -> Any:
    """A validator. Raises ValueError with one line for what is no schema, or refers to something outside itself."""
    try:
        return jsonschema_rs.validator_for(schema, validate_formats=True, retriever=_no_retrieval)
    except (ValueError, TypeError, jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
        raise ValueError(str(error).splitlines()[0][:200]) from None


def _no_retrieval(uri: str) -> Any:
    raise ValueError(f"$ref to {uri!r:.80} leads out of the schema")


def problem(schema: Any, value: Any) -> str | None:
    """What is wrong with a value, in one line."""
    error = next(iter(compiled(schema).iter_errors(value)), None)
    return f"{'.'.join(map(str, error.instance_path)) or 'it'}: {error.message[:200]}" if error else None


def declared_well(lab: Lab) -> Iterator[Flaw]:
    """Schemas of parameters and results are schemas; parameters and tools are described."""
    for name, tool in lab.tools.items():
        if not tool.description.strip():
            yield flaw("schema.description", name, f"{name} has no description")
        yield from _parameters(name, tool)
        if tool.returns is not None:
            yield from _schema(f"{name}.returns", tool.returns)


def _parameters(name: str, tool: Tool) -> Iterator[Flaw]:
    schema = tool.parameters
    if not isinstance(schema, dict) or schema.get("type") != "object":
        yield flaw("schema.invalid", f"{name}.parameters", f"expected a JSON Schema with type: object, got {schema!r:.80}")
        return
    broken = list(_schema(f"{name}.parameters", schema))
    yield from broken
    for word in sorted(required(tool) - properties(tool).keys()):
        yield flaw("schema.required", f"{name}.{word}", f"{word} is required but not declared")
    if schema.get("additionalProperties", True) is not False:
        yield flaw("schema.open", name, f"{name} takes arguments with any name")
    for word, about in properties(tool).items():
        if not str(about.get("description", "")).strip():
            yield flaw("schema.description", f"{name}.{word}", f"{word} has no description")
        if not broken:
            yield from _defaults(f"{name}.{word}", about)


def _schema(where: str, schema: Any) -> Iterator[Flaw]:
    try:
        compiled(schema)
    except ValueError as error:
        if not _is_checked(schema, where):
            yield flaw("schema.invalid", where, f"no JSON Schema: {error}")


def _is_checked(schema: Any, where: str) -> bool:
    """Whether the engine can check values against a schema: it also knows patterns that are too large for others."""
    try:
        validator(schema, where)
    except SpecError:
        return False
    return True


def _defaults(where: str, about: dict[str, Any]) -> Iterator[Flaw]:
    given = [about[word] for word in ("default",) if about.get(word) is not None] + list(about.get("examples", ()))
    for value in given if "$ref" not in about else ():
        wrong = problem(about, value)
        if wrong is not None:
            yield flaw("schema.default", where, f"{value!r:.80} does not fit: {wrong}")


def results_fit(lab: Lab) -> Iterator[Flaw]:
    """Results of calls that worked fit `returns`, and are no longer than a page."""
    for name, tool in lab.tools.items():
        validator = _validator(tool)
        for seen in lab.of(name, ok=True):
            lab.checked("returns.differs" if validator is not None else "result.long")
            error = next(iter(validator.iter_errors(seen.result.value)), None) if validator is not None else None
            if error is not None:
                at = ".".join(map(str, error.instance_path)) or "the result"
                yield flaw("returns.differs", name, f"{seen.said} gave a result that does not fit: {at}: {error.message[:200]}")
            size = len(dumps(seen.result.value).decode())
            if size > LONGEST:
                yield flaw("result.long", name, f"{seen.said} gave {size} characters")
            if tool.kind == "imagined" and not getattr(seen.result, "imagined", False):
                yield flaw("imagined.unmarked", name, f"the result of {seen.said} does not say that it is imagined")


def _validator(tool: Tool) -> Any:
    try:
        return None if tool.returns is None else compiled(tool.returns)
    except ValueError:
        return None  # said already where schemas are checked
