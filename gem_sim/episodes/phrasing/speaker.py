"""Draws the words of one role through an episode."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from random import Random
from typing import Any

from jinja2 import Template

from gem_sim import prompts
from gem_sim.episodes.phrasing.details import Detail
from gem_sim.episodes.phrasing.facts import prepared
from gem_sim.episodes.phrasing.patterns import Nodes, OneOf, Part, Pattern, has, patterns
from gem_sim.errors import InputError
from gem_sim.grammar import article

_MARKS = (",", ".", ";", ":", "?", "!")

VOICES = ("plain", "warm", "terse", "thorough")
"""Tones of assistants."""
_IN_TONE = 0.6
"""How often a pattern of the speaker's own tone is taken where there is one."""
_START = re.compile(r"(?:^|(?<!\.)[.!?] )[a-z](?=[a-z']*(?:[\s,;:!?]|\.(?:\s|$)|$))")
"""The first letter of a sentence, where its first word is a plain word."""


@cache
def tone_of(manner: str) -> str:
    """The tone of a user's manner: the section of persona.md that names it, else the first whose name stands in it, else none."""
    tones = {tone: items for tone, items in prompts.lists("offline/persona").items() if tone}
    return next((tone for tone, items in tones.items() if manner in items), next((tone for tone in tones if tone in manner.lower()), "plain"))


class _List:
    """The patterns of a list that a tone may use; which of them fit is found once for each set of facts that are there."""

    def __init__(self, key: str, tone: str) -> None:
        self._patterns = [(at, one) for at, one in enumerate(patterns(key)) if (not one.tones or tone in one.tones) and tone not in one.others]
        self._asked = tuple({name for _, one in self._patterns for name in (*one.needs, *one.lacks)})
        self._fitting: dict[tuple[bool, ...], list[tuple[int, Pattern]]] = {}

    def fitting(self, facts: Mapping[str, Any]) -> list[tuple[int, Pattern]]:
        """The numbered patterns that fit some facts."""
        there = tuple([bool(facts.get(name)) for name in self._asked])
        if there not in self._fitting:
            held = {name for name, is_there in zip(self._asked, there, strict=True) if is_there}
            self._fitting[there] = [(at, one) for at, one in self._patterns if held.issuperset(one.needs) and held.isdisjoint(one.lacks)]
        return self._fitting[there]


_list = cache(_List)


