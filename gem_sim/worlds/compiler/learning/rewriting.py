"""Tables put under the tools: what each tool works on, and the model of the tools rewritten for that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from gem_sim.worlds.compiler.infer import EntityModel, Model, ToolModel
from gem_sim.worlds.compiler.learning.entities import model_of
from gem_sim.worlds.compiler.learning.learnt import Learnt
from gem_sim.worlds.compiler.learning.links import Links, links_of
from gem_sim.worlds.compiler.learning.meanings import Meanings
from gem_sim.worlds.compiler.learning.statuses import life_of, said_result
from gem_sim.worlds.compiler.learning.tables import Table, tables_of
from gem_sim.worlds.compiler.learning.targets import Finder, Target, noun_fit, properties, required
from gem_sim.worlds.compiler.learning.words import stems
from gem_sim.worlds.compiler.names import lexicon
from gem_sim.worlds.compiler.reading.things import entity_name
from gem_sim.worlds.compiler.reading.verbs import Kind
from gem_sim.worlds.compiler.reading.words import plain, words
from gem_sim.worlds.compiler.status import participle
from gem_sim.worlds.diagnostics import Notes

_BOTH = (
    *("return", "check", "review", "track", "report", "export", "download", "print"),
    *("pull", "load", "resolve", "collect", "issue", "order", "request", "file"),
)
"""Verbs of reads that change rows where these have a status of that name: returned, reviewed."""
_SAME = 3
"""How well a noun fits a table that it means."""
_NO_CHANGE = ("read", "compute", "imagined", "session")


def learn(given: Mapping[str, Any], model: Model, notes: Notes) -> Learnt:
    """What rows say about tools whose model is given; the model is rewritten so that its tools work on the tables.

    `given` are tables by name: lists of rows, objects from key to row, or single rows. What fits nothing is noted.
    """
    said = {plain(word): word for tool in model.tools.values() for word in properties(tool.tool)}
    found = tables_of(given, said, notes)
    tables = [table for table in found if table.rows]
    if not found:
        return Learnt([], {}, {}, set())
    links = links_of(tables)
    every = [table for outermost in tables for table in outermost.tree()]
    targets: dict[str, Target] = {}
    for name, tool in list(model.tools.items()):
        kind = _kind(tool, every)
        target = Finder(tool.tool, tool.reading, kind, every, links).target() if kind not in _NO_CHANGE[1:] else None
        if target is not None and (target.key or target.pair or target.table.single or target.kind in ("read", "create")):
            targets[name] = _lessened(target, tool, every, links)
        model.tools[name] = _rewritten(tool, kind, targets.get(name), tables)
    empty = {name for name in model.entities for table in found if not table.rows and noun_fit(stems(name), table) >= _SAME}
    used = dict.fromkeys(tool.entity for tool in model.tools.values())
    model.entities = {
        name: model.entities.get(name) or EntityModel(name, f"{'_'.join(words(name))}_id") for name in dict.fromkeys([*model.entities, *used]) if name in used
    }
    for table in tables:
        model.entities[table.name] = model_of(table, links)
    return Learnt(tables, links, targets, empty)


def _kind(tool: ToolModel, tables: Sequence[Table]) -> Kind:
    """The kind of a tool; one that leads to a status of rows, by its description or its verb, changes something and deletes nothing."""
    kind, verb = tool.reading.kind, tool.reading.verb.lower()
    looks = verb in lexicon()["read_one"] or verb in lexicon()["read_many"]
    known = [value for table in tables for value in life_of(table).known]
    led = said_result(tool.tool.description or "", known)
    if kind == "delete" and led in known:
        return "update"
    if kind not in _NO_CHANGE or tool.tool.kind not in (None, "write") or looks:
        return kind
    if led is not None:
        return "update"
    made = {participle(verb)} if verb in _BOTH else set()
    return "update" if any(made & set(life_of(table).known) for table in tables) else kind


def _lessened(target: Target, tool: ToolModel, tables: Sequence[Table], links: Links) -> Target:
    """A target without the deletion of a row from which a call has only some of the rows in it taken, or values of a list."""
    given = properties(tool.tool)
    meanings = Meanings(target, tool.reading.verb.lower(), tool.tool.name, tables, links).of(given) if target.kind == "delete" else {}
    lists = {name for name, column in target.table.columns.items() if column.type == "array"}
    parts = [word for word, one in meanings.items() if word in required(tool.tool) and (one.nested is not None or lists.intersection(one.path))]
    return replace(target, kind="update") if parts else target


def _rewritten(tool: ToolModel, kind: Kind, target: Target | None, tables: Sequence[Table]) -> ToolModel:
    """A tool that works on its table, or on a thing of its own that no table is about."""
    inner = {each.name for table in tables for each in table.tree()} - {table.name for table in tables}
    unnamed = inner | {table.name for table in tables if table.key is None}
    meant = {word: _table_for(other, tables) or other for word, other in {**tool.refs, **tool.reading.refs}.items()}
    meant = {word: other for word, other in meant.items() if other not in unnamed}
    kind, entity = (target.kind, target.table.name) if target is not None else (kind, tool.entity)
    if target is None and entity in inner | {table.name for table in tables} and kind not in _NO_CHANGE[1:]:
        entity = entity_name(words(tool.tool.name))
    if kind in _NO_CHANGE[1:] and target is None and tables:
        entity = tables[0].name
    told = {word: meant[word] for word in tool.reading.refs if word in meant}
    reading = replace(tool.reading, kind=kind, entity=entity if tool.reading.entity or target else None, refs=told)
    return replace(tool, entity=entity, refs={word: meant[word] for word in tool.refs if word in meant}, reading=reading)


def _table_for(entity: str, tables: Sequence[Table]) -> str | None:
    """The table that a reference to an entity means."""
    fits = [(noun_fit(stems(entity), table), table.name) for table in tables if table.key is not None]
    best = max(fits, key=lambda each: each[0], default=(0, ""))
    return best[1] if best[0] >= _SAME else None
