"""What tools change: columns, parts of objects, rows within rows, statuses, and what a call says of itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gem_sim.worlds.compiler.build.acts import type_of
from gem_sim.worlds.compiler.build.names import column as column_name
from gem_sim.worlds.compiler.build.names import spoken
from gem_sim.worlds.compiler.learning.columns import Column
from gem_sim.worlds.compiler.learning.entities import next_key, prefix_of
from gem_sim.worlds.compiler.learning.links import copied
from gem_sim.worlds.compiler.learning.meanings import Meaning
from gem_sim.worlds.compiler.learning.statuses import beginning
from gem_sim.worlds.compiler.learning.tables import Table
from gem_sim.worlds.compiler.learning.targets import element
from gem_sim.worlds.compiler.learning.verbs import ADDS, TAKES, amount_of, switched
from gem_sim.worlds.compiler.learning.words import stems
from gem_sim.worlds.compiler.learning.work import Work
from gem_sim.worlds.compiler.names import lexicon
from gem_sim.worlds.compiler.status import participle

Write = dict[str, Any]


_MADE_AT = ("created", "opened", "requested", "booked", "placed", "added", "registered", "updated", "submitted", "entered")
"""Beginnings of columns that say when a row was made."""


class Changes:
    """The writes of one tool on its row. `fields` are columns that rows must have for them beside the given ones."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.fields: dict[str, dict[str, Any]] = {}
        self.set: dict[str, str] = {}
        self.more: list[Write] = []
        self.parts: dict[str, dict[str, str]] = {}
        self.in_place = work.verb in lexicon()["update"] or not work.verb

    def made(self, marks: tuple[str, ...]) -> list[Write]:
        """The writes; `marks` are columns that say that something was done."""
        work = self.work
        for word, meaning in work.meanings.items():
            if word not in work.act.homes and word not in dict(work.target.outer) and not self._steers(word, meaning):
                self._one(word, meaning)
        for held, parts in self.parts.items():
            said = ", ".join(f"{part!r}: {said}" for part, said in parts.items())
            self._put(held, f"merge(default({work.row}.{held}, {{}}), compact({{{said}}}))")
        flag = switched(work.table, work.verb, stems(work.act.name)) if not self.set else None
        if flag is not None:
            self._put(flag[0], repr(flag[1]))
        if work.result is not None and work.row + "." + work.life.column not in self.set:
            self._put(work.life.column, repr(work.result))
        for mark in marks:
            self._mark(mark, "True", {"type": "boolean"})
        if not self.set and not self.more:
            self._mark(f"{participle(work.verb or 'update')}_at", "now", {"type": "string"})
        return [*([{"set": self.set}] if self.set else []), *self.more]

    def _steers(self, word: str, meaning: Meaning) -> bool:
        return self.work.act.role(word) in ("credential", "paging", "sort", "presentation") and not meaning.path

    def _one(self, word: str, meaning: Meaning) -> None:
        if meaning.pair:
            self._paired(word, meaning)
        elif meaning.nested is not None and meaning.rows:
            self._each(word, meaning.nested)
        elif meaning.nested is not None and meaning.inner and not meaning.fresh:
            self._named(word, meaning.nested)
        elif meaning.nested is not None and not meaning.inner:
            self._replaced(word, meaning.nested)
        elif len(meaning.path) == 2:
            self.parts.setdefault(meaning.path[0], {})[meaning.path[1]] = spoken(word)
        elif meaning.entry:
            pass
        elif (amount := self._amount(word, meaning)) is not None:
            self.set[f"{self.work.row}.{amount[0]}"] = amount[1]
        elif meaning.path:
            self._column(word, meaning.path[0])
        else:
            self._keep(word, self._own(word))

    def _put(self, held: str, said: str) -> None:
        self.set[f"{self.work.row}.{held}"] = said

    def _mark(self, held: str, said: str, schema: dict[str, Any]) -> None:
        """Note something in a column beside the given ones."""
        if held not in self.work.table.columns and held not in self.work.table.children:
            self.fields[held] = schema
            self._put(held, said)

    def _keep(self, word: str, held: str) -> None:
        """Keep what no column holds in a column of its own."""
        kind = type_of(self.work.act.properties[word])
        said, now = spoken(word), f"{self.work.row}.{held}"
        if held:
            self._mark(held, said if self.work.need(word) else f"{now} if {said} is None else {said}", {"type": kind} if kind else {})

    def _amount(self, word: str, meaning: Meaning) -> tuple[str, str] | None:
        """The amount that a parameter adds to or takes from, and what it comes to."""
        work = self.work
        if work.act.type(word) not in ("integer", "number") or meaning.nested is not None or meaning.link is not None:
            return None
        found = amount_of(work.table, work.verb, stems(work.act.name), word)
        if found is None:
            return None
        now = f"default({work.row}.{found[0]}, 0)"
        said = f"default({spoken(word)}, 0)" if not work.need(word) else spoken(word)
        return found[0], f"{now} {'+' if found[1] > 0 else '-'} {said}"

    def _own(self, word: str) -> str:
        """The column of what a call says of itself: `cancel_reason`, where the row keeps no reason; what is changed is called as it is."""
        name = column_name(word)
        return name if self.in_place or not name else f"{self.work.verb}_{name}"

    def _column(self, word: str, held: str) -> None:
        work, column = self.work, self.work.table.columns.get(held)
        if column is None or held == work.table.key or held in work.table.pair:
            return
        said, now = work.converted(word, column.type), f"{work.row}.{held}"
        if column.type == "array" and not work.many(word):
            said = self._element(said, now)
        elif column.type == "array" and work.verb in ADDS:
            said = f"unique(default({now}, []) + {said})"
        elif column.type == "array" and work.verb in TAKES:
            said = f"[each_ for each_ in default({now}, []) if each_ not in {said}]"
        self.set[now] = said if work.need(word) else f"{now} if {spoken(word)} is None else {said}"

    def _element(self, said: str, now: str) -> str:
        if self.work.verb in TAKES:
            return f"[each_ for each_ in default({now}, []) if each_ != {said}]"
        return f"unique(default({now}, []) + [{said}])" if self.work.verb in ADDS else f"[{said}]"

    # --- rows within the row ---------------------------------------------------------------------------------------------

    def _named(self, word: str, child: Table) -> None:
        """Rows within the row that a parameter names: taken out, or noted; changes of them are what other parameters say."""
        work, name = self.work, self.work.name(child.under)
        if any(meaning.pair == word and not meaning.fresh for meaning in work.meanings.values()):
            return
        if work.verb in TAKES:
            loop = {"delete": "each_", "for": f"each_ in {name}"} if work.many(word) else {"delete": name}
            self.more.append(loop if work.need(word) or work.many(word) else {**loop, "if": f"{name} is not None"})
        elif not ((self.in_place or work.result is None) and any(meaning.pair == word for meaning in work.meanings.values())):
            self._keep(word, column_name(word) if self.in_place else f"{work.verb}_{child.under}")

    def _each(self, word: str, child: Table) -> None:
        """What a list of objects says of the rows within the row that it names."""
        inside = element(self.work.act.properties[word]).get("properties", {})
        wanted = element(self.work.act.properties[word]).get("required", [])
        names = [name for name in inside if name in child.columns and name != child.key]
        values = {f"old_.{name}": f"new_.{name}" if name in wanted else f"default(new_.{name}, old_.{name})" for name in names}
        said = spoken(word) if self.work.need(word) else f"default({spoken(word)}, [])"
        if values:
            self.more.append({"set": values, "for": f"old_, new_ in zip({self.work.name(child.under)}, {said})"})

    def _replaced(self, word: str, child: Table) -> None:
        now = f"{self.work.row}.{child.under}"
        given = numbered(self.work, word, child, len_of=now if self.work.verb in ADDS else None)
        said = f"{now} + {given}" if self.work.verb in ADDS else given
        self.set[now] = said if self.work.need(word) else f"{now} if {spoken(word)} is None else {said}"

    def _paired(self, word: str, meaning: Meaning) -> None:
        work = self.work
        old = work.meanings[meaning.pair]
        if old.nested is None:
            return
        if not meaning.fresh:
            name = work.name(old.nested.under)
            said = work.converted(word, old.nested.columns[meaning.inner].type)
            self.more.append({"set": {f"{name}.{meaning.inner}": said if work.need(word) else f"{name}.{meaning.inner} if {spoken(word)} is None else {said}"}})
        elif self.in_place or work.result is None:
            self._swapped(word, meaning, old.nested, old.inner)
        else:
            self._keep(word, f"{work.verb}_new_{old.nested.under}")

    def _swapped(self, word: str, meaning: Meaning, child: Table, inner: str) -> None:
        """Put new rows in the place of old ones: their key, and what both have by the same name."""
        work, olds = self.work, self.work.name(child.under)
        if meaning.link is None:
            self.more.append({"set": {f"old_.{inner}": "key_"}, "for": f"old_, key_ in zip({olds}, {spoken(word)})"})
            return
        other = meaning.link.table
        outer = meaning.link.outer.column if meaning.link.outer is not None else ""
        same = [
            name
            for name, about in child.columns.items()
            if name in other.columns and name not in (inner, outer, child.key) and about.type == other.columns[name].type
        ]
        values = {f"old_.{inner}": f"new_.{other.key}", **{f"old_.{name}": f"new_.{name}" for name in same}}
        self.more.append({"set": values, "for": f"old_, new_ in zip({olds}, {work.name(word)})"})


