"""New rows: what a call gives of them, how they begin, where they are listed, and what they take and give back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gem_sim.worlds.compiler.build.acts import type_of
from gem_sim.worlds.compiler.build.names import column as column_name
from gem_sim.worlds.compiler.learning.columns import Column
from gem_sim.worlds.compiler.learning.entities import next_key, prefix_of
from gem_sim.worlds.compiler.learning.links import copied
from gem_sim.worlds.compiler.learning.meanings import Meaning
from gem_sim.worlds.compiler.learning.statuses import beginning
from gem_sim.worlds.compiler.learning.tables import Table
from gem_sim.worlds.compiler.learning.targets import element
from gem_sim.worlds.compiler.learning.verbs import balance_of
from gem_sim.worlds.compiler.learning.words import stems
from gem_sim.worlds.compiler.learning.work import Work
from gem_sim.worlds.compiler.names import lexicon

Write = dict[str, Any]

_MADE_AT = ("created", "opened", "requested", "booked", "placed", "added", "registered", "updated", "submitted", "entered")
"""Beginnings of columns that say when a row was made."""


def inserted(work: Work, lets: dict[str, str]) -> tuple[list[Write], dict[str, dict[str, Any]]]:
    """A new row of what a call gives, in its first status, listed where its owner lists such rows; and the columns it needs beside the given ones."""
    table, values, extra = work.table, {}, {}
    parts: dict[str, dict[str, str]] = {}
    for word, meaning in work.meanings.items():
        if meaning.nested is not None and not meaning.inner:
            given = numbered(work, word, meaning.nested)
            values[meaning.nested.under] = given if work.need(word) else f"(None if {work.said(word)} is None else {given})"
        elif meaning.nested is not None and work.many(word) and not meaning.fresh:
            rows = _rows(work, word, meaning, meaning.nested)
            values[meaning.nested.under] = rows if work.need(word) else f"(None if {work.said(word)} is None else {rows})"
        elif len(meaning.path) == 2:
            parts.setdefault(meaning.path[0], {})[meaning.path[1]] = work.said(word)
        elif meaning.path:
            values[meaning.path[0]] = _value(work, word, meaning.path[0])
        elif _listing(work, meaning) is not None:
            continue
        elif work.act.role(word) not in ("credential", "paging", "sort", "presentation", "other") and column_name(word):
            name = column_name(word)
            if name in table.children:
                continue
            values[name] = work.said(word)
            if name not in table.columns:
                kind = type_of(work.act.properties[word])
                extra[name] = {"type": kind} if kind else {}
    values |= {held: f"compact({{{', '.join(f'{part!r}: {said}' for part, said in given.items())}}})" for held, given in parts.items()}
    _begin(work, values)
    writes = [*_listings(work, lets, values), *_taken(work, lets), *_spent(work)]
    return [{"insert": {table.name: values}, "as": "made_"}, *writes], extra


def numbered(work: Work, word: str, child: Table, len_of: str | None = None) -> str:
    """A list of rows for a nested table: numbered on where they do not give their keys, with what they repeat of rows that they name."""
    inside = element(work.act.properties[word]).get("properties")
    if not isinstance(inside, dict):
        return work.said(word)
    more = [
        f"pick({work.look_up(word, link, f'each_.{column}', 'each_')}, {', '.join(map(repr, same))})"
        for (name, column), link in work.links.items()
        if name == child.name and column in inside and not link.many and (same := copied(child, column, link.table))
    ]
    if child.shape == "list" and child.key is not None and child.key not in inside:
        number = f"at_ + {f'len({len_of}) + 1' if len_of else '1'}"
        key = number if child.columns[child.key].type == "integer" else f"concat({prefix_of(child)!r}, {number})"
        return f"[merge({', '.join([*more, f'{{{child.key!r}: {key}}}', 'each_'])}) for each_, at_ in zip({work.said(word)}, range(len({work.said(word)})))]"
    return f"[merge({', '.join([*more, 'each_'])}) for each_ in {work.said(word)}]" if more else work.said(word)


def _rows(work: Work, word: str, meaning: Meaning, child: Table) -> str:
    """Rows within a new row of a list of keys, with what they repeat of the rows that these name."""
    link = meaning.link
    same = copied(child, meaning.inner, link.table) if link is not None and not link.many else []
    known = f"pick({work.look_up(word, link, 'each_', 'each_')}, {', '.join(map(repr, same))}), " if same and link is not None else ""
    return f"[merge({known}{{{meaning.inner!r}: each_}}) for each_ in {work.said(word)}]"


def _value(work: Work, word: str, held: str) -> str:
    column = work.table.columns.get(held)
    said = work.converted(word, column.type) if column is not None else work.said(word)
    if column is not None and column.type == "array" and not work.many(word):
        said = f"[{said}]"
    return said if work.need(word) or said == work.said(word) else f"(None if {work.said(word)} is None else {said})"


def _begin(work: Work, values: dict[str, str]) -> None:
    """The key, the first status and the time of a new row, and what it repeats of rows that it names, where the call does not give them."""
    table, life = work.table, work.life
    if table.key is not None and table.key not in values:
        nested = table.parent is not None and table.columns[table.key].type == "integer"
        values[table.key] = _next_number(table, values, table.outer.values()) if nested else next_key(table)
    for name in table.pair:
        if name not in values:
            others = [other for other in table.pair if other in values]
            values[name] = _next_number(table, values, others) if table.columns[name].type == "integer" else f"next_id({table.name})"
    first = work.result or (beginning(life) if life.told else None)
    if first is not None:
        values[life.column] = repr(first) if life.column not in values else f"default({values[life.column]}, {first!r})"
    repeated = _repeated(work, values)
    for name, column in table.columns.items():
        usual = repeated.get(name) or _usual(name, column)
        if name not in values and usual:
            values[name] = usual


def _next_number(table: Table, values: dict[str, str], among: Iterable[str]) -> str:
    """The number after those of the rows that have the same values."""
    same = "".join(f", {held}={values[held]}" for held in among if held in values)
    return f"len(find({table.name}{same})) + 1"


def _repeated(work: Work, values: dict[str, str]) -> dict[str, str]:
    """What rows repeat of the rows that they name, as a part of a blend repeats the garden of its tea."""
    return {
        name: f"get({meaning.link.table.name}, {values[meaning.path[0]]}).{name}"
        for meaning in work.meanings.values()
        if meaning.link is not None and not meaning.link.many and len(meaning.path) == 1 and meaning.path[0] in values
        for name in copied(work.table, meaning.path[0], meaning.link.table)
    }


def _usual(name: str, column: Column) -> str:
    """What a column of a new row holds that nobody gives: an empty list, or the time where it says when the row was made."""
    if column.type == "array":
        return "[]"
    return column.timed if name.startswith(_MADE_AT) else ""


def _taken(work: Work, lets: dict[str, str]) -> list[Write]:
    """Things that cannot be had any more, now that a new row is about them."""
    found: list[Write] = []
    for word, meaning in work.meanings.items():
        name = work.name(word.removesuffix("_id"))
        status = work.taken_status(meaning.link) if meaning.link is not None and meaning.path and name in lets else None
        if status is not None and meaning.link is not None:
            write: Write = {"set": {f"{name}.{work.lives[meaning.link.table.name].column}": repr(status)}}
            found.append(write if work.need(word) else {**write, "if": f"{name} is not None"})
    return found


def _spent(work: Work) -> list[Write]:
    """What is taken from rows that elements of a list name with an amount: glaze comes out of a tub."""
    lists = [(word, meaning.nested) for word, meaning in work.meanings.items() if meaning.nested is not None and not meaning.inner]
    found: list[Write] = []
    for word, child in lists:
        inside = element(work.act.properties[word]).get("properties") or {}
        amount = next((name for name in inside if stems(name)[-1:] == ("amount",)), None)
        said = work.said(word) if work.need(word) else f"default({work.said(word)}, [])"
        for (name, column), link in work.links.items():
            held = balance_of(link.table)
            if name == child.name and column in inside and amount is not None and held is not None:
                rows = f"[{work.look_up(word, link, f'each_.{column}', 'each_')} for each_ in {said}]"
                spent = {f"paid_.{held}": f"paid_.{held} - default(each_.{amount}, 0)"}
                found.append({"set": spent, "for": f"paid_, each_ in zip({rows}, {said})", "if": f"paid_.{held} is not None"})
    return found


def given_back(work: Work, takers: Sequence[Work], lets: dict[str, str]) -> list[Write]:
    """Things that can be had again, now that what took them has ended. `takers` are the tools that make such rows; `lets` get names of the things."""
    found: list[Write] = []
    if work.result is None or (work.result.lower() not in lexicon()["terminal"] and work.act.deed != "delete"):
        return found
    for taker in takers:
        for meaning in taker.meanings.values():
            link = meaning.link
            status, free = (taker.taken_status(link), taker.free_status(link)) if link is not None and meaning.path else (None, None)
            if link is not None and status is not None and link.table.parent is None:
                name, column = work.name(link.table.name), work.lives[link.table.name].column
                lets[name] = f"get({link.table.name}, {work.row}.{meaning.path[0]})"
                found.append({"set": {f"{name}.{column}": repr(free)}, "if": f"{name} is not None and {name}.{column} == {status!r}"})
    return found


def _listings(work: Work, lets: dict[str, str], values: dict[str, str]) -> list[Write]:
    """Lists of keys in the rows that own the new one."""
    table = work.table
    found: list[Write] = []
    for word, meaning in work.meanings.items():
        link = meaning.link
        if link is None or link.many or table.key is None or link.table.parent is not None:
            continue
        held = _listing(work, meaning)
        name = work.name(word.removesuffix("_id"))
        if held is not None and name in lets:
            lets["made_key_"] = values[table.key]
            values[table.key] = "made_key_"
            write: Write = {"set": {f"{name}.{held}": f"default({name}.{held}, []) + [made_key_]"}}
            found.append(write if work.need(word) else {**write, "if": f"{name} is not None"})
    return found


def _listing(work: Work, meaning: Meaning) -> str | None:
    """The column of a row that a parameter names which lists keys of the tool's table."""
    columns = meaning.link.table.columns if meaning.link is not None else {}
    return next((name for name, column in columns.items() if column.items is not None and _holds(work.table, column.items.values)), None)


def _holds(table: Table, values: tuple[Any, ...]) -> bool:
    return bool(values) and set(values) <= table.key_values()
