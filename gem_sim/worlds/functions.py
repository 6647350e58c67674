"""The named functions of the expression language. Each is total: a value it cannot use raises Unusable, never a Python error.

A function takes the machine of the running call first (its clock and step counter) and canonical values after it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from gem_sim.worlds.canonical import MAX_TEXT, dumps, rounded, same

PAGE = 10
"""Rows on a page where the caller asks for none or for more."""
PAGE_CHARACTERS = 1_900
"""Characters of the rows on a page; a result with its frame stays under 2,000."""


class Unusable(Exception):
    """An expression met a value it cannot work with; the text says which function and what it expected."""


class Clock(Protocol):
    """What functions may know of the running call."""

    def now(self) -> str:
        """Virtual time, ISO 8601 to the second."""


def _list(name: str, value: Any) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise Unusable(f"{name}: expected a list, got {type(value).__name__}")
    return value


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise Unusable(f"{name}: expected a string, got {type(value).__name__}")
    return value


def _number(name: str, value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Unusable(f"{name}: expected a number, got {type(value).__name__}")
    return value


def _whole(name: str, value: Any) -> Any:
    """A number, also one that a schema hands over as text."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 9 else _number(name, value)


def _moment(name: str, value: Any) -> datetime:
    try:
        return datetime.fromisoformat(_text(name, value)).replace(tzinfo=None)
    except ValueError:
        raise Unusable(f"{name}: {value!r} is not an ISO date or time") from None


def order_key(value: Any) -> tuple[int, Any]:
    """A total order over JSON values: null, then booleans, numbers, strings, everything else by its text."""
    if value is None:
        return (0, 0)
    if isinstance(value, bool):
        return (1, value)
    if isinstance(value, (int, float)):
        return (2, value)
    return (3, value) if isinstance(value, str) else (4, repr(value))


def sort(_: Clock, items: Any, by: Any = None) -> list[Any]:
    """Stable order by a field, `-field` for descending; without a field by the values themselves."""
    rows = _list("sort", items)
    if by is None:
        return sorted(rows, key=order_key)
    field = _text("sort", by)
    name = field.lstrip("-")
    return sorted(rows, key=lambda row: order_key(row.get(name) if isinstance(row, dict) else None), reverse=field.startswith("-"))


def page(_: Clock, items: Any, limit: Any = None, cursor: Any = None) -> dict[str, Any]:
    """`{items, total, next_cursor}`: rows from the position that `cursor` (an earlier `next_cursor`) names.

    At most 10 rows and, unless one row alone is longer, 2,000 characters.
    """
    rows = _list("page", items)
    size = PAGE if limit is None else min(PAGE, max(1, int(_whole("page", limit))))
    start = int(cursor) if isinstance(cursor, str) and cursor.isascii() and cursor.isdigit() and len(cursor) < 9 else 0
    end, left = start, PAGE_CHARACTERS
    for row in rows[start : start + size]:
        left -= len(dumps(row))
        if left < 0 and end > start:
            break
        end += 1
    return {"items": rows[start:end], "total": len(rows), "next_cursor": str(end) if start < end < len(rows) else None}


def search(_: Clock, items: Any, text: Any, *fields: Any) -> list[Any]:
    """The rows in whose text fields (or in the named ones) every word of `text` occurs, whatever the case; null finds all."""
    rows = _list("search", items)
    if text is None:
        return rows
    words = _text("search", text).lower().split()
    return [row for row in rows if all(word in _haystack(row, fields) for word in words)]


def _haystack(row: Any, fields: tuple[Any, ...]) -> str:
    values = [row.get(name) for name in fields] if fields else list(row.values()) if isinstance(row, dict) else [row]
    return "\n".join(value.lower() for value in values if isinstance(value, str))


def length(_: Clock, value: Any) -> int:
    """Length of a string or list; null has length 0."""
    if value is not None and not isinstance(value, (str, list)):
        raise Unusable(f"len: expected a string or list, got {type(value).__name__}")
    return 0 if value is None else len(value)


def days(_: Clock, start: Any, end: Any) -> int:
    """Whole calendar days from `start` to `end`, negative when `end` is earlier."""
    return (_moment("days", end).date() - _moment("days", start).date()).days


