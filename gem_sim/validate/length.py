"""Length: an episode fits the context of the models that are trained on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import orjson

from gem_sim.episodes.trace import Trace
from gem_sim.records import Episode, Finding, Message, ToolSchema
from gem_sim.worlds.spec import WorldSpec

MOST = 32_768
"""Tokens that an episode may have by the estimate."""
_BYTES = 3.5
"""Bytes of UTF-8 to a token. Tokenizers take about 4 for English prose and 3 for JSON with ids; what is counted in bytes holds for other scripts too."""
_FRAME = 6
"""Tokens that a chat template puts around a message."""


def check(episode: Episode, spec: WorldSpec, executed: Trace) -> Iterator[Finding]:
    """A finding where an episode is longer than it may be."""
    yield from findings(episode)


def findings(episode: Episode) -> Iterator[Finding]:
    """As `check`, for which no world is needed."""
    tokens = estimate(episode.messages, episode.tools)
    if tokens > MOST:
        text = f"about {tokens:,} tokens; {MOST:,} is the most"
        yield Finding(code="length.tokens", severity="error", message=None, blame="scenario", text=text)


def estimate(messages: Sequence[Message], tools: Sequence[ToolSchema]) -> int:
    """Tokens of a conversation with its tools: UTF-8 bytes of texts, calls and tool schemas by 3.5, and 6 for every message."""
    said = sum(len(message["content"].encode()) + (len(orjson.dumps(message["tool_calls"])) if "tool_calls" in message else 0) for message in messages)
    return round((said + sum(len(orjson.dumps(tool.openai())) for tool in tools)) / _BYTES) + _FRAME * len(messages)
