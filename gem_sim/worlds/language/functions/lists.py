"""Functions over lists and over rows found in a world."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gem_sim.worlds.base import hashable
from gem_sim.worlds.canonical import MAX_ITEMS, dumps, same
from gem_sim.worlds.language.errors import Unusable
from gem_sim.worlds.language.functions.need import Clock, Function, a_list, a_text, whole
from gem_sim.worlds.rows import Rows

PAGE = 10
"""Rows on a page where the caller asks for none or for more."""
PAGE_CHARACTERS = 1_900
"""Characters of the rows on a page; a result with its frame stays under 2,000."""


def order_key(value: Any) -> tuple[int, Any]:
    """A total order over JSON values: null, then booleans, numbers, strings, everything else by its text."""
    if value is None:
        return (0, 0)
    if isinstance(value, bool):
        return (1, value)
    if isinstance(value, (int, float)):
        return (2, value)
    return (3, value) if isinstance(value, str) else (4, dumps(value))


def sort(run: Clock, items: Any, by: Any = None) -> list[Any]:
    """Stable order by a field, `-field` for descending; without a field by the values themselves."""
    rows = a_list(run, "sort", items)
    if by is None:
        return sorted(rows, key=order_key)
    field = a_text("sort", by)
    name = field.removeprefix("-")
    return sorted(rows, key=lambda row: order_key(row.get(name) if isinstance(row, dict) else None), reverse=field.startswith("-"))


def page(run: Clock, items: Any, limit: Any = None, cursor: Any = None) -> dict[str, Any]:
    """`{items, total, next_cursor}`: rows from the position that `cursor` (an earlier `next_cursor`) names.

    At most 10 rows and, unless one row alone is longer, 2,000 characters.
    """
    return paged(run, items, limit, cursor)


def paged(run: Clock, items: Any, limit: Any = None, cursor: Any = None, show: Callable[[Any], Any] | None = None) -> dict[str, Any]:
    """A page whose rows `show` makes presentable; the others cost nothing."""
    if not isinstance(items, (list, Rows)):
        items = a_list(run, "page", items)
    size = PAGE if limit is None else min(PAGE, max(1, whole("page", limit)))
    start = int(cursor) if isinstance(cursor, str) and cursor.isascii() and cursor.isdigit() and len(cursor) < 9 else 0
    rows = items[start : start + size]
    if show is not None:
        rows = [show(row) for row in rows]
    rows = _that_fit(rows)
    end = start + len(rows)
    return {"items": rows, "total": len(items), "next_cursor": str(end) if start < end < len(items) else None}


def _that_fit(rows: list[Any]) -> list[Any]:
    """The first rows that together keep to the length of a page; one at least."""
    if len(dumps(rows)) <= PAGE_CHARACTERS:
        return rows
    left, count = PAGE_CHARACTERS, 0
    for row in rows:
        left -= len(dumps(row)) + 1
        if left < 0 and count:
            break
        count += 1
    return rows[:count]


def search(run: Clock, items: Any, text: Any, *fields: Any) -> Any:
    """The rows in whose text fields (or in the named ones) every word of `text` occurs, whatever the case; null finds all."""
    if text is None and isinstance(items, (list, Rows)):
        return items
    rows = a_list(run, "search", items)
    words = [] if text is None else a_text("search", text).lower().split()
    return [row for row in rows if all(word in haystack for haystack in [_haystack(row, fields)] for word in words)]


def _haystack(row: Any, fields: tuple[Any, ...]) -> str:
    values = [row.get(name) for name in fields] if fields and isinstance(row, dict) else list(row.values()) if isinstance(row, dict) else [row]
    return "\n".join(value.lower() for value in values if isinstance(value, str))


def length(_: Clock, value: Any) -> int:
    """Length of a text, list or object; null has length 0."""
    if value is not None and not isinstance(value, (str, list, dict, Rows)):
        raise Unusable(f"len: expected a text or list, got {type(value).__name__}")
    return 0 if value is None else len(value)


def first(run: Clock, items: Any) -> Any:
    """First element, or null."""
    rows = a_list(run, "first", items)
    return rows[0] if rows else None


def last(run: Clock, items: Any) -> Any:
    """Last element, or null."""
    rows = a_list(run, "last", items)
    return rows[-1] if rows else None


def zipped(run: Clock, *lists: Any) -> list[list[Any]]:
    """Elements at equal places as lists, as long as the shortest list."""
    return [list(group) for group in zip(*(a_list(run, "zip", items) for items in lists), strict=False)]


def contains_all(run: Clock, items: Any, wanted: Any) -> bool:
    """Whether `items` holds every element of `wanted`, as often as it stands there."""
    left = list(a_list(run, "contains_all", items))
    for item in a_list(run, "contains_all", wanted):
        run.spend(len(left))
        at = next((place for place, other in enumerate(left) if same(item, other)), None)
        if at is None:
            return False
        del left[at]
    return True


def match(run: Clock, items: Any, field: Any, wanted: Any) -> list[Any]:
    """For each wanted value the next element, not taken before, that has it in `field`; null where none is left."""
    left = list(a_list(run, "match", items))
    found = []
    for value in a_list(run, "match", wanted):
        run.spend(len(left))
        at = next((place for place, row in enumerate(left) if isinstance(row, dict) and same(row.get(field), value)), None)
        found.append(None if at is None else left.pop(at))
    return found


def position(run: Clock, items: Any, item: Any) -> int | None:
    """Place of the first equal element, counted from 0; null where there is none."""
    return next((at for at, other in enumerate(a_list(run, "position", items)) if same(item, other)), None)


def unique(run: Clock, items: Any) -> list[Any]:
    """Every value once, at its first place."""
    return list({hashable(item): item for item in reversed(a_list(run, "unique", items))}.values())[::-1]


def flat(run: Clock, items: Any) -> list[Any]:
    """The elements of the lists in a list, one after another."""
    made: list[Any] = []
    for part in a_list(run, "flat", items):
        made += a_list(run, "flat", part)
        if len(made) > MAX_ITEMS:
            raise Unusable(f"flat: result is longer than {MAX_ITEMS}")
    return made


def numbers_to(run: Clock, count: Any) -> list[int]:
    """0, 1, 2 ... as many as `count`."""
    size = whole("range", count)
    if size > MAX_ITEMS:
        raise Unusable(f"range: result is longer than {MAX_ITEMS}")
    run.spend(max(size, 0))
    return list(range(size))


def _extreme(name: str, choose: Callable[..., Any]) -> Function:
    def pick(run: Clock, value: Any, *more: Any) -> Any:
        items: Sequence[Any] = [value, *more] if more else a_list(run, name, value)
        return choose(items, key=order_key) if items else None

    return pick


FUNCTIONS: dict[str, Function] = {
    "sort": sort,
    "page": page,
    "search": search,
    "len": length,
    "count": length,
    "first": first,
    "last": last,
    "zip": zipped,
    "contains_all": contains_all,
    "match": match,
    "position": position,
    "unique": unique,
    "flat": flat,
    "range": numbers_to,
    "min": _extreme("min", min),
    "max": _extreme("max", max),
    "all": lambda run, items: all(a_list(run, "all", items)),
    "any": lambda run, items: any(a_list(run, "any", items)),
}
