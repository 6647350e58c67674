"""Tables as they are given, with the tables that stand in their rows, and what tells their rows apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from keyword import iskeyword
from typing import Any

from gem_sim.grammar import singular
from gem_sim.worlds.compiler.infer import usable
from gem_sim.worlds.compiler.learning.columns import Column, columns_of
from gem_sim.worlds.compiler.learning.words import is_identifying, noun_of, says_key, stems
from gem_sim.worlds.compiler.reading.words import Words, named, plain, words
from gem_sim.worlds.diagnostics import Notes
from gem_sim.worlds.spec import snake

Row = dict[str, Any]
Said = Mapping[str, str]
"""The parameters of all tools, by their names without case and marks."""

_DEEP = 3
"""Tables that stand in one another at most."""
_HOLDERS = ("list", "queue", "record", "records", "table", "db", "store", "registry", "data", "map", "dict", "rows", "index", "pool")
"""Words behind the name of things that say only that there are several."""
_SHORT = 40
"""Letters of a key at most, where nothing but its values speaks for it."""
_SURE = 3
"""Numbers that go on one after another from which on that is no accident."""
_TRIED = 8
"""Columns of which pairs are tried."""
_NO_WORD = re.compile(r"[^A-Za-z0-9]+")


@dataclass(eq=False)
class Table:
    """Rows of one kind. `parent` is the table in whose rows they stand under `under`; `homes` holds for each row the one it stands in.

    `key` names the column that tells rows apart, among those of one parent; None for the only row of its kind, where only their
    places do, and where it takes the two columns of `pair`. `odd` are columns with names that no expression can hold.
    """

    name: str
    rows: list[Row]
    columns: dict[str, Column]
    key: str | None = None
    pair: tuple[str, ...] = ()
    single: bool = False
    parent: Table | None = None
    under: str = ""
    shape: str = "list"
    homes: list[Row] = field(default_factory=list)
    odd: dict[str, Column] = field(default_factory=dict)
    children: dict[str, Table] = field(default_factory=dict)

    @property
    def nouns(self) -> Words:
        """The words of its name in the singular."""
        return stems(self.name)

    @property
    def outer(self) -> dict[str, str]:
        """For rows within others the columns that hold the key of their parent, by the name that the parent has for them."""
        above = self.parent
        if above is None or above.key is None:
            return {}
        taken = [*above.outer.values(), above.key]
        return {there: there if there not in self.columns else f"{snake(above.name)}_{there}" for there in taken}

    def tree(self) -> Iterator[Table]:
        """The table and all that stand in it."""
        yield self
        for child in self.children.values():
            yield from child.tree()

    def key_values(self) -> set[Any]:
        """The values of its key column."""
        return {row.get(self.key) for row in self.rows} if self.key is not None else set()


def tables_of(given: Mapping[str, Any], said: Said, notes: Notes) -> list[Table]:
    """The outermost tables of what was given: lists of rows, objects from key to row, or single rows.

    Values that stand beside tables are the columns of one row. What is neither is left out, with a diagnostic.
    """
    made: list[Table] = []
    names: set[str] = set()
    found = _with_state(given, said)
    named = {source: _free(table_name(source), names) for source in found}
    for source, held in found.items():
        table = _table(named[source], held, said)
        if table is None:
            notes.add("rows.form", f"rows.{source}", f"got {type(held).__name__}, which is no table")
            continue
        _open(table, names, said, 1)
        if not table.single:
            _settle(table, said, notes)
        made.append(table)
    return made


def _table(name: str, held: Any, said: Said) -> Table | None:
    single = isinstance(held, dict) and bool(held) and not all(isinstance(row, dict) for row in held.values())
    rows = [dict(held)] if single else _rows(name, held, said)
    return None if rows is None else Table(name, rows, {}, single=single or _alone(name, rows, said))


def _with_state(given: Mapping[str, Any], said: Said) -> dict[str, Any]:
    """What was given, with the values that stand beside tables in one row."""
    loose = {name: value for name, value in given.items() if isinstance(value, (str, int, float, bool, type(None))) and name.isidentifier()}
    tables = {name: value for name, value in given.items() if name not in loose and not name.startswith("_")}
    state = {name: value for name, value in loose.items() if name[0] != "_"}
    free = next(name for name in ("State", "WorldState", "StateOfTheWorld") if plain(name) not in said and name not in tables)
    return {**tables, free: state} if state else tables


def _alone(name: str, rows: Sequence[Row], said: Said) -> bool:
    """Whether a table is the only row of its kind: one row that nothing names."""
    if len(rows) != 1 or plain(name) in said:
        return False
    return not any(noun_of(held) and is_identifying(held) and (says_key(held) or plain(held) in said) for held in rows[0]) and "id" not in rows[0]


def table_name(source: str) -> str:
    """`Hive` for rows called hives, `HoneyJar` for honey-jars."""
    found = [part for part in _NO_WORD.split(source) if part]
    while len(found) > 1 and found[-1].lower() in _HOLDERS:
        found.pop()
    if source[:1].isupper() and source.isidentifier() and source.isascii():
        return source
    spelled = words("_".join(found))
    made = named((*spelled[:-1], singular(spelled[-1]))) if spelled else ""
    return made if made.isidentifier() and made.isascii() and made[:1].isupper() and not iskeyword(made) else f"Table{made}" if made.isascii() else "Table"


def _free(name: str, taken: set[str], owner: str = "") -> str:
    """A name that no other table has; one that is taken stands behind that of its owner."""
    tried = [name, f"{owner}{name}", *(f"{owner}{name}{number}" for number in range(2, len(taken) + 3))]
    found = next(one for one in tried if one not in taken)
    taken.add(found)
    return found


def _rows(name: str, held: Any, said: Said) -> list[Row] | None:
    """Rows of a list, or of an object from key to row, which get their key where they do not have it; None for what is neither."""
    if isinstance(held, list):
        return [dict(row) for row in held] if all(isinstance(row, dict) for row in held) else None
    if not isinstance(held, dict) or not all(isinstance(row, dict) for row in held.values()):
        return None
    own = _map_key(held)
    return [dict(row) if own is not None else {_key_name(name, said): key, **row} for key, row in held.items()]


def _key_name(name: str, said: Said) -> str:
    """The name for the keys of a map: that of a parameter that is called after its rows, else the name of the rows with `_id`."""
    noun = stems(name)
    sure = [raw for raw in said.values() if says_key(raw) and noun_of(raw) in (noun, noun[-1:]) and raw.isidentifier()]
    return sure[0] if sure else f"{snake(name)}_id"


def _map_key(held: Mapping[str, Row]) -> str | None:
    """The column of an object from key to row that holds the keys."""
    first = next(iter(held.values()), {})
    return next((name for name in first if all(str(row.get(name)) == key for key, row in held.items())), None)


# --- tables within rows ----------------------------------------------------------------------------------------------


def _open(table: Table, names: set[str], said: Said, depth: int) -> None:
    """Take the tables out of the columns of a table: lists of objects, and objects from key to object that hold their keys."""
    for name in dict.fromkeys(name for row in table.rows for name in row):
        pairs = [(row, row[name]) for row in table.rows if row.get(name) is not None]
        child = _child(table, name, pairs, said) if depth < _DEEP and usable(name) else None
        if child is not None and not table.single:
            child.name = _free(table_name(name), names, table.name)
            table.children[name] = child
            _describe(child)
            child.key = child.key or _own_key(child, said)
            _open(child, names, said, depth + 1 if child.key is not None else _DEEP)
    _describe(table)


def _describe(table: Table) -> None:
    """Say what the columns hold: apart those that no expression can name."""
    found = columns_of([{name: value for name, value in row.items() if name not in table.children} for row in table.rows])
    table.columns = {name: column for name, column in found.items() if usable(name)}
    table.odd = {name: column for name, column in found.items() if name not in table.columns}


def _child(table: Table, name: str, pairs: Sequence[tuple[Row, Any]], said: Said) -> Table | None:
    if not pairs:
        return None
    if all(isinstance(value, list) for _, value in pairs):
        found = [(home, row) for home, value in pairs for row in value]
        if not found or not all(isinstance(row, dict) and row for _, row in found):
            return None
        return Table("", [row for _, row in found], {}, None, parent=table, under=name, homes=[home for home, _ in found])
    maps = [value for _, value in pairs if value]
    if not maps or not all(isinstance(value, dict) and all(isinstance(row, dict) for row in value.values()) for _, value in pairs):
        return None
    held = {_map_key(value) for value in maps}
    key = held.pop() if len(held) == 1 else None
    wanted = f"{snake(table_name(name))}_id"
    if key is None and plain(wanted) not in said:
        return None
    found = [(home, row if key else {wanted: at, **row}) for home, value in pairs for at, row in value.items()]
    return Table("", [row for _, row in found], {}, key or wanted, parent=table, under=name, shape="map", homes=[home for home, _ in found])


def _own_key(table: Table, said: Said) -> str | None:
    """The column that tells the rows of one parent apart, by its name and in fact."""
    owners = [id(home) for home in table.homes]
    for name in sorted(table.columns, key=lambda name: -_key_rank(table, name, said)):
        cells = [(owner, row.get(name)) for owner, row in zip(owners, table.rows, strict=True)]
        scalar = table.columns[name].type in ("string", "integer")
        sure = (
            says_key(name)
            or stems(name)[-1:] in (("number",), ("code",), ("sku",), ("symbol",))
            or (plain(name) in said and is_identifying(name))
            or stems(name) == table.nouns
        )
        if sure and scalar and all(value is not None for _, value in cells) and len(set(cells)) == len(cells):
            return name
    return None


# --- keys ---------------------------------------------------------------------------------------------------------------


def _settle(table: Table, said: Said, notes: Notes) -> None:
    """Find the key of a table; rows get numbers where none of their columns tells them apart."""
    found = [name for name, column in table.columns.items() if column.unique]
    best = max(found, key=lambda name: _key_rank(table, name, said), default=None)
    if best is not None and _key_rank(table, best, said) >= 1:
        table.key = best
        return
    table.pair = () if best is not None and _runs_on(table, best) else _pair(table, said)
    if table.pair:
        return
    if best is not None and len(table.rows) > 1 and all(len(str(value)) <= _SHORT for value in table.columns[best].values):
        table.key = best
        return
    table.key = f"{snake(table.name)}_id"
    while table.key in table.columns:
        table.key += "_"
    table.rows = [{table.key: f"{table.name[:3].upper()}-{number}", **row} for number, row in enumerate(table.rows, 1)]
    _describe(table)
    if table.rows:
        notes.add("rows.key", f"rows.{table.name}", "no column tells all rows apart")


def _runs_on(table: Table, name: str) -> bool:
    """Whether the first column numbers the rows one after another."""
    values = table.columns[name].values
    numbered = name == next(iter(table.columns)) and table.columns[name].type == "integer" and len(values) >= _SURE
    return numbered and list(values) == list(range(values[0], values[0] + len(values)))


def _pair(table: Table, said: Said) -> tuple[str, ...]:
    """Two columns that tell rows apart together, at least one of which tools take."""
    usable = [name for name, column in table.columns.items() if column.type in ("string", "integer") and column.count == len(table.rows)]
    telling = [name for name in usable if plain(name) in said or is_identifying(name)]
    numbers = [name for name in usable if table.columns[name].type == "integer" or table.columns[name].format]
    for one, two in combinations(dict.fromkeys([*telling[:_TRIED], *numbers[:_TRIED]]), 2):
        if one in telling and len(table.rows) > 1 and len({(row[one], row[two]) for row in table.rows}) == len(table.rows):
            return (one, two)
    return ()


def _key_rank(table: Table, name: str, said: Said) -> float:
    """How well a name suits the key of a table; below 1 where nothing speaks for it."""
    noun, own, tail = noun_of(name), table.nouns, stems(name)[-1:]
    rank = 0.5 - list(table.columns).index(name) / (2 * len(table.columns) + 2)
    ours = noun in (own, own[-1:], own[:1])
    if not ours and not is_identifying(name):
        return rank
    sure = 4.0 if says_key(name) else 1.0 if tail == ("name",) or not is_identifying(name) else 3.0
    return rank + 1 + 2 * (plain(name) in said) + (sure if ours or not noun else 0) + (noun == own)
