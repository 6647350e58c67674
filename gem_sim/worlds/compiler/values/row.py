"""What the fields of one row have in common: its persons, its places, its moments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from gem_sim.worlds.compiler.values.lists import lists

_DAY = 24 * 60
_TRIES = 20


class Person(NamedTuple):
    """Somebody."""

    first: str
    last: str

    @property
    def name(self) -> str:
        """The full name."""
        return f"{self.first} {self.last}"

    @property
    def handle(self) -> str:
        """What accounts and addresses are called after them."""
        return f"{self.first}.{self.last}".lower()


class Place(NamedTuple):
    """A city and what is so because of it."""

    city: str
    region: str
    country: str
    code: str
    postcode: str
    latitude: float
    longitude: float
    timezone: str
    currency: str
    language: str
    dialling: str


class People:
    """Draws persons, nobody twice while there are others."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._taken: set[Person] = set()

    def draw(self) -> Person:
        """A person."""
        for _ in range(_TRIES):
            made = Person(self._random.choice(lists()["first_names"]), self._random.choice(lists()["last_names"]))
            if made not in self._taken:
                break
        self._taken.add(made)
        return made


class Row:
    """Draws what the fields of one row share. `role` tells the persons, places and times of a row apart: "" is its own.

    `fields` are those made so far, `called` says what the rows are called that it refers to, by field.
    """

    def __init__(self, random: Random, people: People, now: datetime) -> None:
        self.random = random
        self.now = now
        self._people = people
        self._persons: dict[str, Person] = {}
        self._places: dict[str, Place] = {}
        self._moments: dict[str, datetime] = {}
        self.values: dict[str, Any] = {}
        self.fields: dict[str, Any] = {}
        self.called: dict[str, str] = {}

    def know(self, role: str, person: Person) -> None:
        """Say who has that role in the row."""
        self._persons[role] = person

    def person(self, role: str) -> Person:
        """The person of that role."""
        return self._persons.get(role) or self._persons.setdefault(role, self._people.draw())

    def place(self, role: str) -> Place:
        """The place of that role."""
        return self._places.get(role) or self._places.setdefault(role, Place(*self.random.choice(lists()["places"])))

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """What is drawn once for the row."""
        if name not in self.values:
            self.values[name] = make()
        return self.values[name]

    def digits(self, pattern: str) -> str:
        """The pattern with a digit for each # and a capital for each @."""
        choice = self.random.choice
        return "".join(choice("0123456789") if mark == "#" else choice("ABCDEFGHJKLMNPRSTUVWXY") if mark == "@" else mark for mark in pattern)

    def pick(self, options: Sequence[Any]) -> Any:
        """One of them."""
        return self.random.choice(options)

    def moment(self, when: str) -> datetime:
        """The time of `birth`, `created`, `updated`, `closed`, `start`, `end`, `due` or `expiry`, each in order with the others."""
        if when not in self._moments:
            self._moments[when] = self._drawn(when)
        return self._moments[when]

    def _drawn(self, when: str) -> datetime:
        if when == "birth":
            return self._minutes(self.now, -75 * 365 * _DAY, -19 * 365 * _DAY)
        if when == "created":
            return self._minutes(self.now, -300 * _DAY, -12 * _DAY)
        if when in ("updated", "closed"):
            before = self.moment("created" if when == "updated" else "updated")
            return self._minutes(before, 0, int((self.now - before).total_seconds() // 60))
        if when == "expiry":
            return self._around(120, 1_200, 0.15)
        if when == "start":
            return self._hour(self._around(3, 45, 0.4))
        if when == "end":
            return self.moment("start") + timedelta(days=self.random.randint(0, 14), minutes=self.random.choice((30, 60, 90, 120)))
        if {"start", "end"} & set(self._moments):
            return self._hour(self._minutes(self.moment("end"), 3 * _DAY, 60 * _DAY))
        return self._hour(self._around(3, 60, 0.3))

    def _around(self, least: int, most: int, past: float) -> datetime:
        """So many days before or after now: as the status of the row says, else past for that share of rows."""
        status = str(self.fields.get("status") or self.fields.get("state") or "").lower().replace("_", " ")
        share = 1.0 if status in lists()["over"] else 0.0 if status in lists()["ahead"] else past
        ago = self.random.random() < share
        return self._minutes(self.now, *((-most * _DAY, -least * _DAY) if ago else (least * _DAY, most * _DAY)))

    def _minutes(self, start: datetime, least: int, most: int) -> datetime:
        return start + timedelta(minutes=self.random.randint(least, most))

    def _hour(self, time: datetime) -> datetime:
        """A usual time of that day."""
        return time.replace(hour=self.random.randint(8, 17), minute=self.random.choice((0, 15, 30, 45)))
