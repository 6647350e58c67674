"""Which table a tool works on, and which of its parameters names the row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gem_sim.records import ToolSchema
from gem_sim.worlds.compiler.build.acts import type_of
from gem_sim.worlds.compiler.learning.columns import Column
from gem_sim.worlds.compiler.learning.tables import Table
from gem_sim.worlds.compiler.learning.words import begins_with, ends_with, is_identifying, noun_of, says_key, stems
from gem_sim.worlds.compiler.reading import ToolReading
from gem_sim.worlds.compiler.reading.words import Words, plain

_STEERING = ("credential", "paging", "sort", "presentation")
_TYPES = {"string": ("string", ""), "integer": ("integer", "number", ""), "number": ("integer", "number", "")}


@dataclass(frozen=True)
class Target:
    """A table that a tool works on. `key` is the parameter that names the row and `by` the column that it is found by.

    `outer` maps parameters to the columns that hold the key of the parent of a nested row, `pair` those of a key of two columns.
    """

    table: Table
    key: str | None = None
    by: str | None = None
    outer: tuple[tuple[str, str], ...] = ()
    pair: tuple[tuple[str, str], ...] = ()


def properties(tool: ToolSchema) -> dict[str, dict[str, Any]]:
    """The parameters of a tool and their schemas; a schema that is a truth value as an open one."""
    found = tool.parameters.get("properties")
    return {name: about if isinstance(about, dict) else {} for name, about in found.items()} if isinstance(found, dict) else {}


def required(tool: ToolSchema) -> set[str]:
    """The parameters that every call has."""
    found = tool.parameters.get("required")
    return {name for name in found if isinstance(name, str)} if isinstance(found, list) else set()


def noun_fit(noun: Words, table: Table) -> float:
    """How well a noun names a table: 4 where it does, less where it is a kind, a part or a view of its rows, 0 where nothing speaks for it."""
    own = table.nouns
    if not noun or not own:
        return 0
    if noun == own or "".join(noun) == "".join(own):
        return 4
    if ends_with(noun, own) or ends_with(own, noun):
        return 3
    if begins_with(noun, own):
        return 2
    return 1 if begins_with(own, noun) else 0


def element(about: dict[str, Any]) -> dict[str, Any]:
    """The schema of one value of a parameter: that of the elements of a list."""
    items = about.get("items")
    return (items if isinstance(items, dict) else {}) if type_of(about) == "array" else about


def names_rows(about: dict[str, Any]) -> bool:
    """Whether the values of a parameter could be keys: texts or numbers, whatever keys are, or lists of them."""
    return type_of(element(about)) in ("string", "integer", "number", "") and not about.get("enum")


def fits(about: dict[str, Any], column: Column) -> bool:
    """Whether a parameter, or each element of a list, could be a value of a column."""
    return not column.type or type_of(element(about)) in _TYPES.get(column.type, (column.type, ""))


def names_key(word: str, about: dict[str, Any], table: Table) -> bool:
    """Whether a parameter is called as the key of a table is, or as the table with a word for keys behind it."""
    if table.key is None or not names_rows(about):
        return False
    if plain(word) == plain(table.key) or stems(word) == stems(table.key):
        return bool(noun_of(table.key)) or not says_key(table.key) or len(table.nouns) == 0
    noun = noun_of(word)
    same = bool(noun) and noun in (table.nouns, noun_of(table.key))
    return same and (is_identifying(word) or noun == stems(word))


def target_of(tool: ToolSchema, reading: ToolReading, kind: str, tables: Sequence[Table]) -> Target | None:
    """The table that a tool works on; None where it works on none of these. `tables` are all, nested ones too."""
    given = {word: about for word, about in properties(tool).items() if reading.roles.get(word) not in _STEERING}
    noun = stems(reading.entity) if reading.entity else ()
    fit = {table.name: noun_fit(noun, table) for table in tables}
    if kind == "create":
        return _made(tables, fit, given)
    found = None if kind == "read" and reading.many else _named(tool, reading, given, tables, fit)
    if found is not None:
        return found
    best = _best(tables, fit, given)
    return None if best is None else _by_column(tool, reading, best, given)


def _best(tables: Sequence[Table], fit: dict[str, float], given: dict[str, dict[str, Any]]) -> Table | None:
    ranked = [(fit[table.name], sum(plain(word) in map(plain, table.columns) for word in given), table.parent is None, table) for table in tables]
    best = max(ranked, key=lambda each: each[:3], default=None)
    return best[3] if best is not None and best[0] >= 2 else None


def _made(tables: Sequence[Table], fit: dict[str, float], given: dict[str, dict[str, Any]]) -> Target | None:
    """The table that a tool adds a row to: its noun names it, and a parameter holds a value of a row."""
    best = _best(tables, fit, given)
    if best is None:
        return None
    columns = {stems(name) for name in (*best.columns, *best.outer.values(), *best.children)}
    known = [word for word in given if stems(word) in columns or any(stems(word)[-len(name) :] == name for name in columns)]
    owners = [word for word, about in given.items() for table in tables if names_key(word, about, table)]
    return Target(best, None, None, _outer(best, given)) if known or owners or (fit[best.name] >= 4 and not given) else None


def _named(tool: ToolSchema, reading: ToolReading, given: dict[str, dict[str, Any]], tables: Sequence[Table], fit: dict[str, float]) -> Target | None:
    """The table whose row a parameter names: that of the noun first, then the last one that every call names."""
    wanted, order, said = required(tool), list(given), stems(tool.name)
    ranked = []
    for word, about in given.items():
        if type_of(about) in ("array", "object", "boolean"):
            continue
        for table in tables:
            bare = stems(word) in (("id",), ("key",), ("uuid",), ("identifier",)) and fit[table.name] >= 2 and table.key is not None
            if names_key(word, about, table) or (bare and names_rows(about)):
                key = reading.roles.get(word) == "key"
                called = 2 * _within(table.nouns, said)
                ranked.append((fit[table.name] + 2 * key + 2 * (word in wanted) + called, order.index(word), table.parent is None, word, table))
    best = max(ranked, key=lambda each: each[:3], default=None)
    if best is None:
        return _paired(given, tables)
    word, table = best[3], best[4]
    return Target(table, word, table.key, _outer(table, given))


def _within(noun: Words, said: Words) -> bool:
    """Whether a noun stands among words."""
    return any(said[at : at + len(noun)] == noun for at in range(len(said) - len(noun) + 1)) if noun else False


def _paired(given: dict[str, dict[str, Any]], tables: Sequence[Table]) -> Target | None:
    """A table whose key of two columns the parameters name."""
    for table in tables:
        told = {name: word for name in table.pair for word in given if plain(word) == plain(name)}
        if table.pair and len(told) == len(table.pair):
            return Target(table, pair=tuple((told[name], name) for name in table.pair))
    return None


def _outer(table: Table, given: dict[str, dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    """The parameters that name the row in which a nested one stands."""
    found, above = [], table.parent
    while above is not None:
        word = next((word for word, about in given.items() if names_key(word, about, above)), None)
        if word is not None and above.key is not None:
            found.append((word, table.outer.get(above.key, above.key)))
        above = above.parent
    return tuple(reversed(found))


def _by_column(tool: ToolSchema, reading: ToolReading, table: Table, given: dict[str, dict[str, Any]]) -> Target:
    """The row found by a column that tells rows apart though it is no key, such as an e-mail; else no parameter names it."""
    if not (reading.kind == "read" and reading.many):
        for word, about in given.items():
            held = next((name for name, column in table.columns.items() if stems(name) == stems(word) and column.unique and fits(about, column)), None)
            if held is not None and word in required(tool):
                return Target(table, word, held, _outer(table, given))
    return Target(table, None, None, _outer(table, given))
