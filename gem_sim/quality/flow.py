"""Where the values of calls and of the assistant's words come from: which earlier results held them before anybody said them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from gem_sim.records import CallRecord, Episode
from gem_sim.scenarios.wording import spoken, stands_in


@dataclass(frozen=True)
class Use:
    """A value from earlier results and the calls whose results hold it, `sources`.

    `argument`: it stands in the call with index `call`; `claim`: in the assistant's words, with `call` None; `choice`: by it
    the row was known from which an argument or claim comes: the loan of a tool whose id a look-up of the tool had told.
    """

    kind: Literal["argument", "claim", "choice"]
    message: int
    call: int | None
    value: Any
    sources: tuple[int, ...]


@dataclass(frozen=True)
class Flow:
    """The uses of an episode. `arguments` counts the values in all calls of the assistant; `answered` has the message of each call's result."""

    uses: tuple[Use, ...]
    arguments: int
    answered: tuple[int, ...]

    def sole(self, call: int) -> bool:
        """Whether some use has no source but this call."""
        return any(use.sources == (call,) for use in self.uses)


@dataclass
class _Held:
    """A value that results hold: as it stands there, the calls whose results they are, and the first messages in which the user or the policy told it."""

    value: Any
    forms: tuple[str, ...]
    heard: int
    ruled: int
    calls: list[int] = field(default_factory=list)


_NEVER = 1 << 30


def flow_of(episode: Episode) -> Flow:
    """The flow of values through an episode.

    A value comes from results where one held it before the user or the policy told it, or where the user had it from the
    assistant. A call's own arguments do not become its result by standing in it, and what only repeats the user is no claim.
    Of several results those are the sources in which the value stands beside something that the user said, such as an id
    beside a name; where there are none, all; of a claim only those since the user spoke, if any holds it, whatever the
    policy says.
    """
    talk = _Talk(episode)
    uses = [*talk.arguments(), *talk.claims()]
    return Flow(tuple(uses), talk.counted, tuple(talk.answered))


