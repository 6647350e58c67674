"""Tools as methods of a class: signature, annotations and docstring are set from the schema, so that nothing is generated and run.

The docstrings are those that `transformers.utils.get_json_schema` reads, which trainers use to show a model its tools.
"""

from __future__ import annotations

import inspect
import keyword
import re
from collections.abc import Callable, Collection, Iterable
from functools import reduce
from typing import Any, Literal, Union

import orjson

_PLAIN: dict[str, Any] = {"string": str, "integer": int, "number": float, "boolean": bool, "null": type(None)}
_NOT_WORDS = re.compile(r"\W+")
_SECTIONS = re.compile(r"\b(Args|Returns|Raises|choices):")
"""What would be read as structure where it stands in a description."""
Call = Callable[[Any, str, dict[str, Any]], str]
"""What a method does: with the instance, the name of the tool and its arguments."""


def method(name: str, description: str, schema: dict[str, Any], call: Call, taken: Collection[str] = ()) -> Callable[..., str]:
    """A function for a class that calls a tool by keyword arguments. `taken`: names that methods of the class have already.

    Names that Python does not allow for parameters are spelt otherwise; the tool is called with its own.
    """
    properties = {key: about if isinstance(about, dict) else {} for key, about in schema.get("properties", {}).items()}
    spelt = parameter_names(properties)

    def run(self: Any, /, **given: Any) -> str:
        return call(self, name, {spelt.get(key, key): value for key, value in given.items()})

    required = set(schema.get("required", ()))
    types = {key: annotation(properties[own]) for key, own in spelt.items()}
    own = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    others = [
        inspect.Parameter(
            key, inspect.Parameter.KEYWORD_ONLY, annotation=types[key], default=inspect.Parameter.empty if spelt[key] in required else about.get("default")
        )
        for key, about in zip(spelt, properties.values(), strict=True)
    ]
    run.__name__ = run.__qualname__ = method_name(name, taken)
    run.__annotations__ = {**types, "return": str}
    run.__doc__ = _docstring(description or name, {key: _about(properties[own], own) for key, own in spelt.items()})
    run.__signature__ = inspect.Signature([own, *others], return_annotation=str)  # type: ignore[attr-defined]
    return run


def method_name(name: str, taken: Collection[str] = ()) -> str:
    """The name of a tool as that of a public method that the class does not have yet."""
    name = f"tool{name}" if name.startswith("_") else name
    return f"{name}_" if name in taken else name


def parameter_names(names: Iterable[str]) -> dict[str, str]:
    """Names that Python takes for parameters, to the names they stand for."""
    spelt: dict[str, str] = {}
    for name in names:
        safe = _NOT_WORDS.sub("_", name) or "value"
        safe = f"p_{safe}" if not safe.isidentifier() else safe
        while safe in spelt or keyword.iskeyword(safe) or safe in ("self", "cls"):
            safe += "_"
        spelt[safe] = name
    return spelt


def annotation(schema: Any) -> Any:
    """The Python type of a JSON schema, as narrow as types of the standard library say it."""
    if not isinstance(schema, dict):
        return Any
    if (values := schema.get("enum")) and all(value is None or isinstance(value, (str, int, bool)) for value in values):
        return Literal[tuple(values)]
    options = schema.get("anyOf") or schema.get("oneOf") or [{**schema, "type": one} for one in schema["type"]] if _several(schema) else None
    if options:
        return reduce(lambda one, other: Union[one, other], map(annotation, options))  # noqa: UP007  (not all of these take `|`)
    kind = schema.get("type")
    if kind == "array":
        return list[annotation(schema.get("items"))]  # type: ignore[misc]
    return dict[str, Any] if kind == "object" else _PLAIN.get(str(kind), Any)


def _several(schema: dict[str, Any]) -> bool:
    return bool(schema.get("anyOf") or schema.get("oneOf") or (isinstance(schema.get("type"), list) and schema["type"]))


def _docstring(description: str, parameters: dict[str, str]) -> str:
    listed = "".join(f"    {name}: {text}\n" for name, text in parameters.items())
    return f"{_line(description)}\n\n{f'Args:{chr(10)}{listed}{chr(10)}' if listed else ''}Returns:\n    What the tool answers, as JSON."


def _about(schema: dict[str, Any], name: str) -> str:
    """What is said of a parameter: its description, and where its type tells too little its schema."""
    text = _line(str(schema.get("description") or "")) or name
    inner = schema.get("items") if schema.get("type") == "array" else schema
    if isinstance(inner, dict) and inner.get("properties"):
        text += f" As JSON Schema: {_line(orjson.dumps({**inner, 'description': ''}).decode())}"
    return text


def _line(text: str) -> str:
    """A text as one line that holds nothing which reads as a section."""
    return _SECTIONS.sub(r"\1 :", " ".join(text.split()))
