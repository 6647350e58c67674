"""What the assistant says has a source: each id, number, date, address and name was said by the user, a tool, the policy, or follows from those."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gem_sim.records import Finding
from gem_sim.validate.computed import follows
from gem_sim.validate.heard import Heard
from gem_sim.validate.values import DAYS, MONTHS, Value, day_of, read

_NAME = re.compile(r"(?<![.!?:;•*\-\u2013\u2014\n\"\u201c(] )(?<!^)(?<=[\w,] )[\"'\u201c\u2018]?([A-Z][^\W\d_]+(?:['\u2019-][^\W\d_]+)*)")
_CURRENCIES = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen"}
_BEFORE = re.compile(rf"\b({'|'.join(DAYS)}),? (?:the )?$", re.IGNORECASE)
_LIST = re.compile(r":\s+([^:.?!]+)")
_AND = re.compile(r",? (?:and|or) |, ")
_PLAIN = frozenset(
    {*MONTHS, *DAYS, "am", "pm", "ok", "okay", "id", "ids", "mr", "mrs", "ms", "dr", "please", "sir", "madam", "english", "hello", "hi", "pdf", "faq"}
)


def unsupported(text: str, heard: Heard) -> Iterator[str]:
    """The parts of an assistant's text that nothing before it holds."""
    values = read(text).values
    for value in values:
        if not heard.holds(value) and not _derived(value, values, text, heard):
            yield value.text
        elif value.kind == "date" and (day := _weekday(text, value)) is not None:
            yield day
    heard_signs = {sign for sign, word in _CURRENCIES.items() if word in heard.words or f"{word}s" in heard.words or sign in heard.signs}
    yield from (sign for sign in _CURRENCIES if sign in text and sign not in heard_signs)
    for match in _NAME.finditer(text):
        parts = [part.lower() for part in re.findall(r"[^\W\d_]{2,}", match[1])]
        if any(part not in heard.words and part not in _PLAIN and part.removesuffix("s") not in heard.words for part in parts):
            yield match[1]


def _weekday(text: str, value: Value) -> str | None:
    """A day of the week before a date that is not the one of that date."""
    said, day = _BEFORE.search(text, 0, value.start), day_of(value.form)
    return said[1] if said and day and said[1].lower() != DAYS[day.weekday()] else None


def _derived(value: Value, values: tuple[Value, ...], text: str, heard: Heard) -> bool:
    if value.kind != "number":
        return False
    percent = text[value.start + len(value.text) :].lstrip().startswith(("%", "percent"))
    beside = [other.form for other in values if other.kind == "number" and other is not value and heard.holds(other)]
    return follows(value, heard, beside, percent=percent, enumerated=_enumerated(text, value.start))


def _enumerated(text: str, start: int) -> int:
    """How many things stand in the list behind a number: `3 of them: A, B and C`."""
    listed = _LIST.search(text, start)
    return len(_AND.split(listed[1])) if listed else 0


def finding(index: int, text: str) -> Finding:
    """A part of a message without a source as a finding."""
    return Finding(code="claims.unsupported", severity="error", message=index, blame="assistant", text=f"nothing before it says {text!r}")
