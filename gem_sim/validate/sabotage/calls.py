"""Faults of the assistant's calls. The rest of the record is made again, so that only the call itself gives the fault away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gem_sim.records import CallRecord, Episode, LimitCheck, Message
from gem_sim.validate.sabotage.case import Case, Edit, answer_of, leaves, other


def dropped_write(case: Case) -> Episode | None:
    """A write that is not made."""
    call = case.pick(case.writes())
    made = None if call is None else case.remade(_without(case, call))
    return made if made is not None and case.ends_elsewhere(made) else None


def dropped_lookup(case: Case) -> Episode | None:
    """A read that is not made, though a later call uses what it alone told."""
    call = case.pick([call for call in case.alone() if call.ok and not call.diff and _is_source(case, call)])
    return None if call is None else case.remade(_without(case, call))


def repeated_write(case: Case) -> Episode | None:
    """A write made twice, where the second one changes something more."""
    for call in case.stream.sample(case.writes(), len(case.writes())):
        at = answer_of(case.episode.messages, call) + 1
        made = case.remade(_inserted(case, at, call.name, call.arguments))
        if any(one.id == "call_again" and one.before != one.after for one in made.calls):
            return made
    return None


def extra_write(case: Case) -> Episode | None:
    """A write at the end that nobody asked for."""
    names = [name for name, tool in case.spec.tools.items() if tool.kind == "write" and tool.side == "assistant"]
    for name in case.stream.sample(names, len(names)):
        arguments = case.executed.end.propose(name)
        if arguments is not None:
            made = case.remade(_inserted(case, len(case.episode.messages) - 1, name, arguments))
            if made.calls[-1].before != made.calls[-1].after:
                return made
    return None


def changed_argument(case: Case) -> Episode | None:
    """A write with another value that its tool takes and that leads elsewhere."""
    for call in case.stream.sample(case.writes(), len(case.writes())):
        for name, value in case.stream.sample(sorted(call.arguments.items()), len(call.arguments)):
            if isinstance(value, (str, int, float)) and not isinstance(value, bool):
                made = case.with_arguments(call, {**call.arguments, name: other(value, case.stream)})
                if case.ends_elsewhere(made):
                    return made
    return None


def stale_id(case: Case) -> Episode | None:
    """A write on another row that was shown before, so that the id has a source."""
    for call in case.stream.sample(case.writes(), len(case.writes())):
        for name, value in call.arguments.items():
            others = sorted(_alike(case, call, value) - {value}) if isinstance(value, str) else []
            for one in case.stream.sample(others, min(4, len(others))):
                made = case.with_arguments(call, {**call.arguments, name: one})
                if case.ends_elsewhere(made):
                    return made
    return None


def invented_argument(case: Case) -> Episode | None:
    """An id that comes from nowhere."""
    targets = [(call, name) for call in case.alone() for name, value in call.arguments.items() if isinstance(value, str) and any(map(str.isdigit, value))]
    if not targets:
        return None
    call, name = case.pick(targets)
    return case.with_arguments(call, {**call.arguments, name: f"ZQ-{case.stream.randint(40_000, 99_999)}"})


def swapped_arguments(case: Case) -> Episode | None:
    """Two arguments of a write in each other's place."""
    for call in case.stream.sample(case.writes(), len(case.writes())):
        names = [name for name, value in call.arguments.items() if isinstance(value, str)]
        if len(names) > 1 and call.arguments[names[0]] != call.arguments[names[1]]:
            one, two = names[:2]
            made = case.with_arguments(call, {**call.arguments, one: call.arguments[two], two: call.arguments[one]})
            if case.ends_elsewhere(made):
                return made
    return None


def wrong_tool(case: Case) -> Episode | None:
    """Another tool called with the arguments of a write."""
    call = case.pick(case.writes())
    if call is None:
        return None
    name = case.pick([name for name, tool in case.spec.tools.items() if name != call.name and tool.side == "assistant"])
    made = None if name is None else case.with_arguments(call, call.arguments, name)
    return made if made is not None and case.ends_elsewhere(made) else None


def unknown_tool(case: Case) -> Episode | None:
    """A tool that is not offered."""
    call = case.pick(case.alone())
    return None if call is None else case.with_arguments(call, call.arguments, f"quick_{call.name}")


def tool_of_the_other_side(case: Case) -> Episode | None:
    """A tool that only the user can use, called by the assistant."""
    name = case.pick([name for name, tool in case.spec.tools.items() if tool.side == "user"])
    arguments = case.executed.end.propose(name) if name else None
    return None if arguments is None else case.remade(_inserted(case, len(case.episode.messages) - 1, name, arguments))


