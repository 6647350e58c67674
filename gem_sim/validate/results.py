"""Results against what the tools say they return."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import jsonschema_rs
import orjson

from gem_sim.episodes.provenance import parsed
from gem_sim.episodes.trace import Trace
from gem_sim.records import Episode, Finding
from gem_sim.worlds.canonical import dumps
from gem_sim.worlds.spec import WorldSpec


def check(episode: Episode, spec: WorldSpec, executed: Trace) -> Iterator[Finding]:
    """One finding for each tool message that is neither an error nor what its tool's `returns` describes."""
    returns = {tool.name: dumps(tool.returns) for tool in episode.tools if tool.returns is not None}
    names = {call["id"]: call["function"]["name"] for message in episode.messages for call in message.get("tool_calls", [])}
    for index, message in enumerate(episode.messages):
        if message["role"] != "tool":
            continue
        name, value = names.get(message.get("tool_call_id", ""), ""), parsed(message["content"])
        text = _ill_formed(value["error"]) if is_error(value) else misfit(returns.get(name), value)
        if text is not None:
            yield Finding(code="results.schema", severity="error", message=index, blame="environment", text=f"the result of {name} does not fit: {text:.200}")


def is_error(value: Any) -> bool:
    """Whether a result says that the call failed."""
    return isinstance(value, dict) and set(value) == {"error"} and isinstance(value["error"], dict)


def _ill_formed(error: dict[str, Any]) -> str | None:
    if set(error) == {"code", "message"} and all(isinstance(part, str) for part in error.values()):
        return None
    return f"an error has a code and a message, this one {', '.join(map(str, error)) or 'nothing'}"


def misfit(returns: bytes | None, value: Any) -> str | None:
    """What does not fit a schema, given as JSON; None where all does, or where there is none."""
    if returns is None:
        return None
    fitting = _validator(returns)
    return None if fitting.is_valid(value) else next((error.message for error in fitting.iter_errors(value)), "")


@lru_cache(maxsize=1024)
def _validator(returns: bytes) -> Any:
    return jsonschema_rs.validator_for(orjson.loads(returns), validate_formats=True)
