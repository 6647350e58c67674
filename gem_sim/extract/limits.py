"""Limits and counts in rules: numbers with what they bound. Knows number words, units and the parameters of drafts."""

from __future__ import annotations

import re
from typing import Any

from gem_sim.extract.drafts import Draft, Parameter
from gem_sim.extract.lexicon import camel, forms, load, nouns
from gem_sim.extract.phrases import tokens
from gem_sim.grammar import plural, singular
from gem_sim.records import Check, CountCheck, LimitCheck

_WORDS = dict(zip(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], range(1, 13), strict=True))
_N = rf"(?P<{{}}>[$£€]? ?\d[\d,]*(?:\.\d+)?|\b(?:{'|'.join(_WORDS)})\b)"
_LOW, _HIGH = _N.format("low"), _N.format("high")
_UNIT = r"(?: ?(?P<unit>%|[A-Za-z]+(?: [a-z]+)?))?"
_SIZE = r"(?: amount| value| length| number| order)?(?: of| is|:)?"
_BETWEEN = re.compile(rf"\b(?:between|from) {_LOW}(?: ?[a-z%]+)? (?:and|to) {_HIGH}{_UNIT}", re.IGNORECASE)
_RANGE = re.compile(rf"{_LOW} ?(?:to|–|—|-) ?{_HIGH}{_UNIT}", re.IGNORECASE)
_LEAST = re.compile(rf"\b(?:at least|minimum{_SIZE}|no less than|no fewer than|not less than|or more than) {_LOW}{_UNIT}", re.IGNORECASE)
_OR_MORE = re.compile(rf"{_LOW}{_UNIT} or (?:more|longer|above|over)\b", re.IGNORECASE)
_EXCEEDS = (
    r"(?:cannot|can't|not|may not|never) (?:exceed|be (?:more|longer|higher|larger|greater) than)"
    r"|(?:cannot|can't|may not|must not|not) \w+(?: \w+)? more than"
)
_AT_MOST = rf"up to|at most|(?:a )?maximum{_SIZE}|no more than|not more than|limited to|limit (?:of|is)|no longer than"
_MOST = re.compile(rf"\b(?:{_AT_MOST}|{_EXCEEDS}) {_HIGH}{_UNIT}", re.IGNORECASE)
_AT_ONCE = re.compile(
    rf"\b(?:can|may) (?:only )?(?:have|hold|keep) {_HIGH}{_UNIT}[^.;]{{0,40}}\b(?:at once|at a time|at any (?:one )?time|at the same time)\b", re.IGNORECASE
)
_OR_LESS = re.compile(rf"{_HIGH}{_UNIT} or (?:fewer|less|under|below|shorter)\b", re.IGNORECASE)
_TIME_BOUND = re.compile(
    r"\b(?:before|after|ago|advance|notice|old|earlier|later|of the|within|prior|following|next|since|away|ahead)\b",
    re.IGNORECASE,
)
_RATE = re.compile(
    r"\b(?:a|per|each|every|in one|in a|in any|within any) (?:\d+ )?(?:day|week|month|year|hour|24|calendar|rolling|billing)"
    r"|\b(?:daily|monthly|weekly|yearly|in advance)",
    re.IGNORECASE,
)
_EXCEPTION = re.compile(r"\b(?:exception|except|if|unless|when|youth|junior)\b", re.IGNORECASE)
_PRICE = re.compile(r"\b(?:fees?|charged?|charges|costs?|covered|interest|refunded|free)\b", re.IGNORECASE)
_MONEY_VERBS = frozenset(["transfer", "withdraw", "deposit", "pay", "top_up", "send", "redeem", "refund", "request", "claim", "donate"])
_TIME_UNITS = frozenset(["day", "hour", "minute", "week", "month", "year", "night", "second"])
_LENGTH_UNITS = frozenset(["character", "letter", "digit", "word", "symbol"])


def bounds_in(text: str) -> tuple[float | None, float | None, str, bool] | None:
    """Lower and upper bound, the words behind the number, and whether it is money."""
    for pattern in (_BETWEEN, _MOST, _LEAST, _OR_MORE, _OR_LESS, _AT_ONCE, _RANGE):
        for match in pattern.finditer(text):
            named = match.groupdict()
            low, high = named.get("low"), named.get("high")
            if pattern is _RANGE and not (named["unit"] or "$" in match.group() or "£" in match.group() or "€" in match.group()):
                continue
            if pattern is _MOST and (other := _LEAST.search(text)) and _same_unit(other["unit"], named["unit"]):
                low = other["low"]
            money = any(sign in match.group() for sign in "$£€")
            return _number(low), _number(high), (named["unit"] or "").lower(), money
    return None


def _same_unit(one: str | None, other: str | None) -> bool:
    return (one or "").split()[:1] == (other or "").split()[:1] or not other or other.split()[0] in ("and", "or")


def _number(spelled: str | None) -> float | None:
    return number(spelled) if spelled is not None else None


def number(spelled: str) -> float:
    """A number in digits, with a sign of money or not, or as a word."""
    word = spelled.strip().lower()
    return float(_WORDS[word]) if word in _WORDS else float(word.lstrip("$£€ ").replace(",", ""))


