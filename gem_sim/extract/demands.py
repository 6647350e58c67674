"""What rows and arguments must be for a call, beside bounds of its parameters: a balance of zero, an age, nothing pending, a value nobody else has.

Knows wording and the fields of drafts.
"""

from __future__ import annotations

import re

from gem_sim.extract.drafts import Draft, Parameter
from gem_sim.extract.duties import named
from gem_sim.extract.lexicon import camel, nouns
from gem_sim.extract.limits import number
from gem_sim.extract.phrases import tokens
from gem_sim.extract.rules import Found
from gem_sim.grammar import singular
from gem_sim.records import AbsentCheck, Check, FieldCheck, LimitCheck, NeedCheck, UniqueCheck

Made = tuple[Check, list[Draft]]

_MUST = r"(?:must|has to|have to|needs? to)"
_OF = r"(?: (?:on|of|in) (?:the|your|this|that|an?) (?:[a-z]+ )?[a-z]+)?"
_ZERO = re.compile(rf"\b(?P<noun>[a-z]+){_OF} {_MUST} be (?:zero\b|[$£€]?0(?:\.0+)?\b)", re.IGNORECASE)
_AGE = re.compile(r"\b(?P<thing>[a-z]+) (?:age|must (?:be|have been open(?:ed)?))(?: for)? (?:at least|a minimum of) (?P<count>\d+) days\b", re.IGNORECASE)
_WITHIN = re.compile(
    r"\b(?:can|may|must|only|has to|have to)\b.*\bwithin (?P<count>\d+) (?P<unit>days|weeks) (?:of|after|from) (?:the |your )?(?:date of )?"
    r"(?P<event>delivery|purchase|receipt|issue|booking|payment|order|arrival|return)\b",
    re.IGNORECASE,
)
_SPAN = r"(?P<count>\d+|one|two|three|four|five|six|seven|ten|twelve) (?P<unit>hours?|days?|weeks?|months?)"
_AHEAD = re.compile(
    rf"\b(?P<way>at least|no later than|not later than|until|up to|at most|no more than|any day in the next|within the next) {_SPAN}"
    r"(?: (?P<where>ahead|in advance|before(?= (?:it|they|the|your|departure|arrival|check-in)\b)|from today|from now))?",
    re.IGNORECASE,
)
_DAYS = {"hour": 1 / 24, "day": 1, "week": 7, "month": 30}
_UNIQUE = re.compile(
    rf"\b(?P<noun>[a-z]+) {_MUST} be unique\b|\b{_MUST} (?:have|choose|enter|use|provide) an? unique (?P<other>[a-z]+(?: [a-z]+)?)"
    r"|\b(?:cannot|can't|may not|must not) (?:have|use|share) the same (?P<same>[a-z]+)",
    re.IGNORECASE,
)
_GIVES = r"(?:enter|select|choose|specify|provide|give|set|add|include|fill in|supply|state)"
_NEED = re.compile(
    rf"^(?:if|when) you {_GIVES} (?:an? |the |your )?(?P<given>[a-z ]{{3,30}}), (?:you )?{_MUST} (?:also |then )?{_GIVES}"
    r" (?:an? |the |its |your )?(?P<need>[a-z ]{3,30})[.!]?$",
    re.IGNORECASE,
)
_TEXT = r"[\"'“‘`]?(?P<{}>(?:https?://|\.)[\w.]*)[\"'”’`]?"
_STARTS = re.compile(rf"\b{_MUST} (?:start|begin) with (?:an? |the )?{_TEXT.format('part')}", re.IGNORECASE)
_ENDS = re.compile(rf"\b{_MUST} end (?:with|in) (?:an? |the )?{_TEXT.format('part')}(?:,? or (?:with |in )?(?:an? )?{_TEXT.format('more')})?", re.IGNORECASE)
_OPEN_ENDED = re.compile(r"\b(?:unless|except|if|otherwise|usually)\b", re.IGNORECASE)


def field(found: Found) -> Made | None:
    """`The balance of the account must be zero`, `account age at least 60 days`, `within 30 days of delivery`."""
    text = found.sentence.text
    drafts = _acted(found)
    if match := _WITHIN.search(text):
        days = int(match["count"]) * (7 if match["unit"].lower() == "weeks" else 1)
        return _on_rows(named(text, found.all), f"{match['event'].lower()}_date", maximum=days, unit="days")
    if match := _AGE.search(text):
        about = [draft for draft in drafts if draft.action.entity.split("_")[-1] == singular(match["thing"].lower())]
        return _on_rows(about, "opened_on", minimum=int(match["count"]), unit="days")
    match = _ZERO.search(text)
    noun = match["noun"].lower() if match else ""
    if match is None or noun not in nouns("money_fields") or any(noun in draft.parameters for draft in drafts):
        return None
    return _on_rows(drafts, noun, minimum=0, maximum=0)


