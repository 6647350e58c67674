"""Detectors for what happens between user and assistant: questions and answers, changes of mind, what is put right or turned down.

They go by which values are said where and which calls follow. The words they know are general English cues.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from gem_sim.records import CallRecord
from gem_sim.scenarios.detectors.heard import ASKS, Exchange, Heard, Shown, is_its_name, plain_fields, sayable
from gem_sim.scenarios.detectors.turns import BRIEF, gives_rule, is_brief, is_new_deed, news, repeats, reports, restates
from gem_sim.scenarios.planner import principal
from gem_sim.scenarios.wording import label_of, noun

_CANNOT = re.compile(
    r"\b(can(no|')?t|unable|not (able|possible|equipped)|beyond|outside|out of my|lack|not (something|among|part)|more than i|no (way|tools?|means|option)"
    r"|(don't|do not|doesn't|haven't) (have|offer|support|let|allow)|none of|nothing (here|i can|for)|no \w+ of mine|have nothing)\b"
)
_FINAL = re.compile(
    r"(can(no|')?t|cannot|could not) (\w+ )?be (\w+ )?(undone|reversed|taken back|reverted|changed back)|can(no|')?t (undo|reverse|revert|take)"
    r"|no (way|going) back|no (way|means|possibility) (of|to|for) (undo|revers|tak)\w*"
)
_NO = re.compile(
    r"\b(no|nope|not|don't|leave|stop|never ?mind|forget|skip|hold off|rather|scrap|cancel that|drop|pass|keep|better|refrain|decline|withdraw|wait"
    r"|sleep on|think)\b"
)
_YES = re.compile(
    r"\b(yes|yep|yeah|ok|okay|sure|please|go|do|confirm(ed)?|right|correct|exactly|agreed?|absolutely|proceed|fine|consent|carry|obviously|certain(ly)?"
    r"|what else|i said so|matches|meant|good|course|definitely|indeed|continue|suits|works|perfect|great|alright)\b"
)
_CHANGE = re.compile(
    r"\b(rather|instead|actually|make (it|that)|changed? (my|of) mind|change|second thoughts?|wait|hold on|hang on|prefer|switch|scratch that|amend|edit|stop"
    r"|sorry|not like that|not quite|not so fast|rethink|thought again|hm+|oh|no|let's|looking at it again|correct myself|forgive me|perhaps|maybe)\b"
)
_CHOOSE = re.compile(r"\b(which|pick|choose|choice|select|one of)\b")
_LESS = re.compile(r"\b(no|without|leave|drop|skip|forget|remove|omit|go|out)\b")


def missing_argument(heard: Heard) -> bool:
    """The assistant asks for a parameter, and the user's answer holds the value that the call then has."""
    return any(supplies(heard, turn) for turn in _open(heard))


def supplies(heard: Heard, turn: Exchange) -> bool:
    """Whether the answer is the value of a parameter that the assistant asks for."""
    call = turn.then
    if call is None or not ASKS.search(heard.texts[turn.asked]) or reports(heard, turn) or is_new_deed(heard, turn, call):
        return False
    return any(
        name not in heard.keys(call)
        and heard.names(turn.asked, name)
        and heard.gives(turn.told, name, value, call)
        and not heard.says(turn.asked, value)
        and not (heard.gives(turn.wish, name, value, call) and heard.names(turn.wish, name))
        and not repeats(heard, turn, call, name)
        for name, value in call.arguments.items()
    )


def change_of_mind(heard: Heard) -> bool:
    """Before anything is done the user takes back a detail that the assistant has repeated: the call has another, or none."""
    return any(_amends(heard, turn) for turn in _open(heard))


def _amends(heard: Heard, turn: Exchange) -> bool:
    call = turn.then
    if call is None or not ASKS.search(heard.texts[turn.asked]) or supplies(heard, turn) or reports(heard, turn) or is_new_deed(heard, turn, call):
        return False
    if not _CHANGE.search(heard.texts[turn.told]):
        return _drops(heard, turn, call)
    other = any(restates(heard, turn, call, name) and not _is_pick(heard, turn, name, call) for name in news(heard, turn, call))
    return other or _drops(heard, turn, call)


def _drops(heard: Heard, turn: Exchange, call: CallRecord) -> bool:
    """Whether the user does without a parameter that the assistant has named."""
    names = [name for name in heard.spec.tools[call.name].parameters.get("properties", {}) if name not in call.arguments]
    return (
        _LESS.search(heard.texts[turn.told]) is not None
        and is_brief(heard, turn.told, 3 * BRIEF)
        and restates(heard, turn, call, "")
        and any(heard.names(turn.told, name) and heard.names(turn.asked, name) for name in names)
    )


