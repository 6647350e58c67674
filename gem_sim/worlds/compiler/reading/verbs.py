"""What verbs do: a word or a form of it, in several languages, as a kind of tool."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Literal, NamedTuple

from gem_sim.worlds.compiler.reading.words import bases, folded, lexicon, listed

Kind = Literal["read", "create", "update", "delete", "compute", "imagined", "session"]

_SECTIONS: dict[str, Kind] = {
    "read": "read",
    "many": "read",
    "create": "create",
    "update": "update",
    "delete": "delete",
    "compute": "compute",
    "imagined": "imagined",
    "session": "session",
}
_LONGEST = 24
"""Letters of a word that are looked at."""
_SHORTEST = 3
"""Letters of the beginning of a foreign verb at least."""
_NOUN_ENDS = ("ion", "ions", "ment", "ments", "ness", "ity", "ities", "or", "ors", "ure", "ures", "als", "al", "ives", "ive")


class Verb(NamedTuple):
    """A verb that is known: `sure` where the word is hardly ever a noun, `many` where it lists."""

    word: str
    kind: Kind
    sure: bool
    many: bool = False


@cache
def _tables() -> tuple[dict[str, Verb], dict[str, Verb]]:
    """Known words, and beginnings of words."""
    whole: dict[str, Verb] = {}
    begun: dict[str, Verb] = {}
    for strength in ("sure", "maybe"):
        for section, kind in _SECTIONS.items():
            for word in lexicon("verbs")[section].get(strength, ()):
                table = begun if word.endswith("*") else whole
                table.setdefault(word.rstrip("*"), Verb(word.rstrip("*"), kind, strength == "sure", section == "many"))
    return whole, begun


@lru_cache(20_000)
def verb(word: str) -> Verb | None:
    """The verb that a word is or is a form of."""
    whole, _ = _tables()
    bare = folded(word)
    for form in bases(bare):
        if form in whole:
            return whole[form]._replace(sure=whole[form].sure and (form == bare or not bare.endswith(("ing", "ed"))))
    return _done_again(bare) or _foreign(bare)


def _done_again(word: str) -> Verb | None:
    """A verb of change with re- or un- before it, which changes what there is: `resend`, `unassign`; behind un- also what may be a noun: `unpark`."""
    whole, _ = _tables()
    for mark in ("re", "un"):
        for form in bases(word):
            found = whole.get(form.removeprefix(mark)) if form.startswith(mark) and len(form) > len(mark) + 2 else None
            sure = found is not None and (found.sure or (mark == "un" and not word.endswith("ed")))
            if found is not None and sure and found.kind in ("create", "update", "delete"):
                return Verb(word, "update", sure=True)
    return None


def deed(word: str) -> Verb | None:
    """The verb of a noun that says what is done: `deletion` deletes."""
    return verb(meant) if (meant := lexicon("verbs")["deeds"].get(folded(word))) else None


def is_infinitive(word: str) -> bool:
    """Whether a word is an infinitive of a language that has it behind its object: `Kunden anlegen`."""
    bare = folded(word)
    return bare.endswith(("en", "eln", "ern")) and verb(word) is not None and _foreign(bare) is not None


@lru_cache(20_000)
def glued(word: str) -> tuple[tuple[str, str], ...]:
    """The verbs that a word which is none itself may begin with, each with the rest of it: `deleteuser` with `delete` and `user`."""
    whole, _ = _tables()
    if len(word) > 2 * _LONGEST or any(form in whole for form in bases(word)):
        return ()
    cuts = [cut for cut in range(_SHORTEST, len(word) - _SHORTEST + 1) if (found := whole.get(word[:cut])) is not None and found.sure]
    return tuple((word[:cut], word[cut:]) for cut in reversed(cuts))


def _foreign(word: str) -> Verb | None:
    """The verb of another language that a word begins as, unless it is an English noun."""
    _, begun = _tables()
    if word in listed("verbs", "no_verbs") or word.isdigit():
        return None
    at = next((end for end in range(min(len(word), _LONGEST), _SHORTEST - 1, -1) if word[:end] in begun), None)
    return None if at is None or word[at:].endswith(_NOUN_ENDS) else begun[word[:at]]._replace(word=word)


@lru_cache(20_000)
def spoken(word: str) -> Verb | None:
    """The verb that a word of a name is: names use base forms, so that `orders` is none."""
    found = verb(word)
    if word in listed("verbs", "gerunds"):
        return None
    if word in listed("verbs", "handing"):
        return Verb(word, "update", sure=True)
    return found if found is not None and (found.word == folded(word) or word.endswith("ing")) else None


def anywhere(sentence: str) -> Verb | None:
    """The verb that comes first in a sentence of a script without spaces."""
    if sentence.isascii():
        return None
    found = [(sentence.find(word), -len(word), word, kind) for kind, marks in lexicon("verbs")["anywhere"].items() for word in marks if word in sentence]
    if not found:
        return None
    _, _, word, section = min(found)
    return Verb(word, _SECTIONS[section], sure=True, many=section == "many")


def makes(word: str) -> bool:
    """Whether a verb of `create` makes a row whatever id it takes, in any language."""
    return word in listed("verbs", "making") or folded(word).startswith(tuple(lexicon("verbs")["making_begun"]))


def decisive(word: str, joined: str) -> Verb | None:
    """The verb of one word, or of the one joined to it by `and` where that changes what the first one finds: `find and replace`.

    To add or remove parts is to edit the whole.
    """
    first, second = (verb(word) if word else None), (verb(joined) if joined else None)
    if first is None or second is None:
        return first
    if {first.kind, second.kind} == {"create", "delete"}:
        return verb("edit")
    return second if first.kind == "read" and second.sure and second.kind in ("update", "delete") else first
