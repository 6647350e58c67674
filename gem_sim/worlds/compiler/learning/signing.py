"""Tools that ask for rows of any table, and tools that sign in as somebody whom a table knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gem_sim.records import ToolSchema
from gem_sim.worlds.compiler.build.acts import Act, type_of
from gem_sim.worlds.compiler.build.names import spoken
from gem_sim.worlds.compiler.learning.tables import Table
from gem_sim.worlds.compiler.learning.targets import fits, properties, required
from gem_sim.worlds.compiler.learning.words import stems
from gem_sim.worlds.compiler.learning.work import converted, test
from gem_sim.worlds.compiler.reading.words import plain, text_words

_BARE = ("id", "key", "uuid", "identifier")


def known(act: Act, tables: Sequence[Table]) -> dict[str, Any] | None:
    """That a table knows who signs in, with the secret that the call gives; None where no table could."""
    for table in tables:
        pairs = [(word, name) for word in act.properties for name in table.columns if plain(word) == plain(name)]
        columns = {word: name for word, name in pairs if fits(act.properties[word], table.columns[name])}
        telling = [name for name in columns.values() if name == table.key or table.columns[name].unique]
        if telling and table.parent is None and set(columns) <= act.required:
            same = ", ".join(f"{name}={act.said(word)}" for word, name in columns.items())
            return test(f"exists({table.name}, {same})", "forbidden", "Nobody is known by that")
    return None


def anywhere(tool: ToolSchema, tables: Sequence[Table]) -> dict[str, Any] | None:
    """A look-up by a bare id whose description names several tables, as a tool; None for all others."""
    given, text = properties(tool), set(stems("_".join(text_words(tool.description or ""))))
    word = next((word for word in given if plain(word) in _BARE), None)
    named = [table for table in tables if table.key is not None and table.parent is None and set(table.nouns) <= text]
    if word is None or word not in required(tool) or len(required(tool)) > 1 or len(named) < 2:
        return None
    found = [f"get({table.name}, {converted(spoken(word), type_of(given[word]), table.columns[table.key or ''].type)})" for table in named]
    lets = {"found_": f"first([each_ for each_ in [{', '.join(found)}] if each_ is not None])"}
    return {"kind": "read", "let": lets, "require": [test("found_ is not None", "not_found", "Nothing has this id")], "return": "found_"}
