"""Totals that add up: quantity times price, lines and their total, subtotal with tax and fees."""

from __future__ import annotations

from typing import Any

from gem_sim.worlds.compiler.infer import EntityModel
from gem_sim.worlds.compiler.values.lists import spelled
from gem_sim.worlds.schema import fits

_PRICES = (("unit", "price"), ("price",), ("unit", "cost"), ("amount",), ("cost",))
_COUNTS = (("quantity",), ("qty",), ("count",))
_TOTALS = (("total", "amount"), ("total", "price"), ("total", "cost"), ("order", "total"), ("line", "total"), ("grand", "total"), ("total",), ("sum",))
_SUBTOTALS = (("subtotal",), ("net", "amount"), ("sub", "total"), ("net", "total"))
_EXTRAS = ("tax", "shipping", "delivery", "tip", "fee", "surcharge", "vat")
_LINES = ("line", "lines", "item", "items", "entries", "positions", "lineitems")
_CENT = 2


def add_up(row: dict[str, Any], fields: dict[str, dict[str, Any]]) -> None:
    """Set the total of a row from its lines, its subtotal, or its quantity and price; and let no minimum lie over its maximum."""
    named = {spelled(name): name for name in row}
    _order(row, named)
    total = _one(named, row, _TOTALS)
    lines = next((row[name] for words, name in named.items() if words and words[-1] in _LINES and isinstance(row[name], list)), None)
    subtotal = _one(named, row, _SUBTOTALS)
    extras = [float(row[name]) for words, name in named.items() if words and words[-1] in _EXTRAS and _number(row[name])] if subtotal else []
    added = sum(filter(None, (line_value(line) for line in lines if isinstance(line, dict)))) if lines else None
    if subtotal and added:
        _put(row, subtotal, added, fields)
    if total and subtotal:
        _put(row, total, float(row[subtotal]) + sum(extras), fields)
    elif total and added:
        _put(row, total, added, fields)
    elif total and (value := line_value({name: row[name] for name in row if name != total})) is not None and _one(named, row, _COUNTS):
        _put(row, total, value, fields)


def line_value(line: dict[str, Any]) -> float | None:
    """Price times quantity of a line, None where it has no price."""
    named = {spelled(name): name for name in line}
    price, quantity = _one(named, line, _PRICES), _one(named, line, _COUNTS)
    return None if price is None else float(line[price]) * (float(line[quantity]) if quantity else 1)


def add_up_lines(entities: dict[str, EntityModel], rows: dict[str, list[dict[str, Any]]]) -> None:
    """Set the total of rows whose lines are rows of another entity."""
    for entity in entities.values():
        parents = [(field, other) for field, other in entity.refs.items() if other != entity.name and other in entities]
        for field, other in parents if spelled(entity.name)[-1:] and spelled(entity.name)[-1] in _LINES else ():
            for parent in rows[other]:
                named = {spelled(name): name for name in parent}
                total = _one(named, parent, _TOTALS)
                mine = [line for line in rows[entity.name] if line.get(field) == parent.get(entities[other].key)]
                values = [value for line in mine if (value := line_value(line)) is not None]
                if total and values:
                    _put(parent, total, sum(values), entities[other].fields)


def _order(row: dict[str, Any], named: dict[tuple[str, ...], str]) -> None:
    for words, name in named.items():
        if "min" in words or "minimum" in words:
            most = named.get(tuple({"min": "max", "minimum": "maximum"}.get(word, word) for word in words))
            if most and _number(row[name]) and _number(row[most]) and row[name] > row[most]:
                row[name], row[most] = row[most], row[name]


def _one(named: dict[tuple[str, ...], str], row: dict[str, Any], wanted: tuple[tuple[str, ...], ...]) -> str | None:
    return next((named[words] for words in wanted if words in named and _number(row[named[words]])), None)


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _put(row: dict[str, Any], name: str, value: float, fields: dict[str, dict[str, Any]]) -> None:
    """Write a total where its field takes it."""
    made = round(value, _CENT)
    made = int(made) if isinstance(row[name], int) and made == int(made) else made
    if type(made) is type(row[name]) and fits(fields.get(name, {}), made) and not fields.get(name, {}).get("enum"):
        row[name] = made
