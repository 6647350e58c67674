"""Which columns hold keys of which tables, by their names and by the values that they hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gem_sim.worlds.compiler.learning.columns import Column
from gem_sim.worlds.compiler.learning.tables import Row, Table
from gem_sim.worlds.compiler.learning.words import bare, ends_with, noun_of, says_key, stems

_SURE = 3
"""Different values from which on that all of them are keys of a table is no accident."""
_LONG = 3
"""Letters of texts that say as much."""


@dataclass(frozen=True)
class Way:
    """How a row gets at a key of another table: by its own column, or by one of the row that it stands in."""

    column: str
    above: bool = False

    def value(self, row: Row, home: Row | None) -> Any:
        """What stands there for one row."""
        return (home or {}).get(self.column) if self.above else row.get(self.column)


@dataclass(frozen=True)
class Link:
    """A column that holds keys of `table`, a list of them where `many`.

    `outer` says where the key of the row is that a nested row stands in. `shared` pairs columns of `table` with ways of the row
    that hold the same in all rows, as a hive and what is harvested from it have one keeper.
    """

    table: Table
    many: bool = False
    outer: Way | None = None
    shared: tuple[tuple[str, Way], ...] = ()


Links = dict[tuple[str, str], Link]
"""By the name of a table and of its column."""


def links_of(tables: Sequence[Table]) -> Links:
    """All links between tables, nested ones too. Keys of lists of rows that turn out to be links are keys no more."""
    every = [table for outermost in tables for table in outermost.tree()]
    keys = {table.name: table.key_values() for table in every if table.key is not None and table.rows}
    targets = [table for table in every if table.name in keys]
    found: Links = {}
    for table in every:
        for name, column in table.columns.items():
            link = _link(table, name, column, targets, keys)
            if link is not None:
                found[table.name, name] = link
    for table in every:
        if table.parent is not None and table.shape == "list" and not table.children and (table.name, table.key) in found:
            table.key = None
    found = {at: link for at, link in found.items() if link.table.key is not None}
    return {(name, column): _completed(_named(every, name), column, link, found) for (name, column), link in found.items()}


def _named(tables: Sequence[Table], name: str) -> Table:
    return next(table for table in tables if table.name == name)


def _link(table: Table, name: str, column: Column, targets: Sequence[Table], keys: dict[str, set[Any]]) -> Link | None:
    many = column.type == "array"
    held = column.items if many and column.items is not None else column
    if held.type not in ("string", "integer") or not held.values or (name == table.key and table.parent is None):
        return None
    values = set(held.values)
    ranked = [(rank, other) for other in targets if values <= keys[other.name] and (rank := _rank(table, name, held, other)) > 0]
    best = max(ranked, key=lambda pair: (pair[0], -len(keys[pair[1].name])), default=None)
    return None if best is None else Link(best[1], many)


def _rank(table: Table, name: str, column: Column, other: Table) -> int:
    """How much speaks for a column to hold keys of another table, all of whose values are such keys."""
    if other is table and (name == table.key or column.type == "integer"):
        return 0
    alike = _alike(name, other)
    if alike:
        return 2 + alike
    telling = column.type == "string" and len(column.values) >= _SURE and all(len(text) >= _LONG for text in column.values)
    return 1 if telling and any(letter.isdigit() for letter in column.values[0]) else 0


def _alike(name: str, table: Table) -> int:
    """How much a name is that of a key of a table: 2 where it is, 1 where it ends like it."""
    noun = tuple(word for word in (noun_of(name) or stems(name)))
    if name == table.key and (noun_of(name) or not says_key(name)):
        return 2
    own = table.nouns
    if noun == own or bare(name)[:-1] == own or bare(name) == own:
        return 2
    return 1 if ends_with(noun, own[-1:]) or ends_with(own, noun[-1:]) else 0


# --- what linked rows have in common --------------------------------------------------------------------------------------


def _completed(table: Table, column: str, link: Link, links: Links) -> Link:
    """A link with what its rows have in common with the rows that they are named by."""
    if link.many:
        return link
    other = link.table
    if other.parent is not None:
        ways = [way for way, target in _ways(table, links) if target is other.parent]
        outer = next((way for way in ways if _stand_there(table, column, other, way)), None)
        return Link(other, link.many, outer)
    shared = []
    for (name, there), leads in links.items():
        if name == other.name and not leads.many:
            ways = [way for way, target in _ways(table, links) if target is leads.table and way != Way(column)]
            shared += [(there, way) for way in ways[:1] if _same(table, column, other, there, way)]
    return Link(other, link.many, None, tuple(shared))


def copied(table: Table, column: str, other: Table) -> list[str]:
    """The columns of a table that repeat those of the rows that one of its columns names, in all rows and several of them."""
    if other.key is None or other.parent is not None:
        return []
    by_key = {row.get(other.key): row for row in other.rows}
    rows = [(row, by_key[row[column]]) for row in table.rows if row.get(column) in by_key]
    shared = [name for name in table.columns if name in other.columns and name not in (column, table.key, other.key)]
    return [name for name in shared if len(rows) >= _SURE and all(row.get(name) == there.get(name) for row, there in rows)]


def entered(table: Table, column: str, other: Table) -> list[tuple[str, str]]:
    """Columns of maps in the rows that a column names, with the column here that holds keys of them: a place names a kiln and one of its shelves."""
    if other.key is None or other.parent is not None:
        return []
    by_key = {row.get(other.key): row for row in other.rows}
    rows = [(row, by_key[row[column]]) for row in table.rows if row.get(column) in by_key]
    maps = [name for name, about in other.columns.items() if about.entries]
    told = [name for name, about in table.columns.items() if about.type == "string" and name != column]
    return [(held, name) for held in maps for name in told if len(rows) >= _SURE and all(row.get(name) in (there.get(held) or {}) for row, there in rows)]


def _ways(table: Table, links: Links) -> Iterator[tuple[Way, Table]]:
    """The tables that a row leads to, and how."""
    for (name, column), link in links.items():
        if name == table.name and not link.many:
            yield Way(column), link.table
        if table.parent is not None and name == table.parent.name and not link.many:
            yield Way(column, above=True), link.table
    if table.parent is not None and table.parent.key is not None:
        yield Way(table.parent.key, above=True), table.parent


def _homes(table: Table) -> list[Row | None]:
    return list(table.homes) or [None] * len(table.rows)


def _stand_there(table: Table, column: str, other: Table, way: Way) -> bool:
    """Whether each nested row that a column names stands in the row that a way leads to."""
    outer, key = (other.parent.key if other.parent is not None else None) or "", other.key or ""
    places = {(home.get(outer), row.get(key)) for home, row in zip(other.homes, other.rows, strict=True)}
    pairs = [(way.value(row, home), row.get(column)) for row, home in zip(table.rows, _homes(table), strict=True) if row.get(column) is not None]
    return all(pair in places for pair in pairs)


def _same(table: Table, column: str, other: Table, there: str, way: Way) -> bool:
    """Whether linked rows hold what their rows hold, in several rows and with several values."""
    by_key = {row.get(other.key or ""): row.get(there) for row in other.rows}
    pairs = [(by_key.get(row.get(column)), way.value(row, home)) for row, home in zip(table.rows, _homes(table), strict=True) if row.get(column) is not None]
    return len(pairs) >= _SURE and len({said for said, _ in pairs}) > 1 and all(one == two for one, two in pairs)
