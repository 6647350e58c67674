"""What there is to say of given rows: tables that no tool uses, things without a table, values that no call can give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from gem_sim.worlds.compiler.build.acts import Act, Plan
from gem_sim.worlds.compiler.learning.signing import anywhere
from gem_sim.worlds.compiler.learning.tables import Table
from gem_sim.worlds.compiler.learning.targets import element
from gem_sim.worlds.compiler.learning.work import Work
from gem_sim.worlds.diagnostics import Notes
from gem_sim.worlds.schema import fits

_LOOKED_AT = 1_000
"""Different values of a column that are held against a schema."""


def remark(tables: Sequence[Table], works: Mapping[str, Work], plan: Plan, notes: Notes) -> None:
    """Note what does not fit together."""
    used = {table.name for work in works.values() for table in _involved(work)}
    for table in tables:
        if not {each.name for each in table.tree()} & used:
            notes.add("rows.unused", f"rows.{table.name}", "no tool works on these rows")
    given = {table.name for table in tables}
    others = {act.entity.name: act for name, act in plan.acts.items() if name not in works and act.deed not in ("answer", "compute", "session", "create")}
    for name, act in others.items():
        if name not in given and (act.tool.reading.kind != "read" or anywhere(act.tool.tool, tables) is None):
            notes.add("rows.generated", f"rows.{name}", f"{act.name} works on rows that are not given")
    for work in works.values():
        _values(work, notes)


def _involved(work: Work) -> list[Table]:
    linked = [meaning.link.table for meaning in work.meanings.values() if meaning.link is not None]
    return [work.table, *linked]


def _values(work: Work, notes: Notes) -> None:
    """Values of the columns that parameters name which the schemas of these do not allow."""
    table, act = work.table, work.act
    columns = {
        word: meaning.path[0]
        for word, meaning in work.meanings.items()
        if len(meaning.path) == 1 and not meaning.entry and act.deed in ("read_one", "read_many")
    }
    if work.target.key is not None and work.target.by is not None:
        columns[work.target.key] = work.target.by
    for word, name in columns.items():
        column = table.columns.get(name)
        bad = next((value for value in islice(column.values, _LOOKED_AT) if not _fits(act, word, value)), None) if column is not None else None
        if bad is not None:
            notes.add("rows.value", f"rows.{table.name}.{name}", f"{bad!r:.60} is no value that {act.name} takes as {word}")


def _fits(act: Act, word: str, value: str | float) -> bool:
    about = element(act.properties[word])
    return fits(about, value) or fits(about, str(value)) or (isinstance(value, str) and value.isdecimal() and fits(about, int(value)))
