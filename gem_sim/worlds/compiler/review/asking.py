"""What a reviewer is shown: the tools, the draft without what the tools say already, some rows, and what the checks find."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from gem_sim import prompts
from gem_sim.records import ToolSchema
from gem_sim.worlds.compiler.review.judging import Verdict
from gem_sim.worlds.folder.keep import world_text
from gem_sim.worlds.folder.remarks import remarks

if TYPE_CHECKING:
    from gem_sim.worlds.compiler import Compilation
    from gem_sim.worlds.compiler.review import Round

Message = dict[str, str]
"""`role` and `content`, as chat models take them."""

_MOST_TOOL = 3_000
"""Characters of a tool; a longer one is cut."""
_MOST_ROW = 600
_ROWS = 2
_MOST_LINES = 60
"""Findings that are shown."""
_SAID_BY_TOOLS = ("description", "parameters", "returns")


def asked(draft: Compilation, tools: Sequence[ToolSchema], verdict: Verdict) -> list[Message]:
    """The first question to a reviewer."""
    content = prompts.render(
        "review/draft",
        title=draft.spec.description,
        tools=[_tool(tool) for tool in tools],
        world=_world(draft),
        rows=list(_rows(draft)),
        filler=", ".join(draft.report.filler),
        counts=verdict.line(),
        findings=_findings(verdict),
    )
    return [{"role": "system", "content": prompts.render("review/system")}, {"role": "user", "content": content}]


def asked_again(reply: Any, done: Round, made: Compilation, verdict: Verdict) -> list[Message]:
    """The reply, and the second question: what came of it."""
    content = prompts.render(
        "review/again",
        accepted=len(done.accepted),
        refused=[(edit[:300], why) for edit, why in done.refused],
        problems=done.problems,
        world=_world(made),
        counts=verdict.line(),
        findings=_findings(verdict),
    )
    return [{"role": "assistant", "content": reply if isinstance(reply, str) else ""}, {"role": "user", "content": content}]


def _tool(tool: ToolSchema) -> str:
    shown = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    return _cut(orjson.dumps(shown | ({"returns": tool.returns} if tool.returns else {})).decode(), _MOST_TOOL)


def _world(made: Compilation) -> str:
    """The world as `world.yaml` says it, without rows and without what is known from the tools."""
    data = made.spec.data()
    tools = {name: {part: value for part, value in tool.items() if part not in _SAID_BY_TOOLS} for name, tool in data["tools"].items()}
    shown = {part: data[part] for part in ("entities", "rules", "unused") if data.get(part)} | {"tools": tools}
    return world_text(shown, remarks(made.report), "").strip()


def _rows(made: Compilation) -> Iterator[str]:
    for name, rows in made.spec.rows.items():
        for row in rows[:_ROWS]:
            yield _cut(f"{name} {orjson.dumps(row).decode()}", _MOST_ROW)


def _findings(verdict: Verdict) -> list[str]:
    lines = [one.line() for one in verdict.found]
    return [*lines[:_MOST_LINES], *([f"and {len(lines) - _MOST_LINES} more"] if len(lines) > _MOST_LINES else [])]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}..."
