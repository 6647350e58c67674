"""What tools change: columns, parts of objects, rows within rows, statuses, and what a call says of itself."""

from __future__ import annotations

from typing import Any

from gem_sim.worlds.compiler.build.acts import type_of
from gem_sim.worlds.compiler.build.names import column as column_name
from gem_sim.worlds.compiler.learning.inserts import Write, numbered
from gem_sim.worlds.compiler.learning.meanings import Meaning
from gem_sim.worlds.compiler.learning.tables import Table
from gem_sim.worlds.compiler.learning.targets import element
from gem_sim.worlds.compiler.learning.verbs import ADDS, TAKES, amount_of, switched
from gem_sim.worlds.compiler.learning.words import stems
from gem_sim.worlds.compiler.learning.work import Work
from gem_sim.worlds.compiler.names import lexicon
from gem_sim.worlds.compiler.status import participle


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
            self.parts.setdefault(meaning.path[0], {})[meaning.path[1]] = self.work.said(word)
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
        said, now = self.work.said(word), f"{self.work.row}.{held}"
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
        said = f"default({work.said(word)}, 0)" if not work.need(word) else work.said(word)
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
        self.set[now] = said if work.need(word) else f"{now} if {work.said(word)} is None else {said}"

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
        said = self.work.said(word) if self.work.need(word) else f"default({self.work.said(word)}, [])"
        if values:
            self.more.append({"set": values, "for": f"old_, new_ in zip({self.work.name(child.under)}, {said})"})

    def _replaced(self, word: str, child: Table) -> None:
        now = f"{self.work.row}.{child.under}"
        given = numbered(self.work, word, child, len_of=now if self.work.verb in ADDS else None)
        said = f"{now} + {given}" if self.work.verb in ADDS else given
        self.set[now] = said if self.work.need(word) else f"{now} if {self.work.said(word)} is None else {said}"

    def _paired(self, word: str, meaning: Meaning) -> None:
        work = self.work
        old = work.meanings[meaning.pair]
        if old.nested is None:
            return
        if not meaning.fresh:
            name = work.name(old.nested.under)
            said = work.converted(word, old.nested.columns[meaning.inner].type)
            self.more.append(
                {"set": {f"{name}.{meaning.inner}": said if work.need(word) else f"{name}.{meaning.inner} if {work.said(word)} is None else {said}"}}
            )
        elif self.in_place or work.result is None:
            self._swapped(word, meaning, old.nested, old.inner)
        else:
            self._keep(word, f"{work.verb}_new_{old.nested.under}")

    def _swapped(self, word: str, meaning: Meaning, child: Table, inner: str) -> None:
        """Put new rows in the place of old ones: their key, and what both have by the same name."""
        work, olds = self.work, self.work.name(child.under)
        if meaning.link is None:
            self.more.append({"set": {f"old_.{inner}": "key_"}, "for": f"old_, key_ in zip({olds}, {work.said(word)})"})
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
