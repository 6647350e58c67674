"""Scenarios as tasks: one is found in a file or a run, and played again and again for its reward."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from pydantic import ValidationError

from gem_sim.errors import GemSimError, InputError, RoleFailure
from gem_sim.pipeline import run_episode
from gem_sim.records import Episode, Scenario
from gem_sim.scenarios.assemble import identified
from gem_sim.scenarios.reward import reward
from gem_sim.scenarios.written import read_written, written_scenarios
from gem_sim.store import RunReader
from gem_sim.worlds.importers.reading import read_file
from gem_sim.worlds.laws.codes import Flaw, flaw
from gem_sim.worlds.load import first_problem, load_mock, load_world, mock_names
from gem_sim.worlds.spec import WorldSpec


@dataclass(frozen=True)
class Task:
    """A scenario with its world."""

    scenario: Scenario
    spec: WorldSpec


@dataclass(frozen=True)
class Attempt:
    """One play of a task. `episode` is None where a role gave up; `problem` says why."""

    reward: float
    episode: Episode | None
    problem: str = ""

    def data(self) -> dict[str, Any]:
        """What a program wants to know of it."""
        if self.episode is None:
            return {"reward": self.reward, "outcome": "rejected", "problem": self.problem}
        about = self.episode.complexity
        errors = [finding.code for finding in self.episode.findings if finding.severity == "error"]
        return {
            "reward": self.reward,
            "outcome": self.episode.outcome,
            "id": self.episode.id,
            "messages": about.messages,
            "calls": about.calls,
            "findings": errors,
        }


def play_task(task: Task, repeat: int = 1, **roles: Any) -> list[Attempt]:
    """Play a task so many times. `roles` (user, assistant, environment, graph) are as for `run_episode`.

    A role that keeps breaking its contract has earned nothing. Raises MockFailure for a fault of the mock, which is nobody's failure.
    """
    return [_attempt(task, roles) for _ in range(repeat)]


def _attempt(task: Task, roles: dict[str, Any]) -> Attempt:
    try:
        episode = run_episode(task.spec, scenario=task.scenario, **roles)
    except RoleFailure as failure:
        return Attempt(0.0, None, str(failure))
    return Attempt(reward(task.scenario, task.spec, episode.messages), episode)


def summary(task: Task, attempts: list[Attempt]) -> dict[str, Any]:
    """`{scenario, world, runs: [{reward, outcome, id, messages, calls, findings}], mean}`."""
    runs = [attempt.data() for attempt in attempts]
    return {"scenario": task.scenario.id, "world": task.spec.name, "runs": runs, "mean": mean(attempt.reward for attempt in attempts)}


def find_task(source: str, mock: str | None = None) -> Task:
    """The task of a scenario file (JSON or YAML, also an episode with its scenario), of RUN#ID, or by name of a mock's scenarios.yaml.

    Its world is the given mock, else one of the run, of the folder `worlds` beside the file, or of the mocks known by name.
    Raises InputError where there is no such scenario or world, or where they do not belong together.
    """
    run, mark, wanted = source.partition("#")
    if mark:
        reader = RunReader(run)
        episode = reader.find(wanted)
        return checked(episode.scenario, load_mock(mock) if mock else reader.world(episode))
    if mock and not Path(source).is_file():
        return Task(_written(source, mock, spec := load_mock(mock)), spec)
    scenario = read_scenario(Path(source))
    spec = load_mock(mock) if mock else _world(scenario, Path(source).parent)
    return checked(scenario, spec)


def _written(name: str, mock: str, spec: WorldSpec) -> Scenario:
    written = written_scenarios(mock, spec)
    if name not in written:
        known = f"one of {', '.join(written)}" if written else "a file, as the mock has no scenarios.yaml"
        raise InputError(f"no scenario {name!r} of {mock}: expected {known}")
    return written[name]


def checked(scenario: Scenario, spec: WorldSpec) -> Task:
    """A scenario in its world. Raises InputError where it is the scenario of another."""
    if scenario.world != spec.digest:
        raise InputError(f"scenario {scenario.id}: belongs to a world with the digest {scenario.world[:12]}, {spec.name} has {spec.digest[:12]}")
    return Task(scenario, spec)


def read_scenario(file: Path) -> Scenario:
    """The scenario of a file. One without an id gets its own. Raises InputError that names what is wrong with it."""
    data = read_file(file)
    data = data.get("scenario", data) if isinstance(data, dict) else data
    if not isinstance(data, dict):
        raise InputError(f"{file}: expected the record of a scenario, got {type(data).__name__}")
    try:
        scenario = Scenario.model_validate({"id": "", **data})
    except ValidationError as invalid:
        raise InputError(f"{file}: not a record of Scenario ({first_problem(invalid)})") from None
    return scenario if scenario.id else identified(scenario)


def _world(scenario: Scenario, folder: Path) -> WorldSpec:
    for home in (folder, folder.parent):
        if (file := home / "worlds" / f"{scenario.world}.json").is_file():
            return load_world(file)
    for name in mock_names():
        try:
            spec = load_mock(name)
        except GemSimError:
            continue  # a broken mock is not the world that is looked for
        if spec.digest == scenario.world:
            return spec
    raise InputError(f"scenario {scenario.id}: no world with the digest {scenario.world[:12]}; expected a mock beside --scenario, or worlds/ beside the file")


def written_flaws(mock: str, spec: WorldSpec) -> list[Flaw]:
    """What is wrong with the scenarios that are written for a mock: with their form, their plan, their goal, or what is said in them."""
    found = read_written(mock, spec)
    flaws = [flaw(f"scenario.{problem.kind}", problem.where, problem.text) for problem in found.problems]
    for name, scenario in found.scenarios.items():
        episode = run_episode(spec, scenario=scenario) if scenario.plan else None
        judged = episode.findings if episode is not None else ()
        flaws += [flaw("scenario.talk", f"{name}, message {one.message}", f"{one.code}: {one.text}") for one in judged]
    return flaws
