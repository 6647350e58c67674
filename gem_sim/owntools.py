"""A world from what somebody has already: a file of tools, rows, a handbook."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from gem_sim.errors import InputError
from gem_sim.handbook import policy_of, read_handbook, rules_over
from gem_sim.worlds.compiler import Report, compile_world
from gem_sim.worlds.compiler.review import Reviewer
from gem_sim.worlds.diagnostics import Diagnostic, Notes
from gem_sim.worlds.importers import read_tools
from gem_sim.worlds.importers.rows import entity_name, read_rows, read_tables
from gem_sim.worlds.load import load_mock, parse_world
from gem_sim.worlds.plugin.spec import PluginSpec
from gem_sim.worlds.spec import WorldSpec


@dataclass(frozen=True)
class OwnWorld:
    """A compiled world, how it was understood, and what there is to say about the input."""

    spec: WorldSpec
    report: Report
    diagnostics: tuple[Diagnostic, ...]


def compile_own(tools: Path, *, rows: Path | None = None, text: Path | None = None, name: str | None = None, reviewer: Reviewer | None = None) -> OwnWorld:
    """The world of a file of tools, with given rows and under the rules of a text, looked over by a reviewer.

    Raises InputError for a file that holds nothing of what is expected, SpecError where no world can be made of it.
    """
    imported = read_tools(tools)
    if not imported.tools:
        raise InputError("; ".join(one.line() for one in imported.diagnostics[:3]))
    notes = Notes()
    document = None if text is None else read_handbook(text)
    given = None if rows is None else read_tables(rows)
    title = name or name_of(tools)
    procedure = None
    if document is not None:
        draft = compile_world(imported.tools, name=title, title=imported.title, rows=given)
        procedure = rules_over(document, imported.tools, draft, notes)
    made = compile_world(imported.tools, name=title, title=imported.title, rows=given, procedure=procedure, reviewer=reviewer)
    spec = made.spec if document is None else parse_world({**made.spec.data(), "policy": policy_of(document)}, made.spec.name)
    for called, about in made.report.tools.items():
        for doubt in about.doubts:
            notes.add("tool.doubt", f"tools.{called}", doubt.rstrip("."))
    for rule in made.report.unenforced:
        notes.add("rule.unplaced", f"rules.{rule}", next(one.text for one in spec.rules if one.id == rule).rstrip("."))
    for at, done in enumerate(made.report.review, 1):
        for edit, why in done.refused:
            notes.add("review.refused", f"round {at}", f"{edit:.300} was not taken: {why}")
        for problem in done.problems:
            notes.add("review.form", f"round {at}", problem)
    return OwnWorld(spec, made.report, (*imported.diagnostics, *made.report.diagnostics, *notes.all()))


def own_world(mock: str, rows: Path | None, text: Path | None) -> WorldSpec:
    """The world of a mock by name or folder, or of a file of tools; with given rows and a text where there are any.

    A mock has its rules already, so a text becomes its policy. Raises InputError for a mock in Python with rows, which has a state of its own.
    """
    if Path(mock).is_file():
        return compile_own(Path(mock), rows=rows, text=text).spec
    spec = load_mock(mock)
    if rows is None and text is None:
        return spec
    if isinstance(spec, PluginSpec):
        raise InputError(f"{mock}: a mock in Python; expected one with a world.yaml, or a file of tools, for --rows and --text")
    data = spec.data()
    called = {entity_name(name): name for name in spec.entities}
    data |= {} if rows is None else {"rows": {**data.get("rows", {}), **{called.get(name, name): given for name, given in read_rows(rows).items()}}}
    data |= {} if text is None else {"policy": read_handbook(text).text.strip()}
    return parse_world(data, spec.name)


def name_of(path: Path) -> str:
    """A name for the world of a file or folder."""
    return re.sub(r"[^a-z0-9]+", "_", path.resolve().stem.lower()).strip("_") or "world"
