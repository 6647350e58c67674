"""Draws single tasks from a world: a tool, arguments that work, and rows that a user can name and an assistant can find."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from random import Random
from typing import Any

from gem_sim.records import Call, LimitCheck
from gem_sim.scenarios.lookup import find_row
from gem_sim.scenarios.shape import Shape
from gem_sim.scenarios.wording import describe, key_field, row_of
from gem_sim.worlds.plugin.propose import guesses as plugin_guesses
from gem_sim.worlds.plugin.spec import PluginSpec
from gem_sim.worlds.plugin.world import PluginWorld
from gem_sim.worlds.propose import guesses
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.world import World

TRIES = 160
STEP_TRIES = 40
STEP_GUESSES = 8
_USERS_FAULT = ("invalid_arguments", "not_found", "unknown_tool", "unprocessable")
Refusing = dict[re.Pattern[str], str | None]
"""What refusals look like, with the id of the rule behind each."""


@dataclass(frozen=True)
class Task:
    """One thing the user wants.

    `refused` is a call that a rule turns down before the user settles for `arguments`; `withheld` are parameters the user
    does not mention until asked; with `by_id` the user gives the id of the row; `asks` makes it a question for a field.
    `step` is a call that only the user can make; `refused` is then the same call as the task's, before that step.
    """

    tool: str
    arguments: dict[str, Any]
    entity: str | None = None
    asks: str | None = None
    refused: Call | None = None
    rule: str | None = None
    withheld: tuple[str, ...] = ()
    by_id: bool = False
    step: Call | None = None


@dataclass
class Used:
    """What earlier tasks of the scenario took, so that a story does not repeat itself."""

    tools: list[str] = field(default_factory=list)
    rows: set[tuple[str, Any]] = field(default_factory=set)

    def add(self, task: Task, shape: Shape) -> None:
        """Count a task's tool and rows as taken."""
        self.tools.append(task.tool)
        for name, entity in shape.keys.get(task.tool, {}).items():
            for arguments in (task.arguments, task.refused.arguments if task.refused else {}):
                if name in arguments:
                    self.rows.add((entity, arguments[name]))


def draw_task(world: World, shape: Shape, used: Used, stream: Random) -> Task | None:
    """A task whose call succeeds now; tools that were used least come first. None where no tool has one."""
    for tool in _by_use(shape.writes, used, stream):
        arguments = next(_good_arguments(world, shape, tool, used, stream), None)
        if arguments is not None:
            return Task(tool, arguments)
    return None


def draw_against_rule(world: World, shape: Shape, used: Used, stream: Random) -> Task | None:
    """A task that a rule of the text turns down first, with the nearest arguments that work. None where no rule can decide anything."""
    return _draw_refused(world, shape, used, stream, ruled=True)


def draw_against_state(world: World, shape: Shape, used: Used, stream: Random) -> Task | None:
    """A task that the state of things turns down first: what is closed cannot be closed."""
    return _draw_refused(world, shape, used, stream, ruled=False)


def _draw_refused(world: World, shape: Shape, used: Used, stream: Random, *, ruled: bool) -> Task | None:
    for tool in _by_use(shape.writes, used, stream):
        rules = _refusing(world.spec, tool, ruled=ruled)
        refusals = list(islice(_refusals(world, shape, tool, rules, used, stream), 6)) if rules != {} else []
        options = list(islice(_good_arguments(world, shape, tool, used, stream), 12)) if refusals else []
        if options:
            pairs = [(call, rule, good) for call, rule in refusals for good in options]
            call, rule, good = min(pairs, key=lambda pair: _distance(pair[2], pair[0].arguments))
            return Task(tool, good, refused=call, rule=rule)
    return None


def draw_with_step(world: World, shape: Shape, used: Used, stream: Random) -> Task | None:
    """A task that works once the user has done something at their side. None where nothing the user can do makes a difference."""
    for tool in _by_use(shape.writes, used, stream) if shape.steps else ():
        for arguments in islice(_guesses(world, tool, stream), STEP_TRIES):
            error = world.fork().call(tool, arguments).error
            if error is None or error["code"] in _USERS_FAULT or not _permitted(world.spec, tool, arguments):
                continue
            step = _step(world, shape, Call(name=tool, arguments=arguments), stream)
            if step is not None and _fresh(shape, tool, arguments, used) and _reachable(world, shape, tool, arguments):
                return Task(tool, arguments, refused=Call(name=tool, arguments=arguments, outcome=error["code"]), step=step)
    return None


def _step(world: World, shape: Shape, wanted: Call, stream: Random) -> Call | None:
    """A call of the user after which the wanted one works."""
    for name in stream.sample(shape.steps, len(shape.steps)):
        for arguments in islice(_guesses(world, name, stream), STEP_GUESSES):
            fork = world.fork()
            if fork.call(name, arguments).diff and fork.call(wanted.name, wanted.arguments).diff:
                return Call(name=name, arguments=arguments)
    return None


