"""One tool over the learnt tables: what it works on, what its parameters mean, and the names that its expressions use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from keyword import iskeyword
from typing import Any

from gem_sim.grammar import article
from gem_sim.worlds.compiler.build.acts import Act, Plan, type_of
from gem_sim.worlds.compiler.build.names import column as column_name
from gem_sim.worlds.compiler.learning.links import Link, Links
from gem_sim.worlds.compiler.learning.meanings import Meaning
from gem_sim.worlds.compiler.learning.statuses import Life, is_free
from gem_sim.worlds.compiler.learning.tables import Table
from gem_sim.worlds.compiler.learning.targets import Target, element
from gem_sim.worlds.compiler.learning.words import stems
from gem_sim.worlds.compiler.status import participle
from gem_sim.worlds.spec import snake

_AVAILABLE = ("available", "is_available", "in_stock", "enabled", "is_enabled", "bookable", "is_active", "active", "is_open", "sellable", "rentable")
"""Columns that say whether a thing can be had."""
_WAITS = re.compile(r"\b(?:wait\w*|unavailable|taken|sold out|fully booked|not available|is out)\b", re.IGNORECASE)
"""Descriptions of tools for what cannot be had now."""


@dataclass
class Work:
    """A tool and its target. `fields` are columns that rows get beside the given ones, `result` is the status it leads to."""

    act: Act
    plan: Plan
    target: Target
    meanings: dict[str, Meaning]
    life: Life
    lives: dict[str, Life]
    links: Links
    verb: str
    result: str | None = None

    @property
    def table(self) -> Table:
        """The table that the tool works on."""
        return self.target.table

    @property
    def entity(self) -> str:
        """The entity of that table."""
        return self.table.name

    @property
    def row(self) -> str:
        """The name of the row."""
        name = snake(self.entity)
        return f"{name}_row" if not self.table.single and (name in self.act.properties or iskeyword(name)) else name

    def name(self, word: str) -> str:
        """A name that neither a parameter nor the row has."""
        made = f"{snake(column_name(word)) or 'value'}_"
        while made in self.act.taken or made == self.row:
            made += "_"
        return made

    def said(self, word: str) -> str:
        """A parameter as an expression reads it."""
        return self.act.said(word)

    def need(self, word: str) -> bool:
        """Whether every call has a parameter."""
        return word in self.act.required

    def many(self, word: str) -> bool:
        """Whether a parameter is a list."""
        return self.act.type(word) == "array"

    def loose(self, word: str, that: str) -> str:
        """A test of a parameter that holds where an optional one is not given."""
        return that if self.need(word) else f"{self.act.said(word)} is None or ({that})"

    def converted(self, word: str, held: str) -> str:
        """A parameter as a column of the type `held` has it."""
        return converted(self.act.said(word), type_of(element(self.act.properties[word])), held)

    def held(self, column: str) -> str | None:
        """What the row of the tool holds in a column; of a new row, and of those of a list, what the call says; None where it says nothing."""
        if self.act.deed not in ("create", "read_many"):
            return f"{self.row}.{column}"
        return next((self.act.said(word) for word, meaning in self.meanings.items() if meaning.path == (column,) and self.need(word)), None)

    def key(self, word: str, table: Table) -> str:
        """A parameter as a key of a table."""
        return self.converted(word, table.columns[table.key].type if table.key is not None else "")

    def look_up(self, word: str, link: Link, said: str | None = None, row: str | None = None) -> str:
        """The row that a parameter names by a link, null where there is none."""
        told = said or self.key(word, link.table)
        if link.table.parent is None:
            return f"get({link.table.name}, {told})"
        if link.outer is not None and link.table.parent.parent is None:
            outer = self.held(link.outer.column) if row is None or link.outer.above else f"{row}.{link.outer.column}"
            if outer is not None:
                return f"get({link.table.name}, {outer}, {told})"
        return f"first(find({link.table.name}, {link.table.key}={told}))"

    def free(self, link: Link, name: str) -> Iterator[str]:
        """Tests that a row can be had, as its columns say."""
        for column, about in link.table.columns.items():
            if column in _AVAILABLE and about.type == "boolean":
                yield f"{name}.{column}"
        state = self.free_status(link)
        if state is not None and not _WAITS.search(self.act.tool.tool.description or ""):
            yield f"{name}.{self.lives[link.table.name].column} == {state!r}"

    def free_status(self, link: Link) -> str | None:
        """The status of rows that can be had."""
        return next((value for value in self.lives[link.table.name].known if is_free(value)), None)

    def taken_status(self, link: Link) -> str | None:
        """The status of a row that can be had no more, now that there is a new row about it: the one that is called after that or the verb."""
        said = {participle(self.verb), *self.table.nouns} if self.verb else set()
        taken = (value for value in self.lives[link.table.name].known if said & set(stems(value.replace(" ", "_"))))
        return next(taken, None) if self.free_status(link) is not None else None


def converted(said: str, told: str, held: str) -> str:
    """An expression of the JSON type `told` as a value of the type `held`: a number as a text, or the other way round."""
    numbers = ("integer", "number")
    if held == "string" and told in numbers:
        return f"text({said})"
    return f"number({said})" if held in numbers and told == "string" else said


def noun(table: Table) -> str:
    """What rows of a table are called in a message."""
    return snake(table.name).replace("_", " ")


def a(table: Table) -> str:
    """One row of a table at the beginning of a message."""
    return article(noun(table)).capitalize()


def test(that: str, code: str, error: str, **more: Any) -> dict[str, Any]:
    """A requirement; braces in the message stand for themselves."""
    return {"that": that, "code": code, "error": error.replace("{", "{{").replace("}", "}}"), **more}
