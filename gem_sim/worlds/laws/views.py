"""Reads results: the list in one, the way to its next page, and whether a row is shown in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from gem_sim.worlds.canonical import dumps, same
from gem_sim.worlds.language.functions.lists import PAGE, PAGE_CHARACTERS
from gem_sim.worlds.laws import declared
from gem_sim.worlds.laws.lab import Lab
from gem_sim.worlds.laws.surface import World, properties

LISTS = ("items", "results", "data", "records", "rows")
TOTALS = ("total", "total_count", "count", "total_results")
TOKENS = ("cursor", "page_token", "next_token", "token", "after", "starting_after", "continuation_token", "offset", "skip", "page", "page_number")
LIMITS = ("limit", "page_size", "per_page", "max_results", "size", "top", "first")
_NEXT = ("next_cursor", "next_page_token", "next_token", "next_page", "next_offset", "next", "cursor", "continuation_token")
_OF_TIME = ("after", "starting_after")
_TIME = re.compile(r"date|time|iso.?8601|yyyy|epoch", re.IGNORECASE)
_MOST_PAGES = 25


def listed(value: Any) -> list[Any] | None:
    """The list that a result is, or holds as its main part; None where it is no list."""
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        return None
    lists = [name for name, item in value.items() if isinstance(item, list)]
    named = [name for name in LISTS if name in lists]
    framed = len(lists) == 1 and all(name in (*TOTALS, *_NEXT, *lists) for name in value)
    chosen = named or (lists if framed else [])
    return value[chosen[0]] if chosen else None


def total(value: Any) -> int | None:
    """How many rows a result says there are on all pages."""
    found = [value[name] for name in TOTALS if name in value] if isinstance(value, dict) else []
    return found[0] if found and isinstance(found[0], int) and not isinstance(found[0], bool) else None


def turner(lab: Lab, tool: str) -> str | None:
    """The parameter that leads to the next page."""
    return _first_used(lab, tool, TOKENS)


def limiter(lab: Lab, tool: str) -> str | None:
    """The parameter for the number of rows on a page."""
    return _first_used(lab, tool, LIMITS)


def _first_used(lab: Lab, tool: str, names: Sequence[str]) -> str | None:
    given = properties(lab.tools[tool])
    return next((name for name in names if name in given and f"{tool}.{name}" not in lab.mock.unused and not _is_moment(name, given[name])), None)


def _is_moment(name: str, schema: Any) -> bool:
    """Whether a word of pages is about time here: what comes `after` a date is no page."""
    if name not in _OF_TIME or not isinstance(schema, dict):
        return False
    return schema.get("format") in ("date", "date-time", "time") or bool(_TIME.search(str(schema.get("description", ""))))


class Pages(NamedTuple):
    """Pages of a list: their rows one after another, the results, and how the walk ended.

    `end` is `last` where there was no next page, `cut` where there were more than anybody would look at or an answer that says no
    total has no room for more, `broken` where a page on the way fails or leads back to an earlier one.
    """

    rows: list[Any]
    results: list[Any]
    end: Literal["last", "cut", "broken"]

    @property
    def whole(self) -> bool:
        """Whether these are all rows, as far as the result says."""
        return self.end == "last" and total(self.results[0]) in (None, len(self.rows))


def pages(lab: Lab, world: World, tool: str, arguments: dict[str, Any]) -> Pages | None:
    """Walk from the first page to the last; None where the first call fails or is no list."""
    by = turner(lab, tool)
    given = {name: value for name, value in arguments.items() if name != by}
    in_digits = by is not None and properties(lab.tools[tool])[by].get("type") == "string"
    rows: list[Any] = []
    results: list[Any] = []
    turned: list[Any] = []
    while len(results) < _MOST_PAGES:
        result = lab.call(world.fork(), tool, given)
        page = listed(result.value) if result.ok else None
        if page is None:
            return Pages(rows, results, "broken") if results else None
        results.append(result.value)
        rows += page
        following = _following(by, given, result.value, page)
        following = str(following) if in_digits and isinstance(following, int) else following
        if by is None or following is None:
            cut = following is None and total(result.value) is None and declared.cuts(lab.tools[tool]) and _is_full(page)
            return Pages(rows, results, "cut" if cut else "last")
        if following in turned:
            return Pages(rows, results, "broken")
        turned.append(following)
        given = {**given, by: following}
    return Pages(rows, results, "cut")


def _is_full(page: list[Any]) -> bool:
    """Whether another row may not have had room on a page."""
    return len(page) >= PAGE or (bool(page) and len(dumps(page)) + max(len(dumps(row)) for row in page) > PAGE_CHARACTERS)


def _following(by: str | None, given: dict[str, Any], value: Any, page: list[Any]) -> Any:
    token = next((value[name] for name in _NEXT if name in value), None) if isinstance(value, dict) else None
    if token not in (None, "", False) or (isinstance(value, dict) and any(name in value for name in _NEXT)):
        return token or None
    if not page:
        return None
    if by in ("offset", "skip"):
        return int(given.get(by, 0)) + len(page)
    return int(given.get(by, 1)) + 1 if by in ("page", "page_number") else None


def bag(rows: list[Any]) -> list[bytes]:
    """Rows in an order of their own, to compare what is in two lists."""
    return sorted(dumps(row) for row in rows)


class Row(NamedTuple):
    """A row to look for: its entity, the key as a diff gives it, the names of its own key fields where declared (for a singleton of all fields), its fields.

    `rivals` are other entities with a field of the same name as the key: the fields that only they have, and those that only this one has.
    """

    entity: str
    key: list[Any]
    names: tuple[str, ...]
    fields: dict[str, Any]
    rivals: tuple[tuple[frozenset[str], frozenset[str]], ...] = ()


def shown(value: Any, row: Row, around: Any) -> Iterator[dict[str, Any]]:
    """The objects in a result that show the row; `around` are the arguments, which may name the parent of a row that lives in another."""
    if row.key and row.fields.keys() <= set(row.names) and _is_listed(value, row):
        yield row.fields
    for under, seen, outer in _objects(value, None, (around,)):
        if _is_shown(under, seen, row) and all(_holds(outer, part) for part in row.key[: -max(1, len(row.names))] if row.key):
            yield seen


def _is_listed(value: Any, row: Row) -> bool:
    """Whether a row that is nothing but its key stands in a list as a plain text or number."""
    if isinstance(value, dict):
        return any(_is_listed(item, row) for item in value.values())
    return isinstance(value, list) and any(same(item, row.key[-1]) if not isinstance(item, (dict, list)) else _is_listed(item, row) for item in value)


def _objects(value: Any, under: str | None, outer: tuple[Any, ...]) -> Iterator[tuple[str | None, dict[str, Any], tuple[Any, ...]]]:
    """Every object in a value, the name under which it stands, and all that it stands in, itself among them."""
    if isinstance(value, dict):
        yield under, value, (*outer, value)
        for name, item in value.items():
            yield from _objects(item, str(name), (*outer, value, {"": name}))
    elif isinstance(value, list):
        for item in value:
            yield from _objects(item, under, outer)


def _holds(outer: tuple[Any, ...], part: Any) -> bool:
    return any(same(item, part) for place in outer for item in place.values())


def _is_shown(under: str | None, seen: dict[str, Any], row: Row) -> bool:
    if not row.key:
        if any(seen.keys() & theirs or not ours for theirs, ours in row.rivals):
            return False
        held = [same(seen[name], value) for name, value in row.fields.items() if name in seen]
        return (len(held) > 0 and 2 * sum(held) > len(held)) or all(name in seen for name in row.names)
    if row.names == ("#",):
        held = [same(seen[name], item) for name, item in row.fields.items() if name in seen]
        return len(held) >= min(2, len(row.fields)) and all(held)
    if not row.names:
        return any(same(item, row.key[-1]) for item in seen.values())
    if all(name in seen for name in row.names):
        if any(seen.keys() & theirs and not seen.keys() & ours for theirs, ours in row.rivals):
            return False
        return all(same(seen[name], part) for name, part in zip(reversed(row.names), reversed(row.key), strict=False))
    return under is not None and under == str(row.key[-1])
