"""GEM's first question: does a text contain multi-step operations on an app, website, computer or other machine? And its labels.

Counts words and lines only, so that a million texts can be asked. Knows no tools and no rules.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from gem_sim.extract.lexicon import load
from gem_sim.grammar import singular
from gem_sim.records import Document

_WORD = re.compile(r"[a-z][a-z'-]*")
_LINE_MARK = re.compile(r"[ \t>#*_\-+•]{0,12}(\d{1,3}[.)]|[a-z][.)]|step \d{1,2}[.:)]?|[-*+•])[ \t]+", re.IGNORECASE)
_OPENING = re.compile(
    r"(?:^|[.!?:]\s{1,3}|\n)[-*+•#>\s]{0,12}(?:(?:step )?\d{1,3}[.:)]\s{0,3})?"
    r"(?:then |next,? |now |first,? |please |finally,? |and )?[*_`\"“]{0,3}([A-Za-z][A-Za-z-]*)"
)
_CLAUSE = re.compile(r"(?:, |, then |\bthen |\band then )([a-z][a-z-]*)\b")
_PURPOSE = re.compile(r"\b(?:to|how to|you can|you may|you must|you need to|you should|can be|want to) ([a-z-]+)")
_NUMBERED = re.compile(r"(?m)^[ \t>]{0,12}(?:\d{1,3}[.)]|step \d{1,2}\b)", re.IGNORECASE)
_UI_PATH = re.compile(r"\w > \w|\*\*[A-Z][^*\n]{1,40}\*\*|[“\"][A-Z][^”\"\n]{1,40}[”\"]")

_OPERATES = frozenset(["click", "tap", "select", "press", "type", "scroll", "swipe", "navigate", "sign"])

PASSES = 1.0
"""Score from which on a text has operations."""

LONGEST_READ = 60_000
"""Characters read; a segment has fewer, and a longer text is judged by its beginning."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of the filter. `reason` names the features that decided it."""

    multi_step: bool
    reason: str
    platform: str
    domains: tuple[str, ...]
    task: str
    summary: str


@dataclass(frozen=True, slots=True)
class Features:
    """Counts per 100 words unless the name says otherwise."""

    words: int
    commands: float
    commands_total: int
    numbered_total: int
    abilities: float
    devices: float
    ui: float
    second_person: float
    past: float
    third_person: float
    food: float


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(str(load("filter.yaml")[kind]).split())


def judge(document: Document) -> Verdict:
    """Whether a document has multi-step operations, with its labels."""
    text = document.text[:LONGEST_READ]
    lower = text.lower()
    words = Counter(_WORD.findall(lower))
    features = measure(text, lower, words)
    value, signs = score(features)
    reason = f"{'multi-step operations' if value >= PASSES else 'no multi-step operations'}: {signs}"
    title = Counter(_WORD.findall(document.title.lower()))
    weighted = _stems(words) + Counter(dict.fromkeys(_stems(title), 3))
    domains = _best("domain", weighted, 2)
    platform = _platform(weighted)
    task = (_best("task", weighted, 1) or ("customer_support",))[0]
    return Verdict(value >= PASSES, reason, platform, domains or ("business_and_industrial",), task, _summary(document))


def measure(text: str, lower: str, words: Counter[str]) -> Features:
    """The features of a text. One pass of a few regular expressions."""
    total = max(1, sum(words.values()))
    share = 100 / total
    commands = sum(1 for word in _OPENING.findall(text) if word.lower() in _words("ui"))
    commands += sum(1 for word in _CLAUSE.findall(lower) if word in _words("ui"))
    abilities = sum(1 for word in _PURPOSE.findall(lower) if word in _words("ui") or word.endswith("ed"))
    return Features(
        words=total,
        commands=commands * share,
        commands_total=commands,
        numbered_total=len(_NUMBERED.findall(text)),
        abilities=abilities * share,
        devices=(_count(words, _words("device")) + _count(words, _OPERATES)) * share,
        ui=min(5.0, len(_UI_PATH.findall(text)) * share),
        second_person=(words["you"] + words["your"]) * share,
        past=_count(words, _words("past")) * share,
        third_person=_count(words, _words("third")) * share,
        food=_count(words, _words("food")) * share,
    )


def score(f: Features) -> tuple[float, str]:
    """A sum of saturating features and the words for it; 1 and more means operations."""
    # A page that is steps and commands through and through need not name its machine in every line.
    stepwise = f.commands >= 2.5 and f.numbered_total >= 3
    parts = {
        "commands": min(1.2, 0.35 * f.commands),
        "numbered steps": min(0.4, 0.08 * f.numbered_total) if f.commands_total >= 2 else 0.0,
        "abilities": min(0.4, 0.2 * f.abilities),
        "machine words": min(0.5, 0.08 * f.devices),
        "labels": min(0.2, 0.1 * f.ui),
        "second person": min(0.15, 0.05 * f.second_person),
        "narrative past": -min(0.8, 0.3 * f.past),
        "third person": -min(0.7, 0.12 * f.third_person),
        "cooking": -2.0 if f.food >= 2.5 else 0.0,
        "too few commands": -0.5 if f.commands_total < 3 and f.numbered_total < 3 else 0.0,
        "no machine": 0.0 if f.devices >= 1.0 else -0.6 if stepwise else -1.0,
    }
    value = sum(parts.values())
    named = sorted((part for part in parts.items() if abs(part[1]) >= 0.1), key=lambda part: (-abs(part[1]), part[0]))
    return value, ", ".join(name for name, _ in named[:4]) or "nothing points to operations"


def _count(words: Counter[str], wanted: frozenset[str]) -> int:
    return sum(words[word] for word in wanted)


def _stems(words: Counter[str]) -> Counter[str]:
    stems: Counter[str] = Counter()
    for word, count in words.items():
        stems[singular(word)] += count
    return stems


@cache
def _cues(kind: str) -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple((label, frozenset(str(words).split())) for label, words in load("labels.yaml")[kind].items())


def _best(kind: str, words: Counter[str], most: int) -> tuple[str, ...]:
    ranked = sorted(((_weight(words, cues), label) for label, cues in _cues(kind)), key=lambda row: (-row[0], row[1]))
    top = ranked[0][0]
    return tuple(label for weight, label in ranked[:most] if weight >= max(2.0, 0.6 * top))


def _weight(words: Counter[str], cues: Iterable[str]) -> float:
    """Counts with a ceiling per word, so that one frequent word does not decide alone."""
    return sum(min(words[cue], 6) for cue in cues)


def _platform(words: Counter[str]) -> str:
    ranked = sorted(((_weight(words, cues), -rank, label) for rank, (label, cues) in enumerate(_cues("platform"))), reverse=True)
    return ranked[0][2] if ranked[0][0] > 0 else "other"


def _summary(document: Document) -> str:
    first = next((line.strip(" #*_\t") for line in document.text.splitlines() if line.strip(" #*_\t-=")), "")
    subject = " ".join((document.title or first).split())[:150].rstrip(".:")
    return f"How-to on: {subject}."
