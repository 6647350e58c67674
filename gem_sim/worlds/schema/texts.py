"""Plausible texts and numbers for a parameter that no row knows anything about: by its format, else by its name."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from random import Random

_DAYS = (1, 2, 4, 9, 16, 30)
_HOURS = ("07:30", "09:00", "11:15", "14:00", "18:15", "21:45")
_WORDS = ("spring review", "harbour works", "second attempt", "weekly summary", "north entrance", "garden plan")
_NOTES = ("as agreed on the phone", "please handle before Friday", "second attempt", "agreed with the team")

_PEOPLE = ("Ada Marsh", "Tom Reed", "Nadia Cole", "Luis Berg", "Ines Falk")
_PLACES = ("harbour", "garden", "library", "workshop", "market")

_FORMATS: dict[str, Callable[[Random, str], str]] = {
    "date": lambda stream, today: _day(stream, today),  # noqa: PLW0108  (defined below)
    "date-time": lambda stream, today: f"{_day(stream, today)}T{stream.choice(_HOURS)}:00Z",
    "time": lambda stream, _: f"{stream.choice(_HOURS)}:00Z",
    "duration": lambda stream, _: f"P{stream.randint(1, 9)}D",
    "email": lambda stream, _: f"{stream.choice(_PEOPLE).lower().replace(' ', '.')}@example.org",
    "idn-email": lambda stream, _: f"{stream.choice(_PEOPLE).lower().replace(' ', '.')}@example.org",
    "uri": lambda stream, _: f"https://example.org/{stream.choice(_PLACES)}",
    "uri-reference": lambda stream, _: f"https://example.org/{stream.choice(_PLACES)}",
    "iri": lambda stream, _: f"https://example.org/{stream.choice(_PLACES)}",
    "iri-reference": lambda stream, _: f"https://example.org/{stream.choice(_PLACES)}",
    "uri-template": lambda stream, _: f"https://example.org/{stream.choice(_PLACES)}",
    "url": lambda stream, _: f"https://example.org/{stream.choice(_PLACES)}",
    "hostname": lambda stream, _: f"{stream.choice(_PLACES)}.example.org",
    "idn-hostname": lambda stream, _: f"{stream.choice(_PLACES)}.example.org",
    "ipv4": lambda stream, _: f"192.0.2.{stream.randint(1, 250)}",
    "ipv6": lambda stream, _: f"2001:db8::{stream.randint(1, 250)}",
    "uuid": lambda stream, _: _uuid(stream),
    "uuid4": lambda stream, _: _uuid(stream),
    "json-pointer": lambda stream, _: f"/{stream.choice(_PLACES)}/0",
    "relative-json-pointer": lambda stream, _: f"{stream.randint(0, 2)}/{stream.choice(_PLACES)}",
    "regex": lambda stream, _: f"^{stream.choice(_PLACES)}$",
    "byte": lambda stream, _: stream.choice(("aGFyYm91cg==", "Z2FyZGVu", "d2Vla2x5")),
    "color": lambda stream, _: f"#{stream.randrange(1 << 24):06x}",
}

_BY_WORD: tuple[tuple[tuple[str, ...], Callable[[Random, str], str]], ...] = (
    (("email", "mail"), _FORMATS["email"]),
    (("phone", "mobile", "telephone"), lambda stream, _: f"+44 1632 {stream.randint(960_000, 960_999)}"),
    (("url", "uri", "link", "website", "webhook"), _FORMATS["uri"]),
    (("date", "day", "deadline", "since", "until", "before", "after", "birthday"), _FORMATS["date"]),
    (("datetime", "timestamp"), _FORMATS["date-time"]),
    (("time", "hour"), lambda stream, _: stream.choice(_HOURS)),
    (("timezone", "tz"), lambda stream, _: stream.choice(("Europe/London", "UTC", "Europe/Paris"))),
    (("ip",), _FORMATS["ipv4"]),
    (("host", "hostname", "domain"), _FORMATS["hostname"]),
    (("path", "filepath"), lambda stream, _: f"{stream.choice(_PLACES)}/notes.txt"),
    (("file", "filename"), lambda stream, _: f"{stream.choice(_PLACES)}.txt"),
    (("directory", "folder", "dir"), lambda stream, _: stream.choice(_PLACES)),
    (("currency",), lambda stream, _: stream.choice(("EUR", "GBP", "USD"))),
    (("country",), lambda stream, _: stream.choice(("GB", "FR", "DE"))),
    (("language", "lang", "locale"), lambda stream, _: stream.choice(("en", "fr", "de"))),
    (("city", "location", "place", "town", "destination", "origin"), lambda stream, _: stream.choice(("Leeds", "Lyon", "Bremen", "Porto"))),
    (("postcode", "zip", "postal"), lambda stream, _: f"{stream.randint(10_000, 89_999)}"),
    (("address", "street"), lambda stream, _: f"{stream.randint(2, 90)} Mill Lane"),
    (("color", "colour"), _FORMATS["color"]),
    (("user", "author", "owner", "person", "customer", "recipient", "assignee", "member"), lambda stream, _: stream.choice(_PEOPLE)),
    (("note", "notes", "comment", "comments", "description", "message", "details", "reason", "body", "content"), lambda stream, _: stream.choice(_NOTES)),
    (("query", "search", "keyword", "keywords", "term", "q"), lambda stream, _: stream.choice(_PLACES)),
    (("id", "ids", "key", "token", "code", "ref", "reference"), lambda stream, _: f"K-{stream.randint(2_000, 7_999)}"),
    (("version",), lambda stream, _: f"{stream.randint(1, 4)}.{stream.randint(0, 9)}.0"),
)

_RANGES: tuple[tuple[tuple[str, ...], tuple[int, int]], ...] = (
    (("amount", "price", "fee", "cost", "balance", "deposit", "total", "charge", "budget", "salary"), (20, 480)),
    (("latitude", "lat"), (36, 58)),
    (("longitude", "lng", "lon"), (2, 24)),
    (("year",), (2024, 2027)),
    (("month",), (1, 12)),
    (("percent", "rate", "percentage"), (1, 30)),
    (("minutes", "duration", "seconds", "timeout"), (15, 90)),
    (("width", "height", "length", "size"), (10, 90)),
    (("offset", "skip", "start", "page"), (0, 2)),
    (("timestamp",), (1_770_000_000, 1_775_000_000)),
)

_SPLIT = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])")


@lru_cache(4096)
def words(name: str) -> tuple[str, ...]:
    """`pickupDate` and `pickup_date` as ("pickup", "date")."""
    return tuple(word.lower() for word in _SPLIT.split(name) if word)


def of_format(form: str, stream: Random, today: str) -> str | None:
    """A text of a format of JSON Schema, or None for a format that says nothing."""
    make = _FORMATS.get(form)
    return make(stream, today) if make else None


def by_name(name: str, stream: Random, today: str) -> str:
    """A text for a parameter by the last word of its name that says something."""
    for word in reversed(words(name)):
        for known, make in _BY_WORD:
            if word in known:
                return make(stream, today)
    return stream.choice(_WORDS)


def span(name: str) -> tuple[int, int]:
    """From where to where numbers of that name usually lie."""
    spelled = words(name)
    return next((bounds for known, bounds in _RANGES if any(word in known for word in spelled)), (1, 12))


def _day(stream: Random, today: str) -> str:
    """An ISO date within the month after `today`."""
    return (date.fromisoformat(today[:10]) + timedelta(days=stream.choice(_DAYS))).isoformat()


def _uuid(stream: Random) -> str:
    """A UUID of version 4 drawn from the stream."""
    digits = f"{stream.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
