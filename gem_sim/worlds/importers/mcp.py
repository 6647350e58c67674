"""Tools of an MCP server: the result of `tools/list`, with annotations as hints and `outputSchema` as what a tool returns."""

from __future__ import annotations

from typing import Any

from gem_sim.records import Hints
from gem_sim.worlds.importers.found import Found

_ANNOTATIONS = {"readOnlyHint": "read_only", "destructiveHint": "destructive", "idempotentHint": "idempotent", "openWorldHint": "open_world"}


def is_one(entry: Any) -> bool:
    """Whether an entry has this form."""
    return isinstance(entry, dict) and "name" in entry and ("inputSchema" in entry or isinstance(entry.get("annotations"), dict))


def read(entry: dict[str, Any], where: str) -> Found:
    """One tool. A title stands in for a description that is not there."""
    about = entry.get("annotations")
    notes = about if isinstance(about, dict) else {}
    said = {ours: notes[theirs] for theirs, ours in _ANNOTATIONS.items() if isinstance(notes.get(theirs), bool)}
    title = next((text for text in (entry.get("title"), notes.get("title")) if isinstance(text, str)), None)
    hints = Hints.model_validate(said) if said else None
    return Found(where, entry["name"], entry.get("description") or title, entry.get("inputSchema"), entry.get("outputSchema"), hints=hints)
