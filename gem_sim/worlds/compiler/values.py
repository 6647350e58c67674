"""Plausible values by the meaning of a field: its schema first, then its name. Every value comes from a named stream."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from faker import Faker

from gem_sim.worlds.compiler.names import lexicon


@cache
def _faker() -> Faker:
    return Faker("en_GB")


class Values:
    """Draws values for the fields of one world. `clock` is the world's start; dates lie around it."""

    def __init__(self, seed: str, clock: str) -> None:
        self.random = Random(seed)  # noqa: S311  (plausible rows, not secrets)
        self.today = datetime.fromisoformat(clock).date()
        self.fake = _faker()
        self.fake.seed_instance(seed)
        self._names: dict[str, list[str]] = {}

    def draw(self, entity: str, field: str, schema: dict[str, Any]) -> Any:
        """A value for `field` of a row of `entity`."""
        if schema.get("enum"):
            return self.random.choice(schema["enum"])
        kind = schema.get("type")
        if kind == "boolean":
            return self.random.random() < 0.5
        if kind in ("integer", "number"):
            return self._number(field, schema)
        if kind == "array":
            return [self.draw(entity, field, schema.get("items") or {"type": "string"}) for _ in range(self.random.randint(1, 2))]
        if kind == "object":
            return {}
        return self._text(entity, field, schema)

    def name(self, entity: str) -> str:
        """The name of a thing, not given twice within an entity while names last."""
        left = self._names.setdefault(entity, [])
        if not left:
            left.extend(self.random.sample(lexicon()["names"], len(lexicon()["names"])))
        return left.pop()

    def person(self) -> str:
        """A full name."""
        return f"{self.fake.first_name()} {self.fake.last_name()}"

    def day(self, earliest: int, latest: int) -> str:
        """An ISO date between so many days from today."""
        return (self.today + timedelta(days=self.random.randint(earliest, latest))).isoformat()

    def _number(self, field: str, schema: dict[str, Any]) -> float:
        low, high = _range(field)
        low, high = schema.get("minimum", low), schema.get("maximum", max(high, schema.get("minimum", low)))
        if schema.get("type") == "integer":
            return self.random.randint(int(low), int(max(low, high)))
        return round(self.random.uniform(low, high), 2)

    def _text(self, entity: str, field: str, schema: dict[str, Any]) -> str:
        made = self._by_format(field, schema.get("format")) or self._by_name(entity, field)
        least, most = schema.get("minLength", 0), schema.get("maxLength", 200)
        return made[:most].ljust(least, "0") if isinstance(least, int) and isinstance(most, int) else made

    def _by_format(self, field: str, form: Any) -> str | None:
        if form == "date":
            return self.day(-40, -1) if _past(field) else self.day(3, 45)
        if form == "date-time":
            return f"{self.day(3, 45)}T{self.random.randint(8, 17):02}:{self.random.choice((0, 15, 30, 45)):02}:00Z"
        if form == "time":
            return f"{self.random.randint(7, 21):02}:{self.random.choice((0, 15, 30, 45)):02}:00Z"
        if form == "email":
            return f"{self.person().lower().replace(' ', '.')}@example.org"
        return f"https://example.org/{self.name('link').lower()}" if form == "uri" else None

    def _by_name(self, entity: str, field: str) -> str:
        spelled = field.split("_")
        for parts, make in _BY_WORD:
            if any(part in spelled for part in parts):
                return str(make(self))
        known = lexicon()["values"]
        word = next((word for word in reversed(spelled) if word in known), None)
        return str(self.random.choice(known[word])) if word else self.name(f"{entity}.{field}")


def _past(field: str) -> bool:
    return any(word in field for word in ("opened", "created", "issued", "birth", "joined", "start", "since", "loss", "lost", "last"))


def _range(field: str) -> tuple[float, float]:
    for parts, bounds in _RANGES:
        if any(part in field for part in parts):
            return bounds
    return (1, 20)


_RANGES: tuple[tuple[tuple[str, ...], tuple[float, float]], ...] = (
    (("amount", "price", "fee", "cost", "balance", "deposit", "total", "charge", "limit", "salary", "budget"), (20, 480)),
    (("temperature",), (16, 23)),
    (("percent", "rate"), (1, 30)),
    (("weight",), (1, 18)),
    (("minutes", "duration"), (15, 90)),
    (("hours",), (1, 12)),
    (("days", "weeks", "months", "nights"), (1, 10)),
    (("quantity", "count", "number", "copies", "guests", "people", "seats"), (1, 6)),
    (("year",), (2019, 2026)),
    (("length", "width", "height", "size"), (10, 90)),
)

_BY_WORD: tuple[tuple[tuple[str, ...], Callable[[Values], str]], ...] = (
    (("email",), lambda v: f"{v.person().lower().replace(' ', '.')}@example.org"),
    (("phone", "mobile", "telephone"), lambda v: f"01632 {v.random.randint(960000, 960999)}"),
    (("postcode", "zip"), lambda v: str(v.fake.postcode())),
    (("city", "town"), lambda v: str(v.fake.city())),
    (("address", "street"), lambda v: f"{v.random.randint(1, 180)} {v.fake.street_name()}, {v.fake.city()}"),
    (("customer", "holder", "member", "patient", "employee", "owner", "guest", "tenant", "person", "contact", "recipient", "sender"), Values.person),
    (("date", "day", "deadline"), lambda v: v.day(3, 45)),
    (("time",), lambda v: f"{v.random.randint(7, 21):02}:{v.random.choice((0, 15, 30, 45)):02}"),
    (("reason", "justification", "cause"), lambda v: str(v.random.choice(lexicon()["reasons"]))),
    (("note", "notes", "comment", "comments", "description", "message", "details", "instructions"), lambda v: str(v.random.choice(lexicon()["notes"]))),
    (("number", "code", "pin", "reference", "barcode"), lambda v: str(v.random.randint(100000, 999999))),
)
