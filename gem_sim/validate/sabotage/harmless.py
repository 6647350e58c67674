"""Edits that leave an episode as true as it was, so that no check may mind them."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import orjson

from gem_sim.records import CallRecord, Episode, Message
from gem_sim.scenarios.wording import spoken
from gem_sim.validate.sabotage.case import Case, Edit, answer_of, content, leaves
from gem_sim.validate.values import read


def other_farewell(case: Case) -> Episode | None:
    """Other last words of the assistant."""
    messages = case.messages()
    messages[-1]["content"] = case.pick(["It was a pleasure. Take care!", "Bye, and all the best.", "Glad that I could help."])
    return case.with_messages(messages)


def other_greeting(case: Case) -> Episode | None:
    """A greeting before the first words of the user."""
    messages = case.messages()
    messages[1]["content"] = f"{case.pick(['Good afternoon!', 'Hey there.', 'Excuse me, I hope you can help.'])} {messages[1]['content']}"
    return case.with_messages(messages)


def more_thanks(case: Case) -> Episode | None:
    """Thanks after something that the user says."""
    messages = case.messages()
    messages[case.pick(case.places("user"))]["content"] += case.pick([" Thank you.", " Many thanks in advance!", " That would be great."])
    return case.with_messages(messages)


def announced_call(case: Case) -> Episode | None:
    """Words of the assistant beside a call."""
    messages = case.messages()
    index = case.pick([index for index in case.places("assistant") if messages[index].get("tool_calls")])
    if index is None:
        return None
    messages[index]["content"] = case.pick(["Just a moment, please.", "I am looking into it.", "Let me see."])
    return case.with_messages(messages)


def other_yes(case: Case) -> Episode | None:
    """A yes in other words."""
    beats = case.episode.scenario.beats
    if not any(beat.act == "agree" for beat in beats):
        return None
    messages = case.messages()
    asked = [index for index in case.places("user") if index > 1 and messages[index - 1]["content"].endswith(("Shall I go on?", "It is final.", "afterwards."))]
    index = case.pick(asked)
    if index is None:
        return None
    messages[index]["content"] = case.pick(["Yes, that is what I want.", "Please do.", "Sure, go ahead.", "I agree."])
    return case.with_messages(messages)


def dates_in_figures(case: Case) -> Episode | None:
    """A day that the assistant tells in figures."""
    values = [
        leaf for call in case.episode.calls for _, leaf in leaves(call.result) if isinstance(leaf, str) and [v.kind for v in read(leaf).values] == ["date"]
    ]
    messages = case.messages()
    for index in case.words():
        for value in values:
            said = re.compile(rf"(?<!\d){re.escape(spoken(value))}")
            if spoken(value) != value and said.search(messages[index]["content"]):
                messages[index]["content"] = said.sub(value, messages[index]["content"])
                return case.with_messages(messages)
    return None


def renamed_ids(case: Case) -> Episode | None:
    """Other ids of the calls, everywhere."""
    names = {call.id: f"c{at}" for at, call in enumerate(case.episode.calls)}
    messages = case.messages()
    for message in messages:
        for call in message.get("tool_calls", []):
            call["id"] = names[call["id"]]
        if "tool_call_id" in message:
            message["tool_call_id"] = names[message["tool_call_id"]]
    calls = tuple(call.model_copy(update={"id": names[call.id]}) for call in case.episode.calls)
    return case.with_messages(messages).model_copy(update={"calls": calls})


def reordered_keys(case: Case) -> Episode | None:
    """Fields of results and arguments in another order."""
    messages = case.messages()
    for index in case.places("tool"):
        messages[index]["content"] = orjson.dumps(_backwards(content(messages[index]))).decode()
    for message in messages:
        for call in message.get("tool_calls", []):
            call["function"]["arguments"] = _backwards(call["function"]["arguments"])
    return case.with_messages(messages)


def spaced_results(case: Case) -> Episode | None:
    """Results with line breaks and spaces."""
    messages = case.messages()
    for index in case.places("tool"):
        messages[index]["content"] = orjson.dumps(content(messages[index]), option=orjson.OPT_INDENT_2).decode()
    return case.with_messages(messages)


def exchanged_reads(case: Case) -> Episode | None:
    """Two reads that need nothing of each other, in the other order."""
    pair = case.pick(_independent(case))
    if pair is None:
        return None
    messages, (one, two) = case.messages(), pair
    middle, end = answer_of(messages, one) + 1, answer_of(messages, two) + 1
    return case.remade([*messages[: one.message], *messages[middle:end], *messages[one.message : middle], *messages[end:]])


def parallel_reads(case: Case) -> Episode | None:
    """Two reads that need nothing of each other, in one message."""
    pair = case.pick(_independent(case))
    if pair is None:
        return None
    messages, (one, two) = case.messages(), pair
    middle, end = answer_of(messages, one) + 1, answer_of(messages, two) + 1
    messages[one.message]["tool_calls"] += messages[two.message]["tool_calls"]
    return case.remade([*messages[: one.message + 1], messages[middle - 1], messages[end - 1], *messages[end:]])


def whole_list(case: Case) -> Episode | None:
    """A row found in the whole list instead of by a search."""
    for call in case.stream.sample(_reads(case), len(_reads(case))):
        required = case.spec.tools[call.name].parameters.get("required", [])
        if "query" in call.arguments and "query" not in required:
            made = case.with_arguments(call, {name: value for name, value in call.arguments.items() if name != "query"})
            answer = next(one for one in made.calls if one.id == call.id)
            if answer.ok and _told(call) <= _told(answer):
                return made
    return None


def looked_up_again(case: Case) -> Episode | None:
    """A row looked at once more before something is done with it."""
    for call in case.stream.sample(case.writes(), len(case.writes())):
        for name, tool in case.spec.tools.items():
            required = tool.parameters.get("required", [])
            shows_one = tool.kind == "read" and tool.side == "assistant" and len(required) == 1 and set(tool.parameters["properties"]) == set(required)
            if shows_one and required[0] in call.arguments:
                return case.remade(_with_read(case, call.message, name, {required[0]: call.arguments[required[0]]}))
    return None


def _with_read(case: Case, at: int, name: str, arguments: dict[str, Any]) -> list[Message]:
    messages = case.messages()
    call: Any = {"id": "call_once_more", "type": "function", "function": {"name": name, "arguments": arguments}}
    messages[at:at] = [{"role": "assistant", "content": "", "tool_calls": [call]}, {"role": "tool", "content": "", "tool_call_id": "call_once_more"}]
    return messages


def _reads(case: Case) -> list[CallRecord]:
    return [call for call in case.alone() if call.ok and case.spec.tools[call.name].kind == "read"]


def _told(call: CallRecord) -> set[str]:
    return {str(value) for path, value in leaves(call.result) if path and not (len(path) == 1 and isinstance(value, int))}


def _independent(case: Case) -> list[tuple[CallRecord, CallRecord]]:
    """Neighbouring reads, the second of which takes nothing that the first tells."""
    reads = _reads(case)
    pairs = [(one, two) for one, two in pairwise(reads) if two.message == one.message + 2]
    return [(one, two) for one, two in pairs if not {str(value) for _, value in leaves(two.arguments)} & _told(one)]


def _backwards(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _backwards(item) for name, item in reversed(value.items())}
    return [_backwards(item) for item in value] if isinstance(value, list) else value


HARMLESS: dict[str, Edit] = {
    edit.__name__: edit
    for edit in (
        other_farewell, other_greeting, more_thanks, announced_call, other_yes, dates_in_figures, renamed_ids, reordered_keys, spaced_results,
        exchanged_reads, parallel_reads, whole_list, looked_up_again,
    )
}  # fmt: skip
