"""English nouns and verbs: singular, plural, article, gerund, participle. A thin, cached layer over a library, with the words that it gets wrong."""

from __future__ import annotations

import re
from functools import lru_cache

import inflection

_SINGULARS = {"ids": "id", "urls": "url", "leaves": "leave", "cookies": "cookie", "pies": "pie", "ties": "tie", "valves": "valve", "bases": "base"}
_PLURALS = {"hero": "heroes", "leave": "leaves", "data": "data", "valve": "valves"}
_IRREGULAR = ("people", "children", "criteria", "media", "men", "women", "mice", "feet")
_ONE_SYLLABLE = re.compile(r"(?:[^aeiou]|qu)*[aeiou][bdgklmnprt]")
_DOUBLING = re.compile(
    r"cancel|format|label|travel|model|signal|total|enrol|.*(?:mit|fer|gin|gret|rol|get|run|lug|log|put|let)|(?:up|re|un)[^aeiou]*[aeiou][bdgklmnprt]"
)
_NO_DOUBLING = ("offer", "limit", "edit", "target", "budget", "repeat", "vomit", "buffer", "suffer", "dialog", "level")
_SAME = frozenset(["cut", "let", "put", "quit", "read", "reset", "run", "set", "shut", "split", "unset", "upset"])
_PARTICIPLES = {
    "be": "been", "begin": "begun", "break": "broken", "bring": "brought", "build": "built", "buy": "bought", "catch": "caught", "choose": "chosen",
    "do": "done", "draw": "drawn", "drive": "driven", "feed": "fed", "find": "found", "get": "got", "give": "given", "grow": "grown", "hear": "heard",
    "hide": "hidden", "hold": "held", "keep": "kept", "know": "known", "lay": "laid", "lead": "led", "leave": "left", "lend": "lent", "lose": "lost",
    "make": "made", "mean": "meant", "overwrite": "overwritten", "pay": "paid", "prepay": "prepaid", "rebuild": "rebuilt", "repay": "repaid",
    "rewrite": "rewritten", "say": "said", "see": "seen", "sell": "sold", "send": "sent", "resend": "resent", "show": "shown", "spend": "spent",
    "stick": "stuck", "take": "taken", "teach": "taught", "tell": "told", "throw": "thrown", "undo": "undone", "understand": "understood",
    "wear": "worn", "win": "won", "withdraw": "withdrawn", "withhold": "withheld", "write": "written",
}  # fmt: skip
_AN = re.compile(r"(?!uni|use|usu|eu|one\b|once\b|ur[aeiou])[aeiou]|hour|honest|heir", re.IGNORECASE)


@lru_cache(maxsize=20_000)
def singular(word: str) -> str:
    """`parcels` as `parcel`; a word that is no plural stays as it is."""
    if word in _SINGULARS:
        return _SINGULARS[word]
    regular = word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3
    return inflection.singularize(word) if word.isascii() and word.isalpha() and (regular or word in _IRREGULAR) else word


@lru_cache(maxsize=20_000)
def plural(word: str) -> str:
    """`parcel` as `parcels`; of a snake_case name the last word."""
    head, mark, last = word.rpartition("_")
    made = _PLURALS.get(last) or (inflection.pluralize(last) if last.isascii() and last.isalpha() else f"{last}s")
    return f"{head}{mark}{made}"


@lru_cache(maxsize=4_000)
def article(phrase: str) -> str:
    """The phrase with a or an in front."""
    return f"{'an' if _AN.match(phrase) else 'a'} {phrase}"


def gerund(verb: str) -> str:
    """`cancel` as `cancelling`, `renew` as `renewing`, `reserve` as `reserving`, `tie` as `tying`."""
    if verb.endswith("ie"):
        return f"{verb[:-2]}ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return f"{verb[:-1]}ing"
    return f"{_doubled(verb)}ing"


def participle(verb: str) -> str:
    """`cancel` as `cancelled`, `reserve` as `reserved`, `lend` as `lent`, `copy` as `copied`."""
    if verb in _SAME or verb in _PARTICIPLES:
        return _PARTICIPLES.get(verb, verb)
    if verb.endswith("e"):
        return f"{verb}d"
    return f"{verb[:-1]}ied" if re.search("[^aeiou]y$", verb) else f"{_doubled(verb)}ed"


def _doubled(verb: str) -> str:
    doubles = verb not in _NO_DOUBLING and (_ONE_SYLLABLE.fullmatch(verb) or _DOUBLING.fullmatch(verb))
    return f"{verb}{verb[-1]}" if doubles else verb
