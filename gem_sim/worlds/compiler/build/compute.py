"""Tools that work on their arguments alone, where name and parameters say how."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from gem_sim.worlds.compiler.build.names import parts, plain

if TYPE_CHECKING:
    from gem_sim.worlds.compiler.build.acts import Act

_TWO = {
    "add": "+",
    "addition": "+",
    "plus": "+",
    "subtract": "-",
    "subtraction": "-",
    "minus": "-",
    "multiply": "*",
    "multiplication": "*",
    "divide": "/",
    "division": "/",
}
_ONE = {"abs": "abs", "absolute": "abs", "sqrt": "sqrt", "floor": "floor", "ceil": "ceil", "ceiling": "ceil"}
_MANY = {
    "sum": "sum",
    "mean": "mean",
    "average": "mean",
    "median": "median",
    "stdev": "stdev",
    "deviation": "stdev",
    "max": "max",
    "maximum": "max",
    "min": "min",
    "minimum": "min",
}
_PLACES = ("precision", "decimals", "decimalplaces", "digits", "ndigits", "places")
_TEXTS = ("expression", "formula", "equation", "calculation")
_NUMBERS = ("number", "integer")


def computed(act: Act) -> str | None:
    """The expression of the answer, or None where nothing says how it is computed."""
    found = _value(act)
    if found is None:
        return None
    places = next((word for word in act.properties if plain(word) in _PLACES and act.type(word) == "integer" and act.said(word) not in found), None)
    if places is not None:
        whole = found.removeprefix("round(").removesuffix(", 0)") if found.startswith("round(") else found
        found = f"({found} if {act.said(places)} is None else round({whole}, {act.said(places)}))"
    about = act.tool.tool.returns
    if about is None:
        return f"{{'result': {found}}}"
    made = about.get("properties")
    if about.get("type") == "object" and isinstance(made, dict) and len(made) == 1:
        ((name, schema),) = made.items()
        return f"{{{name!r}: {found}}}" if isinstance(schema, dict) and schema.get("type") in _NUMBERS else None
    return found if about.get("type") in _NUMBERS else None


def _value(act: Act) -> str | None:
    name, given = parts(act.name), act.properties
    wanted = [word for word in given if word in act.required]
    numbers = [word for word in wanted if act.type(word) in _NUMBERS]
    lists = [word for word in wanted if act.type(word) == "array" and (given[word].get("items") or {}).get("type") in _NUMBERS]
    for make in (_conversion, _arithmetic, _between):
        if (found := make(act, name)) is not None:
            return found
    if len(lists) == 1 and (word := next((word for word in name if word in _MANY), None)):
        return f"{_MANY[word]}({act.said(lists[0])})"
    return _of_numbers(name, [act.said(word) for word in numbers])


def _of_numbers(name: Sequence[str], said: Sequence[str]) -> str | None:
    if len(said) == 2:
        if sign := next((_TWO[word] for word in name if word in _TWO), None):
            return f"{said[0]} {sign} {said[1]}"
        if "percentage" in name or "percent" in name:
            return f"{said[0]} / {said[1]} * 100"
    two: dict[str, Callable[[], str]] = {
        "power": lambda: f"power({', '.join(said)})",
        "logarithm": lambda: f"log({', '.join(said)})",
        "log": lambda: f"log({', '.join(said)})",
    }
    if len(said) == 2 and (word := next((word for word in name if word in two), None)):
        return two[word]()
    if "round" in name and said:
        return f"round({', '.join(said[:2])})" if len(said) > 1 else f"round({said[0]}, 0)"
    if len(said) >= 1 and "square" in name and "root" in name:
        return f"sqrt({said[0]})"
    one = next((word for word in name if word in _ONE), None)
    return f"{_ONE[one]}({said[0]})" if one and len(said) == 1 else None


def _conversion(act: Act, name: Sequence[str]) -> str | None:
    if not {"convert", "conversion"} & set(name):
        return None
    units = {end: word for word in act.required for end in ("from", "to") if end in parts(word) and act.type(word) == "string"}
    values = [word for word in act.properties if word in act.required and act.type(word) in _NUMBERS]
    about_units = "unit" in plain(act.name + "".join(units.values()))
    if len(units) == 2 and len(values) == 1 and about_units:
        return f"convert({act.said(values[0])}, {act.said(units['from'])}, {act.said(units['to'])})"
    return None


def _arithmetic(act: Act, name: Sequence[str]) -> str | None:
    found = [word for word in act.required if plain(word) in _TEXTS and act.type(word) == "string"]
    return f"arithmetic({act.said(found[0])})" if len(found) == 1 and {"calculate", "calculator", "evaluate", "compute"} & set(name) else None


def _between(act: Act, name: Sequence[str]) -> str | None:
    dates: list[Any] = [word for word in act.properties if word in act.required and act.type(word) == "string" and "date" in plain(word)]
    return f"days({act.said(dates[0])}, {act.said(dates[1])})" if len(dates) == 2 and "days" in name else None
