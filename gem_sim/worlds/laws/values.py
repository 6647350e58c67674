"""Small helpers for values that are drawn: some of many, numbers among others, days, and keys that no row has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random
from typing import Any

from gem_sim.grammar import singular
from gem_sim.worlds.schema import fits


def some(stream: Random, items: Sequence[Any], count: int) -> list[Any]:
    """So many of the items at most, as they come where there are no more."""
    return list(items) if len(items) <= count else [stream.choice(items) for _ in range(count)]


def unknown(key: Any, schema: Any) -> Any:
    """A key of the same form that no row is likely to have."""
    if isinstance(key, int):
        return key + 90_001
    longer = f"{key}0"
    return longer if fits(schema, longer) else key[:-1] + ("0" if key[-1:] != "0" else "1")


def numbers(values: Sequence[Any]) -> list[Any]:
    """The numbers among some values."""
    return [value for value in values if isinstance(value, (int, float)) and not isinstance(value, bool)]


def day(value: Any) -> date | None:
    """The day that a text begins with."""
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) and value[4:5] == "-" else None
    except ValueError:
        return None


def word_of(stream: Random, rows: Sequence[dict[str, Any]]) -> str | None:
    """A text of some rows, or a word of one; words that many rows have come often."""
    texts = [item for row in rows for item in row.values() if isinstance(item, str) and item.strip()]
    text = stream.choice(texts) if texts else ""
    return stream.choice((text, *text.split())) if text else None


def beside(rows: Sequence[dict[str, Any]], name: str, arguments: dict[str, Any]) -> list[Any]:
    """The objects and lists of rows under a name, or that of one, that hold all arguments for which they have a field."""
    found = []
    for held in dict.fromkeys((name, singular(name))):
        fit = (row for row in rows if isinstance(row.get(held), (dict, list)))
        found += [row[held] for row in fit if all(row[word] == value for word, value in arguments.items() if word in row and word != name)]
    return found
