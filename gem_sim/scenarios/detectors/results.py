"""Detectors for what shows in calls and their results: what depends on what, what fails, what is shown and worked out."""

from __future__ import annotations

import re
from typing import Any

from gem_sim.records import CallRecord
from gem_sim.scenarios.detectors.asking import refuses_by_rule, supplies
from gem_sim.scenarios.detectors.heard import ASKS, FEW_WORDS, Exchange, Heard, Shown, is_its_name, plain_fields, sayable
from gem_sim.scenarios.labels import LONG
from gem_sim.scenarios.refusals import rule_behind
from gem_sim.scenarios.wording import label_of, spoken_name

_FIGURE = re.compile(r"\b(total|sum|altogether|in all|overall|combined|highest|lowest|greatest|largest|smallest|maximum|minimum|most|least|add up|average)\b")


def vague_reference(heard: Heard) -> bool:
    """A row was looked up by what the user said is the case with it, and not by its name or its id."""
    before: set[str] = set()
    for shown in heard.shown:
        if shown.key not in before and not heard.calls[shown.at].diff and _vaguely(heard, shown):
            return True
        before.add(shown.key)
    return False


def _vaguely(heard: Heard, shown: Shown) -> bool:
    """Whether the user's last words before a row was first shown tell it by its fields, and it is what they meant."""
    asked = _asked(heard, heard.calls[shown.at].message)
    if asked is None or _by_name(heard, shown, asked):
        return False
    changed = [call for call in heard.until_words(asked) if call.diff or call.error is not None]
    changed += [turn.then for turn in heard.exchanges if turn.wish == asked and turn.then is not None]
    given = [value for call in changed for value in call.arguments.values()]
    told = [name for name in plain_fields(heard.spec, shown.entity) if sayable(shown.row.get(name)) and shown.row[name] not in given]
    facts = [name for name in told if heard.says_apart(asked, shown.row[name]) and not _names_other(heard, shown, asked, name)]
    return bool(facts) and _meant(heard, shown, asked, facts)


def _asked(heard: Heard, place: int) -> int | None:
    """The user's last words before a place; if they only answer what was asked before any call, those that were asked about."""
    last = max((at for at in heard.spoken["user"] if at < place), default=None)
    return next((turn.wish for turn in heard.exchanges if turn.told == last and (supplies(heard, turn) or _is_answer(heard, turn))), last)


def _is_answer(heard: Heard, turn: Exchange) -> bool:
    return not turn.before and ASKS.search(heard.texts[turn.asked]) is not None and len(heard.texts[turn.told].split()) <= FEW_WORDS


def _names_other(heard: Heard, shown: Shown, at: int, name: str) -> bool:
    """Whether a value is also a word for another field that is spoken of: `sent`, where it is about what was `sent on`."""
    others = (other for other in heard.spec.entities[shown.entity].fields if other != name and heard.names(at, other))
    return any(str(shown.row[name]).lower() in spoken_name(other).split() for other in others)


def _by_name(heard: Heard, shown: Shown, at: int) -> bool:
    label = label_of(heard.spec.entities[shown.entity])
    return heard.says(at, shown.key) or (label is not None and heard.says(at, shown.row.get(label)))


def _meant(heard: Heard, shown: Shown, asked: int, facts: list[str]) -> bool:
    """Whether the assistant tells more of the row, or the next call that names such a row names this one."""
    if _answered(heard, shown, asked, facts):
        return True
    later = [call for call in heard.until_words(asked) if call.message > heard.calls[shown.at].message]
    agreed = [turn for turn in heard.exchanges if turn.wish == asked and not _by_name(heard, shown, turn.told)]
    later += [turn.then for turn in agreed if turn.then is not None and not heard.names_deed(turn.told, turn.then.name)]
    return any((shown.entity, shown.key) in heard.keys_of(call) for call in later)


def _answered(heard: Heard, shown: Shown, asked: int, facts: list[str]) -> bool:
    told = next((at for at in heard.spoken["assistant"] if at > asked), None)
    if told is not None and heard.says(told, shown.key):
        return True
    beside = [other.row for other in heard.shown if other.at == shown.at and other.entity == shown.entity]
    if sum(all(row.get(name) == shown.row[name] for name in facts) for row in beside) != 1:
        return False
    rest = [name for name in plain_fields(heard.spec, shown.entity) if name not in facts and sayable(shown.row.get(name))]
    return told is not None and any(heard.says(told, shown.row[name]) and heard.names(asked, name) for name in rest)


def dependent_goal(heard: Heard) -> bool:
    """A call names a row that an earlier call made."""
    made: set[tuple[str, str]] = set()
    for call in heard.calls:
        if any(place in made for place in heard.keys_of(call)):
            return True
        made |= {(change["entity"], str(change["key"])) for change in call.diff if change["op"] == "insert"}
    return False


