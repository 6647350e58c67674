"""Consent: what the assistant asked to confirm, what the user said to it, and whether that covers a call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from gem_sim.records import Message
from gem_sim.scenarios.wording import spoken_name, stands_in
from gem_sim.validate.answers import declines
from gem_sim.validate.heard import Row, forms
from gem_sim.validate.values import Value, read
from gem_sim.worlds.compiler.names import parse

_OFFERS = re.compile(
    r"\b(?:shall|may|should) i(?: (?!use|take|ask|look)|\?)|\bconfirm|\b(?:want|wish|like) me to\b"
    r"|\bare you (?:sure|fine with|certain)\b|\byou(?: want|'d like| would like| wish) to\b"
    r"|\bis (?:that|it|this) (?:right|correct|fine|ok|what)|\bwhat you (?:want|meant"
    r"|wanted)\?|\bam i right\b|\bdid i get\b|\bdoes that sound\b|\bhappy with\b|\byes or no\b"
    r"|\bis [^.?!]{3,120} correct\?|\b(?:okay|ok|all right|agreed|correct|right|yes|go"
    r"|proceed|continue|do it|go on|go ahead|fine)\?|\bdo you agree\b|\bgo ahead with\b"
    r"|\btell me (?:if|whether|yes)|\bsay (?:yes|so|the word)\b|\byour (?:word|go-ahead|consent|ok|okay|yes)\b"
)
_WHICH = re.compile(r"(?:^|[.!?:]\s+)(?:which|what|when|where|who|how)\b(?! you (?:want|meant))[^.?!]*\?")
_REFUSING = frozenset(
    re.findall(
        r"\S+",
        """a about actually after again all alone am and anything as at be because better but by cancel change changed cannot can't closed dear decline did
        do doing does don't dont down edit else ever everything fine first for forget go goodness had has have here hm hmm hold how i i'd i'll i'm i've idea if
        in is isn't it it's just keep kindly know later leave let let's like many may maybe mean mind moment must my nah need negative never nevermind no nope
        not nothing now of off oh ok okay on open or out over pass perhaps please put quite rather ready really refrain right risk same scrap second see skip
        sleep so some sorry sounds stay stop sure thank thanks that that's the then there things think this thought thoughts time to today tomorrow too
        undone unsure until wait want was way we well when will wish with withdraw won't would yet you your""",
    )
)
"""Words of a bare refusal; with others in it an answer may ask for something else instead."""
_YOURS = re.compile(r"\b(?:your|you|yours)\b")


class Talk(NamedTuple):
    """The last question of the assistant before a call and the user's answer to it, in small letters."""

    question: str
    answer: str


def last_talk(messages: Sequence[Message], index: int) -> Talk | None:
    """What was asked and answered before the call in message `index`; None where the user did not speak in answer to a question.

    Calls of the assistant may stand between the answer and the call: looking something up takes back no consent.
    """
    at = next((place for place in range(index - 1, 0, -1) if messages[place]["role"] == "user" and not messages[place].get("tool_calls")), None)
    if at is None or messages[at - 1]["role"] != "assistant":
        return None
    question, answer = messages[at - 1]["content"].lower(), messages[at]["content"].lower()
    return Talk(question, answer) if asks(question) else None


def asks(text: str) -> bool:
    """Whether a text asks the user to agree to what the assistant is about to do."""
    return _OFFERS.search(_WHICH.sub(".", text.lower())) is not None


def declined(talk: Talk) -> bool:
    """Whether the user turned down what the assistant was about to do, and asked for nothing else in its place."""
    words = set(re.findall(r"[\w']+", talk.answer.replace("\u2019", "'")))
    return words <= _REFUSING and asks(talk.question) and declines(talk.answer)


def changed(talk: Talk) -> list[str]:
    """Values that the answer brings up and the question did not hold: a yes to something else."""
    asked = [value[:2] for value in read(talk.question).values]
    return [value.text for value in read(talk.answer).values if value[:2] not in asked and not _is_day_of(value, asked)]


