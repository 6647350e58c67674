"""Answers of tools that look at learnt tables: a row as it was given, the row with some values, a list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gem_sim.worlds.canonical import dumps
from gem_sim.worlds.compiler.build.fields import Bound, bound, searches
from gem_sim.worlds.compiler.build.reads import many
from gem_sim.worlds.compiler.build.rows import loop
from gem_sim.worlds.compiler.learning.conditions import Lets, Test, found_row, of_homes
from gem_sim.worlds.compiler.learning.meanings import Meaning
from gem_sim.worlds.compiler.learning.statuses import order_of
from gem_sim.worlds.compiler.learning.targets import fits
from gem_sim.worlds.compiler.learning.words import ends_with, stems
from gem_sim.worlds.compiler.learning.work import Work, noun, test
from gem_sim.worlds.compiler.reading.words import words

_FEW = 8
"""Rows that stand on a page together with a new one, so that a list shows them in their order."""
_SAMPLE, _WIDE = 50, 200
"""Rows that are looked at, and bytes of a row of which ten just fit on a page."""
_BEFORE = ("by", "from", "for", "of", "with", "using", "given", "via")
_STEERING = ("credential", "paging", "sort", "presentation", "other")


def looked_up(work: Work) -> dict[str, Any]:
    """One row: that of the key, else the first one that has what is asked for."""
    lets, tests = found_row(work)
    if work.target.key is not None or work.target.pair:
        tests += [*of_homes(work), *_agreeing(work)]
    elif not work.table.single:
        lets, tests = _by_values(work)
    return {"let": lets, "require": tests, "return": _shown(work)}


def _agreeing(work: Work) -> list[Test]:
    """That the row has what a call asks for beside its key."""
    found = []
    for word, that in _asked(work, work.row).items():
        if word not in work.act.homes:
            found.append(test(that, "not_found", f"The {noun(work.table)} was not found there"))
    return found


def _by_values(work: Work) -> tuple[Lets, list[Test]]:
    """The first row with the values of a call, in small letters or large."""
    asked = list(_asked(work, "each_").values())
    rows = f"[each_ for each_ in find({work.entity}) if {' and '.join(f'({that})' for that in asked)}]" if asked else f"find({work.entity})"
    return {work.row: f"first({rows})"}, [test(f"{work.row} is not None", "not_found", f"The {noun(work.table)} was not found")]


def _asked(work: Work, row: str) -> dict[str, str]:
    """A test of a row for each parameter that a column or a part of one answers."""
    found = {}
    for word, meaning in work.meanings.items():
        if work.act.role(word) in _STEERING or word in dict(work.target.outer) or work.act.type(word) in ("array", "object"):
            continue
        that = _equal(work, word, meaning, row)
        if that:
            found[word] = work.loose(word, that)
    return found


def _equal(work: Work, word: str, meaning: Meaning, row: str) -> str:
    if not meaning.path:
        return ""
    if meaning.entry:
        return f"{row}.{meaning.path[0]}[{work.said(word)}] is not None"
    column = work.table.columns.get(meaning.path[0])
    held = column.parts[meaning.path[1]] if column is not None and len(meaning.path) == 2 else column
    there = f"{row}.{'.'.join(meaning.path)}"
    said = work.converted(word, held.type) if held is not None else work.said(word)
    text = held is not None and held.type == "string" and meaning.link is None and work.act.type(word) == "string"
    return f"lower(default({there}, '')) == lower({said})" if text else f"{there} == {said}"


def _shown(work: Work) -> str:
    """The row as it was given, only its key where the name of the tool asks for that, or the part that its name asks for."""
    table, row = work.table, work.row
    if table.key is not None and wants_key(work.act.name) and work.target.by != table.key:
        return f"{row}.{table.key}"
    entry = next((f"{row}.{meaning.path[0]}[{work.said(word)}]" for word, meaning in work.meanings.items() if meaning.entry and work.need(word)), None)
    if entry is not None:
        return entry
    hidden = list(table.outer.values()) if table.parent is not None else []
    return f"omit({row}, {', '.join(map(repr, hidden))})" if hidden else row


def wants_key(name: str) -> bool:
    """Whether the name of a tool asks for keys: `find_user_id_by_email`."""
    spelled = list(words(name))
    end = next((at for at, word in enumerate(spelled) if word in _BEFORE and at > 1), None)
    if end is None and spelled[:1] not in (["find"], ["lookup"], ["resolve"]):
        return False
    return spelled[:end][-1:] in (["id"], ["ids"])


def listed(work: Work) -> dict[str, Any]:
    """The rows that a call asks for, in pages."""
    act = work.act
    for word, meaning in work.meanings.items():
        if len(meaning.path) == 2 or meaning.entry:
            act.columns.pop(word, None)
            act.tests.append(f"({work.loose(word, _equal(work, word, meaning, loop(act)))})")
        elif not meaning.path and not searches(act, word) and (limits := bound(act, word)) is not None:
            act.columns.pop(word, None)
            act.tests += _limited(work, word, limits)
    text = act.tool.tool.description or ""
    act.order = order_of(text, work.table) or ("" if len(work.table.rows) <= _FEW else None)
    act.shown = _flat(work)
    shown, lets = many(act, work.plan)
    return {"let": lets, "require": list(_known(work)), "return": shown}


def _flat(work: Work) -> str:
    """A row as a list shows it that has no pages: its flat columns where whole rows are so wide that few of them fit, else nothing."""
    table, act = work.table, work.act
    rows = table.rows[:_SAMPLE]
    wide = sum(len(dumps(row)) for row in rows) > _WIDE * len(rows) and not any(act.role(word) == "paging" for word in act.properties)
    flat = [name for name, column in table.columns.items() if column.type not in ("object", "array")]
    return f"pick({loop(act)}, {', '.join(map(repr, flat))})" if wide and flat else ""


def _limited(work: Work, word: str, limits: Bound) -> Iterator[str]:
    """A test of the column that a parameter bounds, by the last words of its name; where none is called so, it changes nothing."""
    wanted = stems(limits.field)
    found = [name for name, column in work.table.columns.items() if ends_with(stems(name), wanted) and fits(work.act.properties[word], column)]
    timed = [name for name, column in work.table.columns.items() if column.format.startswith("date")]
    held = found or (timed if wanted[-1:] in (("date",), ("time",), ("at",), ("on",)) else [])
    if held:
        yield f"({work.said(word)} is None or {loop(work.act)}.{held[0]} {limits.sign} {work.said(word)})"
    else:
        work.act.unused[word] = "no column of the rows is bounded by it"


def _known(work: Work) -> Iterator[Test]:
    """That the rows are there by whose keys a list is asked for."""
    for word, meaning in work.meanings.items():
        link = meaning.link
        if link is not None and not work.many(word) and work.act.role(word) not in _STEERING:
            yield test(work.loose(word, f"{work.look_up(word, link)} is not None"), "not_found", f"The {noun(link.table)} was not found")