def rule_conflict(heard: Heard) -> bool:
    """A requirement that enforces a rule refuses a call, or the assistant names a rule instead of calling."""
    if any(call.error is not None and _by_rule(heard, call) for call in heard.calls):
        return True
    return any(refuses_by_rule(heard, at) for at in heard.spoken["assistant"])


def _by_rule(heard: Heard, call: CallRecord) -> bool:
    return call.error is not None and rule_behind(heard.spec, call.name, call.error["message"]) is not None


def recovery(heard: Heard) -> bool:
    """A call fails, by no rule, and one by the same tool works with other arguments before anything else is changed."""
    for at, call in enumerate(heard.calls):
        if call.error is None or call.error["code"] == "invalid_arguments" or _by_rule(heard, call):
            continue
        later = next((later for later in heard.calls[at + 1 :] if heard.writes(later) or (later.ok and later.name == call.name)), None)
        if later is not None and later.name == call.name and later.arguments != call.arguments:
            return True
    return False


def user_step(heard: Heard) -> bool:
    """The user calls a tool of their own."""
    return any(heard.role(call.message) == "user" for call in heard.calls)


def nested_arguments(heard: Heard) -> bool:
    """A call that works has a list or an object among its arguments."""
    return any(call.ok and any(isinstance(value, (list, dict)) and value for value in call.arguments.values()) for call in heard.calls)


def _items(call: CallRecord) -> list[Any]:
    items = call.result.get("items") if isinstance(call.result, dict) else call.result
    return items if isinstance(items, list) else []


def long_result(heard: Heard) -> bool:
    """A result has many rows."""
    return any(len(_items(call)) >= LONG for call in heard.calls)


def parallel_reads(heard: Heard) -> bool:
    """Several reads are made in one message."""
    reading = {name for name, tool in heard.spec.tools.items() if tool.kind != "write"}
    groups = [[call["function"]["name"] for call in message.get("tool_calls", [])] for message in heard.messages]
    return any(len(names) > 1 and set(names) <= reading for names in groups)


def computed(heard: Heard) -> bool:
    """The assistant says a number that is a sum, the least or the greatest of a field over the rows of results, and the user asked for one."""
    return any(heard.says(at, figure) for at in heard.spoken["assistant"] for figure in _figures(heard, at))


def _figures(heard: Heard, at: int) -> set[float]:
    """Sums and extremes over the lists before a message, where the user asked for one."""
    asked = max((earlier for earlier in heard.spoken["user"] if earlier < at), default=0)
    if not _FIGURE.search(heard.texts[asked]):
        return set()
    rows = [row for call in heard.between(asked, at) if call.ok for row in _items(call) if isinstance(row, dict)]
    found: set[float] = set()
    for name in {name for row in rows for name in row} if len(rows) > 1 else ():
        values = [row[name] for row in rows if isinstance(row.get(name), (int, float)) and not isinstance(row.get(name), bool)]
        found |= {round(sum(values), 2), max(values), min(values)} if len(values) == len(rows) else set()
    return found


def found_argument(heard: Heard) -> bool:
    """A value of a change, no id, that a result holds and the user did not say when they asked for it."""
    changes = [call for call in heard.calls if heard.writes(call)]
    return any(_only_shown(heard, call, name, value) for call in changes for name, value in call.arguments.items())


def _only_shown(heard: Heard, call: CallRecord, name: str, value: Any) -> bool:
    origin = call.provenance.get(name)
    if name in heard.keys(call) or origin is None or origin.source != "result" or not sayable(value):
        return False
    since = heard.wished(call.message)
    if is_its_name(value, name):
        keys = {key for _, key in heard.keys_of(call)}
        rows = (shown for shown in heard.shown if since and since[-1] < heard.calls[shown.at].message < call.message)
        return any(shown.row.get(name) == value and shown.key not in keys for shown in rows)
    return not any(heard.gives(at, name, value, call) and heard.says_apart(at, value) for at in since)


def two_at_once(heard: Heard) -> bool:
    """Two changes are made before the user speaks again."""
    return any(sum(heard.writes(call) and heard.role(call.message) == "assistant" for call in heard.until_words(at)) > 1 for at in heard.spoken["user"])


def enlarge(heard: Heard) -> bool:
    """Tools of the world are called, and tools of one that was joined to it."""
    joined = {name for names in heard.spec.joined.values() for name in names}
    return len({call.name in joined for call in heard.calls}) > 1


def distractors(heard: Heard) -> bool:
    """Tools of a world that was joined are there, and nothing calls any of them."""
    called = {call.name for call in heard.calls}
    return any(not called & set(names) for names in heard.spec.joined.values())
