"""The life of rows as data and descriptions tell it: which status a tool asks for, which it leads to, which values a text allows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gem_sim.worlds.compiler.learning.columns import Column
from gem_sim.worlds.compiler.learning.tables import Table
from gem_sim.worlds.compiler.learning.words import stems
from gem_sim.worlds.compiler.reading.words import text_words, words
from gem_sim.worlds.compiler.status import participle, result_of

_QUOTED = r"['\"\u2018\u201c]([^'\"\u2018\u2019\u201c\u201d\n]{1,40})['\"\u2019\u201d]"
_QUOTE = re.compile(rf"(?<![a-zA-Z]){_QUOTED}")
_CHOICE = re.compile(r"\b(?:either|one of|must be|should be|has to be|can be|may be|allowed|valid|possible|values?|options?|choose|are)\b", re.IGNORECASE)
_EXAMPLE = re.compile(r"\b(?:such as|e\.g\.?|for example|for instance|like|example|including)\b[^'\"\u2018\u201c]*$", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:,|or|and|/|\||;|, or)\s*(?:or|and)?\s*")
_CHANGE = re.compile(
    rf"\b(?:status|state)\b[^.;'\"]{{0,40}}?\b(?:to|as|becomes?|into|is|be)\s+(?:be\s+)?{_QUOTED}",
    re.IGNORECASE,
)
_TO = re.compile(r"\b(?:changed?|set|sets|updated?|moved?|turned|becomes?|marks?|marked|transitions?|goes)\b", re.IGNORECASE)
_NOT = re.compile(
    r"\b(?:cannot|can not|can't|could not|must not|may not|not possible|impossible|fails?|refused|rejected|error|unable|won't|will not|not allowed)\b",
    re.IGNORECASE,
)
_ONLY = re.compile(r"\b(?:only|must be|must have|has to be|have to be|needs? to be|requires?|should be|as long as|provided)\b", re.IGNORECASE)
_ONCE = re.compile(r"\b(?:only|can be)\s+(?:be\s+)?(?:\w+\s+){0,3}?once\b|\bonce only\b|\bno more than once\b|\bonly one time\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n\s*\n")
_MARKS = ("mark", "flag", "set", "declare")
"""Verbs whose tools are called after the status that they lead to."""
_NAMES = ("status", "state", "stage", "phase")
_FREE = ("available", "free", "vacant")
"""Statuses of things that can be had."""
_FIRST = (
    "pending",
    "open",
    "new",
    "created",
    "requested",
    "draft",
    "scheduled",
    "active",
    "submitted",
    "received",
    "todo",
    "waiting",
    "queued",
    "booked",
    "reserved",
    "confirmed",
)
"""Statuses that things begin with, the likeliest first."""


@dataclass(frozen=True)
class Life:
    """The column that holds the status of rows, and its values; `told` says that the data has such a column."""

    column: str
    known: tuple[str, ...]
    told: bool


def life_of(table: Table) -> Life:
    """The status column of a table; `status` without values where it has none."""
    ranked = [name for ending in _NAMES for name in table.columns if stems(name)[-1:] == (ending,)]
    for name in ranked:
        column = table.columns[name]
        if column.type == "string" and (len(column.values) <= 12 or column.choices):
            return Life(name, tuple(column.values), told=True)
    return Life("status" if "status" not in table.columns else "state_of_life", (), told=False)


def beginning(life: Life, *, free: bool = False) -> str | None:
    """The status that new rows have: one that things begin with, else the first; `free` for things that can be had."""
    usual = (*_FREE, *_FIRST) if free else (*_FIRST, *_FREE)
    lower = {value.lower(): value for value in life.known}
    return next((lower[word] for word in usual if word in lower), life.known[0] if life.known else None)


def is_free(value: str) -> bool:
    """Whether a status says that a thing can be had."""
    return value.lower() in _FREE


def allowed(text: str) -> tuple[str, ...]:
    """The values that the text of a parameter allows: quoted ones that stand in a row behind words of choice, no examples."""
    found = list(_QUOTE.finditer(text))
    runs: list[list[re.Match[str]]] = []
    for one in found:
        if runs and _BETWEEN.fullmatch(text[runs[-1][-1].end() : one.start()]):
            runs[-1].append(one)
        else:
            runs.append([one])
    for run in runs:
        before = text[: run[0].start()].rsplit(".", 1)[-1]
        if len(run) > 1 and _CHOICE.search(before) and not _EXAMPLE.search(before):
            return tuple(dict.fromkeys(match[1] for match in run))
    return ()


def asked(name: str, text: str, table: Table, life: Life) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The statuses that a tool needs its row to have, and those that it refuses, by its name and its description."""
    spelled = {value: " ".join(words(value)) for value in life.known}
    said = "" if _marks(name) else " ".join(words(name)[1:])
    named = [value for value, plain in spelled.items() if re.search(rf"\b{re.escape(plain)}\b", said)]
    wanted = [value for value in named if not any(spelled[value] != spelled[other] and spelled[value] in spelled[other] for other in named)]
    refused: list[str] = []
    for sentence in _SENTENCE.split(text):
        here = _listed(sentence, spelled)
        denied = [value for value in here if re.search(rf"\b(?:not|n't|unless|other than)\b(?: \w+)? {re.escape(spelled[value])}\b", _low(sentence))]
        if here and _NOT.search(sentence):
            wanted = wanted or denied
            refused += [value for value in here if not denied]
        elif here and _ONLY.search(sentence) and not _TO.search(sentence):
            wanted = wanted or _without_result(sentence, here, spelled)
    wanted = wanted or _before_noun(text, table, spelled)
    return tuple(dict.fromkeys(wanted)), tuple(value for value in dict.fromkeys(refused) if value not in wanted)


