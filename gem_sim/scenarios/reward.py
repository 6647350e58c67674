"""The reward of a run of a scenario: 1.0 where the goal is reached without harm and within the policy, else 0.0.

All or nothing, because every other run is wrong: credit for parts would pay for look-ups that lead nowhere, and for
stopping after the easy half. Who wants a gradient gets it from many scenarios of different length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from gem_sim.errors import InputError
from gem_sim.records import Answer, AskCheck, Call, CallRecord, ConfirmCheck, LimitCheck, Message, Rule, Scenario, StateCheck
from gem_sim.scenarios.goals import harm, unmet
from gem_sim.scenarios.keeping import in_state, within
from gem_sim.scenarios.wording import row_of, spoken, stands_in
from gem_sim.worlds.plugin.mock import Mock
from gem_sim.worlds.plugin.propose import key_parameters as mock_keys
from gem_sim.worlds.propose import key_parameters
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.world import World

_REFUSAL = re.compile(r"\b(?:no|nope|not|never|stop|wait|hold on|leave it|rather)\b|n't\b")
_WORDS = re.compile(r"[a-z0-9]+")
_QUESTION = re.compile(r"\?|\bconfirm")


class _Made(NamedTuple):
    """A call of a run. `role` is None where only calls were given; `at` is the index of its message."""

    name: str
    arguments: Any
    role: str | None = None
    at: int = 0


def reward(scenario: Scenario, spec: WorldSpec, run: Sequence[Any]) -> float:
    """1.0 or 0.0 for a run of the scenario in its world `spec`, executed from the start.

    `run` holds either calls (`Call`, `CallRecord`, `{name, arguments}` or OpenAI tool calls; those of the user's side
    included) or messages in OpenAI form; arguments are objects or JSON text. 1.0 takes all of: every fact of the goal
    holds and every answer was given, nothing else changed, nothing forbidden holds, and no call that went through broke a
    rule that is left to the assistant. Calls that the world turned down cost nothing.

    Calls alone say nothing: an answer then counts as given once a result holds its value (one that no result of the plan
    holds, such as a sum, is left out), and that the user was asked to confirm cannot be seen. Raises InputError for what
    is neither call nor message.
    """
    messages = [item for item in run if isinstance(item, dict) and "role" in item]
    made = list(_made_in(messages) if messages else _calls(run))
    start = spec.start(scenario.seed)
    world, results = start.fork(), []
    for call in made:
        broken = not _allowed(world, call, messages)
        result = world.call(call.name, call.arguments)
        if broken and result.ok:
            return 0.0
        results.append(result.value)
    goal = scenario.goal
    if not messages:
        answers = [part for part in goal.required if isinstance(part, Answer)]
        open_answers = [answer for answer in answers if not _held(answer, results)]
        if not made or any(_held(answer, _planned(scenario, spec)) for answer in open_answers):
            return 0.0
        goal = goal.model_copy(update={"required": tuple(part for part in goal.required if part not in answers)})
    spoken_texts = [_worded(message) for message in messages]
    return float(not unmet(goal, world, spoken_texts) and not harm(goal, start, world))


def _planned(scenario: Scenario, spec: WorldSpec) -> list[Any]:
    world = spec.start(scenario.seed)
    return [world.call(call.name, call.arguments).value for call in scenario.plan]


def _held(answer: Answer, results: list[Any]) -> bool:
    return stands_in(spoken(answer.said).lower(), "\n".join(spoken(leaf) for leaf in leaves(results)).lower())


def leaves(value: Any) -> Iterator[Any]:
    """The values inside lists and objects."""
    if isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from leaves(item)
    else:
        yield value


def _worded(message: dict[str, Any]) -> Message:
    return {"role": message["role"], "content": message.get("content") or ""}


def _made_in(messages: list[dict[str, Any]]) -> Iterator[_Made]:
    for at, message in enumerate(messages):
        for call in _calls(message.get("tool_calls") or ()):
            yield call._replace(role=message["role"], at=at)


def _calls(run: Iterable[Any]) -> Iterator[_Made]:
    for number, item in enumerate(run, 1):
        if isinstance(item, (Call, CallRecord)):
            yield _Made(item.name, item.arguments)
            continue
        about = item.get("function", item) if isinstance(item, dict) else {}
        if not isinstance(about, dict) or not isinstance(about.get("name"), str) or "arguments" not in about:
            raise InputError(f"call {number}: expected a name and arguments, or a message with a role, got {item!r:.80}")
        yield _Made(about["name"], _object(about["arguments"]))


def _object(arguments: Any) -> Any:
    """Arguments as an object; text that is no JSON stays text, which no tool takes."""
    try:
        return orjson.loads(arguments) if isinstance(arguments, str) else arguments
    except orjson.JSONDecodeError:
        return arguments


def _allowed(world: World, call: _Made, messages: list[dict[str, Any]]) -> bool:
    """Whether a call belongs to the side that makes it and keeps the rules that no tool enforces."""
    spec = world.spec
    tool = spec.tools.get(call.name)
    if tool is None or not isinstance(call.arguments, dict):
        return True  # the world turns it down
    rules = [rule for rule in spec.rules if rule.enforced_by == "assistant" and call.name in rule.tools and rule.check is not None]
    return call.role in (None, tool.side) and all(_kept(rule, world, call, messages) for rule in rules)


def _kept(rule: Rule, world: World, call: _Made, messages: list[dict[str, Any]]) -> bool:
    if isinstance(rule.check, LimitCheck):
        return within(rule.check, call.arguments.get(rule.check.parameter))
    if isinstance(rule.check, StateCheck):
        return _in_state(rule.check, world, call)
    if isinstance(rule.check, ConfirmCheck) and call.role is not None:
        return confirmed(messages[: call.at])
    if isinstance(rule.check, AskCheck) and call.role is not None:
        return assured(rule.check, messages[: call.at])
    return True


def assured(check: AskCheck, before: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the assistant has asked about a condition, in the words of the text, and the user has said that it is as it has to be."""
    said = _letters(check.condition)
    answers = [
        (before[at + 1].get("content") or "").lower()
        for at in range(len(before) - 1)
        if before[at]["role"] == "assistant" and said in _letters(before[at].get("content") or "") and before[at + 1]["role"] == "user"
    ]
    return any((answer.startswith("yes") or not _REFUSAL.search(answer)) == check.holds for answer in answers)


def _letters(text: str) -> str:
    return " ".join(_WORDS.findall(text.lower()))


def _in_state(check: StateCheck, world: World, call: _Made) -> bool:
    spec = world.spec
    keys = mock_keys(spec, call.name) if isinstance(spec, Mock) else key_parameters(spec.tools[call.name], spec)
    named = [row_of(world, entity, call.arguments.get(name)) for name, entity in keys.items() if entity == check.entity]
    states = [row["status"] for row in named if row is not None and "status" in row]
    return all(in_state(check, state) for state in states)


def confirmed(before: Sequence[dict[str, Any]]) -> bool:
    """Whether the last words of the user answer a question of the assistant, and are no refusal."""
    at = next((at for at in range(len(before) - 1, -1, -1) if before[at]["role"] == "user" and not before[at].get("tool_calls")), 0)
    asked = before[at - 1] if at else {"role": "system"}
    answer = (before[at].get("content") or "").lower() if before else ""
    yes = answer.startswith("yes") or not _REFUSAL.search(answer)
    return yes and asked["role"] == "assistant" and bool(_QUESTION.search((asked.get("content") or "").lower()))
