"""`gem-sim compile`: a mock folder from a file of tools, written so that it can be edited and compiled again."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from gem_sim.errors import StoreError
from gem_sim.owntools import OwnWorld, compile_own
from gem_sim.store import write_whole
from gem_sim.worlds.diagnostics import Diagnostic, Notes
from gem_sim.worlds.folder.store import renewed
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.witnesses import Witnesses, witnessed
from gem_sim.worlds.witnesses.file import FILE, witnesses_text


def compile_tools(tools: Path, out: Path, rows: Path | None = None, text: Path | None = None) -> dict[str, Any]:
    """Write the mock of a file of tools to the folder `out`, with witnesses of its outcomes, and say what came of it as `compile --json` prints it.

    Raises InputError where the input holds no tools or the folder holds something else, SpecError where edits and what is
    generated do not go together. Then nothing is written.
    """
    made = compile_own(tools, rows=rows, text=text, name=out.resolve().name)
    head = f"# Compiled from {_line(tools.name)}. Parts that you change stay as they are when it is compiled again.\n"
    new = renewed(out, made.spec, _remarks(made), head)
    found = witnessed(new.spec)
    try:
        for name, content in {**new.files, FILE: witnesses_text(found)}.items():
            if content is None:
                (out / name).unlink(missing_ok=True)
            else:
                write_whole(out / name, content.encode())
    except OSError as error:
        raise StoreError(f"{out}: cannot be written ({error.strerror})") from None
    return _summary(out, made, new.spec, (*made.diagnostics, *new.diagnostics, *_misses(found)), found)


def _misses(found: Witnesses) -> tuple[Diagnostic, ...]:
    notes = Notes()
    for one in found.missed:
        notes.add("outcome.missed", f"tools.{one.where}", f"{one.outcome}: {one.why}")
    return notes.all()


def _remarks(made: OwnWorld) -> dict[str, list[str]]:
    """What was understood of each tool, as remarks above it."""
    remarks = {}
    for name, about in made.report.tools.items():
        works_on = f"{'many' if about.many else 'one'} {about.entity}" if about.entity else "no rows"
        roles = ", ".join(f"{parameter} {role}" for parameter, role in about.roles.items())
        remarks[name] = [f"{about.kind}, {works_on}{': ' if roles else ''}{roles}", *(f"not sure: {doubt}" for doubt in about.doubts)]
    return remarks


def _summary(out: Path, made: OwnWorld, spec: WorldSpec, diagnostics: tuple[Diagnostic, ...], found: Witnesses) -> dict[str, Any]:
    report = made.report.tools
    imagined = sum(tool.kind == "imagined" for tool in spec.tools.values())
    return {
        "mock": str(out),
        "diagnostics": [vars(one) for one in diagnostics],
        "tools": {name: {"kind": about.kind, "entity": about.entity, "many": about.many, "roles": about.roles} for name, about in report.items()},
        "entities": {name: {"key": list(entity.own_keys), "rows": len(spec.rows.get(name, ()))} for name, entity in spec.entities.items()},
        "kinds": dict(Counter(about.kind for about in report.values()).most_common()),
        "roles": dict(Counter(role for about in report.values() for role in about.roles.values()).most_common()),
        "imagined": round(imagined / max(len(spec.tools), 1), 3),
        "filler": list(made.report.filler),
        "unused": spec.unused,
        "witnesses": found.counts(),
    }


def summary_lines(summary: dict[str, Any]) -> list[str]:
    """A summary for people: diagnostics, a line for each tool, totals."""
    lines = [_line(Diagnostic(**one).line()) for one in summary["diagnostics"]]
    width = min(max(map(len, summary["tools"]), default=0), 48)
    for name, about in summary["tools"].items():
        roles = ", ".join(f"{parameter} {role}" for parameter, role in about["roles"].items())
        lines.append(_line(f"  {name:{width}}  {about['kind']:8}  {about['entity'] or '-':16}  {roles}".rstrip())[:200])
    entities = ", ".join(f"{name} ({about['rows']} rows)" for name, about in summary["entities"].items())
    lines.append(
        f"kinds: {_counts(summary['kinds'])}; parameters: {_counts(summary['roles'])}; imagined: {summary['imagined']:.0%} of {len(summary['tools'])} tools"
    )
    lines.append(f"entities: {_line(entities)}")
    lines += [_line(f"parameters that change nothing: {', '.join(summary['unused'])}")] if summary["unused"] else []
    lines += [_line(f"fields whose values say nothing: {', '.join(summary['filler'])}")] if summary["filler"] else []
    lines.append(f"witnesses: {_counts(summary['witnesses']['reached'])}; outcomes without one: {len(summary['witnesses']['missed'])}")
    lines.append(f"mock: {summary['mock']}")
    return lines


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items()) or "none"


def _line(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)
