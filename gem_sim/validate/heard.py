"""What has been heard in a conversation so far: values, words, and the rows that tools have shown, each as it was last shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from gem_sim.episodes.provenance import parsed
from gem_sim.records import Message, ToolSchema
from gem_sim.scenarios.wording import spoken, spoken_name
from gem_sim.validate.values import Value, day_of, read
from gem_sim.worlds.compiler.names import words

Row = dict[str, Any]


class Shown(NamedTuple):
    """One result of a tool: the call it answers, the rows in it, its lists, and the text of its error.

    `told` has the rows under spoken names, without what a later result tells anew of the same thing.
    """

    tool: str
    arguments: dict[str, Any]
    rows: list[Row]
    told: list[Row]
    lists: list[list[Any]]
    error: str | None


class Heard:
    """Feed it texts and results in order, ask it what stands in them. Holds no judgement."""

    def __init__(self) -> None:
        self.numbers: set[float] = set()
        self.dates: set[tuple[int, int, int]] = set()
        self.days: set[tuple[int, int]] = set()
        self.times: set[tuple[int, int]] = set()
        self.ids: set[str] = set()
        self.figures: set[str] = set()
        self.words: set[str] = set()
        self.signs: set[str] = set()
        """Signs of currencies."""
        self.statuses: set[str] = set()
        """What was shown under names such as `status`, or can be asked for under them."""
        self.writes: set[str] = set()
        self.deeds: set[str] = set()
        """Words of the names and descriptions of tools that were called with success."""
        self.labels: set[str] = set()
        """Shown texts that read like names, in small letters."""
        self._about: dict[str, set[str]] = {}
        self.wishes: list[str] = []
        """What the user said, in small letters."""
        self.shown: list[Shown] = []
        self._versions: dict[frozenset[tuple[str, str]], list[tuple[int, Row]]] = {}
        self.batch = 0
        """Counts the messages with calls; results of one message stand beside each other."""
        self.today: tuple[Value, ...] = ()
        """The first date of the system prompt."""
        self.turn = 0
        """Place in `shown` of the first result since the user last spoke."""

    def text(self, text: str) -> None:
        """Take in a text."""
        reading = read(text)
        self.signs.update(sign for sign in "$€£¥" if sign in text)
        self.words |= reading.words
        for value in reading.values:
            self._value(value)

    def _value(self, value: Value) -> None:
        if value.kind == "number":
            self.numbers.add(value.form)
        elif value.kind == "date":
            self._date(value.form)
        elif value.kind == "time":
            self.times.add(value.form)
        else:
            self.ids.add(value.form)
            self.figures.update(part for part in value.form.replace("_", "-").split("-") if part.isdigit())

    def _date(self, form: tuple[int | None, int, int]) -> None:
        year, month, day = form
        self.days.add((month, day))
        if year is not None:
            self.dates.add((year, month, day))
            self.numbers.add(float(year))

    def tools(self, tools: Iterable[ToolSchema]) -> None:
        """Take in what the tools say about themselves."""
        for tool in tools:
            self.text(tool.description)
            self.words.update(words(tool.name))
            self._about[tool.name] = {*words(tool.name), *words(tool.description)}
            if tool.kind == "write":
                self.writes.add(tool.name)
            self._schema(tool.parameters)

    def _schema(self, schema: dict[str, Any]) -> None:
        """Names, descriptions and values of a schema."""
        for leaf in _leaves(schema):
            self._leaf(leaf)
        for name, about in schema.get("properties", {}).items():
            if is_status(name) and isinstance(about, dict):
                self.statuses.update(spoken(item).lower() for item in about.get("enum", ()) if isinstance(item, str))

    def result(self, tool: str, arguments: dict[str, Any], content: str) -> None:
        """Take in a tool message, with the call that it answers."""
        value = parsed(content)
        for leaf in _leaves(value):
            self._leaf(leaf)
        error = value.get("error") if isinstance(value, dict) else None
        text = str(error.get("message", "")) if isinstance(error, dict) else error if isinstance(error, str) else None
        rows: list[Row] = []
        lists: list[list[Any]] = []
        if text is None:
            gather(value, rows, lists)
        self.statuses.update(spoken(value).lower() for row in rows for name, value in row.items() if isinstance(value, str) and is_status(name))
        if text is None:
            self.deeds |= self._about.get(tool, set())
        self.labels.update(label for row in rows for item in row.values() if isinstance(item, str) and (label := name_in(item)))
        self.shown.append(Shown(tool, arguments, rows, self._told(rows), lists, text))

    def _told(self, rows: list[Row]) -> list[Row]:
        """The rows under spoken names; what they tell anew is taken from the versions told before."""
        told = [{_called(name): value for name, value in row.items()} for row in rows]
        same = [(which, row) for row in told if (which := _identity(row))]
        for which, row in same:
            for batch, old in self._versions.get(which, ()):
                for name in old.keys() & row.keys() - {id_name for id_name, _ in which} if batch < self.batch else ():
                    del old[name]
        for which, row in same:
            self._versions.setdefault(which, []).append((self.batch, row))
        return told

    def _leaf(self, leaf: Any) -> None:
        if isinstance(leaf, str):
            self.text(leaf)
            if "_" in leaf or "-" in leaf:
                self.ids.add(leaf.lower())
        elif isinstance(leaf, (int, float)) and not isinstance(leaf, bool):
            self.numbers.add(abs(float(leaf)))

    def holds(self, value: Value) -> bool:
        """Whether a value was heard, in whatever spelling."""
        if value.kind == "number":
            return self._number(value)
        if value.kind == "date":
            year, month, day = value.form
            if not month:  # `the 17th`; `the 2nd` may be a place in a list
                return day in {known for _, known in self.days} or day <= max((len(items) for shown in self.shown for items in shown.lists), default=3)
            return (month, day) in self.days if year is None else (year, month, day) in self.dates or (month, day) in self.days - self._dated()
        if value.kind == "time":
            return value.form in self.times or ((value.form[0] + 12) % 24, value.form[1]) in self.times
        return value.form in self.ids or value.form.replace("_", " ") in self.ids or self._in_words(value.form)

    def _number(self, value: Value) -> bool:
        if value.form in self.numbers or value.text in self.figures:
            return True
        places = len(value.text.partition(".")[2]) if value.text.replace(".", "").replace(",", "").isdigit() else 0
        return any(not number.is_integer() and round(number, places) == value.form for number in self.numbers)

    def _dated(self) -> set[tuple[int, int]]:
        return {(month, day) for _, month, day in self.dates}

    def _in_words(self, form: str) -> bool:
        """`follow_up` where somebody said `follow up`; an id with figures is never made of words."""
        return not any(map(str.isdigit, form)) and set(words(form)) <= self.words

    def current(self) -> list[Shown]:
        """The results since the user last spoke."""
        return self.shown[self.turn :]

    def told(self, of: Callable[[str], bool]) -> list[Row]:
        """The rows to hold a statement against: those that writes since the user last spoke gave, where they have such a field, else all since then."""
        current = self.current()
        for results in ([shown for shown in current if shown.tool in self.writes], current, () if current else self.shown):
            rows = [row for shown in results for row in shown.told if any(map(of, row))]
            if rows:
                return rows
        return []

    def recent_days(self) -> list[Any]:
        """Today, and the days in the results since the user last spoke."""
        found = [value for shown in self.current() for row in shown.rows for item in row.values() if isinstance(item, str) for value in read(item).values]
        return [day for value in (*self.today, *found) if value.kind == "date" and (day := day_of(value.form))]


def take(heard: Heard, message: Message, calls: dict[str, tuple[str, dict[str, Any]]]) -> None:
    """Take in the next message of a conversation. What the assistant says is no source, its calls are noted in `calls`."""
    calls.update({call["id"]: (call["function"]["name"], call["function"]["arguments"]) for call in message.get("tool_calls", [])})
    heard.batch += "tool_calls" in message
    if message["role"] == "tool":
        heard.result(*calls.get(message.get("tool_call_id", ""), ("", {})), message["content"])
    elif message["role"] != "assistant":
        heard.text(message["content"])
        if message["role"] == "system":
            heard.today = tuple(value for value in read(message["content"]).values if value.kind == "date")[:1]
        else:
            heard.wishes.append(message["content"].lower())
            heard.turn = heard.turn if message.get("tool_calls") else len(heard.shown)


def forms(value: Any) -> set[str]:
    """The spellings of a value in small letters."""
    if isinstance(value, bool):
        return {"yes", "true", "on"} if value else {"no", "false", "off", "not"}
    if value is None:
        return {"none", "null", "empty", "not set", "nothing", "nobody"}
    return {str(value).lower(), spoken(value).lower()}


@lru_cache(maxsize=8192)
def name_in(text: str) -> str | None:
    """A shown text as a name, in small letters: two words or more, the first with a capital; None for others."""
    named = text[:1].isupper() and " " in text and len(text) < 60 and not text.endswith(".") and not any(map(str.isdigit, text))
    return text.lower() if named else None


def is_status(field: str) -> bool:
    """Whether a field says how things stand with its row."""
    return field.lower().endswith(("status", "state", "stage", "phase"))


_called = lru_cache(maxsize=4096)(spoken_name)
_PLACES = ("number", "round", "line", "position", "index")


def _identity(row: Row) -> frozenset[tuple[str, str]]:
    """What tells a row from others: all its ids, and its number among those of one owner."""
    return frozenset((name, str(value)) for name, value in row.items() if name.split()[-1] == "id" or name in _PLACES)


def _leaves(value: Any) -> Iterator[Any]:
    """Every text and number in a JSON value, and the names of its fields as words."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield _called(name) if "_" in name or not name.islower() else name
            yield from _leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    else:
        yield value


def gather(value: Any, rows: list[Row], lists: list[list[Any]]) -> None:
    """Collect the rows of a JSON value, each with its own fields that hold no further ones, and its lists."""
    if isinstance(value, dict):
        scalars = {name: item for name, item in value.items() if not isinstance(item, (dict, list))}
        if scalars:
            rows.append(scalars)
        for item in value.values():
            gather(item, rows, lists)
    elif isinstance(value, list):
        lists.append(value)
        for item in value:
            gather(item, rows, lists)