def count(text: str, drafts: list[Draft]) -> tuple[Check, list[Draft]] | None:
    """`up to 5 holds at a time`: the unit is an entity that a draft creates."""
    bounds = bounds_in(text)
    if bounds is None or _EXCEPTION.search(text) or _RATE.search(text):
        return None
    low, high, _, money = bounds
    if low is not None or high is None or high < 1 or high != int(high) or money:
        return None
    units = [singular(word) for word in _after_number(text)]
    for draft in drafts:
        if draft.creates and draft.action.entity.split("_")[-1] in units:
            return CountCheck(entity=camel(draft.action.entity), maximum=int(high)), [draft]
    return None


def _after_number(text: str) -> list[str]:
    match = _MOST.search(text) or _OR_LESS.search(text) or _AT_ONCE.search(text)
    behind = tokens(text[match.start("high") :])[1:5] if match else []
    kept: list[str] = []
    for word in behind:
        if not word.isalpha() or word in ("at", "per", "for", "in", "on", "of", "from", "with", "to"):
            break
        kept.append(word.lower())
    return kept


def limit(text: str, drafts: list[Draft]) -> tuple[Check, list[Draft]] | None:
    """A bound of the text on a parameter of the drafts, with the drafts it holds for; None where it bounds nothing they take."""
    bounds = bounds_in(text)
    if bounds is None or _EXCEPTION.search(text) or (bounds[3] and _PRICE.search(text)):
        return None
    low, high, unit, money = bounds
    if low is not None and high is not None and low > high:
        return None
    first = singular(unit.split()[0]) if unit else ""
    if first in _TIME_UNITS and (_TIME_BOUND.search(text) or not any(_countable(draft, first) for draft in drafts)):
        return None
    name = next((name for draft in drafts if (name := _bounded(text, draft, first, money))), "")
    holders = [draft for draft in drafts if name and _carries(draft, name, text, first, money)]
    if not holders:
        return None
    return LimitCheck(parameter=name, minimum=low, maximum=high), holders


def _bounded(text: str, draft: Draft, unit: str, money: bool) -> str:
    """The parameter that a number bounds; money may bring its own."""
    words = [singular(word.lower()) for word in tokens(text)]
    named = [one for one in draft.parameters.values() if singular(one.name.split("_")[-1]) in words]
    named.sort(key=lambda one: -max(at for at, word in enumerate(words) if word == singular(one.name.split("_")[-1])))
    if unit in _LENGTH_UNITS:
        return _measured_text(words, named, draft)
    numeric = [one for one in named if _is_numeric(one)]
    if money:
        pay = [one for one in draft.parameters.values() if _is_numeric(one) and one.name.split("_")[-1] in nouns("money_fields")]
        if one := next((one for one in pay if one in numeric), None) or next(iter(pay), None):
            return one.name
        said = any((hit := forms().get(word.lower())) and hit[0].name == draft.action.verb.name for word in words)
        return "amount" if said and draft.action.verb.name in _MONEY_VERBS and draft.action.group in ("create", "update") else ""
    if unit and (one := _countable(draft, unit)):
        return one.name
    if numeric:
        return numeric[0].name
    return _new_count(text, draft, unit)


def _measured_text(words: list[str], named: list[Parameter], draft: Draft) -> str:
    """`a description of no more than 200 characters`: the field said last before the number, new to the draft or not."""
    number = next((at for at, word in enumerate(words) if word[0].isdigit()), len(words))
    said = next((word for word in reversed(words[:number]) if load("fields.yaml").get(word) == {"type": "string"}), "")
    known = next((one.name for one in named if one.name.split("_")[-1] == said), "")
    if known or not said:
        return known or next((one.name for one in named if _is_free_text(one)), "")
    return said if draft.action.group in ("create", "update") else ""


def _countable(draft: Draft, unit: str) -> Parameter | None:
    numeric = (one for one in draft.parameters.values() if _is_numeric(one))
    return next((one for one in numeric if unit in {singular(part) for part in one.name.split("_")}), None)


def _new_count(text: str, draft: Draft, unit: str) -> str:
    """`You can book up to 6 seats`: the text counts something that the call must then say."""
    words = [word.lower() for word in tokens(text)]
    number = next((at for at, word in enumerate(words) if word[0].isdigit() or word in _WORDS), 0)
    said = any((hit := forms().get(word)) and hit[0].name == draft.action.verb.name for word in words[max(0, number - 5) : number])
    fits = draft.action.group in ("create", "update") and unit.isalpha() and len(unit) > 2 and plural(unit) in text.lower()
    taken = unit in draft.action.entity.split("_") or unit in _TIME_UNITS or any(unit in nouns(kind) for kind in ("vague", "stop", "ui"))
    return f"number_of_{plural(unit)}" if said and fits and not taken and not _RATE.search(text) else ""


def _is_free_text(one: Parameter) -> bool:
    return one.schema.get("type") == "string" and not {"enum", "format"} & set(one.schema)


def _is_numeric(one: Parameter) -> bool:
    return one.schema.get("type") in ("number", "integer")


def _carries(draft: Draft, name: str, text: str, unit: str, money: bool) -> bool:
    """Whether a draft has the parameter, giving it one where the rule itself brings it."""
    if name in draft.parameters:
        return True
    if _bounded(text, draft, unit, money) != name:
        return False
    schema: dict[str, Any] = dict(load("fields.yaml").get(name, {"type": "integer"}))
    draft.take(name, schema, schema["type"] != "string")
    return name in draft.parameters
