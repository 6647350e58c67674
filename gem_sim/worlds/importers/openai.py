"""OpenAI function tools, in the form of chat completions and in that of responses."""

from __future__ import annotations

from typing import Any

from gem_sim.worlds.importers.found import Found


def is_one(entry: Any) -> bool:
    """Whether an entry is an OpenAI tool of any type, also one that runs at the provider."""
    return (
        isinstance(entry, dict) and isinstance(entry.get("type"), str) and ("function" in entry or ("inputSchema" not in entry and entry["type"] != "object"))
    )


def read(entry: dict[str, Any], where: str) -> Found | None:
    """One tool; None for one that is no function of the caller's."""
    about = entry.get("function", entry)
    if entry["type"] != "function" or not isinstance(about, dict) or "name" not in about:
        return None
    return Found(where, about["name"], about.get("description"), about.get("parameters"))
