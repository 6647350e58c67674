"""Faults of form: messages out of order, answers without calls, ids used twice, ends cut off, roles that are not kept."""

from __future__ import annotations

from gem_sim.records import Episode
from gem_sim.validate.length import MOST
from gem_sim.validate.sabotage.case import Case, Edit, answer_of


def orphan_result(case: Case) -> Episode | None:
    """A tool message that answers no call."""
    index = case.pick(case.words())
    if index is None:
        return None
    messages = case.messages()
    messages.insert(index, {"role": "tool", "content": '{"ok":true}', "tool_call_id": "call_0000"})
    return case.with_messages(messages)


def unanswered_call(case: Case) -> Episode | None:
    """A call without its tool message."""
    index = case.pick(case.places("tool"))
    if index is None:
        return None
    messages = case.messages()
    del messages[index]
    return case.with_messages(messages)


def broken_order(case: Case) -> Episode | None:
    """Two neighbouring messages of user and assistant in each other's place."""
    index = case.pick([index for index in case.places("user")[1:] if case.episode.messages[index - 1]["role"] == "assistant"])
    if index is None:
        return None
    messages = case.messages()
    messages[index - 1], messages[index] = messages[index], messages[index - 1]
    return case.with_messages(messages)


def reused_id(case: Case) -> Episode | None:
    """A call with the id of an earlier one."""
    calls = case.alone()
    if len(calls) < 2:
        return None
    messages, call = case.messages(), calls[-1]
    messages[answer_of(messages, call)]["tool_call_id"] = messages[call.message]["tool_calls"][0]["id"] = calls[0].id
    return case.with_messages(messages)


def truncated_end(case: Case) -> Episode | None:
    """An episode that ends in the middle, at the words of the assistant."""
    ends = [index for index in case.words() if 4 < index < len(case.episode.messages) - 4 and _goes_on(case, index)]
    index = case.pick(ends)
    return None if index is None else case.remade(case.messages()[: index + 1])


def cut_off(case: Case) -> Episode | None:
    """An episode whose last words are not the assistant's."""
    return case.remade(case.messages()[:-1])


def missing_system(case: Case) -> Episode | None:
    """An episode without the system prompt."""
    return case.remade(case.messages()[1:])


def swapped_speakers(case: Case) -> Episode | None:
    """What user and assistant say, in each other's mouth."""
    index = case.pick([index for index in case.words() if index + 1 < len(case.episode.messages) and len(case.episode.messages[index]["content"]) > 40])
    if index is None or case.episode.messages[index + 1].get("tool_calls"):
        return None
    messages = case.messages()
    messages[index]["content"], messages[index + 1]["content"] = messages[index + 1]["content"], messages[index]["content"]
    return case.with_messages(messages)


def user_names_a_function(case: Case) -> Episode | None:
    """A user who calls for a function by its name."""
    names = [name for name in case.spec.tools if "_" in name]
    index, name = case.pick(case.places("user")), case.pick(names)
    return None if index is None or name is None else _added(case, index, f"Use {name} for it.")


def user_speaks_json(case: Case) -> Episode | None:
    """A user who talks to the machinery."""
    index = case.pick(case.places("user"))
    return None if index is None else _added(case, index, '{"name": "lookup", "arguments": {"all": true}}')


def user_acts_as_assistant(case: Case) -> Episode | None:
    """A user who serves the assistant."""
    index = case.pick(case.places("user")[1:])
    return None if index is None else _added(case, index, "How can I help you today?")


def silent_user(case: Case) -> Episode | None:
    """A user who says nothing."""
    index = case.pick(case.places("user", lambda message: not message.get("tool_calls")))
    if index is None:
        return None
    messages = case.messages()
    messages[index]["content"] = ""
    return case.with_messages(messages)


def too_long(case: Case) -> Episode | None:
    """An episode longer than the context of a model."""
    index = case.places("user")[0]
    return _added(case, index, "Thank you so much for your help. " * (MOST // 8))


def _goes_on(case: Case, index: int) -> bool:
    """Whether something is changed after a message."""
    return any(call.diff for call in case.episode.calls if call.message > index)


def _added(case: Case, index: int, text: str) -> Episode:
    messages = case.messages()
    messages[index]["content"] += f" {text}"
    return case.with_messages(messages)


FAULTS: dict[str, Edit] = {
    edit.__name__: edit
    for edit in (
        orphan_result, unanswered_call, broken_order, reused_id, truncated_end, cut_off, missing_system, swapped_speakers, user_names_a_function,
        user_speaks_json, user_acts_as_assistant, silent_user, too_long,
    )
}  # fmt: skip