def _is_day_of(value: Value, asked: list[Any]) -> bool:
    return value.kind == "date" and any(kind == "date" and form[-1] == value.form[-1] and value.form[1] in (0, form[1]) for kind, form in asked)


@dataclass(frozen=True)
class Restatement:
    """A question, with the rows that were shown before it and what is the user's own: their name and key."""

    question: str
    rows: list[Row]
    own: frozenset[str] = frozenset()

    def missing(self, tool: str, arguments: dict[str, Any], defaults: dict[str, Any]) -> list[str]:
        """The parts of a call that the question does not say: the deed, and each argument by value or by the name of what it stands for."""
        missing = [] if self._says_deed(tool) else [f"to {parse(tool).verb}"]
        for name, value in arguments.items():
            if value is not None and not (name in defaults and defaults[name] == value) and not all(self._says(name, leaf) for leaf in _leaves(value)):
                missing.append(spoken_name(name))
        return missing

    def foreign(self, arguments: dict[str, Any]) -> list[str]:
        """Ids in the question that have nothing to do with the call."""
        own = {form for leaf in _leaves(arguments) for form in (*forms(leaf), *self.linked(str(leaf)))}
        asked = [value for value in read(self.question).values if value.kind == "id" and not any(value.form in form for form in own)]
        return [value.text for value in asked if self._beside({value.form})]

    def _says_deed(self, tool: str) -> bool:
        name = parse(tool)
        stems = [word[: max(3, len(word) - 2)] for word in (name.verb, *name.noun) if len(word) > 2]
        return not stems or any(re.search(rf"\b{re.escape(stem)}", self.question) for stem in stems)

    def _says(self, name: str, value: Any) -> bool:
        if isinstance(value, bool):
            return set(spoken_name(name).split()) <= set(re.findall(r"\w+", self.question)) or any(stands_in(form, self.question) for form in forms(value))
        if any(stands_in(form, self.question) for form in forms(value)):
            return True
        meant = read(str(value)).values[:1]
        if meant and meant[0].kind != "id":
            asked = [one[:2] for one in read(self.question).values]
            return meant[0][:2] in asked or any(kind == "date" and _is_day_of(Value("date", form, "", 0), [meant[0][:2]]) for kind, form in asked)
        return self._names(name, str(value))

    def _names(self, name: str, key: str) -> bool:
        """Whether the question calls the row of a key by a name, as the one just spoken of, or as the user's own."""
        linked = self.linked(key)
        if any(stands_in(text, self.question) for text in linked):
            return True
        if self.own & (linked | {key.lower()}) and _YOURS.search(self.question):
            return True
        if str(self._latest(name)) == key and self._points(name):
            return True
        return not linked and any(map(str.isdigit, key)) and any(str(item) == key for row in self.rows for item in row.values())

    def _points(self, name: str) -> bool:
        """Whether the question speaks of `that message` where a `message_id` is meant."""
        noun = spoken_name(name).removesuffix(" id").split()[-1]
        return re.search(rf"\b(?:that|this|the same|the new)\s(?:\w+\s){{0,2}}{re.escape(noun)}", self.question) is not None

    def _latest(self, name: str) -> Any:
        return next((row[name] for row in reversed(self.rows) if name in row), None)

    def linked(self, key: str) -> set[str]:
        """Names of what an id stands for: texts of the rows that hold it, and of the rows that those refer to."""
        near = self._beside({key.lower()})
        ids = {text for text in near if any(map(str.isdigit, text)) and " " not in text and "@" not in text}
        return {text for text in near | self._beside(ids) if len(text) > 2 and text != key.lower()}

    def _beside(self, keys: set[str]) -> set[str]:
        """Texts in small letters of the rows that hold one of the keys."""
        near = [row for row in self.rows if any(str(value).lower() in keys for value in row.values())]
        return {text.lower() for row in near for text in row.values() if isinstance(text, str)} - keys


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, (dict, list)):
        return [leaf for item in (value.values() if isinstance(value, dict) else value) for leaf in _leaves(item)]
    return [value]