def _is_pick(heard: Heard, turn: Exchange, name: str, call: CallRecord) -> bool:
    return heard.gives(turn.asked, name, call.arguments[name], call)


def _open(heard: Heard) -> list[Exchange]:
    """Exchanges before which nothing was done, refused or dropped in answer to the user."""
    found: list[Exchange] = heard.once("open", lambda: list(_read_open(heard)))
    return found


def _read_open(heard: Heard) -> Iterator[Exchange]:
    dropped = -1
    for turn in heard.exchanges:
        if turn.wish != dropped and not any(heard.writes(call) or call.error is not None for call in turn.before) and not gives_rule(heard, turn.asked):
            yield turn
            dropped = turn.told if _declines(heard, turn) else dropped


def confirmation(heard: Heard) -> bool:
    """The assistant asks before a change, and the user agrees with nothing new."""
    return any(_agrees(heard, turn) for turn in _open(heard))


def _agrees(heard: Heard, turn: Exchange) -> bool:
    call = next(iter(turn.after), None)
    if call is None or not (heard.writes(call) or call.error is not None) or not is_brief(heard, turn.told) or not _YES.search(heard.texts[turn.told]):
        return False
    if not ASKS.search(heard.texts[turn.asked]) or is_new_deed(heard, turn, call) or _corrects(heard, turn) or _drops(heard, turn, call):
        return False
    return restates(heard, turn, call, "") and not any(True for _ in news(heard, turn, call))


def declined(heard: Heard) -> bool:
    """The assistant asks before a change, the user says no, nothing is called, and the assistant asks for nothing more."""
    return any(_declines(heard, turn) for turn in _open(heard))


def _declines(heard: Heard, turn: Exchange) -> bool:
    asked, told = turn.asked, turn.told
    if turn.after or not _NO.search(heard.texts[told]) or not is_brief(heard, told) or not ASKS.search(heard.texts[asked]) or told + 2 >= len(heard.messages):
        return False
    deeds = [name for name in heard.shape.writes if heard.names_deed(asked, name)]
    others = (_unable(heard, asked), reports(heard, turn), _corrects(heard, turn), supplies(heard, turn), _amends(heard, turn))
    return bool(deeds) and not any(others) and not any(heard.names_deed(told, name) for name in deeds)


def no_tool(heard: Heard) -> bool:
    """The user asks for something, nothing is called, and the assistant says that it cannot be done, by no rule."""
    answered = {turn.asked for turn in _open(heard) if any(is_one(heard, turn) for is_one in (supplies, _agrees, _amends, _declines, _corrects))}
    dropped = {turn.told for turn in _open(heard) if _declines(heard, turn)}
    return any(
        heard.role(at + 1) != "user" or not heard.messages[at + 1].get("tool_calls")
        if at - 1 in heard.spoken["user"] and at - 1 not in dropped and at not in answered and _unable(heard, at) and not gives_rule(heard, at)
        else False
        for at in heard.spoken["assistant"]
    )


def _unable(heard: Heard, at: int) -> bool:
    """Whether a message says that something cannot be done. What things are called does not count."""
    text = _FINAL.sub("", heard.texts[at])
    if _CANNOT.search(text) is None:
        return False
    for value in heard.once("texts that are values", lambda: _values(heard)):
        text = text.replace(value, "")
    return _CANNOT.search(text) is not None


def _values(heard: Heard) -> set[str]:
    values = [value for shown in heard.shown for value in shown.row.values()] + [value for call in heard.calls for value in call.arguments.values()]
    return {value.lower() for value in values if isinstance(value, str) and _CANNOT.search(value.lower())}


def refuses_by_rule(heard: Heard, at: int) -> bool:
    """Whether the assistant gives a rule that it keeps as its reason. It may also ask whether a condition holds, and go on when the user says so."""
    if not gives_rule(heard, at, checked=True):
        return False
    turn = next((turn for turn in heard.exchanges if turn.asked == at), None)
    tried = next((call for call in turn.after if call.diff or call.error is not None), turn.then) if turn is not None else None
    return turn is None or tried is None or not _only_answers(heard, turn, tried)


def _only_answers(heard: Heard, turn: Exchange, call: CallRecord) -> bool:
    """Whether the user says nothing of a wish, but only yes or no."""
    nouns = {word for entity in heard.spec.entities for word in noun(entity).split()}
    return is_brief(heard, turn.told) and not (nouns & heard.words(turn.told)) and not any(True for _ in news(heard, turn, call))


