"""What the name of a tool says within its set: method, verb, noun, and whether it ends in a parameter. A path that its source gives says more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gem_sim.records import ToolSchema
from gem_sim.worlds.compiler.reading.parts import CUT, Part, parts_of, path_parts, without_versions
from gem_sim.worlds.compiler.reading.style import METHODS, Style
from gem_sim.worlds.compiler.reading.texts import NOTHING, Said
from gem_sim.worlds.compiler.reading.verbs import Verb, decisive, glued, spoken, verb
from gem_sim.worlds.compiler.reading.words import Words, bases, is_many, listed, one, text_words, words

Place = tuple[int, int]
"""A word by its part and where it stands in it."""
_SHORT_FORM = 3
"""Letters of `lat` for `latitude` at least."""
_JOINED = 3
"""Words of `find and replace`."""


class Name(NamedTuple):
    """A name taken apart. `noun` has its number as written; `owner` is the noun before it in a path; `word` is the verb as written, known or not."""

    method: str | None
    verb: Verb | None
    word: str
    noun: Words
    owner: Words
    item: str | None
    """The parameter that the name ends in, as paths do."""
    owners: dict[str, Words]
    """In a path, each parameter with the noun before it."""
    last: bool
    """Whether the verb stands behind its noun, which then is in the plural whatever the tool does."""
    place: Words = ()
    """Where something is put or taken from, in a name that does not say what: `add_to_cart`."""


def read_name(tool: ToolSchema, how: Style, said: Said = NOTHING) -> Name:
    """The name of a tool taken apart. A first word that the description begins with is the verb, known or not; what that works on is none."""
    parts = _unglued(_without_frame(_whole(parts_of(tool, path=how.paths), tool.name, said), how), how, said)
    method, parts = _method(parts, how, tool.name)
    name = _taken_apart(parts, method, said, how if how.paths else None, verb_last=how.last)
    if not name.noun and (how.paths or is_many(how.front)):
        name = name._replace(noun=one(how.front))
    hints = tool.hints
    if hints is None or hints.path is None:
        return name
    given = _taken_apart([without_versions(part) for part in path_parts(hints.path)], (hints.method or "get").lower(), NOTHING, how, verb_last=False)
    return given._replace(verb=given.verb or name.verb, word=given.word or name.word, noun=given.noun or name.noun, last=False)


def _whole(parts: list[Part], name: str, said: Said) -> list[Part]:
    """The parts; a last word that the source has cut off with the name as the description spells it, with what it says behind that."""
    last = parts[-1].words[-1:] if parts and len(name) >= CUT else ()
    whole = next((word for word in text_words(said.sentence) if word.startswith(last[0])), "") if last else ""
    if not whole:
        return parts
    behind = said.noun[said.noun.index(whole) + 1 :] if whole.endswith("ed") and whole in said.noun else ()
    return [*parts[:-1], Part((*parts[-1].words[:-1], whole, *behind))]


def _unglued(parts: list[Part], how: Style, said: Said) -> list[Part]:
    """The parts; a first word that begins with a verb and goes on with a noun of the set or of the description as these two."""
    nouns = sorted({*how.glued, "".join(said.noun)} - {""}, key=lambda noun: (-len(noun), noun))
    if not nouns or not parts:
        return parts
    told = text_words(said.sentence)
    first = [apart for word in parts[0].words[:1] for apart in _apart(word, glued(word), nouns, told)]
    rest = [apart for word in parts[0].words[1:] for apart in _apart(word, (), nouns, told)]
    return [parts[0]._replace(words=(*first, *rest)), *parts[1:]]


def _apart(word: str, openings: Sequence[tuple[str, str]], nouns: Sequence[str], told: Sequence[str]) -> Words:
    """A word as the verb, the noun and what comes behind it that are written as one: `findordersbystatus`."""
    pairs = ((opening, noun, rest[len(noun) :]) for opening, rest in (*openings, ("", word)) for noun in nouns if rest.startswith(noun))
    opening, noun, behind = next(pairs, ("", word, ""))
    by, end = behind.startswith("by") and len(behind) > len("by"), behind in told
    whole = (noun, "by") if by else (noun, behind) if end and opening else (noun + behind,)
    return (opening, *whole) if opening else whole


def _taken_apart(parts: list[Part], method: str | None, said: Said, paths: Style | None, *, verb_last: bool) -> Name:
    """The parts of a name or, where the style of the paths is given, of a path."""
    path, held = (True, paths.collections) if paths is not None else (False, frozenset[Words]())
    while path and len(parts) > 1 and parts[-1].parameter and listed("nouns", "shown").intersection(words(parts[-1].parameter)[-1:]):
        parts = parts[:-1]
    item = parts[-1].parameter if path and parts else None
    whole = _with_one_verb(parts)
    parts = _before_preposition(whole)
    at, found = _find_verb([part.words for part in parts], method, said, held, verb_last=verb_last and len(parts) > 1)
    if at is None and said.word and len(parts) > 1 and parts[0].words and parts[0].words[0] in bases(said.word):
        at = (0, 0)
    noun, owner = _noun(parts, at, held, path=path)
    word = parts[at[0]].words[at[1]] if at is not None else ""
    last = at == (len(parts) - 1, len(parts[-1].words) - 1) and bool(noun) and method is None if parts else False
    flat = [word for part in whole for word in part.words]
    place = tuple(flat[2:]) if not noun and flat[1:2] in (["to"], ["from"], ["into"]) else ()
    return Name(method, found, word, noun, owner, item, _owners(parts) if path else {}, last, place)


def _without_frame(parts: Sequence[Part], how: Style) -> list[Part]:
    """Parts without what stands around all names of the set, without versions and without words that name nothing."""
    width = len(how.front)
    owns = how.paths and len(parts) > 1 and parts[1].parameter
    if how.front and parts and parts[0].words[:width] == how.front and (len(parts) > 1 or len(parts[0].words) > width) and not owns:
        parts = [Part(parts[0].words[width:]), *parts[1:]]
    if len(parts) > 1 and parts[0].words in how.spaces:
        parts = parts[1:]
    kept = [part for part in map(without_versions, parts) if part.parameter or part.words]
    if how.behind and kept and kept[-1].words[-1:] == how.behind and (len(kept) > 1 or len(kept[-1].words) > 1):
        kept[-1] = Part(kept[-1].words[:-1])
    silent = listed("nouns", "noise") - listed("nouns", "prepositions")
    return [part for part in kept if part.parameter or not silent.issuperset(part.words)] or [part for part in kept if part.words]


def _method(parts: list[Part], how: Style, written: str) -> tuple[str | None, list[Part]]:
    """The HTTP method in front of a generated name or, where names end so or it is in capitals, behind it."""
    if not parts:
        return None, parts
    first, last = "".join(parts[0].words[:1]), "".join(parts[-1].words[-1:])
    if how.methods and first in METHODS:
        return first, _filled([Part(parts[0].words[1:]), *parts[1:]])
    several = sum(len(part.words) for part in parts) > 1
    if last in METHODS and several and (how.ends or written.endswith(last.upper())):
        return last, _filled([*parts[:-1], Part(parts[-1].words[:-1])])
    return None, parts


def _filled(parts: Sequence[Part]) -> list[Part]:
    return [part for part in parts if part.words or part.parameter]


def _with_one_verb(parts: list[Part]) -> list[Part]:
    """The parts with one verb of two: `find_and_replace_text` replaces, `create_or_update_file` creates, `check_in_guest` is one verb."""
    flat = [word for part in parts for word in part.words]
    if "".join(flat[:2]) in listed("verbs", "pairs"):
        return _filled([Part(("".join(flat[:2]), *parts[0].words[2:])), *(parts[1:] if len(parts[0].words) > 1 else parts[2:])])
    if len(flat) < _JOINED or flat[1] not in ("and", "or") or spoken(flat[0]) is None or verb(flat[2]) is None:
        return parts
    behind = parts[3:] if len(parts[0].words) == 1 else [Part(parts[0].words[3:]), *parts[1:]]
    kept = flat[0] if decisive(flat[0], flat[2]) is verb(flat[0]) else flat[2]
    return [Part((kept,)), *_filled(behind)]


def _before_preposition(parts: list[Part]) -> list[Part]:
    """The parts before the first preposition that does not open the name."""
    prepositions = listed("nouns", "prepositions")
    places = [(at, inner) for at, part in enumerate(parts) for inner in range(len(part.words))]
    cut = next(((at, inner) for at, inner in places[1:] if parts[at].words[inner] in prepositions), None)
    return parts if cut is None else _filled([*parts[: cut[0]], Part(parts[cut[0]].words[: cut[1]])])


def _find_verb(parts: Sequence[Words], method: str | None, said: Said, held: frozenset[Words], *, verb_last: bool) -> tuple[Place | None, Verb | None]:
    """Where the verb of a name is: it opens the name, else it opens a part (the last one first), is a word that is no noun, or ends the name."""
    flat = [(at, inner) for at, part in enumerate(parts) for inner in range(len(part))]
    if not flat:
        return None, None
    known = {place: found for place in flat if parts[place[0]] not in held and (found := spoken(parts[place[0]][place[1]])) is not None}
    later = method is not None or any(found == said.verb for place, found in known.items() if place != flat[0])
    nouns = [place for place, found in known.items() if not found.sure and _is_object(found, said) and (place != flat[0] or later)]
    if method not in (None, "post"):
        nouns += [place for place, found in known.items() if found.kind == "create" and not found.sure and _holds_an_item(parts, place)]
    known = {place: found for place, found in known.items() if place not in nouns}
    last = (len(parts) - 1, 0)
    if verb_last and last in known and known[last].word == parts[-1][0]:
        chosen: Place | None = last
    elif method is None and flat[0] in known:
        chosen = _plainer(parts, flat, known) or flat[0]
    else:
        chosen = _somewhere(parts, flat, known, alone=method is None or parts[flat[0][0]][flat[0][1]] in bases(said.word), first=method is None)
    if chosen is None and len(flat) > 1:
        inflected = verb(parts[flat[0][0]][flat[0][1]])
        return (flat[0], inflected) if inflected is not None and inflected.sure and inflected.kind != "create" else (None, None)
    return chosen, known[chosen] if chosen is not None else None


def _is_object(found: Verb, said: Said) -> bool:
    """Whether the description has another verb that works on what the word then names: `file` in "Upload a file", `forecast` in "Get the forecast"."""
    if said.verb is None or said.verb.word == found.word:
        return False
    return said.noun[-1:] == (found.word,) or (found.kind == "imagined" and said.verb.kind == "read" and found.word in said.sentence.split())


def _holds_an_item(parts: Sequence[Words], place: Place) -> bool:
    """Whether a parameter follows on a word, as on the name of a collection: `/orders/{orderId}/comment/{commentId}`."""
    number, inner = place
    return inner + 1 == len(parts[number]) and parts[number + 1 : number + 2] == [()]


def _plainer(parts: Sequence[Words], flat: Sequence[Place], known: dict[Place, Verb]) -> Place | None:
    """A word that is more of a verb than the one that opens the name: `report_list` lists, `Viewing_MakeAppointment` makes."""
    wins = listed("verbs", "plainest" if known[flat[0]].sure else "plain")
    if parts[flat[0][0]][flat[0][1]] in wins:
        return None
    openings = _openings(parts, flat)
    plainer = next((place for place in [*openings, *flat] if parts[place[0]][place[1]] in wins), None)
    if plainer is not None or not parts[flat[0][0]][flat[0][1]].endswith("ing"):
        return plainer
    return next((place for place in openings if place in known and known[place].sure and known[place].word == parts[place[0]][place[1]]), None)


def _somewhere(parts: Sequence[Words], flat: Sequence[Place], known: dict[Place, Verb], *, alone: bool, first: bool) -> Place | None:
    """The verb of a name that none opens, or a method does. A word that may be a noun is none behind a method, unless not `alone`."""
    openings = _openings(parts, flat)
    sure = [place for place in openings if place in known and known[place].sure]
    sure += [place for place in flat if parts[place[0]][place[1]] in listed("verbs", "plain")]
    sure += [place for place in flat[1:2] if place in known and known[place].sure and len(flat) > 2]
    maybe = [place for place in (flat[0], *(place for place in openings if len(parts[place[0]]) > 1), flat[-1]) if place in known]
    if len(flat) == 1 and not alone:
        maybe = []
    return next(iter([*sure, *(maybe if first else reversed(maybe))]), None)


def _openings(parts: Sequence[Words], flat: Sequence[Place]) -> list[Place]:
    """The first words of parts of several words and of the last part, from behind."""
    return [(at, 0) for at in reversed(range(len(parts))) if len(parts[at]) > 1 or (at, 0) == flat[-1]]


def _noun(parts: Sequence[Part], at: Place | None, held: frozenset[Words], *, path: bool) -> tuple[Words, Words]:
    """The noun of a name and, in a path, the noun before it."""
    groups: list[list[Words]] = []
    current: list[Words] = []
    for number, part in enumerate(parts):
        if part.parameter:
            current = current if held.issuperset(current[-1:]) else _unsaid(current, words(part.parameter), first=not groups)
            groups, current = ([*groups, current] if current else groups), []
        kept = tuple(word for inner, word in enumerate(part.words) if not _no_noun(parts, at, (number, inner)))
        current = [*current, kept] if kept else current
    nouns = [_of_group(group, path=path) for group in ([*groups, current] if current else groups)]
    return (nouns[-1] if nouns else ()), (nouns[-2] if len(nouns) > 1 else ())


def _no_noun(parts: Sequence[Part], at: Place | None, place: Place) -> bool:
    """Whether a word is the verb, belongs to it ("power off"), or names nothing."""
    number, inner = place
    word = parts[number].words[inner]
    if at is not None and word in listed("verbs", "particles"):
        before = (number, inner - 1) if inner else (number - 1, len(parts[number - 1].words) - 1)
        return at in (before, place)
    return place == at or word in listed("nouns", "noise")


def _unsaid(group: list[Words], said: Words, *, first: bool) -> list[Words]:
    """Segments without a last one that only says again which parameter follows: `country/{country}`, `lat/{latitude}`."""
    says = bool(group) and (group[-1] == said or (len(group[-1]) == 1 and len(group[-1][0]) >= _SHORT_FORM and "".join(said).startswith(group[-1][0])))
    return group[:-1] if says and (len(group) > 1 or not first) else group


def _of_group(group: Sequence[Words], *, path: bool) -> Words:
    """The noun of the segments between two parameters: of a path the collection that they end in, or that a last word looks at."""
    if path and len(group) > 1:
        last = next((segment for segment in reversed(group) if is_many(segment)), None)
        if last is not None:
            return last
    noun = tuple(word for segment in group for word in segment)
    again = max((at for at, word in enumerate(noun) if word in noun[:at]), default=0)
    return noun[again:]


def _owners(parts: Sequence[Part]) -> dict[str, Words]:
    """Each parameter of a path with the words before it."""
    owners: dict[str, Words] = {}
    before: Words = ()
    for part in parts:
        if part.parameter:
            owners[part.parameter] = before
        else:
            before = part.words
    return owners
