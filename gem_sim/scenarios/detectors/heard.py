"""A conversation with its executed calls, cut into what the detectors look at. No plan and no label is read."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from gem_sim.grammar import gerund
from gem_sim.records import CallRecord, Message
from gem_sim.scenarios.shape import Shape, shape_of
from gem_sim.scenarios.wording import flag_name, label_of, said_forms, spoken_name, stands_in, year_of
from gem_sim.worlds.compiler.names import parse
from gem_sim.worlds.spec import WorldSpec

Row = dict[str, Any]
FEW_WORDS, MOST_ANSWERS = 12, 4
ASKS = re.compile(r"\?|\b(please|confirm|tell me|let me (know|have)|i (still |just |only )?need|pick|choose|choice)\b")

_MONTH = "(january|february|march|april|may|june|july|august|september|october|november|december)"
_DATE = re.compile(
    rf"\b\d{{1,2}}(st|nd|rd|th)?( of)? {_MONTH}\b( \d{{4}})?|\b{_MONTH} \d{{1,2}}(st|nd|rd|th)?\b(, \d{{4}})?|\b\d{{1,2}}:\d{{2}}\b|\b\d{{4}}-\d{{2}}-\d{{2}}\b"
)
"""Dates and times, whose digits are no numbers."""


class Exchange(NamedTuple):
    """Words of the assistant and the user's answer to them, by their places.

    `wish`: the user's words before; `before`: the calls between; `after`: the calls that follow the answer, until the user speaks again;
    `then`: the change that is made next, if nothing but short answers comes before it.
    """

    wish: int
    asked: int
    told: int
    before: Sequence[CallRecord]
    after: Sequence[CallRecord]
    then: CallRecord | None


class Shown(NamedTuple):
    """A row in a result, with the place of its call among all calls."""

    at: int
    entity: str
    key: str
    row: Row


class _Form(NamedTuple):
    entity: str
    key: str
    fields: frozenset[str]


class Heard:
    """Messages and calls of one conversation."""

    def __init__(self, messages: Sequence[Message], calls: Sequence[CallRecord], spec: WorldSpec) -> None:
        self.messages = messages
        self.calls = calls
        self.spec = spec
        self._forms: dict[str, tuple[str, ...]] = {}
        self._found: dict[str, Any] = {}

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """What `make` gives, made once for this conversation."""
        if name not in self._found:
            self._found[name] = make()
        return self._found[name]

    @cached_property
    def shape(self) -> Shape:
        """What the tools are good for."""
        return shape_of(self.spec)

    @cached_property
    def texts(self) -> list[str]:
        """The contents of all messages, in small letters and with single spaces."""
        return [" ".join(message["content"].split()).lower() for message in self.messages]

    def role(self, at: int) -> str:
        """Who speaks at a place; nobody beyond the ends."""
        return self.messages[at]["role"] if 0 <= at < len(self.messages) else ""

    @cached_property
    def spoken(self) -> dict[str, list[int]]:
        """Places of the messages without calls by who speaks."""
        places: dict[str, list[int]] = {"user": [], "assistant": []}
        for at, message in enumerate(self.messages):
            if message["role"] in places and not message.get("tool_calls"):
                places[message["role"]].append(at)
        return places

    @cached_property
    def exchanges(self) -> list[Exchange]:
        """Words of the assistant with the user's words right after them, but for those before the user's first."""
        users = self.spoken["user"]
        found = []
        for asked in self.spoken["assistant"]:
            at = bisect_left(users, asked)
            if at and self.role(asked + 1) == "user" and not self.messages[asked + 1].get("tool_calls"):
                found.append(Exchange(users[at - 1], asked, asked + 1, self.between(users[at - 1], asked), self.until_words(asked + 1), self._then(asked + 1)))
        return found

    def between(self, start: int, end: int) -> Sequence[CallRecord]:
        """The calls that are made after one place and before another."""
        return self.calls[bisect_right(self._made_at, start) : bisect_left(self._made_at, end)]

    def until_words(self, at: int) -> Sequence[CallRecord]:
        """The calls after a place and before the user speaks again."""
        users = self.spoken["user"]
        after = bisect_right(users, at)
        return self.between(at, users[after] if after < len(users) else len(self.messages))

    def _then(self, at: int) -> CallRecord | None:
        """The first change that the assistant makes after a place, before the user says more than a few words that answer a question."""
        later = (user for user in self.spoken["user"] if user > at)
        end = next((user for number, user in enumerate(later) if number == MOST_ANSWERS or len(self.texts[user].split()) > FEW_WORDS), len(self.messages))
        calls = self.between(at, end)
        return next((call for call in calls if self.writes(call) and self.role(call.message) == "assistant"), None)

    @cached_property
    def _made_at(self) -> list[int]:
        return [call.message for call in self.calls]

    def wished(self, place: int) -> list[int]:
        """Places of the user's words before a place, back to the change before the last of them."""
        users = [at for at in self.spoken["user"] if at < place]
        done = max((call.message for call in self.calls if users and call.message < users[-1] and self.writes(call)), default=0)
        return [at for at in users if at > done]

    def writes(self, call: CallRecord) -> bool:
        """Whether the call changed something."""
        return call.ok and bool(call.diff)

    def forms(self, value: Any) -> tuple[str, ...]:
        """A value as it may stand in a text, in small letters."""
        if value is None or isinstance(value, (bool, list, dict)):
            return ()
        if str(value) not in self._forms:
            self._forms[str(value)] = tuple({form.lower() for form in (str(value), *said_forms(value, self._year))} - {""})
        return self._forms[str(value)]

    @cached_property
    def _year(self) -> str:
        return year_of(self.messages[0]["content"]) if self.messages else ""

    def says(self, at: int, value: Any) -> bool:
        """Whether a value stands in a message, as it is or as people say it."""
        if not isinstance(value, (int, float)):
            return any(stands_in(form, self.texts[at]) for form in self.forms(value))
        text: str = self.once(f"undated {at}", lambda: _DATE.sub("", self.texts[at]))
        return any(stands_in(form, text) for form in self.forms(value))

    def says_apart(self, at: int, value: Any) -> bool:
        """Whether a value stands in a message, the names of rows that it has left out, unless it is one itself."""
        if isinstance(value, str) and value.lower() in self.once("row names", self._row_names):
            return self.says(at, value)
        text: str = self.once(f"apart {at}", lambda: self._without_names(at))
        text = _DATE.sub("", text) if isinstance(value, (int, float)) else text
        return any(stands_in(form, text) for form in self.forms(value))

    def _without_names(self, at: int) -> str:
        text = self.texts[at]
        for name in self.once("row names", self._row_names):
            text = text.replace(name, "")
        return text

    def _row_names(self) -> list[str]:
        labels = ((shown, label_of(self.spec.entities[shown.entity])) for shown in self.shown)
        return sorted(
            {str(shown.row[label]).lower() for shown, label in labels if label is not None and isinstance(shown.row.get(label), str)}, key=len, reverse=True
        )

    def names(self, at: int, field: str) -> bool:
        """Whether the words of a field or parameter stand in a message."""
        return _words_of(field) <= self.words(at)

    def words(self, at: int) -> set[str]:
        """The words of a message."""
        return self._words[at]

    @cached_property
    def _words(self) -> list[set[str]]:
        return [set(re.findall(r"[a-z0-9]+", text)) if self.role(at) in ("user", "assistant") else set() for at, text in enumerate(self.texts)]

    def gives(self, at: int, name: str, value: Any, call: CallRecord) -> bool:
        """Whether a message has the value of an argument: itself, for a yes or no what it is about, for a key the name of its row."""
        if isinstance(value, bool):
            return self.names(at, name)
        if isinstance(value, list):
            return any(self.gives(at, name, item, call) for item in value)
        if isinstance(value, dict):
            return any(isinstance(item, str) and self.says(at, item) for item in value.values())
        return self.says(at, value) or (name in self.keys(call) and self._says_row(at, str(value), call.message))

    def _says_row(self, at: int, key: str, before: int) -> bool:
        """Whether a message has the name of a row, or where it has none a text of it."""
        label = self.label(key, before)
        if label is not None:
            return self.says(at, label)
        rows = [shown for shown in self.shown_by_key.get(key, ()) if self.calls[shown.at].message < before]
        return any(isinstance(row.get(name), str) and self.says(at, row[name]) for _, entity, _, row in rows for name in plain_fields(self.spec, entity))

    def keys(self, call: CallRecord) -> dict[str, str]:
        """The parameters of a call that name rows, with the entities."""
        return self.shape.keys.get(call.name, {})

    def keys_of(self, call: CallRecord) -> list[tuple[str, str]]:
        """The rows that a call names: entity and key."""
        named = [(entity, call.arguments[name]) for name, entity in self.keys(call).items() if call.arguments.get(name) is not None]
        return [(entity, str(key)) for entity, value in named for key in (value if isinstance(value, list) else [value])]

    def label(self, key: str, before: int) -> Any:
        """The name of the row with a key, as a result before a place has shown it. None where none has."""
        found = None
        for shown in self.shown_by_key.get(key, ()):
            label = label_of(self.spec.entities[shown.entity])
            if self.calls[shown.at].message < before and label is not None:
                found = shown.row.get(label, found)
        return found

    @cached_property
    def shown(self) -> list[Shown]:
        """All rows in results, in order."""
        forms: list[_Form] = self.spec.once("forms of rows", lambda: _forms(self.spec))
        rows = ((at, row) for at, call in enumerate(self.calls) for row in rows_in(call.result))
        return [Shown(at, form.entity, str(row[form.key]), row) for at, row in rows if (form := _form_of(forms, row)) is not None]

    @cached_property
    def shown_by_key(self) -> dict[str, list[Shown]]:
        """The rows in results by their keys."""
        found: dict[str, list[Shown]] = {}
        for shown in self.shown:
            found.setdefault(shown.key, []).append(shown)
        return found

    def names_deed(self, at: int, tool: str) -> bool:
        """Whether a message has the verb of a tool's name, plain or with -ing."""
        verb = parse(tool).verb
        return not self.words(at).isdisjoint((verb, gerund(verb)))