def wrong_fact(heard: Heard) -> bool:
    """The assistant sets what the user said of a row against what a result shows of it, and the user goes along."""
    return any(_corrects(heard, turn) for turn in _open(heard))


def _corrects(heard: Heard, turn: Exchange) -> bool:
    if not is_brief(heard, turn.told, 2 * BRIEF):
        return False
    used = [value for call in (*turn.after, *([turn.then] if turn.then is not None else [])) for value in call.arguments.values()]
    return any(
        heard.says(turn.asked, believed)
        and any(heard.says(at, believed) for at in heard.wished(turn.asked))
        and believed not in used
        and not heard.says(turn.told, believed)
        for shown, name in _told_again(heard, turn)
        if turn.then is not None and (shown.entity, shown.key) in heard.keys_of(turn.then)
        for believed in _column(heard, shown.entity, name)
        if believed != shown.row[name] and not _part(believed, shown.row[name])
    )


def _part(one: Any, other: Any) -> bool:
    return str(one).lower() in str(other).lower()


def _told_again(heard: Heard, turn: Exchange) -> Iterator[tuple[Shown, str]]:
    """Fields of rows shown before that the assistant names with their values, which the user has not said."""
    for shown in heard.shown:
        if heard.calls[shown.at].message < turn.asked:
            for name in plain_fields(heard.spec, shown.entity):
                value = shown.row.get(name)
                if sayable(value) and heard.names(turn.asked, name) and heard.says(turn.asked, value) and _is_new(heard, turn, name, value):
                    yield shown, name


def _is_new(heard: Heard, turn: Exchange, name: str, value: Any) -> bool:
    if is_its_name(value, name):
        return heard.texts[turn.asked].count(str(value).lower()) > 1
    return not heard.says_apart(turn.wish, value)


def _column(heard: Heard, entity: str, name: str) -> tuple[Any, ...]:
    """The different values of a field, from the rows of the world and those that results show."""
    start: tuple[Any, ...] = heard.spec.once(
        f"column {entity}.{name}", lambda: tuple({row[name]: None for row in heard.spec.start().rows(entity) if sayable(row.get(name))})
    )
    return start


def choice(heard: Heard) -> bool:
    """The assistant sets rows side by side, the user points to one of them, and the next call names it."""
    return any(_picks(heard, turn) for turn in heard.exchanges if _CHOOSE.search(heard.texts[turn.asked]))


def _picks(heard: Heard, turn: Exchange) -> bool:
    named = {key for call in (*turn.after, *([turn.then] if turn.then is not None else [])) for _, key in heard.keys_of(call)}
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for shown in heard.shown:
        if heard.calls[shown.at].message < turn.asked:
            rows[shown.entity, shown.key] = rows.get((shown.entity, shown.key), {}) | shown.row
    meant = [row for (_, key), row in rows.items() if key in named]
    by_entity = groupby(sorted(rows, key=lambda place: place[0]), key=lambda place: place[0])
    return any(
        _apart(heard, turn, name, rows[place], [rows[other] for other in places if rows[other] is not rows[place]])
        for entity, group in by_entity
        for places in [list(group)]
        for place in places
        if rows[place] in meant and place[1] in named and not _brief_wish_names(heard, turn, place)
        for name in [*plain_fields(heard.spec, entity), label_of(heard.spec.entities[entity])]
        if name is not None
    )


def _brief_wish_names(heard: Heard, turn: Exchange, place: tuple[str, str]) -> bool:
    """Whether the user had said which row it is before they were asked."""
    return heard.says(turn.wish, place[1])


def _apart(heard: Heard, turn: Exchange, name: str, row: dict[str, Any], others: list[dict[str, Any]]) -> bool:
    """Whether a field of a row is among what the assistant sets side by side, and what the user points to."""
    value = row.get(name)
    if not sayable(value) or not heard.says(turn.asked, value) or not heard.says(turn.told, value) or heard.says(turn.wish, value):
        return False
    beside = {str(other[field]) for other in others for field in other if sayable(other[field]) and other[field] != row.get(field)}
    return any(heard.says(turn.asked, other) and not heard.says(turn.told, other) and not heard.says(turn.wish, other) for other in beside - {str(value)})


def authentication(heard: Heard) -> bool:
    """The assistant asks who is speaking, and the first call finds the person by the answer."""
    first = next(iter(heard.calls), None)
    people = principal(heard.spec)
    if first is None or people is None or heard.role(1) != "user" or heard.role(2) != "assistant" or heard.messages[2].get("tool_calls"):
        return False
    found = any(shown.at == 0 and shown.entity == people for shown in heard.shown)
    return found and first.message == 4 and any(heard.says(3, value) and not heard.says(1, value) for value in first.arguments.values())