def window(found: Found) -> Made | None:
    """`At most 60 days ahead`, of a date that a call gives; `until 2 days before`, of a date that its row has."""
    match = _AHEAD.search(found.sentence.text)
    drafts = _acted(found)
    if match is None or not drafts or _OPEN_ENDED.search(found.sentence.text):
        return None
    way, where = match["way"].lower(), (match["where"] or "").lower()
    days = number(match["count"]) * _DAYS[match["unit"].lower().rstrip("s")]
    if days < 1 or days != int(days) or not (where or way.endswith("next")):
        return None
    least = way in ("at least", "until", "no later than", "not later than") and where in ("before", "in advance", "ahead")
    if where == "before" or (least and not any(draft.creates for draft in drafts)):
        return _before(drafts, days) if least or way == "up to" else None
    bounds = {"minimum": days} if least else {"minimum": 0, "maximum": days}
    for draft in drafts:
        dates = [one.name for one in draft.parameters.values() if one.schema.get("format") == "date"]
        if len(dates) == 1:
            return LimitCheck.model_validate({"parameter": dates[0], "unit": "days", **bounds}), [draft]
    return None


def _before(drafts: list[Draft], days: float) -> Made | None:
    """A deadline before the one date that rows of the entity are made with, or before they start."""
    made = [name for draft in drafts for name, one in draft.parameters.items() if one.schema.get("format") == "date" and one.required]
    return _on_rows(drafts, made[0] if len(set(made)) == 1 else "start_date", minimum=days, unit="ahead")


def _acted(found: Found) -> list[Draft]:
    """The drafts that the lead-in or the sentence names, else the governed ones."""
    return named(f"{found.lead} {found.sentence.text}", found.all) or (list(found.drafts) if found.sure else [])


def _on_rows(drafts: list[Draft], name: str, **limits: object) -> Made | None:
    """A check of a field of the row that the first of the drafts works on, for all that work on such a row."""
    works = [draft for draft in drafts if not draft.creates]
    if not works:
        return None
    entity = works[0].action.entity
    return FieldCheck.model_validate({"entity": camel(entity), "field": name, **limits}), [draft for draft in works if draft.action.entity == entity]


def absent(found: Found) -> Made | None:
    """`No pending disputes`, where disputes belong to what the tool works on."""
    words = [word.lower() for word in tokens(found.sentence.text)]
    for other, statuses in found.implied.items():
        said = [at for at, word in enumerate(words) if word in ("no", "without") and words[at + 1 : at + 2] and words[at + 1] in statuses]
        heads = {singular(word) for at in said for word in words[at + 2 : at + 5]}
        acted = [draft for draft in _acted(found) if not draft.creates and draft.action.entity == found.main]
        if other.split("_")[-1] in heads and acted:
            named_states = tuple(dict.fromkeys(words[at + 1] for at in said))
            return AbsentCheck(entity=camel(other), of=camel(found.main), statuses=named_states), acted
    return None


def unique(found: Found) -> Made | None:
    """`The code must be unique`."""
    match = _UNIQUE.search(found.sentence.text)
    noun = next((singular(word.split()[-1].lower()) for word in match.groups() if word), "") if match else ""
    for draft in found.drafts if found.sure and noun else ():
        one = _parameter(draft, noun)
        if one is not None and draft.creates and one.schema.get("type") == "string" and "enum" not in one.schema:
            return UniqueCheck(entity=camel(draft.action.entity), parameter=one.name), [draft]
    return None


def need(found: Found) -> Made | None:
    """`If you select a foreign currency, you must also enter the foreign amount`."""
    match = _NEED.match(found.sentence.text)
    for draft in found.all if match else ():
        given, needed = (draft.parameters.get("_".join(match[name].lower().split())) for name in ("given", "need")) if match else (None, None)
        if given is not None and needed is not None and given is not needed:
            given.required = needed.required = False
            return NeedCheck(parameter=needed.name, given=given.name), [draft]
    return None


def affix(found: Found) -> Made | None:
    """`The address must end in .org or .net`, said of a parameter by its name."""
    text = found.sentence.text
    starts, ends = _STARTS.search(text), _ENDS.search(text)
    match = starts or ends
    if match is None or _OPEN_ENDED.search(text):
        return None
    words = [singular(word.lower()) for word in tokens(text[: match.start()])]
    for draft in found.drafts if found.sure else ():
        one = next((one for word in words if (one := _parameter(draft, word)) is not None and one.schema.get("type") == "string"), None)
        if one is not None:
            return LimitCheck(parameter=one.name, starts=_parts(starts), ends=_parts(ends)), [draft]
    return None


def _parts(match: re.Match[str] | None) -> tuple[str, ...] | None:
    """The texts of a match without the full stop of the sentence."""
    return tuple(part.rstrip(".") for part in match.groups() if part) if match else None


def _parameter(draft: Draft, noun: str) -> Parameter | None:
    return next((one for one in draft.parameters.values() if singular(one.name.split("_")[-1]) == noun), None)
