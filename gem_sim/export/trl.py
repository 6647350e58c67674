"""TRL (and every trainer that renders chat templates): `messages` with object arguments, and `tools` in every row."""

from __future__ import annotations

from typing import Any

from gem_sim.records import Episode


def row(episode: Episode) -> dict[str, Any]:
    """One training row. User-side tools and their calls are no part of what the assistant learns, so they stay out of `tools`."""
    return {
        "id": episode.id,
        "messages": [dict(message) for message in episode.messages],
        "tools": [tool.openai() for tool in episode.tools if tool.side == "assistant"],
    }