def draw_question(world: World, shape: Shape, used: Used, stream: Random) -> Task | None:
    """A question for one field of a row that a list shows."""
    entities = [entity for entity in shape.lists if shape.lists[entity]]
    stream.shuffle(entities)
    for entity in entities:
        rows = [row for row in world.rows(entity) if (entity, row[key_field(world.spec, entity)]) not in used.rows]
        stream.shuffle(rows)
        for row in rows[:6]:
            fields = _askable(world, entity, row)
            if fields and nameable(world, entity, row) and find_row(world.fork(), shape, entity, row, set()):
                key = key_field(world.spec, entity)
                return Task(shape.lists[entity][0], {key: row[key]}, entity=entity, asks=stream.choice(fields))
    return None


def nameable(world: World, entity: str, row: dict[str, Any]) -> bool:
    """Whether a user can name the row so that no other row of the entity answers to the name."""
    name = describe(world, entity, row)
    return name is not None and sum(describe(world, entity, other) == name for other in world.rows(entity)) == 1


def _by_use(tools: tuple[str, ...], used: Used, stream: Random) -> list[str]:
    shuffled = stream.sample(tools, len(tools))
    return sorted(shuffled, key=used.tools.count)


def _good_arguments(world: World, shape: Shape, tool: str, used: Used, stream: Random) -> Iterator[dict[str, Any]]:
    for arguments in islice(_guesses(world, tool, stream), TRIES):
        if not _fresh(shape, tool, arguments, used) or not _permitted(world.spec, tool, arguments):
            continue
        if world.fork().call(tool, arguments).diff and _reachable(world, shape, tool, arguments):
            yield arguments


def _permitted(spec: WorldSpec, tool: str, arguments: dict[str, Any]) -> bool:
    """Whether no limit that only the assistant keeps is broken: the tool would do it, and the story must not."""
    limits = [rule.check for rule in spec.rules if rule.enforced_by == "assistant" and tool in rule.tools and isinstance(rule.check, LimitCheck)]
    return all(_within(limit, arguments.get(limit.parameter)) for limit in limits)


def _within(limit: LimitCheck, value: Any) -> bool:
    if limit.values is not None and value is not None and value not in limit.values:
        return False
    size = len(value) if isinstance(value, (str, list)) else value
    return size is None or ((limit.minimum is None or size >= limit.minimum) and (limit.maximum is None or size <= limit.maximum))


def _refusing(spec: WorldSpec, tool: str, *, ruled: bool) -> Refusing | None:
    """Errors of requirements that enforce a rule, or that do not; None where a function decides and any error may come."""
    if isinstance(spec, PluginSpec):
        return {} if ruled else None
    return {_wording(test.error): test.rule for test in spec.tools[tool].require if (test.rule is not None) == ruled}


def _wording(error: str) -> re.Pattern[str]:
    """Matches every text that an error of a requirement can become: anything may stand where it has an expression in braces."""
    parts = re.split(r"\{[^{}]+\}", error.replace("{{", "\0").replace("}}", "\1"))
    return re.compile(".*".join(re.escape(part.replace("\0", "{").replace("\1", "}")) for part in parts), re.DOTALL)


def _refusals(world: World, shape: Shape, tool: str, rules: Refusing | None, used: Used, stream: Random) -> Iterator[tuple[Call, str | None]]:
    """Calls that a rule refuses, with the id of the rule."""
    for arguments in islice(_guesses(world, tool, stream), TRIES):
        error = world.fork().call(tool, arguments).error
        if error is None or error["code"] in _USERS_FAULT:
            continue
        told = next((wording for wording in rules or {} if wording.fullmatch(error["message"])), None)
        if (rules is None or told is not None) and _fresh(shape, tool, arguments, used) and _reachable(world, shape, tool, arguments):
            yield Call(name=tool, arguments=arguments, outcome=error["code"]), rules[told] if rules and told else None


def _guesses(world: World, tool: str, stream: Random) -> Iterator[dict[str, Any]]:
    return plugin_guesses(world, tool, stream) if isinstance(world, PluginWorld) else guesses(world, tool, stream)


def _fresh(shape: Shape, tool: str, arguments: dict[str, Any], used: Used) -> bool:
    rows = [(entity, arguments[name]) for name, entity in shape.keys.get(tool, {}).items() if name in arguments]
    return not used.rows.intersection(rows)


def _reachable(world: World, shape: Shape, tool: str, arguments: dict[str, Any]) -> bool:
    """Whether every row that the call names can be named by a user and found by an assistant."""
    for name, entity in shape.keys.get(tool, {}).items():
        if name in arguments:
            row = row_of(world, entity, arguments[name])
            if row is None or not nameable(world, entity, row) or find_row(world.fork(), shape, entity, row, set()) is None:
                return False
    return True


def _askable(world: World, entity: str, row: dict[str, Any]) -> list[str]:
    """Fields worth asking for: not keys, references, labels or nulls."""
    about = world.spec.entities[entity]
    name = describe(world, entity, row) or ""
    plain = {field: value for field, value in row.items() if field in about.fields and field not in about.keys and about.fields[field].ref is None}
    return [field for field, value in plain.items() if not isinstance(value, (bool, list, dict, type(None))) and str(value) not in name]


def _distance(one: dict[str, Any], other: dict[str, Any]) -> int:
    return sum(one.get(name) != other.get(name) for name in {**one, **other})