def _without_result(sentence: str, here: list[str], spelled: dict[str, str]) -> list[str]:
    """The statuses of a sentence without the one that the tool makes: `cancelled` in "Only open jobs can be cancelled"."""
    rest = [value for value in here if not re.search(r"\b(?:can|could|may|might)(?: only)? be " + re.escape(spelled[value]) + r"\b", _low(sentence))]
    return rest or here


def _listed(sentence: str, spelled: dict[str, str]) -> list[str]:
    return [value for value, plain in spelled.items() if re.search(rf"\b{re.escape(plain)}\b", _low(sentence))]


def _low(sentence: str) -> str:
    return " ".join(text_words(sentence))


def _before_noun(text: str, table: Table, spelled: dict[str, str]) -> list[str]:
    """Statuses that stand before the noun of the table in the first sentence: `Open a closed hive`."""
    first = _SENTENCE.split(text.strip(), maxsplit=1)[0].lower()
    noun = table.nouns[-1] if table.nouns else ""
    return [value for value, plain in spelled.items() if noun and re.search(rf"\ban? (?:\w+ )?{re.escape(plain)} (?:\w+ )?{re.escape(noun)}", first)]


def said_result(text: str, known: Sequence[str] = ()) -> str | None:
    """The status that a description says its tool leads to: one that it quotes, or one of those that are known.

    "The status will be changed to 'closed'", "Sets the status to Closed".
    """
    for sentence in _SENTENCE.split(text):
        if not _TO.search(sentence) or not re.search(r"\b(?:status|state)\b", sentence, re.IGNORECASE):
            continue
        found = _CHANGE.search(sentence)
        if found is not None:
            return found[1]
        plain = "|".join(re.escape(value) for value in sorted(known, key=len, reverse=True))
        told = re.search(rf"\b(?:status|state)\b[^.;]{{0,30}}? (?:to|as|becomes?|into) (?:an? )?({plain})\b", sentence, re.IGNORECASE) if plain else None
        if told is not None:
            return next(value for value in known if value.lower() == told[1].lower())
    return None


def marked(name: str, known: Sequence[str]) -> str | None:
    """The status that a tool marks its row with, by its name: `collected` of `mark_order_as_collected`."""
    said = words(name)
    fitting = [value for value in known if _marks(name) and words(value) and said[-len(words(value)) :] == words(value)]
    return max(fitting, key=len, default=None)


def _marks(name: str) -> bool:
    return words(name)[:1] in [(verb,) for verb in _MARKS]


def result(verb: str, text: str, life: Life) -> str | None:
    """The status that a tool leads to: the one its description quotes, else one of the known ones that its verb makes."""
    quoted = said_result(text, life.known)
    if quoted is not None or not life.known:
        return quoted
    lower = {value.lower(): value for value in life.known}
    made = result_of(verb, list(lower))
    if made in lower:
        return lower[made]
    return None


def made_as(verb: str, others: Sequence[tuple[str, str]]) -> str | None:
    """A status named as others of the set are: `repair noted` where a tool that cleans leads to `clean noted`."""
    for other, value in others:
        if other and other in value.split():
            return " ".join(verb if part == other else part for part in value.split())
        if participle(other) in value.split() and len(value.split()) > 1:
            return " ".join(participle(verb) if part == participle(other) else part for part in value.split())
    return None


_ORDERS = (
    (re.compile(r"\b(?:newest|latest|most recent)\b[^.]{0,40}\bfirst\b|\breverse chronological|\bmost recent first", re.IGNORECASE), "time", True),
    (re.compile(r"\b(?:oldest|earliest)\b[^.]{0,40}\bfirst\b|\bin chronological order", re.IGNORECASE), "time", False),
    (re.compile(r"\b(?:cheapest|lowest[- ]price[d]?)\b[^.]{0,40}\bfirst\b", re.IGNORECASE), "price", False),
    (re.compile(r"\bmost expensive\b[^.]{0,40}\bfirst\b", re.IGNORECASE), "price", True),
    (re.compile(r"\balphabetical(?:ly)?\b", re.IGNORECASE), "name", False),
)
_PRICES = ("price", "cost", "fee", "rate", "amount", "total")


def order_of(text: str, table: Table) -> str | None:
    """The column by which a description says that rows are listed, with `-` before one that goes down; None where it says nothing."""
    for form, kind, down in _ORDERS:
        if form.search(text):
            names = [name for name, column in table.columns.items() if _suits(name, column, kind)]
            said = [name for name in names if set(stems(name)) & set(text_words(text))]
            made = [name for name in names if stems(name)[0].startswith("creat")]
            best = next(iter([*said, *made, *names]), None)
            return None if best is None else f"-{best}" if down else best
    return None


def _suits(name: str, column: Column, kind: str) -> bool:
    if kind == "time":
        return bool(column.timed)
    if kind == "price":
        return column.type in ("integer", "number") and bool(set(stems(name)) & set(_PRICES))
    return column.type == "string" and stems(name)[-1:] in (("name",), ("title",))


def once(text: str) -> bool:
    """Whether a description says that its tool works once for each row."""
    return bool(_ONCE.search(text))
