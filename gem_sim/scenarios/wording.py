"""How rows, values and actions are called in conversation. Used to word messages and to trace values back to them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from gem_sim.grammar import article, gerund, plural, singular
from gem_sim.worlds.compiler.names import label_among, labels, lexicon, parse, words
from gem_sim.worlds.spec import EntitySpec, WorldSpec
from gem_sim.worlds.world import World

_ISO_TIME = re.compile(r"\d{2}:\d{2}:00Z?")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_ISO_BOTH = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::00(?:\.0+)?)?Z?")
_SPOKEN_DATE = re.compile(r"(\d{1,2}) ([A-Z][a-z]+) (\d{4})")
_TODAY = re.compile(r"\btoday is (\d{4})-", re.IGNORECASE)
_DATED = frozenset(["date", "day", "deadline", "on", "at", "until", "from", "by", "since", "birthday", "when"])
_TIMES = frozenset(["minutes", "hours", "days", "nights", "weeks", "months", "years"])


def spoken(value: Any) -> str:
    """A value as people say it: `2026-04-21` as `21 April 2026`, `no_longer_needed` as `no longer needed`, true as `yes`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "none"
    if isinstance(value, (int, float)):
        return f"{value:.2f}" if isinstance(value, float) else str(value)
    if isinstance(value, list):
        return " and ".join(spoken(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{spoken_name(key)} {spoken(item)}" for key, item in value.items())
    text = str(value)
    if _ISO_DATE.fullmatch(text):
        return _spoken_date(text)
    if _ISO_TIME.fullmatch(text):
        return text[:5]
    if (both := _ISO_BOTH.fullmatch(text)) is not None:
        return f"{_spoken_date(both[1])} at {both[2]}"
    return text.replace("_", " ") if " " not in text and "@" not in text and "://" not in text else text


def _spoken_date(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.day} {day:%B} {day.year}"


def date_forms(text: str, year: str = "") -> list[str]:
    """The ways in which people say a date that `spoken` gives, itself first: `21 April 2026`, `April 21, 2026`.

    In the `year` that it is in the story they leave the year out as well: `21 April`. Other texts have one form.
    """
    match = _SPOKEN_DATE.fullmatch(text)
    if match is None:
        return [text]
    day, month, its = match.groups()
    last = "th" if day in ("11", "12", "13") else {"1": "st", "2": "nd", "3": "rd"}.get(day[-1], "th")
    short = [f"{day} {month}", f"{month} {day}", f"the {day}{last} of {month}", f"{month} {day}{last}"] if its == year else []
    return [text, f"{month} {day}, {its}", f"the {day}{last} of {month} {its}", *short]


def said_forms(value: Any, year: str = "") -> list[str]:
    """All texts that stand for a value in what a user says, the usual one first. `year`: that of the story's today, see `year_of`."""
    usual = spoken(value)
    forms = [f"{value:,}"] if isinstance(value, (int, float)) and not isinstance(value, bool) else date_forms(usual, year)
    return list(dict.fromkeys([usual, *forms]))


def year_of(policy: str) -> str:
    """The year of the story's today as the system message tells it; empty where it tells none."""
    match = _TODAY.search(policy)
    return match[1] if match else ""


def said_name(name: str, value: str) -> str:
    """A field's spoken name beside its spoken value: the `due` that is `21 April 2026` is the `due date`, the `days` that are `8` the `number of days`."""
    last = name.rsplit(maxsplit=1)[-1] if name else ""
    if _SPOKEN_DATE.fullmatch(value) and last not in _DATED:
        return f"{name} date"
    return f"number of {name}" if last == name and last in _TIMES else name


def flag_name(name: str) -> str:
    """What a yes or no is about: `is damaged` is about `damaged`, `include breakfast` about `breakfast`."""
    first, _, rest = name.partition(" ")
    return rest if rest and first in ("is", "has", "be", "with", "include", "includes", "including", "are", "was") else name


def spoken_name(field: str) -> str:
    """A field or parameter as people say it: `pickup_date` as `pickup date`, `card_id` as `card id`."""
    return " ".join(words(field)) or field


def noun(entity: str) -> str:
    """`PickupRequest` as `pickup request`; the table `pickup_requests` of a mock in Python as well."""
    spelled = words(entity)
    return " ".join([*spelled[:-1], singular(spelled[-1])] if entity[:1].islower() else spelled)


def action(tool: str, subject: str | None, entity: str = "") -> str:
    """`renew_loan` with a subject as `renew the loan for Ana`, `update_daily_limit` as `update the daily limit of the card for Ana`.

    Without a subject the noun of the tool stands alone: `reserve a tool`.
    """
    name, thing = parse(tool), _thing(tool)
    if subject is None:
        return f"{name.verb} the {thing}" if name.many else f"{name.verb} {article(thing)}"
    spelled = [singular(word) for word in words(entity)]
    same = set(spelled) <= set(name.noun) or set(name.noun) <= set(spelled)
    return f"{name.verb} {subject}" if same else f"{name.verb} the {thing} of {subject}"


def own_action(tool: str) -> str:
    """What a tool does with the user's own: `list my loans`, `update my address`."""
    return f"{parse(tool).verb} my {_thing(tool)}"


def _thing(tool: str) -> str:
    """What the name of a tool says it is about, in the plural where the name has it so."""
    name = parse(tool)
    thing = " ".join(name.noun) or "request"
    return plural(thing) if name.many else thing


def in_words(do: str) -> dict[str, str]:
    """A wish by its words, with the verb in front: `{do: renew my loan, doing: renewing my loan}`."""
    verb, _, rest = do.partition(" ")
    return {"do": do, "doing": f"{gerund(verb)} {rest}".strip()}


def label_of(entity: EntitySpec) -> str | None:
    """The field by which people tell the rows of an entity apart."""
    return label_among(entity.fields)


def describe(world: World, entity: str, row: dict[str, Any]) -> str | None:
    """How a user who knows no ids calls a row: by its label, else by the rows it refers to. None where it has neither."""
    label = label_of(world.spec.entities[entity])
    if label is not None and isinstance(row.get(label), str):
        joint = "called" if labels(label) and not set(words(label)) & set(lexicon()["people"]) else "for"
        return f"the {noun(entity)} {joint} {row[label]}" if _needs_noun(entity, label) else str(row[label])
    parts = [(ref, str(target[label_of(world.spec.entities[ref]) or ""])) for ref, target in named_rows(world, entity, row)]
    return referring(noun(entity), parts) if parts else None


def referring(thing: str, names: Sequence[tuple[str, str]], *, mine: bool = False) -> str:
    """A thing by what it refers to, pairs of entity and name: `Ana Ferreira's loan for Jigsaw`, `my loan for Jigsaw`, `the loan for Jigsaw and Ladder`.

    The first person among the names owns it, unless it is the speaker's own.
    """
    owner = None if mine else next((name for entity, name in names if noun(entity).split()[-1] in lexicon()["people"]), None)
    whose = "my" if mine else "the" if owner is None else f"{owner}'" if owner.endswith("s") else f"{owner}'s"
    others = [name for _, name in names if name != owner]
    return f"{whose} {thing}{' for ' if others else ''}{' and '.join(others)}"


def named_rows(world: World, entity: str, row: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The rows that stand in for a label: those with labels of their own that the row refers to, with their entities."""
    fields = world.spec.entities[entity].fields
    if label_of(world.spec.entities[entity]) is not None:
        return []
    found = []
    for field, about in fields.items():
        target = row_of(world, about.ref, row.get(field)) if about.ref else None
        label = label_of(world.spec.entities[about.ref]) if about.ref else None
        if about.ref and target and label and isinstance(target.get(label), str):
            found.append((about.ref, target))
    return found


def row_of(world: World, entity: str, key: Any) -> dict[str, Any] | None:
    """The row with that key, or None; the first of several that share the first key field."""
    return next(iter(world.find(entity, key_field(world.spec, entity), key)), None)


def _needs_noun(entity: str, label: str) -> bool:
    """A person's name stands alone, a thing's does not: `Ana Ferreira`, but `the server called Maple`."""
    return not (label in ("name", "full_name") and noun(entity).split()[-1] in ("member", "customer", "patient", "employee", "user", "person", "guest"))


def key_field(spec: WorldSpec, entity: str) -> str:
    """The first key field of an entity."""
    return spec.entities[entity].keys[0]


def stands_in(form: str, text: str) -> bool:
    """Whether a form occurs as a whole: `13` does not stand in `2013` or `13.5`."""
    at = text.find(form) if form else -1
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(form) : at + len(form) + 2]
        if not (before.isalnum() or after[:1].isalnum() or (form[-1].isdigit() and re.match(r"[.,]\d", after))):
            return True
        at = text.find(form, at + 1)
    return False
