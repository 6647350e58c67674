"""Tables put under the acts of tools, then each tool that works on one of them written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from gem_sim.records import Rule
from gem_sim.worlds.compiler.build.acts import Act, Deed, Plan
from gem_sim.worlds.compiler.build.fields import bound, searches
from gem_sim.worlds.compiler.build.names import STEERING, column
from gem_sim.worlds.compiler.infer import EntityModel
from gem_sim.worlds.compiler.learning.entities import model_of, prefix_of, spec_of
from gem_sim.worlds.compiler.learning.links import Links
from gem_sim.worlds.compiler.learning.meanings import Meaning, Meanings
from gem_sim.worlds.compiler.learning.reads import wants_key
from gem_sim.worlds.compiler.learning.remarks import remark
from gem_sim.worlds.compiler.learning.signing import anywhere, known
from gem_sim.worlds.compiler.learning.statuses import Life, life_of, made_as, marked, result, said_result
from gem_sim.worlds.compiler.learning.tables import Table
from gem_sim.worlds.compiler.learning.targets import Target
from gem_sim.worlds.compiler.learning.tools import learnt_tool
from gem_sim.worlds.compiler.learning.work import Work
from gem_sim.worlds.compiler.names import lexicon
from gem_sim.worlds.compiler.reading.words import plain
from gem_sim.worlds.compiler.status import participle, verb_of
from gem_sim.worlds.diagnostics import Notes


@dataclass
class Learnt:
    """What was learnt from rows: `tables` are the outermost ones, `targets` say what tools work on which of them.

    `empty` are things that tools work on and of which there are no rows yet.
    """

    tables: list[Table]
    links: Links
    targets: dict[str, Target]
    empty: set[str]
    works: dict[str, Work] = field(default_factory=dict)
    extra: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    @property
    def every(self) -> list[Table]:
        """All tables, those in others too."""
        return [table for outermost in self.tables for table in outermost.tree()]

    @property
    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """The rows of the outermost tables, as a world takes them."""
        return {table.name: table.rows for table in self.tables}

    def rows_of(self, plan: Plan) -> dict[str, list[dict[str, Any]]]:
        """The rows that are given, none for things whose tables are empty."""
        return {**{name: [] for name in self.empty if name in plan.model.entities}, **self.rows}

    # --- acts ------------------------------------------------------------------------------------------------------------

    def bind(self, plan: Plan, notes: Notes) -> None:
        """Put the tables under the acts of the tools that work on them."""
        models = {table.name: model_of(table, self.links) for table in self.every}
        lives = {table.name: life_of(table) for table in self.every}
        plan.singles = {name for name in plan.singles if name not in models} | {table.name for table in self.tables if table.single}
        for table in self.tables:
            plan.model.entities[table.name] = models[table.name]
            plan.prefixes[table.name] = prefix_of(table)
        for table in self.every:
            if table.parent is not None:
                plan.model.entities.pop(table.name, None)
        for name, target in self.targets.items():
            self.works[name] = self._work(plan, plan.acts[name], target, models[target.table.name], lives)
        self._lead()
        if self.tables:
            remark(self.tables, self.works, plan, notes)

    def _work(self, plan: Plan, act: Act, target: Target, entity: EntityModel, lives: dict[str, Life]) -> Work:
        verb = verb_of(act)
        meanings = Meanings(target, verb, act.name, self.every, self.links).of(act.properties)
        homes = [word for word in meanings if _is_home(word, act, target, meanings)]
        act.entity, act.key, act.by, act.each = entity, target.key, None, False
        act.deed = _deed(act, target, meanings)
        act.columns = {word: one.path[0] if one.path else column(word) for word, one in meanings.items() if len(one.path) < 2}
        act.homes = {word: ".".join(meanings[word].path) for word in homes} if act.deed in ("read_one", "update", "transition", "delete") else {}
        act.refs, act.confirms = {}, {}
        act.unused = {word: why for word, why in act.unused.items() if act.role(word) in STEERING and not (word in meanings and meanings[word].path)}
        if act.deed in ("read_one", "read_many"):
            act.unused |= {word: "no column of the rows holds it" for word, one in meanings.items() if _is_idle(act, word, one)}
        return Work(act, plan, target, meanings, lives[target.table.name], lives, self.links, verb)

    def _lead(self) -> None:
        """Say which status each tool leads to, first where description and data say it, then as others of the set do."""
        writes = [work for work in self.works.values() if work.act.deed in ("transition", "update")]
        for work in writes:
            given = any(meaning.path == (work.life.column,) for meaning in work.meanings.values())
            text, known = work.act.tool.tool.description or "", work.life.known
            led = said_result(text, known) if work.act.deed == "update" else result(work.verb, text, work.life)
            work.result = None if given else marked(work.act.name, known) or led
        for work in writes:
            if work.act.deed == "transition" and work.result is None and not any(one.path == (work.life.column,) for one in work.meanings.values()):
                told = [(other.verb, other.result) for other in writes if other.result and other.table is work.table]
                work.result = made_as(work.verb, [(verb, status) for verb, status in told if status]) or _usual(work)

    # --- spec --------------------------------------------------------------------------------------------------------------

    def tool(self, name: str, rules: list[Rule]) -> dict[str, Any]:
        """A tool that works on one of the tables."""
        work = self.works[name]
        takers = [other for other in self.works.values() if other.table is work.table and other.act.deed == "create"]
        made, extra = learnt_tool(work, rules, takers)
        asked = any(f".{work.life.column}" in test["that"] for test in made["require"])
        if work.life.column not in work.table.columns and (work.result is not None or asked):
            extra = {**extra, work.life.column: {"type": "string"}}
        self.extra.setdefault(work.entity, {}).update(extra)
        return made

    def amended(self, act: Act, made: dict[str, Any]) -> dict[str, Any]:
        """A tool that works on none of the tables, as far as it looks into them all the same."""
        if act.deed == "session" and act.required:
            test = known(act, self.tables)
            return {**made, "require": [*made["require"], test]} if test is not None else made
        about = anywhere(act.tool.tool, self.tables) if act.tool.reading.kind == "read" else None
        return {**{word: made[word] for word in ("description", "parameters", "side", "returns") if word in made}, **about} if about else made

    def entities(self) -> dict[str, dict[str, Any]]:
        """The tables as entities; to be asked for when all tools are written."""
        kept, loose = self._kept(), self._loose()
        found = {}
        for table in self.every:
            open_to = {name for owner, name in loose if owner == table.name}
            found[table.name] = spec_of(table, self.links, self.extra.get(table.name, {}), kept.get(table.name, {}), open_to)
        return found

    def _loose(self) -> set[tuple[str, str]]:
        """The columns into which calls write texts that may have another format than the given ones, days apart, which are looked at."""
        written = [work for work in self.works.values() if work.act.deed in ("create", "update", "transition", "upsert")]
        return {
            (work.entity, meaning.path[0])
            for work in written
            for word, meaning in work.meanings.items()
            if len(meaning.path) == 1 and work.act.properties[word].get("format") is None
        }

    def _kept(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """The columns that hold one of some values: the statuses, with those that tools lead to."""
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for table in self.every:
            life = life_of(table)
            told = [work for work in self.works.values() if work.table is table]
            choices = [value for work in told for word, one in work.meanings.items() if one.path == (life.column,) for value in _choices(work, word)]
            free = any(
                one.path == (life.column,) and not _choices(work, word)
                for work in told
                for word, one in work.meanings.items()
                if work.act.deed in ("update", "create")
            )
            if life.told and not free:
                made = [work.result for work in told if work.result]
                found.setdefault(table.name, {})[life.column] = tuple(dict.fromkeys([*life.known, *made, *choices]))
        return found


def _is_home(word: str, act: Act, target: Target, meanings: dict[str, Meaning]) -> bool:
    """Whether a parameter says where the row stands: one key before the row's own that every call has."""
    order, meaning = list(act.properties), meanings[word]
    if target.key is None or not {word, target.key} <= act.required or meaning.link is None or meaning.fresh or act.type(word) == "array":
        return False
    return order.index(word) < order.index(target.key) or target.kind in ("read", "delete")