# --- new rows --------------------------------------------------------------------------------------------------------------


def inserted(work: Work, lets: dict[str, str]) -> tuple[list[Write], dict[str, dict[str, Any]]]:
    """A new row of what a call gives, in its first status, listed where its owner lists such rows; and the columns it needs beside the given ones."""
    table, values, extra = work.table, {}, {}
    parts: dict[str, dict[str, str]] = {}
    for word, meaning in work.meanings.items():
        if meaning.nested is not None and not meaning.inner:
            given = numbered(work, word, meaning.nested)
            values[meaning.nested.under] = given if work.need(word) else f"(None if {spoken(word)} is None else {given})"
        elif len(meaning.path) == 2:
            parts.setdefault(meaning.path[0], {})[meaning.path[1]] = spoken(word)
        elif meaning.path:
            values[meaning.path[0]] = _value(work, word, meaning.path[0])
        elif _listing(work, meaning) is not None:
            continue
        elif work.act.role(word) not in ("credential", "paging", "sort", "presentation", "other") and column_name(word):
            name = column_name(word)
            values[name] = spoken(word)
            if name not in table.columns:
                kind = type_of(work.act.properties[word])
                extra[name] = {"type": kind} if kind else {}
    values |= {held: f"compact({{{', '.join(f'{part!r}: {said}' for part, said in given.items())}}})" for held, given in parts.items()}
    _begin(work, values)
    writes = [*_listings(work, lets, values), *_taken(work, lets)]
    return [{"insert": {table.name: values}, "as": "made_"}, *writes], extra


