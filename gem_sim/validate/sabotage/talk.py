"""Faults of what is said: values that nobody told, statements against what was shown, facts that the user cannot know."""

from __future__ import annotations

import re
from collections.abc import Callable

from gem_sim.records import Answer, CallRecord, Episode
from gem_sim.scenarios.wording import spoken, spoken_name, stands_in
from gem_sim.validate.sabotage.case import Case, Edit, answer_of, content, leaves, other
from gem_sim.validate.values import Value, read


def invented_id(case: Case) -> Episode | None:
    """The assistant tells an id that is none."""
    return _invented(case, "id", lambda value: _another(value.text, case), f"For your notes, the reference is ZX-{case.stream.randint(10_000, 99_999)}.")


def invented_number(case: Case) -> Episode | None:
    """The assistant tells another amount or count."""
    said = f"It comes to {case.stream.randint(3_001, 9_999)}.{case.stream.randint(11, 99)} in all."
    return _invented(case, "number", lambda value: f"{value.form + case.stream.randint(211, 977) + 0.37:.2f}", said)


def invented_date(case: Case) -> Episode | None:
    """The assistant tells another day."""
    return _invented(case, "date", lambda _: f"{case.stream.randint(1, 28)} February 2031", f"It will be ready on {case.stream.randint(1, 28)} February 2031.")


def invented_address(case: Case) -> Episode | None:
    """The assistant tells an address that nobody has."""
    return _appended(case, "You can also write to service.desk@helpline.example.")


def invented_name(case: Case) -> Episode | None:
    """The assistant names somebody whom nobody has named."""
    return _appended(case, "My colleague Wilhelmina Quackenbush will take care of it.")


def false_value(case: Case) -> Episode | None:
    """A stated field with the value that another row shows for it."""
    targets = []
    for index in case.words():
        for name, value, texts in _stated(case, index):
            others = [another for another in _values_elsewhere(case, index, name) if another != value]
            targets += [(index, value, another) for another in others if not any(stands_in(spoken(another).lower(), text) for text in texts)]
    if not targets:
        return None
    index, value, another = case.pick(targets)
    text = case.episode.messages[index]["content"]
    return _said(case, index, text.replace(f" is {spoken(value)}", f" is {spoken(another)}", 1))


def false_status(case: Case) -> Episode | None:
    """A status that the row does not have."""
    targets = []
    for index in case.words():
        held, known = _statuses(case, index)
        targets += [(index, status) for status in sorted(known - held)] if held else []
    if not targets:
        return None
    index, status = case.pick(targets)
    return _said(case, index, f"{case.episode.messages[index]['content']} The status is {spoken(status)}.")


def false_success(case: Case) -> Episode | None:
    """A refused call that is reported as done."""
    index = case.pick([after for call in case.alone() if not call.ok and (after := _report_of(case, call)) is not None])
    return (
        None
        if index is None
        else _said(case, index, case.pick(["Done.", "That worked. Anything else?", "Your wish is carried out.", "It has been recorded successfully."]))
    )


def false_refusal(case: Case) -> Episode | None:
    """A write that is reported as refused."""
    index = case.pick([after for call in case.writes() if (after := _report_of(case, call)) is not None and _all_fine(case, after)])
    return None if index is None else _said(case, index, case.pick(["That was turned down, I am afraid.", "This is not possible.", "I was unable to do it."]))


def withheld_answer(case: Case) -> Episode | None:
    """A question of the user that nobody answers."""
    answers = [spoken(part.said).lower() for part in case.episode.scenario.goal.required if isinstance(part, Answer)]
    answer = case.pick(answers)
    if answer is None:
        return None
    messages = case.messages()
    for index in case.places("assistant"):
        if stands_in(answer, messages[index]["content"].lower()):
            messages[index]["content"] = "" if messages[index].get("tool_calls") else "I have looked it up."
    return case.with_messages(messages)


def user_leaks_id(case: Case) -> Episode | None:
    """The user tells an id that only a tool can tell."""
    targets = []
    for index in case.places("user")[:-1]:
        heard = case.before(index) + case.episode.scenario.instruction + str(case.episode.scenario.known)
        later = [value for message in case.episode.messages[index:] if message["role"] == "tool" for _, value in leaves(content(message))]
        targets += [(index, value) for value in later if isinstance(value, str) and re.fullmatch(r"[A-Z]{1,4}-\d{2,}", value) and value not in heard]
    if not targets:
        return None
    index, value = case.pick(targets)
    return _said(case, index, f"{case.episode.messages[index]['content']} Its id is {value}.")


