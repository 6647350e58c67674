"""Reads the values out of a text: ids, numbers, dates, times, addresses. They are compared by meaning, not by spelling."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Any, Literal, NamedTuple

Kind = Literal["address", "date", "time", "id", "number"]

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH = "(?:" + "|".join(f"{month[:3]}(?:{month[3:]}|\\.)?" if month != "may" else month for month in MONTHS) + ")(?![a-z])"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?!\d)"
_FORM = re.compile(
    rf"""
    (?P<address>https?://[^\s<>"')\]]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)
    |(?<![\w-])(?P<iso>\d{{4}}-\d\d-\d\d)(?:[T ](?P<clock>\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?(?![\w-])
    |(?<!\w)(?P<dmy>{_DAY}\ (?:of\ )?{_MONTH}(?:,?\ \d{{4}})?)(?!\w)
    |(?<!\w)(?P<mdy>{_MONTH}\ {_DAY}(?:,?\ \d{{4}})?)(?!\w)
    |(?<![\w-])(?P<time>\d{{1,2}}:\d\d(?::\d\d)?(?:\ ?[ap]\.?m\b\.?)?|\d{{1,2}}\ ?[ap]\.?m\b\.?)
    |(?<![\w.])(?P<thousands>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?)(?!\w)
    |(?P<token>(?<![A-Za-z0-9])(?=[A-Za-z/.:+#-]*[\d_])[A-Za-z0-9]+(?:[-_/.:+\#]+[A-Za-z0-9]+)*)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\d+(?:\.\d+)?(?:-?(?:st|nd|rd|th|kg|g|m|cm|mm|km|h|hrs?|min|s|gb|mb|kb|tb|l|ml|lb|oz|ft|k|x|c|f|days?|weeks?|months?|years?|hours?|minutes?|nights?))?"
)
_ORDINAL = re.compile(r"(?:3[01]|[12]\d|[1-9])(?:st|nd|rd|th)")
_RANGE = re.compile(r"\d+(?:\.\d+)?[-/]\d+(?:\.\d+)?")
_WORDS = ("three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_COUNT = re.compile(rf"\b({'|'.join(_WORDS)})\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")


class Value(NamedTuple):
    """One value of a text. `form` is what equal values share: (year or None, month or 0, day), (hour, minute), a float, a text in small letters."""

    kind: Kind
    form: Any
    text: str
    start: int


class Reading(NamedTuple):
    """What a text holds: values in order, and its words in small letters."""

    values: tuple[Value, ...]
    words: frozenset[str]


@lru_cache(maxsize=8192)
def read(text: str) -> Reading:
    """The values and words of a text."""
    values = [value for match in _FORM.finditer(text) for value in _values(match)]
    values += [Value("number", float(_WORDS.index(match[0].lower()) + 3), match[0], match.start()) for match in _COUNT.finditer(text)]
    return Reading(tuple(values), frozenset(_WORD.findall(text.lower())))


def _values(match: re.Match[str]) -> list[Value]:
    kind, text, start = str(match.lastgroup), match[0], match.start()
    if kind == "address":
        return [Value("address", text.rstrip(".,;:!?").lower(), text, start)]
    if match["iso"]:
        return _iso(match)
    if kind in ("dmy", "mdy"):
        return [Value("date", _spoken_date(text), text, start)]
    if kind == "time":
        return [Value("time", _time(text), text, start)]
    if kind == "thousands":
        return [Value("number", float(text.replace(",", "")), text, start)]
    return _token(text, start)


def _iso(match: re.Match[str]) -> list[Value]:
    year, month, day = map(int, match["iso"].split("-"))
    found = [Value("date", (year, month, day), match["iso"], match.start())]
    return [*found, Value("time", _time(match["clock"]), match["clock"], match.start("clock"))] if match["clock"] else found


def _spoken_date(text: str) -> tuple[int | None, int, int]:
    month = next(at for at, name in enumerate(MONTHS, 1) if re.search(rf"(?<![a-z]){name[:3]}", text.lower()))
    figures = [int(figure) for figure in re.findall(r"\d+", text)]
    return (figures[1] if len(figures) > 1 else None, month, figures[0])


def _time(text: str) -> tuple[int, int]:
    figures = [int(figure) for figure in re.findall(r"\d+", text)]
    later = 12 if re.search("p", text, re.IGNORECASE) and figures[0] < 12 else 0
    early = -12 if re.search("a", text, re.IGNORECASE) and figures[0] == 12 else 0
    return (figures[0] + later + early, figures[1] if len(figures) > 1 else 0)


def _token(text: str, start: int) -> list[Value]:
    """A token with a figure or an underscore in it: a number, a range of two, or an id."""
    if _ORDINAL.fullmatch(text.lower()):
        return [Value("date", (None, 0, int(text[:-2])), text, start)]
    if _NUMBER.fullmatch(text.lower()):
        return [Value("number", float(re.match(r"[\d.]+", text)[0].rstrip(".")), text, start)]  # type: ignore[index]
    if _RANGE.fullmatch(text):
        return [Value("number", float(part), part, start) for part in re.split("[-/]", text)]
    return [Value("id", text.lower(), text, start)]


def day_of(form: tuple[int | None, int, int]) -> date | None:
    """The day that a date with a year names; None without one, or where there is no such day."""
    try:
        return date(*form) if form[0] is not None else None  # type: ignore[arg-type]
    except ValueError:
        return None
