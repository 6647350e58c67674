"""From a function to a tool: its signature, type hints and docstring become the JSON Schemas that a model is shown."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import jsonschema_rs
from pydantic import TypeAdapter
from pydantic.errors import PydanticSchemaGenerationError, PydanticUserError

from gem_sim.errors import SpecError
from gem_sim.worlds.canonical import ValueRefused, canonical
from gem_sim.worlds.plugin import docstring
from gem_sim.worlds.plugin.state import plain

_NAMED = ("properties", "patternProperties")
"""Keywords under which names stand, so that a parameter may be called `title`."""
_DATA = ("enum", "const", "default", "examples", "required")
_PLAIN = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


@dataclass(frozen=True)
class Signature:
    """What a function says of itself. `adapters` turn JSON arguments into the types of the hints."""

    description: str
    parameters: dict[str, Any]
    returns: dict[str, Any] | None
    adapters: dict[str, TypeAdapter[Any]]
    leads: tuple[str, ...]
    """Parameters in front that are no arguments: `state`, `ctx`."""


def read_signature(function: Callable[..., Any], where: str, *, kind: str, returns: Any) -> Signature:
    """The signature of a tool. Raises SpecError that names the parameter and what was expected."""
    if not inspect.isfunction(function) or inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function):
        raise SpecError(where, "expected a plain function")
    given = list(inspect.signature(function).parameters.values())
    leads = _leads(given, where, kind)
    hints = _hints(function, where)
    described, texts = docstring.read(function.__doc__)
    if not described:
        raise SpecError(where, "expected a docstring that says what the tool does")
    arguments = given[len(leads) :]
    for name in texts:
        if name not in {parameter.name for parameter in arguments}:
            raise SpecError(f"{where}.{name}", "stands in the docstring, but is no parameter of the function")
    read = {parameter.name: _parameter(parameter, hints, texts, f"{where}.{parameter.name}") for parameter in arguments}
    schema: dict[str, Any] = {"type": "object", "properties": {name: made for name, (made, _) in read.items()}}
    required = [parameter.name for parameter in arguments if parameter.default is inspect.Parameter.empty]
    schema |= {"required": required} if required else {}
    adapters = {name: adapter for name, (_, adapter) in read.items()}
    return Signature(described, {**schema, "additionalProperties": False}, _returns(returns, hints, where), adapters, leads)


def _leads(given: list[inspect.Parameter], where: str, kind: str) -> tuple[str, ...]:
    names = [parameter.name for parameter in given]
    if kind == "compute":
        if {"state", "ctx"} & set(names):
            raise SpecError(where, "a tool of kind 'compute' works from its arguments alone; leave 'state' and 'ctx' away")
        return ()
    if names[:1] != ["state"]:
        raise SpecError(where, "expected 'state' as the first parameter")
    return ("state", "ctx") if names[1:2] == ["ctx"] else ("state",)


def _hints(function: Callable[..., Any], where: str) -> dict[str, Any]:
    try:
        return get_type_hints(function, include_extras=True)
    except (NameError, TypeError, AttributeError, SyntaxError) as error:
        raise SpecError(where, f"the type hints cannot be read ({error})") from None


def _parameter(parameter: inspect.Parameter, hints: dict[str, Any], texts: dict[str, str], where: str) -> tuple[dict[str, Any], TypeAdapter[Any]]:
    """Schema and adapter of one parameter."""
    if parameter.kind not in _PLAIN:
        raise SpecError(where, "expected a parameter that can be given by name")
    hint = hints.get(parameter.name, Any)
    adapter, schema = _adapter(hint, where)
    if not schema:
        raise SpecError(where, "has no type; expected a hint such as 'str' or 'Literal[\"a\", \"b\"]'")
    about = texts.get(parameter.name) or _annotated(hint) or schema.get("description")
    if not about:
        raise SpecError(where, "has no description; expected a line for it under 'Args:' in the docstring")
    schema.pop("description", None)
    if parameter.default is inspect.Parameter.empty:
        return {**schema, "description": about}, adapter
    return {**_with_default(schema, parameter.default, where, about)}, adapter


def _annotated(hint: Any) -> str:
    """The text in `Annotated[str, "text"]`."""
    extras = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    return next((extra for extra in extras if isinstance(extra, str)), "")


def _with_default(schema: dict[str, Any], default: Any, where: str, about: str) -> dict[str, Any]:
    """A parameter that may be left out. `X | None = None` is shown as an X: who has none leaves it out."""
    if isinstance(default, (list, dict, set)):
        raise SpecError(where, f"the default is a {type(default).__name__}, which all calls would share; use None")
    try:
        value = canonical(plain(default))
    except ValueRefused as refused:
        raise SpecError(where, f"the default: {refused}") from None
    if not jsonschema_rs.is_valid(schema, value):
        raise SpecError(where, f"the default {value!r:.80} does not fit the type")
    if value is not None:
        return {**schema, "description": about, "default": value}
    options = [option for option in schema.get("anyOf", []) if option != {"type": "null"}]
    rest = {name: part for name, part in schema.items() if name != "anyOf"}
    return {**rest, **(options[0] if len(options) == 1 else {"anyOf": options} if options else {}), "description": about}


def _returns(returns: Any, hints: dict[str, Any], where: str) -> dict[str, Any] | None:
    """The schema of the answer: given as one, or from a type, or from the hint of the function."""
    if isinstance(returns, dict):
        return returns
    hint = returns if returns is not None else hints.get("return", Any)
    return None if hint in (Any, type(None)) else _adapter(hint, f"{where}.returns")[1]


def _adapter(hint: Any, where: str) -> tuple[TypeAdapter[Any], dict[str, Any]]:
    try:
        adapter = TypeAdapter(hint)
        schema = adapter.json_schema()
    except (PydanticSchemaGenerationError, PydanticUserError, TypeError) as error:
        raise SpecError(where, f"no JSON Schema says this type: {str(error).splitlines()[0]}") from None
    plain_schema: dict[str, Any] = _inlined(schema, schema.get("$defs", {}), (), where)
    if any(part.get("uniqueItems") for part in _parts(plain_schema)):
        raise SpecError(where, "a set has no order of its own, so calls would not repeat; use a list")
    if any(part.get("format") == "binary" for part in _parts(plain_schema)):
        raise SpecError(where, "JSON has no bytes; use a text")
    return adapter, plain_schema


def _inlined(schema: Any, defs: dict[str, Any], inside: tuple[str, ...], where: str) -> Any:
    """The schema without titles, every reference replaced by what it refers to."""
    if isinstance(schema, list):
        return [_inlined(item, defs, inside, where) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made: dict[str, Any] = {}
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name in inside:
            raise SpecError(where, f"type {name} holds itself; expected types of a fixed depth")
        made = _inlined(defs[name], defs, (*inside, name), where)
    for key, value in schema.items():
        if key in _NAMED:
            made[key] = {name: _inlined(part, defs, inside, where) for name, part in value.items()}
        elif key not in ("title", "$defs", "$ref", "discriminator"):
            made[key] = value if key in _DATA else _inlined(value, defs, inside, where)
    return made


def _parts(schema: Any) -> Iterator[dict[str, Any]]:
    """Every object inside a schema."""
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from _parts(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _parts(value)
