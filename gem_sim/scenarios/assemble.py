"""Turns tasks into a scenario by executing them: look-ups, questions, confirmations, calls, then the goal from what changed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from gem_sim.errors import PlanError
from gem_sim.records import Answer, Beat, Call, ConfirmCheck, Fact, Goal, Scenario
from gem_sim.scenarios.goals import facts_of, holds
from gem_sim.scenarios.lookup import find_row, note, tells
from gem_sim.scenarios.shape import Shape, shape_of
from gem_sim.scenarios.tasks import Task
from gem_sim.scenarios.wording import action, describe, key_field, noun, row_of, short_name, spoken, spoken_name
from gem_sim.worlds.canonical import digest
from gem_sim.worlds.compiler.names import parse
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.world import CallResult, World

_FINAL = ("cancel", "close", "delete", "remove", "terminate", "erase", "withdraw", "purge", "end")
"""Verbs after which nothing can be undone: confirmed even where no rule asks for it."""


_OPENING = ("open", "next", "open_question", "next_question")
"""Speech acts that state a wish."""


@dataclass(frozen=True)
class Draft:
    """A scenario before it is executed. Operators edit drafts; `assemble` executes them."""

    spec: WorldSpec
    seed: int
    persona: dict[str, str]
    tasks: tuple[Task, ...]
    operators: tuple[str, ...] = ()

    def with_tasks(self, tasks: tuple[Task, ...], operator: str) -> Draft:
        """The same draft with other tasks, the operator noted."""
        return replace(self, tasks=tasks, operators=(*self.operators, operator))


@dataclass
class _Story:
    """What has happened so far while a draft is executed."""

    world: World
    shape: Shape
    confirmed: frozenset[str]
    seen: set[str] = field(default_factory=set)
    beats: list[Beat] = field(default_factory=list)
    plan: list[Call] = field(default_factory=list)
    known: dict[str, Any] = field(default_factory=dict)
    hidden: dict[str, Any] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)

    def user(self, act: str, **facts: Any) -> None:
        """Plan a message of the user."""
        self.beats.append(Beat(speaker="user", act=act, facts=facts))

    def assistant(self, act: str, calls: tuple[Call, ...] = (), **facts: Any) -> None:
        """Plan a message of the assistant."""
        self.beats.append(Beat(speaker="assistant", act=act, facts=facts, calls=calls))

    def call(self, call: Call, act: str) -> CallResult:
        """Execute a call of the plan. Raises PlanError where it does not end as planned."""
        result = self.world.call(call.name, call.arguments)
        if result.outcome != call.outcome:
            raise PlanError(f"{call.name}: planned {call.outcome}, got {result.outcome}")
        note(self.world.spec, result.content(), self.seen)
        self.plan.append(call)
        self.assistant(act, (call,), tool=spoken_name(call.name))
        return result


def assemble(draft: Draft) -> Scenario:
    """The executed scenario of a draft. Raises PlanError where a call does not end as planned or the goal is void."""
    start = draft.spec.start(draft.seed)
    confirmed = {name for rule in draft.spec.rules if isinstance(rule.check, ConfirmCheck) for name in rule.tools}
    story = _Story(start.fork(), shape_of(draft.spec), frozenset(confirmed))
    for at, task in enumerate(draft.tasks):
        _tell(story, task, "open" if at == 0 else "next")
    story.user("close")
    story.assistant("farewell")
    goal = Goal(required=(*facts_of(start, start.diff(story.world)), *story.answers))
    facts = [part for part in goal.required if isinstance(part, Fact)]
    if not facts or any(holds(start, fact) for fact in facts):
        raise PlanError("a part of the goal holds before anything is done")
    return _scenario(draft, story, goal)


def _scenario(draft: Draft, story: _Story, goal: Goal) -> Scenario:
    body = {
        "world": draft.spec.digest,
        "seed": draft.seed,
        "persona": draft.persona,
        "instruction": _instruction(draft, story),
        "known": story.known,
        "hidden": story.hidden,
        "plan": story.plan,
        "goal": goal,
        "beats": story.beats,
        "operators": draft.operators,
    }
    scenario = Scenario.model_validate({"id": "", **body})
    return scenario.model_copy(update={"id": scenario_id(scenario)})


def scenario_id(scenario: Scenario) -> str:
    """The id of a scenario: a digest of everything in it but the id itself."""
    return digest({**scenario.model_dump(mode="json"), "id": ""})[:16]


def _instruction(draft: Draft, story: _Story) -> str:
    opening = [beat for beat in story.beats if beat.act in _OPENING]
    wishes = [f"{beat.facts['action']}{_listed(beat.facts['given'])}" for beat in opening]
    return f"You are {draft.persona['name']}, {draft.persona['manner']}. You want to: " + "; then ".join(wishes) + "."


def _listed(given: dict[str, str]) -> str:
    return " (" + ", ".join(f"{name} {value}" for name, value in given.items()) + ")" if given else ""


def _tell(story: _Story, task: Task, opening: str) -> None:
    """One task as a part of the conversation."""
    if task.asks is not None:
        _question(story, task, opening)
        return
    first = task.refused.arguments if task.refused else task.arguments
    _request(story, task, first, opening)
    if task.refused is not None:
        _find(story, task.tool, first, by_id=task.by_id)
        result = story.call(task.refused, "try")
        error = (result.error or {})["message"]
        if task.step is not None:
            _have_done(story, task.step, error)
        else:
            story.assistant("explain", error=error, action=_action(story, task.tool, first))
            _instead(story, task, first)
    _find(story, task.tool, task.arguments, by_id=task.by_id)
    if task.tool in story.confirmed or parse(task.tool).verb in _FINAL:
        story.assistant("confirm", action=_action(story, task.tool, task.arguments), given=_given(story, task.tool, task.arguments))
        story.user("agree")
    action_text = _action(story, task.tool, task.arguments)
    result = story.call(Call(name=task.tool, arguments=task.arguments), "do")
    story.assistant("done", action=action_text, results=_results(story, result, task.arguments))


def _have_done(story: _Story, step: Call, error: str) -> None:
    """The assistant asks for what only the user can do; the user does it."""
    story.assistant("ask_step", error=error, action=_action(story, step.name, step.arguments), given=_given(story, step.name, step.arguments))
    if story.world.call(step.name, step.arguments).outcome != step.outcome:
        raise PlanError(f"{step.name}: the user cannot do it")
    story.plan.append(step)
    story.beats.append(Beat(speaker="user", act="do_step", calls=(step,)))
    story.user("step_done")


def _question(story: _Story, task: Task, opening: str) -> None:
    entity = task.entity or ""
    row = row_of(story.world, entity, next(iter(task.arguments.values()))) or {}
    subject = describe(story.world, entity, row) or f"the {noun(entity)}"
    value = row[task.asks or ""]
    wish = f"know the {spoken_name(task.asks or '')} of {subject}"
    story.user(f"{opening}_question", action=wish, field=spoken_name(task.asks or ""), subject=subject, given={})
    key = row[key_field(story.world.spec, entity)]
    if str(key) in story.seen and entity in story.shape.shows:
        calls: list[Call] | None = [Call(name=story.shape.shows[entity], arguments={_show_key(story, entity): key})]
    else:
        calls = find_row(story.world.fork(), story.shape, entity, row, story.seen - {str(key)})
    if not calls:
        raise PlanError(f"nothing shows the {task.asks} of {subject}")
    if not any(tells(result.value, {key_field(story.world.spec, entity): key, task.asks or "": value}) for result in _look_up(story, calls)):
        raise PlanError(f"the look-ups do not tell the {task.asks} of {subject}")
    story.answers.append(Answer(said=value))
    story.assistant("answer", field=spoken_name(task.asks or ""), subject=subject, value=spoken(value))


def _request(story: _Story, task: Task, arguments: dict[str, Any], opening: str) -> None:
    given = _given(story, task.tool, arguments)
    late = {spoken_name(name): given.pop(spoken_name(name)) for name in task.withheld if spoken_name(name) in given}
    if task.by_id:
        for name, entity in story.shape.keys[task.tool].items():
            given[f"{noun(entity)} id"] = str(arguments[name])
            story.seen.add(str(arguments[name]))
    story.known.update(given | late)
    story.user(opening, action=_action(story, task.tool, arguments), given=given)
    if late:
        story.assistant("ask", missing=list(late))
        story.user("tell", given=late)


def _instead(story: _Story, task: Task, first: dict[str, Any]) -> None:
    """The user settles for what is possible, naming only what changes."""
    changed = {name for name in {**first, **task.arguments} if first.get(name) != task.arguments.get(name)}
    subject_changed = bool(changed & set(story.shape.keys.get(task.tool, {})))
    given = _given(story, task.tool, {name: value for name, value in task.arguments.items() if name in changed})
    dropped = [spoken_name(name.removesuffix("_id")) for name in first if name not in task.arguments]
    story.known.update(given)
    story.user("instead", action=_action(story, task.tool, task.arguments) if subject_changed else None, given=given, dropped=dropped)


def _find(story: _Story, tool: str, arguments: dict[str, Any], *, by_id: bool) -> None:
    """The look-ups that lead from names to the ids in `arguments`."""
    for name, entity in story.shape.keys.get(tool, {}).items():
        if name not in arguments:
            continue
        row = row_of(story.world, entity, arguments[name])
        if row is None:
            raise PlanError(f"{tool}: no {entity} {arguments[name]!r}")
        if by_id and entity in story.shape.shows:
            _look_up(story, [Call(name=story.shape.shows[entity], arguments={_show_key(story, entity): arguments[name]})])
            continue
        story.hidden[name] = arguments[name]
        calls = find_row(story.world.fork(), story.shape, entity, row, set(story.seen))
        if calls is None:
            raise PlanError(f"{tool}: nothing leads to {entity} {arguments[name]!r}")
        _look_up(story, calls)


def _show_key(story: _Story, entity: str) -> str:
    return next(name for name, of in story.shape.keys[story.shape.shows[entity]].items() if of == entity)


def _look_up(story: _Story, calls: list[Call]) -> list[CallResult]:
    return [story.call(call, "look_up" if at == 0 else "look_on") for at, call in enumerate(calls)]


def _action(story: _Story, tool: str, arguments: dict[str, Any]) -> str:
    """`renew the loan for Ana Ferreira`: the tool's words with the row of its first key parameter."""
    for name, entity in story.shape.keys.get(tool, {}).items():
        row = row_of(story.world, entity, arguments.get(name))
        if row is not None and tool not in story.shape.inserts:
            return action(tool, describe(story.world, entity, row) or f"the {noun(entity)}", entity)
    return action(tool, None)