def minutes(_: Clock, start: Any, end: Any) -> int:
    """Whole minutes from `start` to `end`, rounded down."""
    return int((_moment("minutes", end) - _moment("minutes", start)).total_seconds() // 60)


def plus_days(_: Clock, start: Any, count: Any) -> str:
    """The date `count` days after `start`."""
    try:
        return (_moment("plus_days", start).date() + timedelta(days=int(_number("plus_days", count)))).isoformat()
    except OverflowError:
        raise Unusable(f"plus_days: {count!r} days lead out of the calendar") from None


def today(clock: Clock) -> str:
    """The date of the virtual clock."""
    return date.fromisoformat(clock.now()[:10]).isoformat()


def join(_: Clock, items: Any, separator: Any = " ") -> str:
    """Strings of a list with a separator between them."""
    text = _text("join", separator).join(_text("join", item) for item in _list("join", items))
    if len(text) > MAX_TEXT:
        raise Unusable(f"join: result is longer than {MAX_TEXT} characters")
    return text


def total(_: Clock, items: Any) -> Any:
    """Sum of the numbers of a list, 0 for an empty one."""
    return sum(_number("sum", item) for item in _list("sum", items))


def _extreme(name: str, choose: Callable[..., Any]) -> Callable[..., Any]:
    def pick(_: Clock, *values: Any) -> Any:
        items = _list(name, values[0]) if len(values) == 1 else list(values)
        return choose(items, key=order_key) if items else None

    return pick


def first(_: Clock, items: Any) -> Any:
    """First element, or null."""
    rows = _list("first", items)
    return rows[0] if rows else None


def zipped(_: Clock, *lists: Any) -> list[list[Any]]:
    """Elements at equal places as lists, as long as the shortest list."""
    return [list(group) for group in zip(*(_list("zip", items) for items in lists), strict=False)]


def contains_all(_: Clock, items: Any, wanted: Any) -> bool:
    """Whether `items` holds every element of `wanted`, as often as it stands there."""
    left = list(_list("contains_all", items))
    for item in _list("contains_all", wanted):
        at = next((place for place, other in enumerate(left) if same(item, other)), None)
        if at is None:
            return False
        del left[at]
    return True


def pick(_: Clock, row: Any, *names: Any) -> dict[str, Any]:
    """The object with only the named fields."""
    if not isinstance(row, dict):
        raise Unusable("pick: expected an object")
    return {name: row.get(name) for name in names}


def merge(_: Clock, *objects: Any) -> dict[str, Any]:
    """One object with the fields of all; a later one wins."""
    merged: dict[str, Any] = {}
    for value in objects:
        if not isinstance(value, dict):
            raise Unusable("merge: expected objects")
        merged.update(value)
    return merged


def round_half_up(_: Clock, value: Any, decimals: Any = 0) -> Any:
    """Rounded half away from zero, as money is."""
    return rounded(_number("round", value), int(_number("round", decimals)) % 10)


def concat(_: Clock, *parts: Any) -> str:
    """Texts and numbers one after another."""
    return join(_, [part if isinstance(part, str) else str(_number("concat", part)) for part in parts], "")


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sort": sort,
    "page": page,
    "search": search,
    "len": length,
    "days": days,
    "minutes": minutes,
    "plus_days": plus_days,
    "join": join,
    "concat": concat,
    "sum": total,
    "min": _extreme("min", min),
    "max": _extreme("max", max),
    "first": first,
    "zip": zipped,
    "contains_all": contains_all,
    "pick": pick,
    "merge": merge,
    "round": round_half_up,
    "abs": lambda _, value: abs(_number("abs", value)),
    "lower": lambda _, value: _text("lower", value).lower(),
    "all": lambda _, items: all(_list("all", items)),
    "any": lambda _, items: any(_list("any", items)),
}
"""Name to function. `get`, `find`, `exists`, `none`, `count` and `next_id` work on entities and live with the compiler."""

KEEPS_ELEMENTS = frozenset({"sort", "search"})
"""Functions whose result holds elements of their first argument, so that rows in it stay rows."""