def numbered(work: Work, word: str, child: Table, len_of: str | None = None) -> str:
    """A list of rows for a nested table: numbered on where they do not give their keys, with what they repeat of rows that they name."""
    inside = element(work.act.properties[word]).get("properties")
    if not isinstance(inside, dict):
        return spoken(word)
    more = [
        f"pick({work.look_up(word, link, f'each_.{column}', 'each_')}, {', '.join(map(repr, same))})"
        for (name, column), link in work.links.items()
        if name == child.name and column in inside and not link.many and (same := copied(child, column, link.table))
    ]
    if child.shape == "list" and child.key is not None and child.key not in inside:
        number = f"at_ + {f'len({len_of}) + 1' if len_of else '1'}"
        key = number if child.columns[child.key].type == "integer" else f"concat({prefix_of(child)!r}, {number})"
        return f"[merge({', '.join([*more, f'{{{child.key!r}: {key}}}', 'each_'])}) for each_, at_ in zip({spoken(word)}, range(len({spoken(word)})))]"
    return f"[merge({', '.join([*more, 'each_'])}) for each_ in {spoken(word)}]" if more else spoken(word)


def _value(work: Work, word: str, held: str) -> str:
    column = work.table.columns.get(held)
    said = work.converted(word, column.type) if column is not None else spoken(word)
    if column is not None and column.type == "array" and not work.many(word):
        said = f"[{said}]"
    return said if work.need(word) or said == spoken(word) else f"(None if {spoken(word)} is None else {said})"


def _begin(work: Work, values: dict[str, str]) -> None:
    """The key, the first status and the time of a new row, and what it repeats of rows that it names, where the call does not give them."""
    table, life = work.table, work.life
    if table.key is not None and table.key not in values:
        nested = table.parent is not None and table.columns[table.key].type == "integer"
        values[table.key] = _next_number(table, values, table.outer.values()) if nested else next_key(table)
    for name in table.pair:
        if name not in values and table.columns[name].type == "integer":
            values[name] = _next_number(table, values, [other for other in table.pair if other in values])
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
    """What rows repeat of the rows that they name, as an order line repeats the name of its product."""
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