def _is_idle(act: Act, word: str, meaning: Meaning) -> bool:
    """Whether a parameter of a read says nothing of any column."""
    if meaning.path or meaning.link is not None or meaning.nested is not None or act.role(word) in STEERING:
        return False
    return act.deed == "read_one" or not (searches(act, word) or bound(act, word) is not None)


def _tells(act: Act, table: Table, meanings: dict[str, Meaning]) -> bool:
    """Whether what a call asks for is said of one row only, as far as the data goes, or the key of one is asked for."""
    paths = [one.path for word, one in meanings.items() if one.path and word in act.required and not one.entry]
    if not paths or any(bound(act, word) is not None for word in act.properties):
        return False
    told = [tuple(repr(_at(row, path)) for path in paths) for row in table.rows]
    return wants_key(act.name) or len(set(told)) == len(told)


def _at(row: Any, path: Sequence[str]) -> Any:
    for step in path:
        row = row.get(step) if isinstance(row, dict) else None
    return row


def _choices(work: Work, word: str) -> list[str]:
    found = work.act.properties[word].get("enum")
    return [value for value in found if isinstance(value, str)] if isinstance(found, list) else []


def _usual(work: Work) -> str | None:
    """The status that a verb leads to which ends the life of things anywhere."""
    made = participle(work.verb) if work.verb else None
    return made if made in lexicon()["terminal"] else None


def _deed(act: Act, target: Target, meanings: dict[str, Meaning]) -> Deed:
    """What a tool does to the rows of a table."""
    kind, verb = act.tool.reading.kind, verb_of(act)
    if kind == "read":
        one = target.key is not None or target.pair or target.table.single
        return "read_one" if one or (not act.tool.reading.many and _tells(act, target.table, meanings)) else "read_many"
    if kind == "create":
        return "create"
    if kind == "delete":
        return "delete"
    given = any(plain(word) in ("status", "state") for word in act.properties)
    return "update" if verb in lexicon()["update"] or given else "transition"
