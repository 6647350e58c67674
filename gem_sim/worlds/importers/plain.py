"""Plain tools: `{name, description, parameters}`, with `returns`, `kind` and `side` where they are said."""

from __future__ import annotations

from typing import Any, get_args

from gem_sim.records import Kind, Side
from gem_sim.worlds.importers.found import Found

PARAMETERS = ("parameters", "input_schema", "inputSchema")
_RETURNS = ("returns", "output_schema", "outputSchema")


def is_one(entry: Any) -> bool:
    """Whether an entry has this form."""
    return isinstance(entry, dict) and "name" in entry and (any(key in entry for key in PARAMETERS) or "description" in entry)


def read(entry: dict[str, Any], where: str) -> Found:
    """One tool."""
    parameters = next((entry[key] for key in PARAMETERS if key in entry), None)
    returns = next((entry[key] for key in _RETURNS if key in entry), None)
    kind, side = entry.get("kind"), entry.get("side")
    return Found(
        where,
        entry["name"],
        entry.get("description"),
        parameters,
        returns,
        kind=kind if isinstance(kind, str) and kind in get_args(Kind) else None,  # type: ignore[arg-type]
        side=side if isinstance(side, str) and side in get_args(Side) else "assistant",  # type: ignore[arg-type]
    )