def _given(story: _Story, tool: str, arguments: dict[str, Any]) -> dict[str, str]:
    """The arguments as a user knows them: rows by name, values as people say them; the subject stands in the action already."""
    keys = story.shape.keys.get(tool, {})
    given = {}
    subject = next(iter(keys), None) if tool not in story.shape.inserts else None
    for name, value in arguments.items():
        if name in keys and name != subject:
            row = row_of(story.world, keys[name], value)
            given[spoken_name(name.removesuffix("_id"))] = short_name(story.world, keys[name], row or {}) or str(value)
        elif name not in keys:
            given[spoken_name(name)] = spoken(value)
    return given


def _results(story: _Story, result: CallResult, arguments: dict[str, Any]) -> dict[str, str]:
    """What is new to the user in a result: ids that were drawn and fields that changed, defaults left out."""
    row = result.value if isinstance(result.value, dict) else {}
    told: dict[str, str] = {}
    for change in result.diff:
        fields = story.world.spec.entities[change["entity"]].fields
        for name in change.get("fields", change.get("row", {})):
            value = row.get(name)
            if value is None or isinstance(value, (dict, list)) or value in arguments.values() or (name in fields and value == fields[name].default):
                continue
            told[spoken_name(name)] = str(value) if name.endswith("_id") else spoken(value)
    return dict(list(told.items())[:4])
