"""Faults of the record: results, digests, provenance, ids and sources that were changed after the episode was played."""

from __future__ import annotations

import hashlib
from typing import Any

from gem_sim.records import CallRecord, Episode, Fact, Origin
from gem_sim.validate.sabotage.case import Case, Edit, answer_of, content, differ, leaves, other, put, told


def edited_result(case: Case) -> Episode | None:
    """Another value in one tool message."""
    index = case.pick([index for index in case.places("tool") if list(leaves(content(case.episode.messages[index])))])
    return None if index is None else _with_content(case, index, _other_leaf(case, content(case.episode.messages[index])))


def edited_result_and_record(case: Case) -> Episode | None:
    """Another value in a tool message and in the record of its call."""
    call = case.pick([call for call in case.episode.calls if call.ok and list(leaves(call.result))])
    if call is None:
        return None
    value = _other_leaf(case, call.result)
    return _with_call(_with_content(case, answer_of(case.episode.messages, call), value), call, result=value)


def swapped_results(case: Case) -> Episode | None:
    """Two tool messages with each other's content."""
    tools = case.places("tool")
    pairs = [(one, two) for at, one in enumerate(tools) for two in tools[at + 1 :] if _contents_differ(case, one, two)]
    if not pairs:
        return None
    one, two = case.pick(pairs)
    messages = case.messages()
    messages[one]["content"], messages[two]["content"] = messages[two]["content"], messages[one]["content"]
    return case.with_messages(messages)


def extra_field(case: Case) -> Episode | None:
    """A result with a field that the tool did not give."""
    call = case.pick([call for call in case.episode.calls if isinstance(call.result, dict)])
    if call is None:
        return None
    value = {**call.result, "entered_by_clerk": "77"}
    return _with_call(_with_content(case, answer_of(case.episode.messages, call), value), call, result=value)


def missing_field(case: Case) -> Episode | None:
    """A result without one of its fields."""
    index = case.pick([index for index in case.places("tool") if _has_fields(content(case.episode.messages[index]))])
    if index is None:
        return None
    value = content(case.episode.messages[index])
    value.pop(case.pick(list(value)))
    return _with_content(case, index, value)


def emptied_result(case: Case) -> Episode | None:
    """A tool message that says nothing."""
    index = case.pick(case.places("tool"))
    return None if index is None else _with_content(case, index, {})


def error_into_ok(case: Case) -> Episode | None:
    """A refusal that became a success."""
    call = case.pick([call for call in case.episode.calls if not call.ok])
    if call is None:
        return None
    made = _with_content(case, answer_of(case.episode.messages, call), {"ok": True})
    return _with_call(made, call, ok=True, error=None, result={"ok": True})


def ok_into_error(case: Case) -> Episode | None:
    """A success that became a refusal."""
    call = case.pick([call for call in case.episode.calls if call.ok])
    if call is None:
        return None
    error = {"code": "conflict", "message": "This cannot be done now"}
    return _with_call(_with_content(case, answer_of(case.episode.messages, call), {"error": error}), call, ok=False, error=error, result=None, diff=[])


def altered_digest(case: Case) -> Episode | None:
    """Another digest in the chain."""
    call = case.pick(list(case.episode.calls))
    side = case.pick(["before", "after"])
    return None if call is None else _with_call(case.episode, call, **{side: other(getattr(call, side), case.stream)})


def altered_change(case: Case) -> Episode | None:
    """A record without what its call changed."""
    call = case.pick([call for call in case.episode.calls if call.diff])
    return None if call is None else _with_call(case.episode, call, diff=call.diff[1:])


def forged_provenance(case: Case) -> Episode | None:
    """An argument that is said to come from elsewhere."""
    call = case.pick([call for call in case.episode.calls if call.provenance])
    if call is None:
        return None
    path = case.pick(list(call.provenance))
    source: Any = "policy" if call.provenance[path].source != "policy" else "user"
    return _with_call(case.episode, call, provenance={**call.provenance, path: Origin(source=source, message=0)})


def unrecorded_call(case: Case) -> Episode | None:
    """A call of the messages that no record tells of."""
    call = case.pick(list(case.episode.calls))
    return None if call is None else case.episode.model_copy(update={"calls": tuple(one for one in case.episode.calls if one is not call)})


def altered_quote(case: Case) -> Episode | None:
    """A source text that says something else where a rule quotes it; its digest is made again."""
    rules = [rule for rule in case.spec.rules if rule.quote and case.episode.source is not None]
    rule = case.pick(rules)
    if rule is None or case.episode.source is None:
        return None
    text = case.episode.source.text
    changed = f"{text[: rule.start]}{rule.quote[::-1]}{text[rule.end :]}"
    if changed == text:
        return None
    update = {"text": changed, "sha256": hashlib.sha256(changed.encode()).hexdigest()}
    return case.episode.model_copy(update={"source": case.episode.source.model_copy(update=update)})


def altered_source(case: Case) -> Episode | None:
    """A source text with words that were not in it."""
    source = case.episode.source
    return None if source is None else case.episode.model_copy(update={"source": source.model_copy(update={"text": f"{source.text} And more."})})


def altered_goal(case: Case) -> Episode | None:
    """A scenario that asks for less than the one that was planned."""
    goal = case.episode.scenario.goal
    left = goal.required[:-1]
    scenario = case.episode.scenario.model_copy(update={"goal": goal.model_copy(update={"required": left, "allowed": _as_allowed(goal.required[-1:])})})
    return case.episode.model_copy(update={"scenario": scenario})


def altered_tool(case: Case) -> Episode | None:
    """A tool whose schema is not the one of the world."""
    tool = case.pick(list(case.episode.tools))
    changed = tool.model_copy(update={"parameters": {**tool.parameters, "properties": {}, "required": [], "additionalProperties": True}})
    return case.episode.model_copy(update={"tools": tuple(changed if one is tool else one for one in case.episode.tools)}) if changed != tool else None


def other_seed(case: Case) -> Episode | None:
    """A scenario of another seed of the world."""
    scenario = case.episode.scenario.model_copy(update={"seed": case.episode.scenario.seed + 1})
    return case.episode.model_copy(update={"scenario": scenario})


def _as_allowed(parts: tuple[Any, ...]) -> tuple[Fact, ...]:
    return tuple(part for part in parts if isinstance(part, Fact))


def _contents_differ(case: Case, one: int, two: int) -> bool:
    return differ(content(case.episode.messages[one]), content(case.episode.messages[two]))


def _has_fields(value: Any) -> bool:
    return isinstance(value, dict) and len(value) > 0


def _other_leaf(case: Case, value: Any) -> Any:
    path, leaf = case.pick(list(leaves(value)))
    return put(value, path, other(leaf, case.stream)) if path else other(leaf, case.stream)


def _with_content(case: Case, index: int, value: Any) -> Episode:
    messages = case.messages()
    messages[index]["content"] = told(value)
    return case.with_messages(messages)


def _with_call(episode: Episode, call: CallRecord, **update: Any) -> Episode:
    return episode.model_copy(update={"calls": tuple(one.model_copy(update=update) if one is call else one for one in episode.calls)})


FAULTS: dict[str, Edit] = {
    edit.__name__: edit
    for edit in (
        edited_result, edited_result_and_record, swapped_results, extra_field, missing_field, emptied_result, error_into_ok, ok_into_error, altered_digest,
        altered_change, forged_provenance, unrecorded_call, altered_quote, altered_source, altered_goal, altered_tool, other_seed,
    )
}  # fmt: skip
