"""What the compiler understood of each tool, as remarks above it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gem_sim.worlds.compiler import Report


def remarks(report: Report) -> dict[str, list[str]]:
    """Tool name to lines: kind, what it works on and roles, then what was not sure."""
    made = {}
    for name, about in report.tools.items():
        works_on = f"{'many' if about.many else 'one'} {about.entity}" if about.entity else "no rows"
        roles = ", ".join(f"{parameter} {role}" for parameter, role in about.roles.items())
        made[name] = [f"{about.kind}, {works_on}{': ' if roles else ''}{roles}", *(f"not sure: {doubt}" for doubt in about.doubts)]
    return made
