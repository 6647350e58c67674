"""Tools over learnt tables in the form of `world.yaml`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gem_sim.records import Rule
from gem_sim.worlds.compiler.learning.conditions import Test, found_row, of_amounts, of_dates, of_flags, of_homes, of_links, of_once, of_status, of_values
from gem_sim.worlds.compiler.learning.inserts import given_back, inserted
from gem_sim.worlds.compiler.learning.reads import listed, looked_up
from gem_sim.worlds.compiler.learning.ruling import of_rules
from gem_sim.worlds.compiler.learning.work import Work
from gem_sim.worlds.compiler.learning.writes import Changes

Extra = dict[str, dict[str, Any]]


def learnt_tool(work: Work, rules: list[Rule], takers: Sequence[Work]) -> tuple[dict[str, Any], Extra]:
    """A tool, and the columns that it needs beside the given ones. `takers` are the tools that make rows of its table."""
    schema = work.act.tool.tool
    made: dict[str, Any] = {"description": schema.description, "parameters": schema.parameters, "side": schema.side}
    if schema.returns:
        made["returns"] = schema.returns
    if work.act.deed == "read_one":
        return {**made, "kind": "read", **looked_up(work)}, {}
    if work.act.deed == "read_many":
        return {**made, "kind": "read", **listed(work)}, {}
    done, extra = _created(work, rules) if work.act.deed == "create" else _changed(work, rules, takers)
    return {**made, "kind": "write", **done}, extra


def _created(work: Work, rules: list[Rule]) -> tuple[dict[str, Any], Extra]:
    lets, tests = of_links(work)
    tests = [*of_values(work), *of_dates(work), *tests, *of_rules(work, rules)]
    writes, extra = inserted(work, lets)
    return {"let": lets, "require": tests, "do": writes, "return": "made_"}, extra


def _changed(work: Work, rules: list[Rule], takers: Sequence[Work]) -> tuple[dict[str, Any], Extra]:
    lets, tests = found_row(work)
    more, linked = of_links(work)
    marks = dict(of_once(work))
    stated: list[Test] = list(of_status(work, rules)) if work.life.told or work.result else []
    tests += [
        *of_homes(work),
        *of_rules(work, rules),
        *stated,
        *marks.values(),
        *of_values(work),
        *of_dates(work),
        *linked,
        *of_amounts(work),
        *of_flags(work),
    ]
    if work.act.deed == "delete":
        key = work.table.key
        shown = f"{{'deleted': True, {key!r}: {work.row}.{key}}}" if key else "{'deleted': True}"
        return {"let": {**lets, **more}, "require": tests, "do": [{"delete": work.row}], "return": shown}, {}
    changes = Changes(work)
    done = [*changes.made(tuple(marks)), *given_back(work, takers, more)]
    return {"let": {**lets, **more}, "require": tests, "do": done, "return": work.row}, changes.fields
