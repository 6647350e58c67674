"""A world in which each requirement is an outcome of its own, though several may share a code."""

from __future__ import annotations

from gem_sim.worlds.load import parse_world
from gem_sim.worlds.spec import WorldSpec


def marked(spec: WorldSpec) -> WorldSpec:
    """The same world with the place of each requirement behind its code; not for plug-ins, whose requirements are not data."""
    data = spec.data()
    for tool in data["tools"].values():
        for at, test in enumerate(tool.get("require", ())):
            test["code"] = mark(test["code"], at)
    return parse_world(data, spec.name)


def mark(code: str, at: int) -> str:
    """The code of the requirement at that place in a marked world."""
    return f"{code}_{at}"
