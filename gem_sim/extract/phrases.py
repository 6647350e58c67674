"""Verb and object in a sentence or heading: commands, `to close a card`, `closing a card`, `you can close`, `can be closed`.

Knows the lexicon and word order, not what a tool is. There is no tagger: a noun phrase ends at the first word that cannot be in one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from gem_sim.extract.lexicon import Form, Verb, forms, nouns, states
from gem_sim.grammar import singular

Pattern = Literal["command", "purpose", "gerund", "able", "passive", "label", "inside"]

_TOKEN = re.compile(r"[A-Za-z][A-Za-z'/-]*|[$£€]?\d[\d,.]*%?|[^\sA-Za-z0-9]")
_NUMBERED = re.compile(r"^(?:(?:step\s)?\d{1,3}(?:\.\d{1,2}){0,3}[.:)]|step\s\d{1,3}|[a-z][.)])\s+", re.IGNORECASE)
_ABLE = frozenset(
    [
        "can",
        "may",
        "must",
        "could",
        "cannot",
        "can't",
        "should",
        "will",
        "would",
        "might",
        "shall",
        "need",
        "want",
        "wish",
        "able",
        "allowed",
        "allow",
        "allows",
        "let",
        "lets",
        "required",
        "how",
    ]
)
_NOT = frozenset(["not", "never", "don't", "cannot", "can't", "won't"])
_SUBJECTS = frozenset(["you", "we", "they", "i", "he", "she", "it", "who", "customers", "members", "users"])
_LONGEST_PHRASE = 6
_PARTICIPLE = re.compile(r"(?<!e)[a-z]{3}ed$")


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun phrase: singular head, what stands before it, the noun behind `of` (or the like), and whether it was plural."""

    head: str
    modifiers: tuple[str, ...] = ()
    of: str = ""
    plural: bool = False
    determined: bool = False
    end: int = 0

    @property
    def words(self) -> tuple[str, ...]:
        """Modifiers and head in order."""
        return (*self.modifiers, self.head)


@dataclass(frozen=True, slots=True)
class Mention:
    """One verb with its object; `at` is the token it stands at. An empty head stands for `it`."""

    verb: Verb
    noun: Noun
    pattern: Pattern
    at: int


def tokens(text: str) -> list[str]:
    """Words, numbers and marks of a sentence without its step number."""
    return _TOKEN.findall(_NUMBERED.sub("", text, count=1))


def mentions(text: str) -> list[Mention]:
    """All verbs with objects of a sentence, in order."""
    spelled = tokens(text)
    words = [word.lower() for word in spelled]
    found: list[Mention] = []
    for at in range(len(words)):
        verb, form, after = verb_at(words, at)
        if verb is None or form == "third":
            continue
        pattern = _pattern(spelled, words, at, after, verb, form)
        if pattern:
            found.extend(_with_object(spelled, words, at, after, verb, pattern))
    return found


def verb_at(words: list[str], at: int) -> tuple[Verb | None, Form, int]:
    """The longest verb of the lexicon at a token, its form, and the token behind it."""
    table = forms()
    for length in (3, 2, 1):
        if at + length <= len(words) and (hit := table.get(" ".join(words[at : at + length]))):
            return hit[0], hit[1], at + length
    return None, "base", at + 1


def _pattern(spelled: list[str], words: list[str], at: int, after: int, verb: Verb, form: Form) -> Pattern | None:
    before = words[at - 1] if at else ""
    if form == "base" or (verb.base == "set" and form != "gerund"):
        return _base_pattern(spelled, words, at, after, verb, before)
    if form == "gerund":
        opens = before in ("", "by", "when", "before", "after", "for", "about", "and", "or", "while", "without", "on")
        return ("gerund" if at == 0 else "inside") if opens else None
    if form == "participle" and before in ("be", "been", "is", "are", "being"):
        return "passive"
    return None


def _base_pattern(spelled: list[str], words: list[str], at: int, after: int, verb: Verb, before: str) -> Pattern | None:
    if before == "to":
        earlier = words[at - 2] if at > 1 else ""
        return "purpose" if at == 1 or earlier in ("how", ",", "in", "order") or (earlier == "how" or at == 2) else "inside"
    if before in ("i", "we") and at > 1 and words[at - 2] in ("do", "can", "could", "should", "may"):
        return "able"
    if before in _ABLE or (before in ("not", "also", "only", "either", "then", "you", "to") and any(word in _ABLE for word in words[max(0, at - 4) : at])):
        return "able"
    opens = at == 0 or before in (",", ":", ";", "then", "please", "and", "or", ".", "(", "next", "now", "-", "–", "—", "also", '"', "“")
    if not opens:
        named = spelled[at][0].isupper() and before in ("select", "choose", "click", "tap", "press", "on")
        return "label" if named and (not verb.also_noun or _takes_object(words, after, True)) else None
    changes = verb.group == "update" and after < len(words) and words[after] in nouns("attributes")
    if verb.also_noun and not changes and not _takes_object(words, after, at == 0 and spelled[at][0].isupper()):
        return None
    return "label" if before in ('"', "“", "'") else "command"


