"""What descriptions say: the verb of the first sentence and the noun that it works on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from gem_sim.worlds.compiler.reading.verbs import Verb, anywhere, decisive, deed, is_infinitive, verb
from gem_sim.worlds.compiler.reading.words import Words, bases, folded, is_many, listed, one, text_words, words

_END = re.compile(r"[.!?;:\u3002](?:\s|$)|\n\s*\n|\s(?:##+|Args:|Returns:|Parameters:)|\u3002")
_CUT = re.compile('[,;:.!?()\\[\\]{}/|`"\u201c\u201d]|\\s[-\u2013\u2014]\\s')
_POSSESSIVE = re.compile("['\u2019]s$")
_ELIDED = re.compile("^(?:d|l|dell|un)['\u2019]")
_BEGUN = re.compile(r"(?<=[a-zA-Z0-9)]) (?=([A-Z][a-z]+) ([a-z]+|[A-Z]{2}))")
"""Where a sentence may begin without a mark before it, as behind a summary: `Create user Creates a new user`."""
_LONGEST = 400
_SHARED = 2_000
_WINDOW = 16
"""Words of a sentence within which its verb is looked for."""
_TITLE = 3
"""Words of a title before a colon at most: `Orders: List all orders`."""
_LONG_TITLE = 5
"""Words of a title at most behind whose object the verb stands."""
_NEAR = 6
"""Words within which "tool for" stands."""
_OBJECT = 9
"""Words behind a verb within which its object ends."""
_NOUN = 4
"""Words of a noun at most."""


class Said(NamedTuple):
    """The first sentence of a description. `verb` is None where it is not known, `word` is the word in its place; `noun` is singular."""

    verb: Verb | None
    word: str
    noun: Words
    many: bool
    listed: bool
    """Whether it says "list of" or "all"."""
    sentence: str


NOTHING = Said(None, "", (), many=False, listed=False, sentence="")


def told_apart(descriptions: Sequence[str]) -> list[str]:
    """The descriptions without what all begin with: it says something of the set, not of a tool."""
    texts = [" ".join(text[:_SHARED].split()) for text in descriptions]
    filled = [text for text in texts if text]
    shared = _beginning(min(filled), max(filled)) if len(filled) > 2 else ""
    cut = max(shared.rfind(mark) for mark in (". ", ": ", "] ", "- "))
    return [text[cut + 2 :] if len(text) > cut + 2 else text for text in texts] if cut > 0 else texts


def _beginning(one_text: str, other: str) -> str:
    """What two texts both begin with; for the first and the last of many in order, what all do."""
    at = next((at for at, (left, right) in enumerate(zip(one_text, other, strict=False)) if left != right), min(len(one_text), len(other)))
    return one_text[:at]


@lru_cache(10_000)
def said(description: str) -> Said:
    """What a description says first, and behind a summary what says it again in more words."""
    spaced = description if " " in description.strip() or not description.isascii() else " ".join(words(description))
    found = [_read(sentence) for sentence in _sentences(spaced)]
    if not found:
        return NOTHING
    first, again = found[0], found[-1]
    if first.verb is None and again.verb is None:
        return first
    spoken = first if first.verb is not None else again
    noun, many = (first.noun, first.many) if first.noun else (again.noun, again.many)
    same = not again.noun or again.noun[-1:] == noun[-1:]
    return spoken._replace(noun=noun, many=many or (same and again.many), listed=first.listed or (same and again.listed), sentence=first.sentence)


def _read(sentence: str) -> Said:
    foreign = anywhere(sentence)
    if foreign is not None:
        return Said(foreign, foreign.word, (), many=False, listed=foreign.many, sentence=sentence.lower())
    spelled = text_words(sentence)
    at = _verb_at(spelled)
    word = spelled[at] if at is not None else ""
    behind = spelled[at + 1 : at + 3] if at is not None else []
    joined = behind[1] if len(behind) > 1 and behind[0] in listed("texts", "joining") and verb(behind[1]) is not None else ""
    turned = len(spelled) > 1 and not behind and _ends_a_title(word)
    noun, every = _object(spelled[:-1] if turned else _behind(sentence, joined or word))
    found = deed(word) or decisive(word, joined)
    return Said(found, word, one(noun), is_many(noun) or (every and bool(noun)), every and bool(noun), sentence.lower())


def _sentences(description: str) -> list[str]:
    """The first sentence; where it is a summary that another one follows without a mark, both."""
    text = description.strip()[:_LONGEST].lstrip("#*-> \t")
    first, rest = _first(text)
    if rest and text[len(first)] == ":" and len(text_words(first)) <= _TITLE:
        first = _first(rest)[0]
    cut = next((found.start() for found in _BEGUN.finditer(first) if _begins(text_words(first[: found.start()]), *found.groups())), None)
    return [part for part in ([first] if cut is None else [first[:cut], first[cut + 1 :]]) if part]


def _first(text: str) -> tuple[str, str]:
    end = _END.search(text)
    return (text[: end.start()].strip(), text[end.end() :].strip()) if end and end.start() > 0 else (text.strip(), "")


def _begins(before: Sequence[str], word: str, behind: str) -> bool:
    """Whether a word in a sentence may begin another one: a verb that is no noun there, or what only a sentence begins with."""
    if not before or before[-1] in listed("texts", "determiners") | listed("nouns", "prepositions"):
        return False
    spelled = word.lower()
    found = verb(spelled)
    if found is None or spelled in listed("texts", "opening"):
        return spelled in listed("texts", "opening")
    objects = listed("texts", "determiners") | listed("texts", "articles") | listed("texts", "joining")
    return found.word != spelled or (found.sure and behind in objects) or found.word in bases(before[0])


def _verb_at(spelled: Sequence[str]) -> int | None:
    """Where the verb is: the first word that is one, with nothing but leading words before it."""
    if not spelled or _opens_a_noun(spelled):
        return None
    meant = _meant(spelled)
    if meant is not None:
        return meant
    lead = listed("texts", "lead")
    for at, word in enumerate(spelled[:_WINDOW]):
        if _is_deed(spelled, at) or (verb(word) is not None and (word not in lead or at == 0) and not (at and spelled[at - 1] in ("the", "a", "an"))):
            return at
        if word not in lead:
            acts = spelled[at - 1] in ("to", "will", "can", "you") if at else _acts(spelled)
            return at if acts else _behind_its_object(spelled)
    return None


def _is_deed(spelled: Sequence[str], at: int) -> bool:
    """Whether a word is a noun that says what is done to what follows: `deletion of`, `suppression d'un`."""
    behind = "".join(spelled[at + 1 : at + 2])
    return deed(spelled[at]) is not None and (behind in listed("texts", "done_to") or behind.startswith(("d'", "d\N{RIGHT SINGLE QUOTATION MARK}")))


def _behind_its_object(spelled: Sequence[str]) -> int | None:
    """The last word of a title, where it says what is done: `Widget deletion`, `Kunden anlegen`."""
    last = len(spelled) - 1
    return last if 0 < last < _LONG_TITLE and _ends_a_title(spelled[last]) else None


def _ends_a_title(word: str) -> bool:
    return deed(word) is not None or is_infinitive(word)


def _meant(spelled: Sequence[str]) -> int | None:
    """The verb behind "Use this to", "Performs a" and "Billing tool for"."""
    first = spelled[0]
    if first in listed("texts", "hollow"):
        every = first.startswith("perform")
        acts = (at for at, word in enumerate(spelled[1:_WINDOW], 1) if (verb(word) and (every or spelled[at - 1] == "to")) or _is_deed(spelled, at))
        return next(acts, None)
    if verb(first) is None and first not in listed("texts", "lead"):
        tools = listed("texts", "tools")
        behind = [at + 1 for at, word in enumerate(spelled[:_NEAR]) if at > 1 and word in ("for", "to") and spelled[at - 1] in tools]
        return next((at for at in behind if at < len(spelled) and verb(spelled[at])), None)
    return None


def _acts(spelled: Sequence[str]) -> bool:
    """Whether the first word has something behind it that only a verb has."""
    return len(spelled) > 1 and spelled[1] in listed("texts", "determiners")


def _opens_a_noun(spelled: Sequence[str]) -> bool:
    """Whether the first word is no verb though it could be: a noun in the plural, or a participle (`Revised score`)."""
    found, word = verb(spelled[0]), spelled[0]
    if found is None or found.word == word or _acts(spelled):
        return False
    return (word.endswith("ed") and found.kind in ("create", "update", "delete")) or (word.endswith("s") and not found.sure)


def _behind(sentence: str, word: str) -> list[str]:
    """The words behind a word of a sentence, up to a mark; behind no word, all of them."""
    rest = sentence
    if word:
        found = re.search(rf"\b{re.escape(word)}\b", folded(sentence) if word.isascii() else sentence.lower())
        rest = sentence[found.end() :] if found else ""
    return [_ELIDED.sub("", _POSSESSIVE.sub("", part)) for part in text_words(_CUT.split(rest, maxsplit=1)[0])[:_OBJECT]]


def _object(phrase: Sequence[str]) -> tuple[Words, bool]:
    """The noun that a phrase begins with, and whether it is listed: `a list of open orders for a user` as (open, orders), True."""
    prepositions, qualifiers = listed("nouns", "prepositions"), listed("nouns", "qualifiers") | listed("texts", "articles")
    noun: list[str] = []
    every = False
    for word in phrase:
        if noun and _is_of(noun, word):
            every = every or noun[-1] in listed("nouns", "listing") or noun[-1] in ("set", "array", "page", "listing")
            noun = []
        elif word in prepositions and not noun:
            continue
        elif word in prepositions or word in listed("texts", "ends") or (_is_participle(word) and not qualifiers.issuperset(noun)):
            break
        else:
            noun.append(word)
    while noun and noun[0] in qualifiers:
        every = every or noun[0] in ("all", "multiple", "available")
        noun.pop(0)
    return tuple(noun[-_NOUN:]), every


def _is_participle(word: str) -> bool:
    return word.endswith("ed") and word not in listed("nouns", "no_participles")


def _is_of(noun: Sequence[str], word: str) -> bool:
    """Whether words and the next one say nothing of what a verb works on: `the details of`, `the balance of`, but not `order details of`."""
    hollow, qualifiers = listed("texts", "of"), listed("nouns", "qualifiers")
    about = word in ("of", "about", "on", "for", "from", "in") and noun[-1] in hollow
    return (about or (word == "of" and noun[-1] in listed("nouns", "aspects"))) and all(part in hollow or part in qualifiers for part in noun[:-1])
