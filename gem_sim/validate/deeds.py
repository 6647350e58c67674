"""What the assistant says it has done was done, and to what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gem_sim.validate import consent
from gem_sim.validate.heard import Heard

_DONE = re.compile(
    r"\b(?:i(?:'ve| have)|(?:has|have) been|we(?:'ve| have)) (?:(?:also|now|just|already|successfully) )*"
    r"(sent|emailed|notified|informed|refunded|cancelled|canceled|booked|scheduled"
    r"|rescheduled|updated|changed|ordered|paid|charged|transferred|deleted"
    r"|removed|created|added|extended|renewed|reserved|upgraded|waived|credited|forwarded|escalated"
    r"|called|phoned|issued|submitted|approved|closed|returned)\b(?! (?:as|for) (?:the|its|your))"
)
_ROOTS = {"sent": "send", "paid": "pay", "canceled": "cancel", "emailed": "email"}
_OPEN = re.compile(r"\?|\b(?:if|once|when|until|unless|not|n't|should|would|could|cannot|already)\b")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")


def undone(text: str, heard: Heard) -> Iterator[str]:
    """Deeds that the assistant reports and that no call of the conversation is."""
    for sentence in _SENTENCE.split(text.lower().replace("\u2019", "'")):
        for match in () if _OPEN.search(sentence) else _DONE.finditer(sentence):
            root = _ROOTS.get(match[1], match[1])
            stem = root[: max(3, len(root) - 3)] if root == match[1] else root
            if not any(word.startswith(stem) for word in heard.deeds):
                yield f"it says {match[0]!r}, no call did that"


def misplaced(text: str, heard: Heard) -> Iterator[str]:
    """Things that a report of a write names though it was done to others: known by name, and shown in an earlier turn only."""
    current = heard.current()
    if not current or current[-1].tool not in heard.writes or current[-1].error is not None or consent.asks(text):
        return
    lowered = text.lower()
    values = [str(value).lower() for shown in current for row in (*shown.rows, shown.arguments) for value in row.values()]
    near = [*values, *heard.wishes[-3:]]
    far = [name for name in heard.labels if name in lowered and not any(name in text for text in near)]
    if not far:
        return
    about = consent.Restatement("", [row for shown in heard.shown for row in shown.rows])
    linked = {name for key in set(values) for name in about.linked(key)}
    yield from (f"it speaks of {name!r}, which this was not done to" for name in far if not any(name in text for text in linked))