def _takes_object(words: list[str], after: int, plain: bool) -> bool:
    """Whether an object follows that shows the word to be a verb: an article, or for a plain first word a plural noun."""
    if after >= len(words):
        return False
    word = words[after]
    if word in nouns("determiners") or word in nouns("dropped_modifiers") or word in ("it", "them"):
        return True
    if word in ("or", "and") and after + 1 < len(words):
        return verb_at(words, after + 1)[0] is not None
    return plain and singular(word) != word and word not in nouns("stop")


def _with_object(spelled: list[str], words: list[str], at: int, after: int, verb: Verb, pattern: Pattern) -> Iterator[Mention]:
    if pattern == "passive":
        noun = _subject(words, at)
        if noun is not None:
            yield Mention(verb, noun, pattern, at)
        return
    if verb.group in ("ui", "input") and (bare := _bare_label(spelled, words, after)):
        yield Mention(bare, Noun("", end=after + 1), "label", after)
        return
    noun = noun_at(words, _behind_shared_verb(words, after))
    if noun is not None:
        yield Mention(verb, noun, pattern, at)


def _bare_label(spelled: list[str], words: list[str], at: int) -> Verb | None:
    """`tap Cancel`: a button whose whole label is a verb acts on what was opened before."""
    at += at < len(words) and words[at] in ("on", '"', "“", "'", "then")
    verb, form, after = verb_at(words, at)
    alone = after >= len(words) or not words[after][0].isalnum() or words[after] in ("and", "to", "button", "again", "at", "next", "in")
    fits = verb is not None and form == "base" and verb.group in ("change", "update", "delete") and spelled[at][0].isupper()
    return verb if fits and alone else None


def _behind_shared_verb(words: list[str], after: int) -> int:
    """`freeze or unfreeze a card`: both verbs share the object behind the last one."""
    while after + 1 < len(words) and words[after] in ("or", "and", ",", "/"):
        step = after + 1 if words[after + 1] not in ("or", "and") else after + 2
        verb, form, behind = verb_at(words, step)
        last = words[after] != "," or (behind < len(words) and words[behind] in (",", "or", "and"))
        if verb is None or form not in ("base", "gerund") or verb.group in ("ui", "input") or not last:
            break
        after = behind
    return after


def noun_at(words: list[str], at: int) -> Noun | None:
    """The noun phrase that starts at a token; `it` and `them` give an empty head."""
    if at < len(words) and words[at] in ("it", "them"):
        return Noun("", end=at + 1)
    determined = at < len(words) and words[at] in nouns("determiners")
    while at < len(words) and (words[at] in nouns("determiners") or words[at] in ('"', "“", "'", "of") or words[at][0].isdigit()):
        at += 1
    end = at
    while end < len(words) and end - at < _LONGEST_PHRASE and _fits(words, at, end):
        end += 1
    run = [word.removesuffix("'s").replace("-", "") for word in words[at:end]]
    while run and (run[-1] in nouns("dropped_modifiers") or (run[-1] in states() and len(run) > 1)):
        run.pop()
    if not run:
        return None
    return _phrase(words, run, end, determined)


def _fits(words: list[str], at: int, end: int) -> bool:
    word = words[end]
    if not word[0].isalpha() or word in nouns("stop") or "'" in word.removesuffix("'s"):
        return False
    if end > at and ((word.endswith("ly") and word not in nouns("adverb_like_nouns")) or _PARTICIPLE.search(word)):
        return False
    return word not in nouns("determiners")


def _phrase(words: list[str], run: list[str], end: int, determined: bool) -> Noun:
    head = singular(run[-1])
    of = ""
    if end < len(words) and words[end] in ("of", "for", "on", "from", "to", "in") and not verb_at(words, end + 1)[0]:
        behind = noun_at(words, end + 1)
        of = behind.head if behind else ""
        if words[end] == "of" and of and head in nouns("containers") and behind is not None:
            return Noun(of, behind.modifiers, behind.of, behind.plural or head == "list", determined, behind.end)
    kept = tuple(singular(word) for word in run[:-1] if word not in nouns("dropped_modifiers") and word not in states())
    return Noun(head, kept, of, head != run[-1], determined, end)


def _subject(words: list[str], at: int) -> Noun | None:
    """The noun phrase before `can be cancelled`."""
    end = at - 1
    while end > 0 and (words[end] in _ABLE or words[end] in ("be", "been", "is", "are", "being", "not", "also", "only", "have", "has", "to", "then")):
        end -= 1
    if end < 0 or words[end] in _SUBJECTS or words[end] in nouns("stop"):
        return None
    start = end
    while start > 0 and end - start < 4 and _fits(words, start - 1, start - 1):
        start -= 1
    return noun_at(words[: end + 1], start)


def negated(words: list[str], at: int) -> bool:
    """Whether a verb is denied: `do not cancel`."""
    return any(word in _NOT for word in words[max(0, at - 3) : at])
