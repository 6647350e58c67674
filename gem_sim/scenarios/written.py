"""Scenarios that the author of a mock has written: `scenarios.yaml` in its folder, checked and executed before they are used."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from gem_sim.errors import InputError
from gem_sim.records import Answer, Beat, Call, Fact, Goal, Json, Scenario
from gem_sim.scenarios.assemble import identified
from gem_sim.scenarios.goals import facts_of, harm, holds, unmet
from gem_sim.worlds.importers.reading import read_file
from gem_sim.worlds.load import mock_folder
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.world import CallResult, World

FILE = "scenarios.yaml"


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Line(_Form):
    """One line of a plan: what the user says, what the assistant says, or one call with the outcome it is meant to have."""

    user: str | None = Field(None, min_length=1)
    assistant: str | None = Field(None, min_length=1)
    call: dict[str, dict[str, Json]] | None = Field(None, min_length=1, max_length=1)
    outcome: str = "ok"

    @model_validator(mode="after")
    def _one_thing(self) -> Line:
        if sum(part is not None for part in (self.user, self.assistant, self.call)) != 1:
            raise ValueError("expected one of user, assistant or call")
        if self.call is None and self.outcome != "ok":
            raise ValueError("an outcome belongs to a call")
        return self


class Written(_Form):
    """A scenario as an author writes it. Without a goal, that is what the plan changes; `answers` are what the assistant has to say."""

    persona: dict[str, str]
    instruction: str = Field(min_length=1)
    known: dict[str, Json] = {}
    hidden: dict[str, Json] = {}
    seed: int = Field(0, ge=0, le=2**53)
    plan: tuple[Line, ...] = Field(min_length=1)
    answers: tuple[Json, ...] = ()
    goal: Goal | None = None

    @model_validator(mode="after")
    def _whole(self) -> Written:
        if not self.persona.get("name"):
            raise ValueError("persona: expected a name")
        if self.plan[0].user is None:
            raise ValueError("plan.0: expected what the user says first")
        if self.goal is None and not any(line.call for line in self.plan):
            raise ValueError("expected calls in the plan, or a goal")
        return self


class Problem(NamedTuple):
    """What is wrong with a written scenario. `kind`: form, plan or goal."""

    kind: str
    where: str
    text: str


class Found(NamedTuple):
    """The scenarios of a file by their names, as far as they run, and everything that is wrong with the others."""

    scenarios: dict[str, Scenario]
    problems: list[Problem]


def written_scenarios(mock: str | Path, spec: WorldSpec) -> dict[str, Scenario]:
    """The scenarios beside a mock; none where it has no folder or no scenarios.yaml. Raises InputError that names the first mistake."""
    found = read_written(mock, spec)
    if found.problems:
        first, more = found.problems[0], len(found.problems) - 1
        raise InputError(f"{Path(mock).name}/{FILE}: {first.where}: {first.text}{f' (and {more} more)' if more else ''}")
    return found.scenarios


def read_written(mock: str | Path, spec: WorldSpec) -> Found:
    """As `written_scenarios`, with all mistakes. Raises InputError where the file cannot be read."""
    folder = mock_folder(mock)
    file = None if folder is None else folder / FILE
    if file is None or not file.is_file():
        return Found({}, [])
    data = read_file(file)
    if not isinstance(data, dict):
        return Found({}, [Problem("form", FILE, "expected scenarios by name")])
    made, problems = {}, []
    for name, entry in data.items():
        try:
            about = Written.model_validate(entry)
        except ValidationError as invalid:
            problems += [Problem("form", _place(name, error["loc"]), _said(error["msg"])) for error in invalid.errors(include_url=False)]
            continue
        telling = _Telling(str(name), about, spec)
        problems += telling.problems
        if not telling.problems:
            made[str(name)] = telling.scenario()
    return Found(made, problems)


def _place(name: Any, path: tuple[str | int, ...]) -> str:
    return ".".join(map(str, (name, *path)))


def _said(text: str) -> str:
    return text.removeprefix("Value error, ")


class _Telling:
    """A written scenario that is told from its first line to its last, executed on the way."""

    def __init__(self, name: str, about: Written, spec: WorldSpec) -> None:
        self.name, self.about, self.spec = name, about, spec
        self.start = spec.start(about.seed)
        self.world: World = self.start.fork()
        self.beats: list[Beat] = []
        self.plan: list[Call] = []
        self.problems: list[Problem] = []
        self._last: CallResult | None = None
        for at, line in enumerate(about.plan):
            self._line(at, line)
        self._reported()
        self.goal = self._goal()
        self._judge()

    def _line(self, at: int, line: Line) -> None:
        for tool, arguments in (line.call or {}).items():
            self._call(at, Call(name=tool, arguments=arguments, outcome=line.outcome))
        if line.assistant is not None:
            self._say(at, "assistant", line.assistant)
        if line.user is not None:
            self._reported()
            self._say(at, "user", line.user)

    def _say(self, at: int, speaker: Any, text: str) -> None:
        if self.beats and self.beats[-1].speaker == speaker and not self.beats[-1].calls:
            self._wrong("form", f"plan.{at}", f"the {speaker} speaks twice in a row; write one line")
        self.beats.append(Beat(speaker=speaker, act="said", facts={"text": text}))
        self._last = None

    def _call(self, at: int, call: Call) -> None:
        tool = self.spec.tools.get(call.name)
        if tool is None:
            self._wrong("plan", f"plan.{at}", f"no tool {call.name!r}; expected one of {', '.join(self.spec.tools)}")
            return
        if tool.side == "assistant" and self.beats[-1].speaker == "assistant" and not self.beats[-1].calls:
            self._wrong("form", f"plan.{at}", "the assistant has spoken; the user has to answer before it calls a tool")
        self._last = self.world.call(call.name, call.arguments)
        if self._last.outcome != call.outcome:
            why = f" ({self._last.error['message']})" if self._last.error else ""
            self._wrong("plan", f"plan.{at}", f"{call.name} ends with {self._last.outcome}, not {call.outcome}{why}")
        self.plan.append(call)
        self.beats.append(Beat(speaker=tool.side, act="do", facts={"tool": call.name}, calls=(call,)))

    def _reported(self) -> None:
        """After calls the assistant says how they ended, where the author has not written it."""
        if self._last is not None:
            text = "Done." if self._last.error is None else f"That was refused: {self._last.error['message'].rstrip('.')}."
            self.beats.append(Beat(speaker="assistant", act="said", facts={"text": text}))
            self._last = None

    def _goal(self) -> Goal:
        answers = tuple(Answer(said=value) for value in self.about.answers)
        given = self.about.goal or Goal(required=tuple(facts_of(self.start, self.start.diff(self.world))))
        return given.model_copy(update={"required": (*given.required, *answers)})

    def _judge(self) -> None:
        """Whether the goal asks for something that is not so already, and the plan reaches it and nothing else."""
        for fact in (part for part in (*self.goal.required, *self.goal.allowed, *self.goal.forbidden) if isinstance(part, Fact)):
            known = self.spec.entities.get(fact.entity)
            wrong = [] if known is None else [name for name in fact.where if name not in known.columns]
            if known is None or wrong:
                expected = ", ".join(self.spec.entities if known is None else known.columns)
                self._wrong("goal", "goal", f"no {'entity' if known is None else 'field'} {wrong[0] if wrong else fact.entity!r}; expected one of {expected}")
                return
        if not self.goal.required:
            self._wrong("goal", "goal", "in the end everything is as it was, and nothing is asked")
        for fact in (part for part in self.goal.required if isinstance(part, Fact)):
            if holds(self.start, fact):
                self._wrong("goal", "goal", f"true before anything is done: {'' if fact.exists else 'no '}{fact.entity} with {fact.where}")
        if self.plan and not self.problems:
            said: list[Any] = [{"role": beat.speaker, "content": beat.facts.get("text", "")} for beat in self.beats]
            for text in (*unmet(self.goal, self.world, said), *harm(self.goal, self.start, self.world)):
                self._wrong("goal", "goal", f"the plan does not reach it: {text}")

    def _wrong(self, kind: str, where: str, text: str) -> None:
        self.problems.append(Problem(kind, f"{self.name}.{where}", text))

    def scenario(self) -> Scenario:
        """The record. A scenario without calls has no words of the assistant; it is for one that finds its own way."""
        about = self.about
        closing = (Beat(speaker="user", act="close"), Beat(speaker="assistant", act="farewell"))
        return identified(
            Scenario(
                id="",
                world=self.spec.digest,
                seed=about.seed,
                persona={"manner": "plain", **about.persona},
                instruction=about.instruction,
                known=about.known,
                hidden=about.hidden,
                plan=tuple(self.plan),
                goal=self.goal,
                beats=(*self.beats, *closing),
            )
        )
