"""Parameters that have nothing to do with the thing a tool works on: credentials, paging, sorting, presentation, and what steers the call."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from gem_sim.worlds.compiler.reading.drafts import Draft
from gem_sim.worlds.compiler.reading.kinds import WRITES
from gem_sim.worlds.compiler.reading.parameters import Parameter, is_one_of, spelled
from gem_sim.worlds.compiler.reading.words import Words, listed, one, words

Role = Literal["key", "ref", "field", "filter", "paging", "sort", "presentation", "credential", "input", "other"]

_SECRET = re.compile(
    r"\b(?:api|access|auth\w*|secret|app|developer|service)[ -]?(?:key|token|secret)\b|\bcl[eé] api\b|\bapi[- ]schl[uü]ssel|\b(?:clave|chave) (?:de )?api\b",
    re.IGNORECASE,
)
_PAGES = re.compile(
    r"\bpaginat|\bpage (?:number|size|index|token|of results)|\bcursor\b|"
    r"\b(?:number|amount|count) of (?:\w+ )?\w+s (?:to (?:be )?(?:return|display|show|skip|fetch|retriev|include|get)|per page|returned|displayed)|"
    r"\bmax(?:imum)? (?:number|count) of (?:\w+ )?(?:results|items|records|entries|rows|hits|matches|documents)",
    re.IGNORECASE,
)
_SHOWS = re.compile(
    r"\b(?:output|response|return|result)s? (?:format|type)|\bformat (?:of|for) (?:the )?(?:output|response|result|content)|\bpretty[- ]?print|"
    r"\blanguage (?:code )?(?:for|of|to) (?:the )?(?:results?|response|output|return)|\bcustomi[sz]e (?:the |service )?output|"
    r"\b(?:fields?|columns?|attributes?|properties) to (?:return|include|show)",
    re.IGNORECASE,
)
_SORTS = re.compile(r"\b(?:sort(?:ed|s|ing)?|order(?:ed|ing)?) (?:by|order|direction|the|in|results?|field)\b|\bascending\b|\bdescending\b", re.IGNORECASE)
_TURNS = re.compile(r"\bpaginat|\bcursor\b", re.IGNORECASE)
_CHOSEN = ("ed", "ing")
_MOST, _FEW = 0.6, 3
"""Share of the tools of a set that is most of them, and tools from which on that says something."""
_SHORT = 40
"""Letters of a text that says no more than what the secret is."""


def housekeeping(item: Parameter, draft: Draft, noun: Words, *, named: bool) -> Role | None:
    """The role of a parameter that has nothing to do with `noun`. `named` says that it is a key in another tool of the set."""
    if is_one_of(item, "sure_credential"):
        return "credential"
    path_item = item.name == draft.name.item and not (draft.said.many and not item.strong)
    if path_item or (noun and item.required and (one(item.words) == noun or (item.strong and item.noun == noun))):
        return None
    if credential(item, draft, named=named):
        return "credential"
    if item.name.lower().startswith(("x-", "if-")) or (is_one_of(item, "other") and _steers(item, draft)):
        return "other"
    if draft.kind == "read":
        counts = item.words == ("count",) and any(other.words[:1] == ("page",) for other in draft.given)
        return "paging" if counts else _of_read(item)
    if is_one_of(item, "sure_paging"):
        return "paging"
    if is_one_of(item, "sure_presentation") or (draft.kind not in WRITES and not item.required and (_shows_something(item) or _is_format(item))):
        return "presentation"
    if draft.kind in WRITES and item.type == "boolean" and len(item.words) > 1:
        return "other" if item.words[0] in listed("roles", "flags") else "presentation" if item.words[0] in ("include", "return", "expand") else None
    return None


def _steers(item: Parameter, draft: Draft) -> bool:
    """Whether a word of the list `other` steers the call here: it could be a field of what is written, a filter, or something to compute with."""
    word = spelled(item)
    if draft.kind in ("create", "update") and word in listed("roles", "perhaps_fields"):
        return item.choices is not None or item.type == "boolean"
    if draft.kind == "read" and (word in listed("roles", "perhaps_filters") or (word == "version" and item.required)):
        return False
    return draft.kind not in ("compute", "imagined") or word not in listed("roles", "perhaps_inputs")


def credential(item: Parameter, draft: Draft, *, named: bool) -> bool:
    """Whether a parameter says who is calling."""
    plain = spelled(item)
    if is_one_of(item, "sure_credential") or (draft.tool.hints is not None and item.name in draft.tool.hints.credentials):
        return True
    if draft.kind == "session":
        return is_one_of(item, "credential") or plain.endswith((*listed("roles", "logon"), *listed("roles", "credential_ends")))
    if _SECRET.search(item.text) and item.type == "string" and (plain.endswith(("key", "token", "id", "secret", "auth")) or len(item.text) < _SHORT):
        return True
    person = not listed("nouns", "persons").isdisjoint(draft.noun[-1:])
    if draft.kind in WRITES and not person and item.words == ("username",) and any(is_one_of(other, "sure_credential") for other in draft.given):
        return True
    if named:
        return False
    if draft.kind in ("create", "update"):
        return plain.endswith(("accesstoken", "apikey", "authtoken"))
    perhaps = plain in listed("roles", "perhaps_credentials")
    return (is_one_of(item, "credential") and not perhaps) or (plain == "key" and not item.required) or plain.endswith(("accesstoken", "apikey"))


def pages(draft: Draft) -> bool:
    """Whether a tool is told which of many rows to give."""
    return draft.kind == "read" and any(_of_read(item) == "paging" for item in draft.given)


def secrets(drafts: Sequence[Draft]) -> set[str]:
    """Parameters that are credentials in most of the tools that take them."""
    seen: Counter[str] = Counter()
    secret: Counter[str] = Counter()
    for draft in drafts:
        for item in draft.given:
            seen[item.name] += 1
            names_row = item.name == draft.name.item or (item.strong and item.noun[-1:] == draft.noun[-1:])
            secret[item.name] += not names_row and credential(item, draft, named=False)
    everywhere = {name for name, count in seen.items() if count >= max(_FEW, _MOST * len(drafts)) and _is_secret(words(name))}
    return everywhere | {name for name, count in secret.items() if 2 * count > seen[name] > 1}


def _is_secret(name: Words) -> bool:
    """`custom_token`, but neither `page_token` nor `from_token`."""
    asked = "".join(name) in listed("roles", "paging") or not listed("nouns", "id_qualifiers").isdisjoint(name[:1])
    return len(name) > 1 and name[-1] in listed("roles", "credential_ends") and not asked


def _of_read(item: Parameter) -> Role | None:
    """Paging, sorting and presentation of what is read."""
    if _sorts(item):
        return "sort"
    if is_one_of(item, "paging") and _pages(item):
        return "paging"
    if is_one_of(item, "presentation"):
        return _presents(item)
    if _SHOWS.search(item.text):
        return "presentation"
    if _shows_something(item):
        return "filter" if item.words[-1].endswith(_CHOSEN) and item.type != "array" else "presentation"
    if item.choices and not item.strong and _SORTS.search(item.text):
        return "sort"
    counts = item.type in ("integer", "number") and not item.strong and "filter" not in item.text.lower() and _PAGES.search(item.text)
    return "paging" if counts or (item.type == "string" and _TURNS.search(item.text)) else None


def _sorts(item: Parameter) -> bool:
    how = len(item.words) > 1 and item.words[0] in ("sort", "order") and item.words[1] in listed("roles", "sorted_by")
    return is_one_of(item, "sort") or (how and not item.strong) or (len(item.words) == 1 and spelled(item).endswith(("sort", "sortby", "orderby")))


def _pages(item: Parameter) -> bool:
    """Whether a word such as `count`, `start` or `after` is about pages here."""
    plain, text = spelled(item), item.text.lower()
    if plain not in listed("roles", "perhaps_paging"):
        return True
    if item.type == "boolean" or item.timed or "date" in text or "time" in text:
        return False
    return item.type in ("integer", "number") or bool(_PAGES.search(text)) or (plain in listed("roles", "always_paging") and not item.required)


def _presents(item: Parameter) -> Role | None:
    """What a word such as `fields`, `language` or `type` is about: what is searched, how things are shown, or the things."""
    plain = spelled(item)
    if "search" in item.text.lower() and plain in listed("roles", "perhaps_searched"):
        return "filter"
    if plain not in listed("roles", "perhaps_presentation"):
        return "presentation"
    shows = plain in listed("roles", "mostly_presentation") or _SHOWS.search(item.text)
    return "presentation" if shows and not item.required else None


def _is_format(item: Parameter) -> bool:
    """`format`, `image_format`; but `date_format` is how something is given."""
    return item.words[-1:] == ("format",) and item.words[:1] not in (("date",), ("time",), ("input",), ("source",), ("from",))


def _shows_something(item: Parameter) -> bool:
    """`include_history`, `return_image`."""
    return len(item.words) > 1 and item.words[0] in listed("roles", "showing") and item.type in ("boolean", "string", "array", "integer")
