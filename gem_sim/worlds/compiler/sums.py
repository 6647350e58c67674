"""Totals that add up: quantity times price, lines and their total, subtotal with tax and fees; and counts of rows."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import Any, NamedTuple

from gem_sim.grammar import singular
from gem_sim.worlds.compiler.infer import EntityModel
from gem_sim.worlds.compiler.values.lists import spelled
from gem_sim.worlds.schema import fits

_PRICES = (("unit", "price"), ("price",), ("unit", "cost"), ("amount",), ("cost",))
_COUNTS = (("quantity",), ("qty",), ("count",))
_TOTALS = (("total", "amount"), ("total", "price"), ("total", "cost"), ("order", "total"), ("line", "total"), ("grand", "total"), ("total",), ("sum",))
_SUBTOTALS = (("subtotal",), ("net", "amount"), ("sub", "total"), ("net", "total"))
_EXTRAS = ("tax", "shipping", "delivery", "tip", "fee", "surcharge", "vat")
_LINES = ("line", "lines", "item", "items", "entries", "positions", "lineitems")
_TOPS = {"min": "max", "minimum": "maximum"}
_CENT = 2


class _Parts(NamedTuple):
    """The fields of a row that take part in a sum, best first, and pairs of a minimum and its maximum."""

    totals: tuple[str, ...]
    subtotals: tuple[str, ...]
    prices: tuple[str, ...]
    counts: tuple[str, ...]
    extras: tuple[str, ...]
    lines: tuple[str, ...]
    bounds: tuple[tuple[str, str], ...]


@lru_cache(1024)
def _parts(names: tuple[str, ...]) -> _Parts:
    named = {spelled(name): name for name in names}
    totals, subtotals, prices, counts = (tuple(named[words] for words in wanted if words in named) for wanted in (_TOTALS, _SUBTOTALS, _PRICES, _COUNTS))
    extras, lines = (tuple(name for words, name in named.items() if words and words[-1] in wanted) for wanted in (_EXTRAS, _LINES))
    tops = ((name, named.get(tuple(_TOPS.get(word, word) for word in words), name)) for words, name in named.items() if set(words) & set(_TOPS))
    return _Parts(totals, subtotals, prices, counts, extras, lines, tuple((low, high) for low, high in tops if low != high))


def add_up(row: dict[str, Any], fields: dict[str, dict[str, Any]]) -> None:
    """Set the total of a row from its lines, its subtotal, or its quantity and price; and let no minimum lie over its maximum."""
    parts = _parts(tuple(row))
    for low, high in parts.bounds:
        if _number(row[low]) and _number(row[high]) and row[low] > row[high]:
            row[low], row[high] = row[high], row[low]
    total, subtotal = _one(row, parts.totals), _one(row, parts.subtotals)
    if not total and not subtotal:
        return
    lines = next((row[name] for name in parts.lines if isinstance(row[name], list)), None)
    added = sum(filter(None, (line_value(line) for line in lines if isinstance(line, dict)))) if lines else None
    if subtotal and added:
        _put(row, subtotal, added, fields)
    if total and subtotal:
        _put(row, total, float(row[subtotal]) + sum(float(row[name]) for name in parts.extras if _number(row[name])), fields)
    elif total and added:
        _put(row, total, added, fields)
    elif total and (value := line_value({name: row[name] for name in row if name != total})) is not None and _one(row, parts.counts):
        _put(row, total, value, fields)


def line_value(line: dict[str, Any]) -> float | None:
    """Price times quantity of a line, None where it has no price."""
    parts = _parts(tuple(line))
    price, quantity = _one(line, parts.prices), _one(line, parts.counts)
    return None if price is None else float(line[price]) * (float(line[quantity]) if quantity else 1)


def add_up_lines(entities: dict[str, EntityModel], rows: dict[str, list[dict[str, Any]]]) -> None:
    """Set the total of rows whose lines are rows of another entity."""
    for entity in entities.values():
        parents = [(field, other) for field, other in entity.refs.items() if other != entity.name and other in entities]
        for field, other in parents if spelled(entity.name)[-1:] and spelled(entity.name)[-1] in _LINES else ():
            values: dict[Any, float] = defaultdict(float)
            for line in rows[entity.name]:
                values[line.get(field)] += line_value(line) or 0.0
            for parent in rows[other]:
                total = _one(parent, _parts(tuple(parent)).totals)
                if total and (value := values.get(parent.get(entities[other].key))):
                    _put(parent, total, value, entities[other].fields)


def count_rows(entities: dict[str, EntityModel], links: dict[str, dict[str, str]], rows: dict[str, list[dict[str, Any]]]) -> None:
    """Set counts of what refers to a row, as `member_count` of a team, and of what it lists itself, as `items_count`."""
    for entity in entities.values():
        for name, schema in entity.fields.items():
            what = _counted(spelled(name)) if schema.get("type") in ("integer", "number") else ""
            if what and fits(schema, 0):
                _count(entity, name, what, entities, links, rows)


def _count(
    entity: EntityModel,
    name: str,
    what: str,
    entities: dict[str, EntityModel],
    links: dict[str, dict[str, str]],
    rows: dict[str, list[dict[str, Any]]],
) -> None:
    listed = next((held for held in entity.fields if held != name and [singular(word) for word in spelled(held)][-1:] == [what]), "")
    ways = ((each.name, held) for each in entities.values() if singular(spelled(each.name)[-1]) == what for held in links[each.name])
    other, held = next(((each, held) for each, held in ways if links[each][held] == entity.name), ("", ""))
    for row in rows[entity.name]:
        if isinstance(row.get(listed), list):
            row[name] = len(row[listed])
        elif other:
            row[name] = sum(str(each.get(held)) == str(row.get(entity.key)) for each in rows[other])


def _counted(words: tuple[str, ...]) -> str:
    """The thing that a field counts: `member_count`, `num_members`, `number_of_members`, `total_members`."""
    if len(words) > 1 and words[-1] in ("count", "total"):
        return singular(words[-2])
    plural = len(words) > 1 and singular(words[-1]) != words[-1]
    return singular(words[-1]) if plural and words[0] in ("num", "number", "count", "total") else ""


def _one(row: dict[str, Any], names: tuple[str, ...]) -> str | None:
    return next((name for name in names if _number(row[name])), None)


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _put(row: dict[str, Any], name: str, value: float, fields: dict[str, dict[str, Any]]) -> None:
    """Write a total where its field takes it."""
    made = round(value, _CENT)
    made = int(made) if isinstance(row[name], int) and made == int(made) else made
    if type(made) is type(row[name]) and fits(fields.get(name, {}), made) and not fields.get(name, {}).get("enum"):
        row[name] = made
