"""What kind of thing a detail is, so that it can be said the way people say it: a date, a duration, a name, a yes or no."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from gem_sim.grammar import plural, singular
from gem_sim.scenarios.wording import flag_name, said_name
from gem_sim.worlds.compiler.names import lexicon, read_lists

_DATE = re.compile(r"\d{1,2} [A-Z][a-z]+ \d{4}")
_CLOCK = re.compile(r"\d{1,2}:\d\d(?::\d\d)?")
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_ID = re.compile(r"(?=.*\d)[\w./#-]+")
WORDS = read_lists(Path(__file__).with_name("words.yaml"))
"""The word lists of `words.yaml`."""
_BEING = re.compile(r"(?:no longer|not) .+|(?:too )?(?:\w+ed|late|early|small|large|big|expensive|slow|old|lost|stolen|broken|wrong|faulty|torn|worn)")


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing said: what it is called, its value, its kind (a section of parts/tail.md and others). `noun`: what a yes or no is about."""

    name: str
    value: str
    kind: str
    noun: str = ""


@lru_cache(maxsize=8192)
def detail(name: str, value: str) -> Detail:
    """A named value with its kind."""
    words = name.split() or ["value"]
    if value in ("yes", "no"):
        return _flag(name, value)
    if name in WORDS["searches"] or name in WORDS["limits"]:
        return Detail(name, value, "query" if name in WORDS["searches"] else "limit")
    if value.lower().startswith(("the ", "my ", "your ", "that ")):
        return Detail(name, value, "same" if value.rsplit(maxsplit=1)[-1] == words[-1] else "reference")
    if words[-1] in WORDS["leading"] and len(words) > 1 and len(value) < 30:
        return Detail(name, value, "until")
    if _DATE.fullmatch(value):
        return _date(name, value)
    if _CLOCK.fullmatch(value):
        return Detail(name if words[-1] == "time" else f"{name} time", value, "clock" if name == "time" else "time")
    if _NUMBER.fullmatch(value):
        return _number(name, words, value)
    return Detail(name, value, _kind_of_text(words, value))


def _date(name: str, value: str) -> Detail:
    if name in ("date", "day", "when"):
        return Detail("date", value, "day")
    return Detail(said_name(name, value), value, "due" if name == "due" else "date")


def _flag(name: str, value: str) -> Detail:
    side = "on" if value == "yes" else "off"
    bare = flag_name(name)
    words = bare.split()
    if words[0] in WORDS["switches"]:
        return Detail(name, value, f"switch_{side}", bare)
    marked = words[-1] in WORDS["marks"] or words[-1].endswith(("ed", "able", "ible", "ive"))
    return Detail(name, value, f"{'mark' if marked else 'extra'}_{side}", bare)


def _number(name: str, words: list[str], value: str) -> Detail:
    last, rest = words[-1], " ".join(words[:-1]).removesuffix(" in").removesuffix(" of")
    if last in WORDS["money"]:
        return Detail(rest or "amount", f"{value} {WORDS['money'][last]}", "amount")
    if last in WORDS["units"]:
        return Detail(rest or "size", f"{value} {WORDS['units'][last]}", "span")
    if singular(last) in WORDS["times"]:
        spelled = f"{value} {singular(last) if value == '1' else plural(singular(last))}"
        return Detail(rest, spelled, "span") if rest else Detail(f"number of {last}", spelled, "duration")
    if last in WORDS["amounts"]:
        return Detail(name, value, "amount")
    counted = _counted(words)
    if counted:
        return Detail(f"number of {counted}", f"{value} {singular(counted) if value == '1' else counted}", "count")
    return Detail(name, value, "number")


def _counted(words: list[str]) -> str:
    """What a number counts: `guests` of `guests`, `number of guests` and `guest count`; nothing where it counts nothing."""
    if words[:2] in (["number", "of"], ["amount", "of"], ["count", "of"]) and len(words) > 2:
        return " ".join(words[2:])
    if words[0] in WORDS["counted"] and len(words) == 2 and singular(words[1]) != words[1]:
        return words[1]
    if words[-1] in ("count", "quantity") and len(words) > 1:
        return " ".join([*words[:-2], plural(words[-2])])
    return " ".join(words) if singular(words[-1]) != words[-1] and words[-1] not in ("status", "address") else ""


def _kind_of_text(words: list[str], value: str) -> str:
    last = words[-1]
    if last in WORDS["reasons"]:
        return "because" if _BEING.fullmatch(value) else "reason" if len(value.split()) < 4 else "note"
    if last in WORDS["states"]:
        return "state"
    if len(value.split()) > 4 or value.endswith((".", "!", "?")):
        return "note"
    if "@" in value:
        return "email"
    if last in ("id", "ids", "code", "number", "reference") and _ID.fullmatch(value):
        return "id"
    if last in ("name", "title", "label"):
        return {"name": "called", "title": "titled"}.get(" ".join(words), "label")
    if last in lexicon()["people"]:
        return "person"
    return "thing" if value[:1].isupper() else "option"
