"""`gem-sim compile`: a mock folder from a file of tools, written so that it can be edited and compiled again."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from gem_sim.errors import InputError, StoreError
from gem_sim.owntools import OwnWorld, compile_own
from gem_sim.store import write_whole
from gem_sim.worlds.compiler.review import Scripted
from gem_sim.worlds.compiler.review.edits import read_reply
from gem_sim.worlds.diagnostics import Diagnostic, Notes
from gem_sim.worlds.folder.remarks import remarks
from gem_sim.worlds.folder.store import renewed
from gem_sim.worlds.importers.reading import read_text
from gem_sim.worlds.importers.yaml import load_yaml
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.witnesses import Witnesses, witnessed
from gem_sim.worlds.witnesses.file import FILE, witnesses_text


def compile_tools(
    tools: Path, out: Path, rows: Path | None = None, text: Path | None = None, review: Path | None = None, ask: Path | None = None
) -> dict[str, Any]:
    """Write the mock of a file of tools to the folder `out`, with witnesses of its outcomes, and say what came of it as `compile --json` prints it.

    `review` is a file with edits to the draft; `ask` is where to write what a reviewer would be asked. Raises InputError where
    the input holds no tools or the folder holds something else, SpecError where edits and what is generated do not go
    together. Then nothing is written.
    """
    reviewer = Scripted(*([_reply(review)] if review else [])) if review or ask else None
    made = compile_own(tools, rows=rows, text=text, name=out.resolve().name, reviewer=reviewer)
    head = f"# Compiled from {_line(tools.name)}. Parts that you change stay as they are when it is compiled again.\n"
    new = renewed(out, made.spec, remarks(made.report), head)
    found = witnessed(new.spec)
    if ask is not None and reviewer is not None:
        _write(ask, "\n\n".join(message["content"] for message in reviewer.asked) + "\n")
    for name, content in {**new.files, FILE: witnesses_text(found)}.items():
        _write(out / name, content)
    return _summary(out, made, new.spec, (*made.diagnostics, *new.diagnostics, *_misses(found)), found)


def _misses(found: Witnesses) -> tuple[Diagnostic, ...]:
    notes = Notes()
    for one in found.missed:
        notes.add("outcome.missed", f"tools.{one.where}", f"{one.outcome}: {one.why}")
    return notes.all()


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
        "review": [asdict(done) for done in made.report.review],
    }


def _write(path: Path, content: str | None) -> None:
    """Write a file whole, or take it away."""
    try:
        if content is None:
            path.unlink(missing_ok=True)
        else:
            write_whole(path, content.encode())
    except OSError as error:
        raise StoreError(f"{path}: cannot be written ({error.strerror})") from None


def _reply(file: Path) -> str:
    """The reply in a file. Raises InputError for one without an edit."""
    text = read_text(file)
    reply = orjson.dumps(load_yaml(text, file.name)).decode() if file.suffix in (".yaml", ".yml") else text
    said = read_reply(reply)
    if said.problems and not said.edits:
        raise InputError(f"{file.name}: {said.problems[0]}")
    return reply


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
    lines += [f"review, round {at}: {len(done['accepted'])} edits taken, {len(done['refused'])} not" for at, done in enumerate(summary["review"], 1)]
    lines.append(f"mock: {summary['mock']}")
    return lines


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items()) or "none"


def _line(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)