def rows_in(value: Any) -> Iterator[Row]:
    """All objects in a result."""
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if isinstance(item, (dict, list)):
            yield from rows_in(item)


def plain_fields(spec: WorldSpec, entity: str) -> tuple[str, ...]:
    """Fields of an entity that are no keys, no references and not its name."""
    made: tuple[str, ...] = spec.once(f"plain fields/{entity}", lambda: tuple(_plain_fields(spec, entity)))
    return made


def _plain_fields(spec: WorldSpec, entity: str) -> list[str]:
    about, keys, label = spec.entities[entity], spec.entities[entity].keys, label_of(spec.entities[entity])
    return [name for name, field in about.fields.items() if field.ref is None and name not in keys and name != label and not name.endswith("_id")]


@lru_cache(4096)
def _words_of(field: str) -> frozenset[str]:
    """The words that stand for a field or parameter in a text."""
    return frozenset(flag_name(spoken_name(field)).removesuffix(" id").split())


def is_its_name(value: Any, field: str) -> bool:
    """Whether a value is no more than what its field is called: a `form` that is `form`."""
    return str(value).lower() in spoken_name(field)


def sayable(value: Any) -> bool:
    """Whether people would say a value."""
    return (isinstance(value, (int, float)) and not isinstance(value, bool)) or (isinstance(value, str) and 0 < len(value) <= 60)


def _forms(spec: WorldSpec) -> list[_Form]:
    return [_Form(name, entity.keys[0], frozenset(entity.fields)) for name, entity in spec.entities.items() if len(entity.keys) == 1]


def _form_of(forms: list[_Form], row: Row) -> _Form | None:
    """The entity that an object shows a row of: of those whose key it has the one with which it shares most fields, at least one beside the key."""
    fitting = [form for form in forms if form.key in row]
    best = max(fitting, key=lambda form: len(form.fields & row.keys()), default=None)
    return best if best is not None and len(best.fields & row.keys()) > 1 else None
