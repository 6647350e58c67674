"""Draws wishes that do not work at first: a rule or the state of things is against them, an id is wrong, or the user has to do something before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from random import Random
from typing import Any, NamedTuple

from gem_sim.records import Call, StateCheck
from gem_sim.scenarios.arguments import arguments, linked, near, own_key
from gem_sim.scenarios.conditions import conditions
from gem_sim.scenarios.drawing import TRIES, broken_limit, by_use, permitted
from gem_sim.scenarios.keeping import in_state
from gem_sim.scenarios.story import Story
from gem_sim.scenarios.telling import Telling
from gem_sim.scenarios.wishes import Kind, Refusal, Wish
from gem_sim.worlds.canonical import same
from gem_sim.worlds.plugin.spec import PluginSpec
from gem_sim.worlds.spec import WorldSpec

MOST_REFUSED = 4
MOST_GOOD = 8
STEP_GUESSES = 8
_USERS_FAULT = ("invalid_arguments", "not_found", "unknown_tool", "unprocessable")


class _Refused(NamedTuple):
    """A refusal, and the place of the requirement that makes it; None for a rule that the assistant keeps, or where a function decides."""

    refusal: Refusal
    test: int | None


def refusals(story: Story, stream: Random, *, ruled: bool, tools: Iterable[str] | None = None) -> Iterator[Wish]:
    """Wishes that a rule (`ruled`) or the state of things turns down, with the nearest arguments that work."""
    if ruled and isinstance(story.setting.spec, PluginSpec):
        return  # a function does not say which rule it keeps
    if ruled and tools is None:
        yield from unmet(story, stream)
    for tool in by_use(story, story.setting.shape.writes if tools is None else tools, stream):
        tried = arguments(story.now, tool, stream, 2 * TRIES, near(story.now))
        found = (refused for refused in _refused(story.now, tool, tried) if (refused.refusal.rule is not None) == ruled)
        yield from _settled(story, tool, found, stream)


def unmet(story: Story, stream: Random, tools: Iterable[str] | None = None) -> Iterator[Wish]:
    """Wishes that fail because the user does not meet a condition that the assistant has to ask about."""
    for tool in by_use(story, story.setting.shape.writes if tools is None else tools, stream):
        rules = [rule for rule in conditions(story.setting.spec, tool) if rule.id not in story.now.asked]
        good = next(_good(story.now, tool, stream, near(story.now)), None) if rules else None
        if good is not None:
            yield Wish("change", tool, good, refused=Refusal(Call(name=tool, arguments=good), stream.choice(rules).id, made=False), settled=False)


def refused_by(story: Story, tool: str, test: int, first: dict[str, Any], stream: Random) -> Iterator[Wish]:
    """Wishes that one requirement of a tool turns down; `first` are arguments that are tried before others."""
    tried = chain([first], arguments(story.now, tool, stream, 2 * TRIES, near(story.now)))
    yield from _settled(story, tool, (refused for refused in _refused(story.now, tool, tried) if refused.test == test), stream)


def _settled(story: Story, tool: str, found: Iterator[_Refused], stream: Random) -> Iterator[Wish]:
    """Each refusal with arguments that work, the nearest ones first."""
    told = story.now
    refused = list(islice(found, MOST_REFUSED))
    good = list(islice(_good(told, tool, stream, near(told)), MOST_GOOD)) if refused else []
    pairs = [(_distance(made, one.refusal.call.arguments), one, made) for one in refused for made in good]
    kind: Kind = "change" if tool in story.setting.shape.writes else "consult"
    for _, one, made in sorted(pairs, key=lambda pair: pair[0])[:3]:
        yield Wish(kind, tool, made, refused=_nearest(told, one, made))
    if not good:
        yield from (Wish(kind, tool, one.refusal.call.arguments, refused=one.refusal, settled=False) for one in refused[:2])


def _nearest(told: Telling, one: _Refused, good: dict[str, Any]) -> Refusal:
    """The same refusal by arguments that differ from those that work in one value only, where that is enough."""
    call = one.refusal.call
    differ = [name for name in call.arguments if not same(call.arguments[name], good.get(name))]
    tried = ({**good, name: call.arguments[name]} for name in differ) if len(differ) > 1 else ()
    return next((other.refusal for other in _refused(told, call.name, tried) if other.test == one.test and other.refusal.rule == one.refusal.rule), one.refusal)


def _good(told: Telling, tool: str, stream: Random, beside: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    """Arguments that work now, by drawing; where that comes to nothing those that a search found as the world started."""
    found = False
    for made in arguments(told, tool, stream, TRIES, beside):
        if _works(told, tool, made, beside):
            found = True
            yield made
    works = None if found else told.world.spec.once(f"works/{tool}", lambda: told.world.spec.start().propose(tool))
    if works is not None and _works(told, tool, made := own_key(told, tool, works), beside):
        yield made


def _works(told: Telling, tool: str, made: dict[str, Any], beside: dict[str, list[Any]]) -> bool:
    """Whether a call works now, has to do with the story, and breaks no rule that the assistant keeps."""
    if not permitted(told.world.spec, tool, made) or forbidden_state(told, tool, made) is not None:
        return False
    result = told.world.fork().call(tool, made)
    return (bool(result.diff) or (result.ok and tool in told.setting.shape.reads)) and linked(told, tool, made, result.diff, beside)


def _refused(told: Telling, tool: str, tried: Iterable[dict[str, Any]]) -> Iterator[_Refused]:
    """Those of the calls that are refused, by the tool or by a rule that the assistant keeps."""
    tests = _tests(told.world.spec, tool)
    for made in tried:
        error = told.world.fork().call(tool, made).error
        if error is None:
            rule = broken_limit(told.world.spec, tool, made) or forbidden_state(told, tool, made)
            if rule is not None:
                yield _Refused(Refusal(Call(name=tool, arguments=made), rule, made=False), None)
        elif error["code"] not in _USERS_FAULT and permitted(told.world.spec, tool, made):
            at = next((at for at, (wording, _) in enumerate(tests) if wording.fullmatch(error["message"])), None)
            if at is not None or not tests:
                yield _Refused(Refusal(Call(name=tool, arguments=made, outcome=error["code"]), tests[at][1] if at is not None else None), at)


def forbidden_state(told: Telling, tool: str, made: dict[str, Any]) -> str | None:
    """The id of the first rule kept by the assistant that forbids the call in the state its row is in."""
    for rule in told.world.spec.rules:
        if rule.enforced_by == "assistant" and tool in rule.tools and isinstance(rule.check, StateCheck):
            status = _status(told, tool, made, rule.check.entity)
            if status is not None and not in_state(rule.check, status):
                return rule.id
    return None


def _status(told: Telling, tool: str, made: dict[str, Any], entity: str) -> str | None:
    for name, of in told.setting.shape.keys.get(tool, {}).items():
        rows = told.world.find(of, told.world.spec.entities[of].keys[0], made.get(name)) if of == entity and name in made else []
        status = rows[0].get("status") if rows else None
        if isinstance(status, str):
            return status
    return None


def rule_behind(spec: WorldSpec, tool: str, message: str) -> str | None:
    """The id of the rule whose requirement refuses a call with this message. None where no rule does."""
    return next((rule for wording, rule in _tests(spec, tool) if wording.fullmatch(message)), None)


def _tests(spec: WorldSpec, tool: str) -> list[tuple[re.Pattern[str], str | None]]:
    """What the refusals of a tool look like, with the ids of the rules behind them; none where a function decides."""
    made: list[tuple[re.Pattern[str], str | None]] = spec.once(f"refusals/{tool}", lambda: _read_tests(spec, tool))
    return made


def _read_tests(spec: WorldSpec, tool: str) -> list[tuple[re.Pattern[str], str | None]]:
    return [] if isinstance(spec, PluginSpec) else [(_wording(test.error), test.rule) for test in spec.tools[tool].require]


def _wording(error: str) -> re.Pattern[str]:
    """Matches every text that an error of a requirement can become: anything may stand where it has an expression in braces."""
    parts = re.split(r"\{[^{}]+\}", error.replace("{{", "\0").replace("}}", "\1"))
    return re.compile(".*".join(re.escape(part.replace("\0", "{").replace("\1", "}")) for part in parts), re.DOTALL)


def stale(story: Story, stream: Random) -> Iterator[Wish]:
    """Wishes with an id that the user has wrong by a character, and corrects."""
    told, beside = story.now, near(story.now)
    for tool in by_use(story, [tool for tool in told.setting.shape.writes if tool not in told.setting.shape.inserts], stream):
        parameter = next(iter(told.setting.shape.keys.get(tool, {})), None)
        for made in islice(_good(told, tool, stream, beside), 2):
            wrong = {**made, parameter: mistyped(made.get(parameter), stream)} if parameter is not None else made
            if told.world.fork().call(tool, wrong).outcome == "not_found":
                yield Wish("change", tool, made, refused=Refusal(Call(name=tool, arguments=wrong, outcome="not_found")), by_id=True)


def mistyped(value: Any, stream: Random) -> Any:
    """The value with two digits or letters exchanged, or one changed."""
    if isinstance(value, int):
        return value + stream.choice((1, 10, 9))
    text = str(value)
    places = [at for at, letter in enumerate(text) if letter.isalnum()]
    at = stream.choice(places[-3:]) if places else 0
    others = [letter for letter in ("0123456789" if text[at : at + 1].isdigit() else "abcdefghjkmnpqrstuvwxyz") if letter != text[at : at + 1]]
    letter = stream.choice(others)
    return f"{text[:at]}{letter.upper() if text[at : at + 1].isupper() else letter}{text[at + 1 :]}"


def with_step(story: Story, stream: Random) -> Iterator[Wish]:
    """Wishes that work once the user has done something at their side."""
    told, beside = story.now, near(story.now)
    for tool in by_use(story, told.setting.shape.writes, stream) if told.setting.shape.steps else ():
        for made in arguments(told, tool, stream, 2 * TRIES, beside):
            error = told.world.fork().call(tool, made).error
            if error is None or error["code"] in _USERS_FAULT or not permitted(told.world.spec, tool, made):
                continue
            step = _step(told, Call(name=tool, arguments=made), stream, beside)
            if step is not None:
                yield Wish("change", tool, made, refused=Refusal(Call(name=tool, arguments=made, outcome=error["code"])), step=step)


def _step(told: Telling, wanted: Call, stream: Random, beside: dict[str, list[Any]]) -> Call | None:
    """A call of the user after which the wanted one works."""
    steps = told.setting.shape.steps
    for name in stream.sample(steps, len(steps)):
        for made in arguments(told, name, stream, STEP_GUESSES, beside):
            fork = told.world.fork()
            if fork.call(name, made).diff and fork.call(wanted.name, wanted.arguments).diff:
                return Call(name=name, arguments=made)
    return None


def _distance(one: dict[str, Any], other: dict[str, Any]) -> int:
    return sum(not same(one.get(name), other.get(name)) for name in {**one, **other})
