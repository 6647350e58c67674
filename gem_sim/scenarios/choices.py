"""Where what a user says fits several rows: the assistant lists them, the user picks one."""

from __future__ import annotations

from typing import Any

from gem_sim.errors import PlanError
from gem_sim.scenarios.descriptions import option
from gem_sim.scenarios.naming import Named
from gem_sim.scenarios.telling import Telling
from gem_sim.scenarios.wording import key_field
from gem_sim.worlds.canonical import same

MOST = 5
"""More than so many rows are no choice but a list."""


def choose(told: Telling, row: Named) -> None:
    """Plan the question and the answer. Raises PlanError where results have shown no others that fit, or nothing tells the rows apart."""
    rows = _fitting(told, row)
    chosen = next((other for other in rows if same(other, row.row)), None)
    if chosen is None or not 2 <= len(rows) <= MOST:
        raise PlanError(f"{len(rows)} rows fit what the user said")
    options = [option(told.world, row.entity, other, rows) for other in rows]
    if None in options:
        raise PlanError("nothing tells the rows apart")
    told.assistant("which", thing=row.said.text, options=options)
    told.user("pick", thing=option(told.world, row.entity, chosen, rows))


def _fitting(told: Telling, row: Named) -> list[dict[str, Any]]:
    """The rows that results have shown and that fit the words: those that refer to what the words name."""
    key = key_field(told.world.spec, row.entity)
    shown = [other for other in told.world.rows(row.entity) if str(other[key]) in told.seen]
    return [other for other in shown if all(same(other.get(name), row.row[name]) for name in row.said.rows)]
