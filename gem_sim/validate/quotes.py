"""Rules that come from a text stand in it word for word, at the place they name."""

from __future__ import annotations

from collections.abc import Iterator

from gem_sim.episodes.trace import Trace
from gem_sim.records import Episode, Finding
from gem_sim.worlds.spec import WorldSpec


def check(episode: Episode, spec: WorldSpec, executed: Trace) -> Iterator[Finding]:
    """One finding for each rule of the world whose quote is not what the source text has there."""
    if episode.source is None:
        return
    for rule in spec.rules:
        if rule.quote and episode.source.text[rule.start : rule.end] != rule.quote:
            text = f"rule {rule.id}: the quote does not stand at {rule.start}:{rule.end} of {episode.source.document}"
            yield Finding(code="quotes.exact", severity="error", blame="scenario", text=text)
