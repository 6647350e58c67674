"""The rules of a world over time: limits, states, counts and consent, each checked on the state just before the call.

A call that a rule forbids is an error also where the tool takes it. What a tool enforces itself needs no look here: an
accepted call has passed the requirement of that rule when it was executed again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gem_sim.episodes.trace import Trace
from gem_sim.grammar import singular
from gem_sim.records import AskCheck, Blame, CallRecord, ConfirmCheck, CountCheck, Episode, Finding, LimitCheck, Rule, StateCheck
from gem_sim.scenarios.reward import assured
from gem_sim.validate import consent
from gem_sim.validate.answers import verdict
from gem_sim.validate.heard import Row, gather
from gem_sim.worlds.canonical import same
from gem_sim.worlds.compiler.names import words
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.world import World


def check(episode: Episode, spec: WorldSpec, executed: Trace) -> Iterator[Finding]:
    """Findings on calls that a rule forbids, that nobody agreed to, or that the user had just turned down."""
    yield from _ruled(episode, spec, executed)
    yield from _consented(episode, spec, executed)
    if episode.play == "offline":
        yield from _unasked(episode, executed)
    yield from _assured(episode, spec, executed)


# --- limits, states, counts ------------------------------------------------------------------------------------


def _ruled(episode: Episode, spec: WorldSpec, executed: Trace) -> Iterator[Finding]:
    rules = [rule for rule in spec.rules if rule.check is not None and not isinstance(rule.check, ConfirmCheck)]
    named = {name for rule in rules for name in rule.tools if not _executed(rule, spec, name)}
    if not any(call.name in named for call in executed.calls):
        return
    timeless = all(isinstance(rule.check, LimitCheck) for rule in rules)
    for call, world in ((call, executed.start) for call in executed.calls) if timeless else _states(executed):
        for rule in rules:
            if call.name not in rule.tools or _executed(rule, spec, call.name) or (rule.enforced_by == "tool" and not call.ok):
                continue
            problem = _problem(rule, call, world)
            if problem:
                blame: Blame = "environment" if rule.enforced_by == "tool" else "assistant"
                text = f"call {call.id} ({call.name}) breaks rule {rule.id} ({rule.text:.100}): {problem}"
                yield Finding(code="policy.rule", severity="error", message=call.message, blame=blame, text=text)


def _executed(rule: Rule, spec: WorldSpec, tool: str) -> bool:
    """Whether a requirement of the tool is this rule."""
    about = spec.tools.get(tool)
    return about is not None and any(requirement.rule == rule.id for requirement in about.require)


def _states(executed: Trace) -> Iterator[tuple[CallRecord, World]]:
    """Each call with the world as it is before it."""
    world = executed.start.fork()
    for call in executed.calls:
        yield call, world
        if call.diff:
            world.call(call.name, call.arguments)


def _problem(rule: Rule, call: CallRecord, world: World) -> str | None:
    check = rule.check
    if isinstance(check, LimitCheck):
        return _beyond(check, call)
    if isinstance(check, StateCheck):
        return _out_of_state(check, call, world)
    return _too_many(check, rule, call, world) if isinstance(check, CountCheck) else None


def _beyond(check: LimitCheck, call: CallRecord) -> str | None:
    value = call.arguments.get(check.parameter)
    if value is None or isinstance(value, bool):
        return None
    if check.values is not None and str(value) not in check.values:
        return f"{check.parameter} {value!s:.60} is none of {', '.join(check.values)}"
    size = len(value) if isinstance(value, (str, list)) else value
    if not isinstance(size, (int, float)):
        return None
    low, high = check.minimum, check.maximum
    outside = (low is not None and size < low) or (high is not None and size > high)
    return f"{check.parameter} is {size:g}, expected {low if low is not None else ''}..{high if high is not None else ''}" if outside else None


def _out_of_state(check: StateCheck, call: CallRecord, world: World) -> str | None:
    """The named row of the entity, directly or by one reference, is in a status that the rule does not allow."""
    for row in _named_rows(check.entity, call, world):
        status = row.get("status")
        if status is not None and ((check.allowed and status not in check.allowed) or status in check.forbidden):
            return f"the {check.entity} is {status}"
    return None


def _named_rows(entity: str, call: CallRecord, world: World) -> list[dict[str, Any]]:
    entities = world.spec.entities
    if entity not in entities or not entities[entity].keys:
        return []
    key = entities[entity].keys[0]
    values = [value for value in call.arguments.values() if isinstance(value, (str, int)) and not isinstance(value, bool)]
    direct = [row for value in values for row in world.find(entity, key, value)]
    if direct:
        return direct
    refs = [(name, field) for name, about in entities.items() for field, spec in about.fields.items() if spec.ref == entity and about.keys]
    held = [row[field] for name, field in refs for value in values for row in world.find(name, entities[name].keys[0], value) if row.get(field) is not None]
    return [row for value in held for row in world.find(entity, key, value)]


def _too_many(check: CountCheck, rule: Rule, call: CallRecord, world: World) -> str | None:
    made = next((change["row"] for change in call.diff if change["op"] == "insert" and change["entity"] == check.entity), None)
    about = world.spec.entities.get(check.entity)
    if made is None or about is None:
        return None
    said = {singular(word) for word in words(rule.text)}
    owners = [name for name, field in about.fields.items() if field.ref and name in made]
    owner = max(owners, key=lambda name: len(said & set(words(name))), default=None)
    if owner is None:
        return None
    alike = [row for row in world.find(check.entity, owner, made[owner]) if same(row.get("status"), made.get("status"))]
    return f"{len(alike)} rows of {check.entity} before it" if len(alike) >= check.maximum else None


# --- consent ---------------------------------------------------------------------------------------------------


def _consented(episode: Episode, spec: WorldSpec, executed: Trace) -> Iterator[Finding]:
    confirmed = {name for rule in spec.rules if isinstance(rule.check, ConfirmCheck) for name in rule.tools}
    planned = _planned(episode)
    rows: list[Row] = []
    for call in executed.calls:
        tool = spec.tools.get(call.name)
        if tool is not None and tool.kind == "write" and tool.side == "assistant" and call.ok:  # what was refused did nothing
            due = call.name in confirmed or any(call.name == name and same(call.arguments, arguments) for name, arguments in planned)
            problem = _no_consent(episode, call, rows, tool.parameters) if due else _against_will(episode, call)
            if problem:
                text = f"call {call.id} ({call.name}): {problem}"
                yield Finding(code="policy.consent", severity="error", message=call.message, blame="assistant", text=text)
        gather(call.result, rows, [])


def _assured(episode: Episode, spec: WorldSpec, executed: Trace) -> Iterator[Finding]:
    """Calls before which a rule has the user asked about something that only they can tell."""
    rules = [(rule, rule.check) for rule in spec.rules if isinstance(rule.check, AskCheck)]
    for call in executed.calls if rules else ():
        for rule, asked in rules:
            if call.ok and call.name in rule.tools and not assured(asked, episode.messages[: call.message]):
                text = f"call {call.id} ({call.name}): nobody said that it is as rule {rule.id} demands ({rule.text:.100})"
                yield Finding(code="policy.condition", severity="error", message=call.message, blame="assistant", text=text)


def _planned(episode: Episode) -> list[tuple[str, dict[str, Any]]]:
    """Calls that the scenario has the user agree to first."""
    found, agreed = [], False
    for beat in episode.scenario.beats:
        if beat.speaker == "user":
            agreed = beat.act == "agree"
        elif agreed:
            found += [(call.name, call.arguments) for call in beat.calls if call.outcome == "ok"]
    return found


def _no_consent(episode: Episode, call: CallRecord, rows: list[Row], schema: dict[str, Any]) -> str | None:
    talk = consent.last_talk(episode.messages, call.message)
    if talk is None:
        return "nobody was asked before it"
    if verdict(talk.answer) != "yes":
        return f"the user did not agree, but said {talk.answer!r:.80}"
    if other := consent.changed(talk):
        return f"the user spoke of {' and '.join(other)}, the question did not"
    defaults = {name: about["default"] for name, about in schema.get("properties", {}).items() if isinstance(about, dict) and "default" in about}
    persona = episode.scenario.persona
    own = frozenset(persona[name].lower() for name in ("name", "key") if persona.get(name))
    asked = consent.Restatement(talk.question, rows, own)
    if missing := asked.missing(call.name, call.arguments, defaults):
        return f"the question before it does not say {' and '.join(missing)}"
    foreign = asked.foreign(call.arguments)
    return f"the question before it was about {foreign[0]}" if foreign else None


def _against_will(episode: Episode, call: CallRecord) -> str | None:
    """A write straight after the user has turned down what the assistant wanted to do."""
    talk = consent.last_talk(episode.messages, call.message)
    return f"the user had just said {talk.answer!r:.80}" if talk is not None and consent.declined(talk) else None


# --- order -----------------------------------------------------------------------------------------------------


def _unasked(episode: Episode, executed: Trace) -> Iterator[Finding]:
    """Writes that are made before the user has asked for them, told by how often the planned user has spoken before the same call."""
    due: list[tuple[int, str, dict[str, Any]]] = []
    spoken = 0
    for beat in episode.scenario.beats:
        spoken += beat.speaker == "user" and not beat.calls
        due += [(spoken, call.name, call.arguments) for call in beat.calls if call.outcome == "ok" and beat.speaker == "assistant"]
    turns = [index for index, message in enumerate(episode.messages) if message["role"] == "user" and not message.get("tool_calls")]
    for call in executed.calls:
        planned = [count for count, name, arguments in due if name == call.name and same(arguments, call.arguments)] if call.diff else []
        if planned and sum(index < call.message for index in turns) < min(planned):
            text = f"call {call.id} ({call.name}) is made before the user asks for it"
            yield Finding(code="policy.early", severity="error", message=call.message, blame="assistant", text=text)
