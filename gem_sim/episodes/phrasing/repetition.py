"""How much the messages of many episodes are alike: sentences that come back, and how far the users' words can be compressed."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from statistics import mean
from typing import Any

from gem_sim.records import Episode
from gem_sim.scenarios.wording import said_forms, year_of

SHORTEST = 5
"""Sentences of fewer words may come back as they like."""
WINDOW = 8_000
"""Bytes of user turns that are compressed at a time."""
PLACE = "_"
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_FIGURE = re.compile(r"\d+(?:st|nd|rd|th)?(?:[.,:/-]\d+)*")


def repeated_sentences(episodes: Sequence[Episode]) -> list[tuple[float, str]]:
    """The sentences of five words and more, values left out, by the share of episodes that hold them, the most frequent first."""
    found = Counter(sentence for episode in episodes for sentence in set(sentences(episode)))
    return [(count / len(episodes), sentence) for sentence, count in found.most_common()]


def sentences(episode: Episode) -> Iterator[str]:
    """The sentences of five words and more of users and assistants, a place in place of each value, number and date."""
    values = _values(episode)
    for message in episode.messages:
        if message["role"] in ("user", "assistant"):
            for sentence in _SENTENCE.split(without_values(message["content"], values)):
                if len(sentence.split()) >= SHORTEST:
                    yield sentence.strip(" .!?")


def without_values(text: str, values: re.Pattern[str] | None) -> str:
    """A text in small letters with a place for each value."""
    lowered = " ".join(text.lower().split())
    return _FIGURE.sub(PLACE, values.sub(PLACE, lowered) if values else lowered)


def compressibility(episodes: Iterable[Episode]) -> float:
    """How many times smaller zlib makes the users' turns, over windows of 8,000 bytes; a shorter rest counts only where it is all there is."""
    text = "\n".join(message["content"] for episode in episodes for message in episode.messages if message["role"] == "user").encode()
    windows = [text[at : at + WINDOW] for at in range(0, max(len(text) - WINDOW, 0) + 1, WINDOW)]
    return round(mean(len(window) / len(zlib.compress(window)) for window in windows), 3) if text else 0.0


def _values(episode: Episode) -> re.Pattern[str] | None:
    """Finds what stands in calls, results, persona and known facts, in every form in which it may be said."""
    scenario = episode.scenario
    sources: list[Any] = [scenario.persona, scenario.known, scenario.hidden]
    sources += [part for call in episode.calls for part in (call.arguments, call.result, (call.error or {}).get("message", "").rstrip("."))]
    sources += [fact for beat in scenario.beats for name, fact in beat.facts.items() if name in ("given", "who", "results", "value", "said", "right", "parts")]
    year = year_of(episode.messages[0]["content"]) if episode.messages else ""
    forms = {form.lower() for source in sources for leaf in _leaves(source) for form in said_forms(leaf, year)}
    ordered = sorted((form for form in forms if len(form) > 2 and not form.isdigit()), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, ordered))})(?!\w)") if ordered else None


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, (dict, list, tuple)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _leaves(item)
    elif value is not None and not isinstance(value, bool):
        yield value
