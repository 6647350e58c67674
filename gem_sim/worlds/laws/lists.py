"""Laws on lists: a filter narrows, an enum filter matches, pages add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from gem_sim.worlds.canonical import same
from gem_sim.worlds.laws.codes import Flaw, flaw
from gem_sim.worlds.laws.facts import named
from gem_sim.worlds.laws.lab import Lab, Place, Seen, short
from gem_sim.worlds.laws.surface import properties, required
from gem_sim.worlds.laws.views import LIMITS, TOKENS, Pages, bag, limiter, listed, pages, total, turner

_BASES = 3
_VALUES = 8
_SIZES = (1, 3, 7)
_NARROWING = ("query", "q", "search", "text", "keyword", "keywords", "filter")
_BOUNDS = ("min", "max", "from", "to", "after", "before", "since", "until", "start", "end")
_ALL = ("all", "any", "both", "*", "", "none", "every", "everything")


def bases(lab: Lab, tool: str) -> list[Seen]:
    """Calls of a tool that gave a list, those with the longest ones first."""
    lists = [(len(rows), seen) for seen in lab.of(tool, ok=True) if (rows := listed(seen.result.value)) is not None]
    return [seen for _, seen in sorted(lists, key=lambda pair: -pair[0])][:_BASES]


def filters_narrow(lab: Lab) -> Iterator[Flaw]:
    """A list with one more filter is part of the list without it."""
    for tool, about in lab.tools.items():
        for seen in bases(lab, tool) if about.kind == "read" else ():
            free = {name: value for name, value in seen.arguments.items() if name not in (*TOKENS, *LIMITS)}
            silent = {word for word in properties(about) if f"{tool}.{word}" in lab.mock.unused}
            for name in [word for word in properties(about) if word not in (*TOKENS, *LIMITS, *required(about), *silent)]:
                without = {word: value for word, value in free.items() if word != name}
                yield from _narrowed(lab, seen.place, tool, without, name)


def _narrowed(lab: Lab, place: Place, tool: str, without: dict[str, Any], name: str) -> Iterator[Flaw]:
    whole = pages(lab, place.world, tool, without)
    if whole is None or not whole.whole or not _is_filter(name, whole.rows):
        return
    held, default = Counter(bag(whole.rows)), properties(lab.tools[tool])[name].get("default")  # without it the default counts
    seen_values = [row[name] for row in whole.rows if isinstance(row, dict) and isinstance(row.get(name), str)]
    stream = lab.stream("filter", tool, name)
    for value in [*dict.fromkeys(seen_values[:_VALUES]), *lab.draw.several(stream, tool, name, _VALUES, place.recent)]:
        part = pages(lab, place.world, tool, {**without, name: value})
        if part is None or not part.whole:
            continue
        lab.checked("filter.adds")
        more = Counter(bag(part.rows)) - held if default is None or same(value, default) else Counter[bytes]()
        said = short(tool, {**without, name: value})
        if more:
            yield flaw("filter.adds", f"{tool}.{name}", f"{said} has {more.total()} rows that {short(tool, without)} has not")
        yield from _mismatch(lab, tool, name, value, part, said)


def _is_filter(name: str, rows: list[Any]) -> bool:
    """Whether a parameter is named after a field of the rows, a bound on one, or a search."""
    fields = {field for row in rows for field, _ in named(row)}
    parts = name.split("_")
    bound = parts[0] in _BOUNDS or parts[-1] in _BOUNDS
    return name in fields or name in _NARROWING or (bound and any(part in field for part in parts for field in fields if part not in _BOUNDS))


def _mismatch(lab: Lab, tool: str, name: str, value: Any, part: Pages, said: str) -> Iterator[Flaw]:
    schema = properties(lab.tools[tool])[name]
    if ("enum" not in schema and schema.get("type") != "boolean") or str(value).lower() in _ALL or same(value, schema.get("default")):
        return
    lab.checked("filter.match")
    for row in part.rows:
        held = row.get(name, value) if isinstance(row, dict) else value
        if held is not None and not isinstance(held, (list, dict)) and not same(held, value):
            yield flaw("filter.match", f"{tool}.{name}", f"{said} gave a row with {name} {held!r:.80}")
            return


def pages_add_up(lab: Lab) -> Iterator[Flaw]:
    """Whatever the size of a page, the pages hold the same rows once and in the same order, as many as `total` says."""
    for tool, about in lab.tools.items():
        for seen in bases(lab, tool) if about.kind == "read" else ():
            free = {name: value for name, value in seen.arguments.items() if name not in (*TOKENS, *LIMITS)}
            whole = pages(lab, seen.place.world, tool, free)
            if whole is not None:
                lab.checked("page.total")
                yield from _whole(lab, tool, free, whole)
                yield from _cut(lab, seen.place, tool, free, whole)


def _whole(lab: Lab, tool: str, free: dict[str, Any], whole: Pages) -> Iterator[Flaw]:
    said = total(whole.results[0])
    if whole.end == "broken":
        yield flaw("page.rows", tool, f"the pages of {short(tool, free)} do not come to an end, or a page on the way fails")
    elif turner(lab, tool) is None:
        if said is not None and said > len(whole.rows):
            yield flaw("page.stuck", tool, f"{short(tool, free)} shows {len(whole.rows)} of {said} rows")
    elif said is not None and said != len(whole.rows) and (whole.end == "last" or said < len(whole.rows)):
        yield flaw("page.total", tool, f"{short(tool, free)} says {said}, its pages have {len(whole.rows)} rows")


def _cut(lab: Lab, place: Place, tool: str, free: dict[str, Any], whole: Pages) -> Iterator[Flaw]:
    limit = limiter(lab, tool)
    if limit is None:
        return
    for size in _SIZES:
        given = {**free, limit: size}
        part = pages(lab, place.world, tool, given)
        if part is None:
            continue
        lab.checked("page.limit")
        longest = max(len(listed(value) or ()) for value in part.results)
        if longest > size:
            yield flaw("page.limit", f"{tool}.{limit}", f"{short(tool, given)} has a page of {longest} rows")
        elif turner(lab, tool) is not None and not _walked(lab, part, whole):
            yield flaw("page.rows", tool, f"the pages of {short(tool, given)} have {len(part.rows)} rows, without it {len(whole.rows)} or others")


def _walked(lab: Lab, part: Pages, whole: Pages) -> bool:
    """Whether two walks met the same rows in the same order, as far as both went."""
    lab.checked("page.rows")
    far = min(len(part.rows), len(whole.rows)) if "cut" in (part.end, whole.end) else None
    return part.end != "broken" and part.rows[:far] == whole.rows[:far]
