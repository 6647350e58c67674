"""The user's contract: says only what a user can know, speaks as a user, and calls only what a user can reach."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from gem_sim.records import Finding, Message, Scenario, ToolSchema
from gem_sim.scenarios.wording import spoken, stands_in
from gem_sim.validate.heard import Heard
from gem_sim.validate.values import read

_ASSISTANT = re.compile(
    r"\bhow (?:can|may) i (?:help|assist)\b|\b(?:help|assist) you (?:with|today|further)\b|\bas an ai\b|\bai (?:assistant|model)\b"
    r"|\blet me (?:look|check|search|pull)\b|\bi(?:'ll| will) (?:look (?:that|it|this) up"
    r"|check (?:the|our) (?:records|system))\b|\bfor your records\b|\byou are welcome\b"
    r"|\byou're welcome\b|\bi(?:'ve| have) (?:now )?(?:cancelled|booked|updated|created|processed|closed|refunded|renewed|submitted) (?:your|the)\b"
    r"|\byour wish\b|\b(?:is|has been) carried out\b|\bit is settled\b|\bthat was turned down\b|\bi have what i need and\b"
    r"|\byour wish\b|\b(?:is|has been) carried out\b|\bit is settled\b|\bthat was turned down\b|\bi have what i need and\b|\bcan i help\b"
    r"|\b(?:shall|should|may) i (?:go|continue|proceed|do it)\b|\bdo you want me to\b"
    r"|\bplease confirm(?:[.:?!]|$| that i)|\bdo you confirm\b|\bis there anything else i\b"
    r"|\b(?:anything|what) else\?\s*$|\bi have to ask (?:a rule|something)\b|\bshould i use\?"
    r"|\blet me read it back\b|\bwhat comes next is\b|\bthe records (?:say|show|give)\b"
    r"|\baccording to (?:the|my) (?:records|screen|system|entry|file)\b|\bas requested\b"
    r"|\bi got the [\w' ]+ (?:\w+ed|set|done)\b|\bit is not possible\b"
    r"|\bthe trouble is:|\byou mentioned\b|\bthat takes care of\b|\bjust ask for more\b|\byou asked (?:me )?to\b"
    r"|\bthat worked fine\b|\bwould another do\b|\bwhich way now\b|\btell me what's next\b|\bready for the next\b",
    re.IGNORECASE,
)
_USER = re.compile(
    r"\bi need you to\b|\bi(?:'d| would) like you to\b|\bi'm writing about\b|\bmy plan is to\b"
    r"|\byou(?:'ve| have) been great\b|\bwhat a help you are\b|\bthat's it then\b"
    r"|\bthank you for the correction\b|\bi(?:'d| would) rather not\b|\breminded me\b|\bis that possible\?|\bthx\b"
    r"|\bin my name\b|\bwhile i'm at it\b|\bon my list\b|\bjust say so if it's unclear\b|\bmixed something up\b"
    r"|\bi have (?:all|everything) i need\b|\b(?:that's|that is|that was) all(?:,| for) "
    r"|\bcan you help me\b|\bplease do let me know\b|\bthank you for your assistance\b|\bi was (?:asked|told) to find out\b",
    re.IGNORECASE,
)
_MACHINE = re.compile(r'\{\s*"|"\s*:\s*["\[{\d]|</?\w+>|\btool_calls?\b|\bfunction call|\bjson\b|^\s*(?:assistant|system|tool|user)\s*:', re.IGNORECASE)
_SMALL = 3
"""Numbers up to this are figures of speech as often as facts."""


class UserKnows:
    """What the user may say: what the scenario gives them, and what the assistant or a tool of theirs has told them."""

    def __init__(self, scenario: Scenario) -> None:
        self.heard = Heard()
        self._hidden = [(name, form) for name, value in scenario.hidden.items() for form in _spellings(value)]
        self._texts: list[str] = []
        for text in _given(scenario):
            self.tell(text)

    def tell(self, text: str) -> None:
        """Something that the user gets to know."""
        self.heard.text(text)
        self._texts.append(text.lower())

    def leaks(self, text: str) -> Iterator[str]:
        """Names of hidden facts that a text tells before anybody has told the user."""
        for name, form in self._hidden:
            if stands_in(form, text) and not any(stands_in(form, known) for known in self._texts):
                yield name


def check_user(index: int, message: Message, knows: UserKnows, tools: Iterable[ToolSchema]) -> Iterator[Finding]:
    """Findings on one message of the user."""
    text = message["content"]
    for name in knows.leaks(text.lower()):
        yield _error("contract.leak", index, f"the user tells the {name}, which only a tool can tell")
    for value in read(text).values:
        if not (value.kind == "number" and value.form <= _SMALL) and not knows.heard.holds(value):
            yield _error("contract.unknown", index, f"the user cannot know {value.text!r}")
    names = _technical(tuple(tool.name for tool in tools))
    spoken_of = (names.search(text) if names else None) or _MACHINE.search(text)
    if spoken_of:
        yield _error("contract.machine", index, f"the user speaks of the machinery: {spoken_of[0]!r}")
    if (acting := _ASSISTANT.search(text)) is not None:
        yield _error("contract.role", index, f"the user speaks as the assistant would: {acting[0]!r}")
    if not text.strip() and not message.get("tool_calls"):
        yield _error("contract.empty", index, "the user says nothing")


def check_assistant(index: int, text: str) -> Iterator[Finding]:
    """A finding where the assistant speaks as the user would."""
    if (acting := _USER.search(text)) is not None:
        yield Finding(code="contract.role", severity="error", message=index, blame="assistant", text=f"the assistant speaks as the user would: {acting[0]!r}")


@lru_cache(maxsize=512)
def _technical(names: tuple[str, ...]) -> re.Pattern[str] | None:
    """Finds the names of tools that are no plain words."""
    odd = [re.escape(name) for name in names if not name.isalpha() or not name.islower()]
    return re.compile(rf"\b(?:{'|'.join(odd)})\b") if odd else None


def _given(scenario: Scenario) -> Iterator[str]:
    """The texts that the scenario hands to the user."""
    yield scenario.instruction
    yield from _texts({name: value for name, value in scenario.persona.items() if name not in ("entity", "key")})
    yield from _texts(scenario.known)
    for beat in scenario.beats:
        if beat.speaker == "user":
            yield from _texts(beat.facts)
        for call in beat.calls if beat.speaker == "user" else ():
            yield from _texts(call.arguments)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield str(name)
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif value is not None:
        yield str(value)


def _spellings(value: Any) -> set[str]:
    """How a hidden value may be said; what is no more than a figure or a common word gives nothing away."""
    if isinstance(value, (dict, list)):
        parts = value.values() if isinstance(value, dict) else value
        return {form for item in parts for form in _spellings(item)}
    texts = {str(value).lower(), spoken(value).lower()}
    return {text for text in texts if (any(map(str.isdigit, text)) and len(text) > 2) or " " in text or "@" in text or "_" in text}


def _error(code: str, index: int, text: str) -> Finding:
    return Finding(code=code, severity="error", message=index, blame="user", text=text)