def wrong_type(case: Case) -> Episode | None:
    """An argument of another type than its schema has."""
    call = case.pick([call for call in case.alone() if call.arguments])
    if call is None:
        return None
    name = case.pick(sorted(call.arguments))
    made = case.with_arguments(call, {**call.arguments, name: [call.arguments[name]]})
    return made if any(one.id == call.id and one.error and one.error["code"] == "invalid_arguments" for one in made.calls) else None


def unknown_argument(case: Case) -> Episode | None:
    """An argument that the tool does not have."""
    call = case.pick([call for call in case.alone() if case.spec.tools[call.name].parameters.get("additionalProperties") is False])
    return None if call is None else case.with_arguments(call, {**call.arguments, "force": True})


def missing_argument(case: Case) -> Episode | None:
    """A call without an argument that its tool requires."""
    call = case.pick([call for call in case.alone() if set(case.spec.tools[call.name].parameters.get("required", ())) & set(call.arguments)])
    if call is None:
        return None
    name = case.pick(sorted(set(case.spec.tools[call.name].parameters["required"]) & set(call.arguments)))
    return case.with_arguments(call, {key: value for key, value in call.arguments.items() if key != name})


def call_before_its_source(case: Case) -> Episode | None:
    """A call made before the read that tells its arguments."""
    for call in case.stream.sample(case.alone(), len(case.alone())):
        at = answer_of(case.episode.messages, call) + 1
        follower = next((one for one in case.alone() if one.message == at), None)
        if follower is not None and _is_source(case, call, only=follower):
            messages = case.messages()
            end = answer_of(messages, follower) + 1
            return case.remade([*messages[: call.message], *messages[at:end], *messages[call.message : at], *messages[end:]])
    return None


def beyond_a_limit(case: Case) -> Episode | None:
    """A call that a rule forbids and that its tool takes."""
    for rule in case.spec.rules:
        check = rule.check
        if not isinstance(check, LimitCheck) or check.maximum is None or rule.enforced_by != "assistant":
            continue
        for call in case.writes():
            value = call.arguments.get(check.parameter)
            if call.name in rule.tools and isinstance(value, (int, float)):
                made = case.with_arguments(call, {**call.arguments, check.parameter: int(check.maximum) + 1})
                return made if case.ends_elsewhere(made) else None
    return None


def _without(case: Case, call: CallRecord) -> list[Message]:
    messages = case.messages()
    del messages[call.message : answer_of(messages, call) + 1]
    return messages


def _inserted(case: Case, at: int, name: str, arguments: dict[str, Any]) -> list[Message]:
    """The messages with one more call and its answer."""
    messages = case.messages()
    call: Any = {"id": "call_again", "type": "function", "function": {"name": name, "arguments": arguments}}
    answer: Message = {"role": "tool", "content": "", "tool_call_id": "call_again"}
    messages[at:at] = [{"role": "assistant", "content": "", "tool_calls": [call]}, answer]
    return messages


def _is_source(case: Case, call: CallRecord, only: CallRecord | None = None) -> bool:
    """Whether a later call uses an id that nothing but this result has told before it."""
    place = case.episode.calls.index(call)
    told = {value for _, value in leaves(call.result) if isinstance(value, str) and any(map(str.isdigit, value))}
    earlier = case.before(call.message)
    fresh = {value for value in told if value not in earlier}
    again = set[str]()
    for later in case.episode.calls[place + 1 :]:
        used = {value for _, value in leaves(later.arguments) if isinstance(value, str)}
        said = "\n".join(one["content"] for one in case.episode.messages[call.message : later.message] if one["role"] == "user").lower()
        if any(value.lower() not in said for value in used & fresh - again) and (only is None or later is only):
            return True
        again |= {value for _, value in leaves(later.result) if isinstance(value, str)}
    return False


def _alike(case: Case, call: CallRecord, value: str) -> set[str]:
    """Ids shown before a call under a name that shows this one."""
    names, found = set(), []
    for earlier in case.episode.calls[: case.episode.calls.index(call)]:
        for path, leaf in leaves(earlier.result):
            found.append((path[-1] if path else "", leaf))
            if leaf == value and path:
                names.add(path[-1])
    return {leaf for name, leaf in found if name in names and isinstance(leaf, str) and any(map(str.isdigit, leaf))}


def _listed() -> Iterator[Edit]:
    yield from (dropped_write, dropped_lookup, repeated_write, extra_write, changed_argument, stale_id, invented_argument, swapped_arguments)
    yield from (wrong_tool, unknown_tool, tool_of_the_other_side, wrong_type, unknown_argument, missing_argument, call_before_its_source, beyond_a_limit)


FAULTS: dict[str, Edit] = {edit.__name__: edit for edit in _listed()}
