"""Which table a tool works on, and which of its parameters names the row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from gem_sim.records import ToolSchema
from gem_sim.worlds.compiler.build.acts import type_of
from gem_sim.worlds.compiler.learning.columns import Column
from gem_sim.worlds.compiler.learning.links import Links
from gem_sim.worlds.compiler.learning.statuses import life_of, said_result
from gem_sim.worlds.compiler.learning.tables import Table
from gem_sim.worlds.compiler.learning.verbs import MAKING, made_by
from gem_sim.worlds.compiler.learning.words import begins_with, ends_with, is_identifying, noun_of, says_key, stems
from gem_sim.worlds.compiler.names import lexicon
from gem_sim.worlds.compiler.reading import ToolReading
from gem_sim.worlds.compiler.reading.verbs import Kind
from gem_sim.worlds.compiler.reading.words import Words, plain

_STEERING = ("credential", "paging", "sort", "presentation")
_BARE = (("id",), ("key",), ("uuid",), ("identifier",))
_SAME, _PART = 4, 2
"""How well a noun fits a table that it names, and one of whose rows it names a part or a view."""
_TYPES = {"string": ("string", ""), "integer": ("integer", "number", ""), "number": ("integer", "number", "")}


@dataclass(frozen=True)
class Target:
    """A table that a tool works on, and what it does there. `key` is the parameter that names the row and `by` the column that it is found by.

    `outer` maps parameters to the columns that hold the key of the parent of a nested row, `pair` those of a key of two columns.
    """

    table: Table
    kind: Kind
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


class Finder:
    """Finds the table that one tool works on. `tables` are all, nested ones too."""

    def __init__(self, tool: ToolSchema, reading: ToolReading, kind: Kind, tables: Sequence[Table], links: Links) -> None:
        self.tool, self.reading, self.kind, self.tables, self.links = tool, reading, kind, tables, links
        self.given = {word: about for word, about in properties(tool).items() if reading.roles.get(word) not in _STEERING}
        self.verb, self.said, self.wanted = reading.verb.lower(), stems(tool.name), required(tool)
        noun = stems(reading.entity) if reading.entity else ()
        self.fit = {table.name: noun_fit(noun, table) for table in tables}
        self.named = [(word, table) for word, about in self.given.items() for table in tables if self._names(word, about, table)]

    def target(self) -> Target | None:
        """The table, the row in it, and what is done to it; None where a tool works on none of the tables.

        A row can be made in another row only where a call names that.
        """
        found = self._found()
        homeless = found is not None and found.kind == "create" and len(found.outer) < len(found.table.outer)
        return None if homeless else found

    def _found(self) -> Target | None:
        if self.kind in ("create", "update") and self.verb not in lexicon()["update"]:
            found = self._by_verb() or self._by_status()
            if found is not None:
                return found
        if self.kind == "create":
            return self._made()
        if self.kind == "read" and self.reading.many:
            return self._of_noun()
        return self._added() or self._owned() or self._row() or self._paired() or self._of_state() or self._of_noun()

    def _names(self, word: str, about: dict[str, Any], table: Table) -> bool:
        ref = self.reading.refs.get(word)
        fit = self.fit[table.name] if ref is None else noun_fit(stems(ref), table)
        bare = stems(word) in _BARE and fit >= (_PART if ref is None else _SAME) and table.key is not None
        return type_of(about) not in ("array", "object", "boolean") and (names_key(word, about, table) or (bare and names_rows(about)))

    # --- rows that there are -----------------------------------------------------------------------------------------------

    def _row(self) -> Target | None:
        """The row that a parameter names: of the noun first, then the last one that every call names."""
        order = list(self.given)
        best = max(self.named, key=lambda each: (self._weight(*each), order.index(each[0]), each[1].parent is None), default=None)
        if best is None:
            return None
        word, table = best
        own = (name for name, column in table.columns.items() if column.unique and plain(name) == plain(word))
        return Target(table, self.kind, word, next(own, table.key), _outer(table, self.given))

    def _weight(self, word: str, table: Table) -> float:
        key = self.reading.roles.get(word) == "key"
        return self.fit[table.name] + 2 * key + 2 * (word in self.wanted) + 2 * _within(table.nouns, self.said)

    def _owned(self) -> Target | None:
        """For a read the rows of its noun, where a parameter names none of them but another row, which they hold the key of."""
        table = self._best()
        if self.kind != "read" or table is None or self.fit[table.name] < _SAME or any(named is table for _, named in self.named):
            return None
        own = any(noun_of(word) == table.nouns for word, _ in self.named)
        return self._of_noun() if self.named and not own and self._known(table) else None

    def _paired(self) -> Target | None:
        """The row of a table with a key of two columns that the parameters name."""
        for table in self.tables:
            told = {name: word for name in table.pair for word in self.given if plain(word) == plain(name)}
            if table.pair and len(told) == len(table.pair):
                return Target(table, self.kind, pair=tuple((told[name], name) for name in table.pair))
        return None

    def _of_state(self) -> Target | None:
        """The only row of its kind that has columns called after parameters."""
        for table in self.tables:
            if table.single and any(plain(word) == plain(name) for word in self.given for name in table.columns) and self._best() in (None, table):
                return Target(table, self.kind)
        return None

    def _of_noun(self) -> Target | None:
        """The table of the noun; its row is found by a column that tells rows apart though it is no key, such as an e-mail."""
        table = self._best()
        if table is None:
            return None
        if not (self.kind == "read" and self.reading.many):
            for word, about in self.given.items():
                same = [name for name, column in table.columns.items() if stems(name) == stems(word) and column.unique and fits(about, column)]
                if same and word in self.wanted:
                    return Target(table, self.kind, word, same[0], _outer(table, self.given))
        return Target(table, self.kind, outer=_outer(table, self.given))

    def _best(self) -> Table | None:
        """The table that the noun names, or whose columns have the values that parameters choose from."""
        ranked = [(self.fit[table.name] + 2 * self._chosen(table), self._known(table), table.parent is None, table) for table in self.tables]
        best = max(ranked, key=lambda each: each[:3], default=None)
        return best[3] if best is not None and best[0] >= _PART else None

    def _chosen(self, table: Table) -> bool:
        return any(chooses(about, column) for about in self.given.values() for column in table.columns.values())

    def _known(self, table: Table) -> int:
        """How many parameters are called after columns of a table."""
        columns = {stems(name) for name in (*table.columns, *table.outer.values(), *table.children)}
        leads = {link.table.name for (name, _), link in self.links.items() if name == table.name}
        linked = {word for word, named in self.named if named.name in leads}
        return sum(word in linked or any(stems(word)[-len(name) :] == name for name in columns) for word in self.given)

    # --- rows that are made ----------------------------------------------------------------------------------------------------

    def _made(self) -> Target | None:
        """The table that a tool adds a row to; a row that is there already where all of its key is given and its verb makes nothing."""
        table = self._best()
        if table is not None and table.single:
            return Target(table, "update")
        own = [word for word, named in self.named if named is table and word in self.wanted]
        if table is None or (own and self.verb not in MAKING):
            joined = self._joining()
            if joined is not None or table is None:
                return joined
            return replace(self._row() or Target(table, "update"), kind="update")
        owners = [word for word, _ in self.named]
        told = self._known(table) or owners or (self.fit[table.name] >= _SAME and not self.given)
        return Target(table, "create", outer=_outer(table, self.given)) if told else None

    def _by_verb(self) -> Target | None:
        """A table that is called after what a verb makes, as `reserve_book` makes a reservation, and leads to rows that are named."""
        named = {table.name for _, table in self.named}
        for table in self.tables:
            leads = {link.table.name for (name, _), link in self.links.items() if name == table.name}
            if table.name not in named and leads & named and table.nouns and made_by(self.verb, table.nouns[-1]):
                return Target(table, "create", outer=_outer(table, self.given))
        return None

    def _by_status(self) -> Target | None:
        """The named row whose status a tool changes by its description, where no table is called after what it makes."""
        if self._best() is not None:
            return None
        for word, table in reversed(self.named):
            if said_result(self.tool.description or "", life_of(table).known) in life_of(table).known and table.parent is None:
                return Target(table, "update", word, table.key)
        return None

    def _joining(self) -> Target | None:
        """A table whose rows lead to two rows that are named, as a loan leads to a member and a book."""
        named = {table.name for word, table in self.named if word in self.wanted and table.parent is None}
        for table in self.tables:
            leads = {link.table.name for (name, _), link in self.links.items() if name == table.name and not link.many}
            if len(named) > 1 and named <= leads:
                return Target(table, "create")
        return None

    def _added(self) -> Target | None:
        """A nested table that gets a row: the row around it is named, none in it, and the verb changes none."""
        table = self._best()
        if self.kind != "update" or table is None or table.parent is None or self.verb in lexicon()["update"]:
            return None
        outer = _outer(table, self.given)
        free = [word for word, about in self.given.items() if word not in dict(outer) and type_of(about) != "array"]
        inside = [word for word in free if any(stems(name) == stems(word) for name in table.columns)]
        own = any(named is table for _, named in self.named)
        return Target(table, "create", outer=outer) if outer and inside and not own and self.fit[table.name] >= _SAME else None


def chooses(about: dict[str, Any], column: Column) -> bool:
    """Whether the values that a parameter chooses from are values of a column."""
    found = about.get("enum")
    values = [value for value in found if isinstance(value, str)] if isinstance(found, list) else []
    return column.type == "string" and len(values) > 1 and {value.lower() for value in values} <= {str(value).lower() for value in column.values}


def _within(noun: Words, said: Words) -> bool:
    """Whether a noun stands among words."""
    return any(said[at : at + len(noun)] == noun for at in range(len(said) - len(noun) + 1)) if noun else False


def _outer(table: Table, given: dict[str, dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    """The parameters that name the row in which a nested one stands."""
    found, above = [], table.parent
    while above is not None:
        word = next((word for word, about in given.items() if names_key(word, about, above)), None)
        if word is not None and above.key is not None:
            found.append((word, table.outer.get(above.key, above.key)))
        above = above.parent
    return tuple(reversed(found))
