"""Every argument of the assistant has an origin: somebody said it, a tool returned it, or the schema defaults to it."""

from __future__ import annotations

from collections.abc import Iterator

from gem_sim.episodes.trace import Trace
from gem_sim.records import Episode, Finding
from gem_sim.worlds.spec import WorldSpec


def check(episode: Episode, spec: WorldSpec, executed: Trace) -> Iterator[Finding]:
    """One finding for each value of an assistant's call that nothing before it holds."""
    for call in executed.calls:
        if episode.messages[call.message]["role"] != "assistant":
            continue
        for path, origin in call.provenance.items():
            if origin.source == "none":
                text = f"call {call.id} ({call.name}): nothing before it holds the value of {path}"
                yield Finding(code="provenance.none", severity="error", message=call.message, blame="assistant", text=text)
