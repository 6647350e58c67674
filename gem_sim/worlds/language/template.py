"""Texts with expressions in braces: `No room {room_id}`. A doubled brace is a brace; values are put in as text and never read again."""

from __future__ import annotations

import re
from typing import Any

from gem_sim.errors import SpecError
from gem_sim.worlds.canonical import dumps
from gem_sim.worlds.language import closures
from gem_sim.worlds.language.compiler import compile_expression
from gem_sim.worlds.language.effort import written
from gem_sim.worlds.language.functions.need import Clock
from gem_sim.worlds.language.scope import Closure, Scope

MAX_SOURCE = 2_000
MAX_VALUE = 200
"""Characters of one value in a text; longer ones are cut."""
_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]+)\}|[{}]")


def compile_template(source: str, scope: Scope, where: str) -> Closure:
    """A closure that gives the text. Raises SpecError where a brace is left open or an expression does not compile."""
    if len(source) > MAX_SOURCE:
        raise SpecError(where, f"text longer than {MAX_SOURCE} characters")
    parts: list[str | Closure] = []
    at = 0
    for match in _PIECE.finditer(source):
        parts.append(source[at : match.start()])
        at = match.end()
        if match[1] is not None:
            parts.append(closures.leaving(compile_expression(match[1], scope, where)))
        elif len(match[0]) == 1:
            raise SpecError(where, f"a single {match[0]!r} in {source[:60]!r}: expected {{expression}}, or the brace twice")
        else:
            parts.append(match[0][0])
    parts.append(source[at:])
    if not any(callable(part) for part in parts):
        text = "".join(part for part in parts if isinstance(part, str))
        return lambda _: text
    return lambda f: "".join([part if isinstance(part, str) else said(f[0], part(f)) for part in parts])[:MAX_SOURCE]


def literal(text: str) -> str:
    """A text that says itself as a template."""
    return text.replace("{", "{{").replace("}", "}}")


def said(run: Clock, value: Any) -> str:
    """A value within a text: a text as it is, anything else as JSON."""
    return (value if isinstance(value, str) else dumps(written(run, value)).decode())[:MAX_VALUE]
