"""What each parameter of a tool is to the rows: a column, a part of one, a key of another row, values of rows within the row, or something new."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gem_sim.worlds.compiler.build.acts import type_of
from gem_sim.worlds.compiler.infer import usable
from gem_sim.worlds.compiler.learning.links import Link, Links, Way
from gem_sim.worlds.compiler.learning.tables import Table
from gem_sim.worlds.compiler.learning.targets import Target, chooses, element, fits, names_key, names_rows
from gem_sim.worlds.compiler.learning.words import bare, ends_with, fresh, is_identifying, noun_of, stems
from gem_sim.worlds.compiler.reading.words import Words, plain

_STEM = 4
"""Letters that a verb and a word made of it have in common."""


@dataclass(frozen=True)
class Meaning:
    """What a parameter is to the row of a tool.

    `path` leads to a column, or to a part of an object in one; it is empty where no column holds the value. `link` says of which
    rows it is the key. `nested` are the rows within the row whose column `inner` it names values of, all of these rows where
    `inner` is empty. `fresh` says that the value is to take the place of another; with `pair` that of the parameter of that name.
    With `rows` it is a list of objects, each with the key `inner` of a nested row and what changes in it.
    With `entry` it is a key of the map in the column.
    With a `pair` and not `fresh` it is for the column `inner` of the nested row that the other parameter names.
    """

    path: tuple[str, ...] = ()
    link: Link | None = None
    nested: Table | None = None
    inner: str = ""
    fresh: bool = False
    pair: str = ""
    rows: bool = False
    entry: bool = False


class Meanings:
    """Finds the meanings of the parameters of one tool."""

    def __init__(self, target: Target, verb: str, name: str, tables: Sequence[Table], links: Links) -> None:
        self.target, self.table, self.verb, self.tables, self.links = target, target.table, verb, tables, links
        self.said = stems(name)

    def of(self, given: dict[str, dict[str, Any]]) -> dict[str, Meaning]:
        """The meanings of the parameters that do not name the row."""
        rest = {word: about for word, about in given.items() if word != self.target.key and word not in dict(self.target.pair)}
        found = {word: self._meaning(word, about) for word, about in rest.items()}
        for word, meaning in found.items():
            other = next((old for old in found if old != word and not fresh(old) and bare(old) == bare(word)), None)
            if fresh(word) and other is not None and found[other].nested is not None:
                found[word] = Meaning(link=self._link_of(found[other], meaning), fresh=True, pair=other)
        found |= self._of_nested(found, rest)
        found |= self._of_name(found, rest)
        return dict(sorted(found.items(), key=lambda pair: bool(pair[1].pair)))

    def _of_nested(self, found: dict[str, Meaning], given: dict[str, dict[str, Any]]) -> dict[str, Meaning]:
        """The parameters without a place that are columns of a nested row which another one names."""
        named = next(
            ((word, one.nested) for word, one in found.items() if one.nested and one.inner and not one.fresh and type_of(given[word]) != "array"), None
        )
        if named is None or named[1] is None:
            return {}
        columns = named[1].columns
        rest = [word for word, one in found.items() if not one.path and one.link is None and one.nested is None]
        inner = {word: next((name for name in columns if stems(name) in (bare(word), stems(word))), None) for word in rest}
        return {word: Meaning(nested=named[1], inner=name, pair=named[0]) for word, name in inner.items() if name is not None}

    def _of_name(self, found: dict[str, Meaning], given: dict[str, dict[str, Any]]) -> dict[str, Meaning]:
        """The only parameter without a place, where the name of the tool begins a column: `day` in `set_collection` is for `collect_on`."""
        rest = [word for word, one in found.items() if one == Meaning()]
        taken = {one.path[0] for one in found.values() if one.path} | {name for name in self.table.columns if is_identifying(name)}
        last = self.said[-1] if self.said and self.said[-1] not in self.table.nouns else ""
        free = [name for name in self.table.columns if name not in taken and len(last) > _STEM and stems(name)[0][: _STEM + 1] == last[: _STEM + 1]]
        fit = [name for name in free if fits(given[rest[0]], self.table.columns[name])] if len(rest) == 1 else []
        return {rest[0]: Meaning((fit[0],))} if len(fit) == 1 and self.target.kind == "update" else {}

    def _link_of(self, old: Meaning, new: Meaning) -> Link | None:
        return self.links.get((old.nested.name, old.inner), new.link) if old.nested is not None else new.link

    def _meaning(self, word: str, about: dict[str, Any]) -> Meaning:
        for held in dict(self.target.outer).items():
            if held[0] == word:
                return Meaning((held[1],), self._owner(held[1]))
        return self._column(word, about) or self._key(word, about) or self._nested(word, about) or self._part(word, about) or Meaning(fresh=fresh(word))

    def _owner(self, held: str) -> Link | None:
        above = self.table.parent
        while above is not None and self.table.outer.get(above.key or "", above.key) != held:
            above = above.parent
        return Link(above) if above is not None else None

    def _column(self, word: str, about: dict[str, Any]) -> Meaning | None:
        """The column of the row that a parameter is called after."""
        chosen = [name for name, column in self.table.columns.items() if chooses(about, column)]
        for same in (self._exact, self._alike, self._of_verb, self._of_noun):
            for name, column in self.table.columns.items():
                if same(word, name) and column.entries and names_rows(about):
                    return Meaning((name,), entry=True)
                if same(word, name) and (fits(about, column) or names_rows(about)) and (type_of(about) == "array") <= (column.type in ("array", "")):
                    return Meaning((name,), self.links.get((self.table.name, name)), fresh=fresh(word))
        return Meaning((chosen[0],)) if len(chosen) == 1 else None

    def _exact(self, word: str, name: str) -> bool:
        return plain(word) == plain(name)

    def _alike(self, word: str, name: str) -> bool:
        """`new_state`, `hive_state` and `hiveState` for `state` of a hive."""
        held = stems(name)
        if len(held) > 2 and plain(word) == "".join(part[0] for part in held):
            return True
        return held in (bare(word), stems(word)) or stems(word) == (*self.table.nouns, *held) or held == (*self.table.nouns, *stems(word))

    def _of_verb(self, word: str, name: str) -> bool:
        """`reason` for `cancel_reason` or `cancellation_reason` where the tool cancels."""
        held = stems(name)
        return len(held) > 1 and held[1:] == stems(word) and len(self.verb) >= _STEM and held[0].startswith(self.verb[: max(_STEM, len(self.verb) - 2)])

    def _of_noun(self, word: str, name: str) -> bool:
        """`agent` for `agent_id`, `keeper_number` for `keeper_id`."""
        return is_identifying(name) and noun_of(word) == noun_of(name) != ()

    def _key(self, word: str, about: dict[str, Any]) -> Meaning | None:
        """The row whose key a parameter is called after, with the column of the tool's row that holds such keys, where one does."""
        if not names_rows(about):
            return None
        named = [table for table in self.tables if names_key("_".join(bare(word)), about, table)]
        named = named or [table for table in self.tables if table.key is not None and is_identifying(word) and ends_with(noun_of(word), table.nouns)]
        for table in named:
            if table.parent is self.table and type_of(about) == "array" and not fresh(word):
                return Meaning(link=self.links.get((table.name, table.key or "")), nested=table, inner=table.key or "")
            found = next(self._held(word, table, about), None)
            if found is not None:
                return found
        return Meaning(link=self._structural(named[0]), fresh=fresh(word)) if named else None

    def _held(self, word: str, table: Table, about: dict[str, Any]) -> Iterator[Meaning]:
        """The places in the tool's row that hold keys of a table: a column, or a column of the rows within it."""
        many = type_of(about) == "array"
        for (name, column), link in self.links.items():
            if link.table is table and name == self.table.name and link.many == many and ends_with(stems(column), noun_of(word)[-1:]):
                yield Meaning((column,), link, fresh=fresh(word))
        for child in self.table.children.values():
            for column in child.columns:
                held = self.links.get((child.name, column))
                if held is not None and held.table is table and not held.many:
                    lifted = self._lifted(held)
                    yield Meaning(link=lifted, nested=child, inner=column) if many and not fresh(word) else Meaning(link=lifted, fresh=fresh(word))

    def _lifted(self, link: Link) -> Link:
        """A link of rows within the row as one of the row itself, as far as it goes by what the row holds."""
        outer = Way(link.outer.column) if link.outer is not None and link.outer.above else None
        return Link(link.table, link.many, outer, tuple((there, Way(way.column)) for there, way in link.shared if way.above))

    def _structural(self, table: Table) -> Link:
        """What rows that no column leads to have in common with the tool's row: its owner, or that they belong to it."""
        if table.parent is self.table and self.table.key is not None:
            return Link(table, outer=Way(self.table.key))
        if table.parent is not None:
            outer = next(
                (column for (name, column), link in self.links.items() if name == self.table.name and link.table is table.parent and not link.many), None
            )
            return Link(table, outer=Way(outer) if outer else None)
        belongs = [column for (name, column), link in self.links.items() if name == table.name and link.table is self.table and not link.many]
        return Link(table, shared=tuple((column, Way(self.table.key)) for column in belongs[:1] if self.table.key and table is not self.table))

    def _nested(self, word: str, about: dict[str, Any]) -> Meaning | None:
        """The rows within the row that a parameter names by a column, or puts in their place."""
        objects = type_of(element(about)) in ("object", "") and type_of(about) == "array"
        for child in self.table.children.values():
            inside = element(about).get("properties")
            if (
                objects
                and isinstance(inside, dict)
                and child.key in inside
                and not set(inside) >= {name for name, column in child.columns.items() if not column.absent}
            ):
                new = self.target.kind == "create"
                return Meaning(nested=child) if new else Meaning(nested=child, inner=child.key or "", rows=True)
            same = isinstance(inside, dict) and bool(inside) and set(inside) <= set(child.columns) and stems(word)[-1] in stems(child.under)
            if objects and (same or bare(word) in (stems(child.under), child.nouns)):
                return Meaning(nested=child)
            inner = next((name for name, column in child.columns.items() if stems(name) == bare(word) and fits(about, column)), None)
            if inner is not None and not objects and (is_identifying(inner) or type_of(about) == "array"):
                link = self.links.get((child.name, inner))
                if link is not None and type_of(about) != "array" and not set(child.nouns) & set(self.said):
                    return Meaning(link=self._lifted(link), fresh=fresh(word))
                return Meaning(link=link, nested=child, inner=inner, fresh=fresh(word))
        return None

    def _part(self, word: str, about: dict[str, Any]) -> Meaning | None:
        """The part of an object in a column that a parameter is called after; where several have it, that of the object in the tool's name."""
        found = [
            (name, part)
            for name, column in self.table.columns.items()
            for part, inner in column.parts.items()
            if usable(part) and self._is_part(word, name, part) and fits(about, inner)
        ]
        best = max(found, key=lambda path: len(set(stems(path[0])) & set(self.said)), default=None)
        return Meaning(best, None) if best is not None else None

    def _is_part(self, word: str, name: str, part: str) -> bool:
        said: Words = bare(word)
        return plain(word) == plain(part) or said in (stems(part), (*stems(name), *stems(part)), (stems(name)[0], *stems(part)))