def user_knows_result(case: Case) -> Episode | None:
    """The user tells a date or an amount before a tool has."""
    targets = []
    for index in case.places("user")[:-1]:
        heard = [value[:2] for value in read(f"{case.before(index)} {case.episode.scenario.instruction} {case.episode.scenario.known}").values]
        heard += [value[:2] for beat in case.episode.scenario.beats if beat.speaker == "user" for value in read(str(beat.facts)).values]
        later = [leaf for message in case.episode.messages[index:] if message["role"] == "tool" for _, leaf in leaves(content(message))]
        read_later = [value for leaf in later for value in read(str(leaf)).values if value.kind in ("date", "number")]
        targets += [(index, value.text) for value in read_later if value[:2] not in heard and (value.kind == "date" or value.form > 100)]
    if not targets:
        return None
    index, value = case.pick(targets)
    return _said(case, index, f"{case.episode.messages[index]['content']} I take it that it says {spoken(value)}.")


def _invented(case: Case, kind: str, make: Callable[[Value], str], otherwise: str) -> Episode | None:
    """One value of the assistant replaced by another one that stands nowhere; a sentence with one where it tells none."""
    whole = case.before(len(case.episode.messages))
    targets = [(index, value) for index in case.words() for value in read(case.episode.messages[index]["content"]).values if value.kind == kind]
    if not targets:
        return _appended(case, otherwise)
    index, value = case.pick(targets)
    text, new = case.episode.messages[index]["content"], make(value)
    return None if new in whole else _said(case, index, f"{text[: value.start]}{new}{text[value.start + len(value.text) :]}")


def _another(text: str, case: Case) -> str:
    return other(text, case.stream) if any(map(str.isdigit, text)) else f"{text}_{case.stream.randint(11, 99)}"


def _appended(case: Case, sentence: str) -> Episode | None:
    index = case.pick(case.words())
    return None if index is None else _said(case, index, f"{case.episode.messages[index]['content']} {sentence}")


def _said(case: Case, index: int, text: str) -> Episode:
    messages = case.messages()
    messages[index]["content"] = text
    return case.with_messages(messages)


def _turn(case: Case, index: int) -> list[CallRecord]:
    """Calls between the last words of the user and a message."""
    start = max((place for place in case.places("user", lambda message: not message.get("tool_calls")) if place < index), default=0)
    return [call for call in case.episode.calls if start < call.message < index]


def _stated(case: Case, index: int) -> list[tuple[str, object, list[str]]]:
    """Fields that a message states as `field is value`, with the values of that field in the turn, spoken."""
    text, found = case.episode.messages[index]["content"], []
    shown = [(path[-1], value) for call in _turn(case, index) for path, value in leaves(call.result) if path]
    for name, value in shown:
        if f"{spoken_name(str(name))} is {spoken(value)}" in text:
            found.append((str(name), value, [spoken(one).lower() for other_name, one in shown if other_name == name]))
    return found


def _values_elsewhere(case: Case, index: int, name: str) -> list[object]:
    return [value for call in case.episode.calls if call.message < index for path, value in leaves(call.result) if path and path[-1] == name]


def _statuses(case: Case, index: int) -> tuple[set[str], set[str]]:
    """Statuses shown in the turn of a message, and all that were ever shown."""
    held = {value for call in _turn(case, index) for path, value in leaves(call.result) if path and path[-1] == "status" and isinstance(value, str)}
    known = {value for call in case.episode.calls for path, value in leaves(call.result) if path and path[-1] == "status" and isinstance(value, str)}
    return held, known


def _report_of(case: Case, call: CallRecord) -> int | None:
    """Index of the assistant's words straight after the answer to a call."""
    after = answer_of(case.episode.messages, call) + 1
    return after if after in case.words() else None


def _all_fine(case: Case, index: int) -> bool:
    return all(call.ok for call in _turn(case, index))


FAULTS: dict[str, Edit] = {
    edit.__name__: edit
    for edit in (
        invented_id, invented_number, invented_date, invented_address, invented_name, false_value, false_status, false_success, false_refusal,
        withheld_answer, user_leaks_id, user_knows_result,
    )
}  # fmt: skip
