"""Near-duplicates over a run, by MinHash of what is said and called. A matter of the run: no episode is worse for it alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rensa import RMinHash, RMinHashLSH  # type: ignore[import-untyped]

from gem_sim.records import Episode, Finding

ALIKE = 0.9
"""Share of common phrases from which a second episode is an error: it teaches the same again.

Two stories of one world have half of their phrases in common, for the words of the roles are alike; the same story with
other small talk has more than nine tenths.
"""
NEAR = 0.8
"""Share from which it is worth a look."""
_HASHES, _BANDS, _SEED = 128, 16, 7
_WORD = re.compile(r"\w+")


class Duplicates:
    """Hand it the episodes of a run in order; it knows those before."""

    def __init__(self) -> None:
        self._index = RMinHashLSH(NEAR, _HASHES, _BANDS)
        self._seen: list[tuple[Episode, RMinHash]] = []
        self._ids: set[str] = set()

    def finding(self, episode: Episode) -> Finding | None:
        """A finding where an earlier episode is nearly the same. Rounds of one scenario share what was kept and are let be."""
        sketch = RMinHash(_HASHES, _SEED)
        sketch.update(list(_phrases(episode)))
        earlier = [self._seen[at] for at in self._index.query(sketch)]
        self._index.insert(len(self._seen), sketch)
        self._seen.append((episode.model_copy(update=_LIGHT), sketch))
        if episode.id in self._ids:
            return _finding("duplicates.id", "error", f"the run holds another episode with the id {episode.id}")
        self._ids.add(episode.id)
        closest = max(((sketch.jaccard(other), one.id) for one, other in earlier if not _rounds(one, episode)), default=(0.0, ""))
        if closest[0] < NEAR:
            return None
        return _finding("duplicates.near", "error" if closest[0] >= ALIKE else "warning", f"{closest[0]:.0%} of its phrases are those of {closest[1]}")


_LIGHT = {"messages": (), "calls": (), "source": None}
"""What is not kept of an episode that was seen."""


def _rounds(one: Episode, other: Episode) -> bool:
    return one.lineage.root == other.lineage.root and one.lineage.round != other.lineage.round


def _phrases(episode: Episode) -> Iterator[str]:
    """Three words in a row of what the two sides say and call; results follow from the calls."""
    said: list[str] = []
    for message in episode.messages:
        if message["role"] in ("user", "assistant"):
            said += [message["role"], *_WORD.findall(message["content"].lower())]
            for call in message.get("tool_calls", []):
                said += [call["function"]["name"], *_WORD.findall(str(sorted(call["function"]["arguments"].items())).lower())]
    return (" ".join(said[at : at + 3]) for at in range(len(said) - 2))


def _finding(code: str, severity: str, text: str) -> Finding:
    return Finding.model_validate({"code": code, "severity": severity, "blame": "scenario", "text": text})