class Speaker:
    """One role in one episode. Patterns it has used come again only when all others that fit are used up.

    What a beat sounds like depends on the name of the speaker, the beats worded before, and nothing else.
    """

    def __init__(self, name: str, role: str, tone: str) -> None:
        self._name, self._role, self._tone = name, role, tone
        self._used: dict[str, set[int]] = {}
        self._stream = Random()  # noqa: S311  (a named stream at each beat, so that wording repeats)
        self._facts: dict[str, Any] = {}

    def say(self, act: str, at: int, facts: Mapping[str, Any], year: str = "") -> str:
        """The message of the beat at that place. Raises InputError for an act without phrasing, UndefinedError for a missing fact."""
        self._stream = Random(f"{self._name}/{at}")  # noqa: S311
        self._facts = {
            **prepared(facts, self._role, self._stream, year),
            "series": self._series,
            "named": _named,
            "figures": _figures,
            "field_of": self._field_of,
            "wishes": self._wishes,
            "a": article,
        }
        return self._finished(self._draw(act))

    def _draw(self, key: str) -> str:
        fitting = _list(key, self._tone).fitting(self._facts)
        if not fitting:
            raise InputError(f"prompts/offline/{key.partition('#')[0]}.md: nothing under {key!r} fits the facts {sorted(self._facts)}")
        used = self._used.setdefault(key, set())
        fresh = [item for item in fitting if item[0] not in used]
        if not fresh:
            used.difference_update([at for at, _ in fitting])
            fresh = fitting
        own = [item for item in fresh if item[1].tones]
        at, chosen = self._stream.choice(own if own and self._stream.random() < _IN_TONE else fresh)
        used.add(at)
        return self._filled(chosen.nodes)

    def _filled(self, nodes: Nodes) -> str:
        text = ""
        for node in nodes:
            if isinstance(node, str):
                text = _glued(text, node)
            elif isinstance(node, Part):
                text = _glued(text, self._draw(node.key))
            elif isinstance(node, OneOf):
                text = _glued(text, self._filled(self._stream.choice(node.options)))
            else:
                text = _glued(text, _rendered(node, self._facts))
        return text

    def _series(self, details: Sequence[Detail], form: str) -> str:
        """Details one after another, each by the list of its kind in parts/<form>.md."""
        said = [self._one(part, form) for part in details]
        if form == "tail":
            return _trailing(said)
        if form == "clause":
            return ". ".join(_joined(said[at : at + 2], "and") for at in range(0, len(said), 2))
        return _joined(said, "and")

    def _one(self, part: Detail, form: str) -> str:
        key = f"parts/{form}#{part.kind}"
        return self._with({"name": part.name, "value": part.value, "noun": part.noun}, key if has(key) else f"parts/{form}")

    def _wishes(self, wishes: Sequence[Mapping[str, Any]], part: str) -> str:
        """Further wishes, each as its own sentences."""
        return " ".join(self._with(prepared(wish, self._role, self._stream), f"parts/{part}") for wish in wishes)

    def _with(self, facts: Mapping[str, Any], key: str) -> str:
        """An item drawn with other facts at hand."""
        before, self._facts = self._facts, {**self._facts, **facts}
        text = self._draw(key)
        self._facts = before
        return text

    def _field_of(self, thing: str) -> str:
        """`the due date of your loan`."""
        return f"the {self._facts['named_field']}{f' of {thing}' if thing else ''}"

    def _finished(self, text: str) -> str:
        """Sentences begin with a capital letter; who is in a hurry does without, and without the last full stop, now and then."""
        text = " ".join(text.split())
        if self._tone == "hurried" and self._stream.random() < 0.4:
            return text.removesuffix(".")
        return _START.sub(lambda match: match[0].upper(), text)


def _rendered(template: Template, facts: dict[str, Any]) -> str:
    """A template with values. They stand for all names there are, as a copy of them for each expression would cost more than the rest."""
    return "".join(template.root_render_func(template.new_context(facts, shared=True)))


def _glued(text: str, piece: str) -> str:
    """Two texts as one: no space before a mark, no two spaces or marks in a row."""
    if text.endswith((" ", "(")):
        piece = piece.lstrip()
    if piece.startswith("(") and text and not text.endswith(" "):
        return f"{text} {piece}"
    if piece.lstrip()[:1] in _MARKS:
        text, piece = text.rstrip(), piece.lstrip()
        if text.endswith((",", ":", ";")) and piece[:1] in (".", "?", "!"):
            text = text[:-1]
        elif piece[:1] in (".", ",", ";", ":") and text.endswith(_MARKS):
            piece = piece[1:]
    return text + piece


def _trailing(said: Sequence[str]) -> str:
    """Phrases behind a wish; two with the same first word are joined by `and`."""
    text = ""
    for phrase in said:
        same = text and text.split(maxsplit=1)[0] == phrase.split()[0]
        text = _glued(f"{text} and " if same else f"{text} ", phrase)
    return text.strip()


def _joined(texts: Sequence[str], word: str) -> str:
    return f" {word} ".join(part for part in (", ".join(texts[:-1]), texts[-1] if texts else "") if part)


def _named(names: Sequence[str], joint: str) -> str:
    """`pickup date and the number of days`."""
    return f" {joint} ".join(
        part for part in (f", {joint.removeprefix('and').removeprefix('or').strip()} ".replace("  ", " ").join(names[:-1]), names[-1]) if part
    )


def _figures(parts: Sequence[Sequence[str]]) -> str:
    """`20 for the jigsaw, 30 for the ladder and 5 for the saw`."""
    return _joined([f"{value} for {thing}" for thing, value in parts], "and")