class _Talk:
    """An episode read once: who said which texts, and which results hold which values in which rows."""

    def __init__(self, episode: Episode) -> None:
        self.episode = episode
        self.counted = 0
        self.said: dict[str, list[tuple[int, str]]] = {"user": [], "assistant": [], "system": []}
        for index, message in enumerate(episode.messages):
            if message["role"] != "tool" and message["content"]:
                self.said[message["role"]].append((index, flat(message["content"])))
        self.texts = {role: "\n".join(text for _, text in said) for role, said in self.said.items()}
        self._saying: dict[str, int] = {}
        self.answered = _answered(episode)
        self.held: dict[str, _Held] = {}
        self.rows: list[list[dict[str, str]]] = []
        for at, call in enumerate(episode.calls):
            self._take(at, call)

    def _take(self, at: int, call: CallRecord) -> None:
        given = {flat(str(leaf)) for leaf in leaves(call.arguments)}
        for leaf in leaves(call.result if call.error is None else call.error["message"].strip(". ")):
            key = flat(str(leaf))
            if key and key not in given:
                held = self.held.get(key) or self.held.setdefault(key, self._new(leaf, key))
                if held.calls[-1:] != [at]:
                    held.calls.append(at)
        self.rows.append(list(_rows(call.result)))

    def _new(self, value: Any, key: str) -> _Held:
        forms = tuple({key, flat(spoken(value))})
        return _Held(value, forms, self._first_of("user", forms), self._first_of("system", forms))

    def _first_of(self, role: str, forms: tuple[str, ...]) -> int:
        """The first message in which user or policy tell one of the forms."""
        return _first(self.said[role], forms) if any(form in self.texts[role] for form in forms) else _NEVER

    def arguments(self) -> Iterator[Use]:
        """The uses in calls of the assistant."""
        for at, call in enumerate(self.episode.calls):
            if self.episode.messages[call.message]["role"] != "assistant":
                continue
            for leaf in leaves(call.arguments, flags=True):
                self.counted += 1
                held = None if isinstance(leaf, bool) else self._holding(flat(str(leaf)))
                sources = self._sources(held, call.message) if held and held.ruled > call.message else ()
                if held and sources:
                    yield Use("argument", call.message, at, held.value, sources)
                    yield from self._choices(held, sources, call.message, at)

    def claims(self) -> Iterator[Use]:
        """The uses in words of the assistant."""
        for held in list(self.held.values()):
            forms = [form for form in held.forms if form in self.texts["assistant"]]
            for index, text in self.said["assistant"] if forms else ():
                said = any(stands_in(form, text) for form in forms)
                sources = (self._sources(held, index) or self._answering(held, index)) if said else ()
                fresh = tuple(at for at in sources if self.answered[at] > self._turn(index))
                sources = fresh or (sources if held.ruled > index else ())
                if sources:
                    yield Use("claim", index, None, held.value, sources)
                    yield from self._choices(held, sources, index, None)

    def _holding(self, key: str) -> _Held | None:
        """What holds a value; a part of a text that results hold, such as a first name, has the source of the whole."""
        if key in self.held or len(key) < _WORD:
            return self.held.get(key)
        return next((held for text, held in self.held.items() if key in text and stands_in(key, text)), None)

    def _answering(self, held: _Held, message: int) -> tuple[int, ...]:
        """The calls that tell, since the user spoke of something else and nothing was done, what the user may have said of other things before."""
        turn = self._turn(message)
        done = any(call.diff and turn < call.message < message for call in self.episode.calls)
        asked = any(stands_in(form, text) for index, text in self.said["user"] if index == turn for form in held.forms)
        return () if done or asked else tuple(at for at in held.calls if turn < self.answered[at] < message)

    def _turn(self, index: int) -> int:
        """The message in which the user spoke last."""
        return max((said for said, _ in self.said["user"] if said < index), default=0)

    def _sources(self, held: _Held, message: int) -> tuple[int, ...]:
        """The calls from which a value comes that is used in a message; none where the user said it first."""
        sources = tuple(at for at in held.calls if self.answered[at] < message)
        if not sources or (held.heard < message and not self._repeated(held, self.answered[sources[0]])):
            return ()
        naming = tuple(at for at in sources if any(self._is_named(row, held, message) for row in self._rows_with(at, held)))
        return naming or sources

    def _repeated(self, held: _Held, shown: int) -> bool:
        """Whether the user had a value from the assistant, who had it from a result."""
        return _first([(index, text) for index, text in self.said["assistant"] if shown < index < held.heard], held.forms) < _NEVER

    def _rows_with(self, at: int, held: _Held) -> list[dict[str, str]]:
        return [row for row in self.rows[at] if any(form in row.values() for form in held.forms)]

    def _is_named(self, row: dict[str, str], held: _Held, message: int) -> bool:
        """Whether the user said something else in a row before a message: a word or more, not a bare number."""
        return any(self._said_at(key) < message for key in row.values() if key not in held.forms and len(key) >= _WORD and not key.isdigit())

    def _said_at(self, key: str) -> int:
        """The message in which the user first said a value of a row."""
        if key not in self._saying:
            self._saying[key] = self._first_of("user", tuple({key, flat(spoken(key))}))
        return self._saying[key]

    def _choices(self, held: _Held, sources: tuple[int, ...], message: int, call: int | None) -> Iterator[Use]:
        """The ids by which the row of a value was known, where the user said nothing in it but of rows with these ids that other calls had shown."""
        rows = self._rows_with(sources[-1], held)
        if not rows or self.episode.calls[sources[-1]].diff or self._is_named(rows[0], held, message):
            return
        for name, key in rows[0].items():
            link = self.held.get(key) if key not in held.forms and _is_id(name, key) else None
            calls = [at for at in link.calls if at not in sources and self.answered[at] < message] if link else []
            showing = tuple(at for at in calls if link and any(self._is_named(row, link, message) for row in self._rows_with(at, link)))
            if link and showing:
                yield Use("choice", message, call, link.value, showing)


def _is_id(name: str, key: str) -> bool:
    """Whether a value can tell rows apart, by the name of its field or by letters and digits in it."""
    return name.lower().endswith(("id", "_no", "number", "code")) or bool(re.search(r"[a-z]", key) and re.search(r"\d", key) and " " not in key)


_WORD = 3
"""Letters of what can be a name, or a part of one."""


def _answered(episode: Episode) -> list[int]:
    """The index of the tool message of each call, by order behind the message that makes it."""
    behind: dict[int, int] = {}
    places = []
    for call in episode.calls:
        behind[call.message] = behind.get(call.message, 0) + 1
        places.append(call.message + behind[call.message])
    return places


def _first(texts: list[tuple[int, str]], forms: tuple[str, ...]) -> int:
    """The first message that holds one of the forms as a whole."""
    return next((index for index, text in texts if any(form in text and stands_in(form, text) for form in forms)), _NEVER)


def _rows(value: Any) -> Iterator[dict[str, str]]:
    """The objects inside a value, each with the texts and numbers that it holds itself."""
    if isinstance(value, dict):
        yield {name: flat(str(item)) for name, item in value.items() if item is not None and not isinstance(item, (bool, dict, list))}
    if isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            if isinstance(item, (dict, list)):
                yield from _rows(item)


def leaves(value: Any, *, flags: bool = False) -> Iterator[Any]:
    """Texts and numbers inside a value; yes and no only where asked for."""
    if isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from leaves(item, flags=flags)
    elif value is not None and (flags or not isinstance(value, bool)):
        yield value


def flat(text: str) -> str:
    """A text in small letters with single spaces."""
    return " ".join(text.split()).lower()
