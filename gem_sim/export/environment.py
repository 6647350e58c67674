"""Tasks as environments for reinforcement learning: what `gem-sim export --format tasks` wrote, run.

    from trl import GRPOTrainer
    from gem_sim.export.environment import environment_factory

    GRPOTrainer(..., train_dataset=load_dataset("json", data_files="tasks/prompts.jsonl"), environment_factory=environment_factory("tasks"))

A class for each world, because a trainer reads the tools off the class. State is on the instance.
"""

from __future__ import annotations

import copyreg
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from pydantic import ValidationError

from gem_sim.episodes import offline
from gem_sim.episodes.stage import openai_tools
from gem_sim.episodes.state import Reply, Turn
from gem_sim.errors import InputError
from gem_sim.export.methods import method
from gem_sim.records import Message, Scenario
from gem_sim.scenarios.reward import reward
from gem_sim.worlds.load import load_world
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.world import World

FILE = "tasks.jsonl"
GONE = "(The user has left.)"


class Conversation:
    """A scenario that is being played by anybody: the world as it is now, what was said, and the user, who speaks as planned."""

    def __init__(self, spec: WorldSpec, scenario: Scenario) -> None:
        self.world: World = spec.start(scenario.seed)
        self.messages: list[Message] = [offline.system(spec)]
        self.calls: list[dict[str, Any]] = []
        self._scenario, self._user, self._tools = scenario, offline.user(scenario), openai_tools(spec, "user")
        self._gone = False
        self.opening = self._spoken()

    def say(self, text: str) -> str:
        """What the user answers to the assistant's words."""
        self.messages.append({"role": "assistant", "content": text})
        return GONE if self._gone else self._spoken()

    def call(self, name: str, arguments: dict[str, Any]) -> str:
        """What a tool answers to a call of the assistant."""
        return self._execute({"role": "assistant", "content": ""}, [(name, arguments)])

    def worth(self, last: str | None = None) -> float:
        """The reward of the calls so far; with the assistant's last words that of all that was said, too."""
        run = self.calls if last is None else [*self.messages, {"role": "assistant", "content": last}]
        return reward(self._scenario, self.world.spec, run)

    def _spoken(self) -> str:
        """The next words of the user, who may use tools of their own before."""
        texts = []
        while not self._gone:
            made = self._user(Turn(self.messages, self._tools, scenario=self._scenario))
            reply = made if isinstance(made, Reply) else Reply(made)
            self._gone = reply.done
            texts.append(reply.message["content"])
            calls = [(call["function"]["name"], call["function"]["arguments"]) for call in reply.message.get("tool_calls", [])]
            if not calls:
                self.messages.append(reply.message)
                break
            self._execute({"role": "user", "content": reply.message["content"]}, calls)
        return "\n".join(filter(None, texts)) or GONE

    def _execute(self, message: Message, calls: Sequence[tuple[str, dict[str, Any]]]) -> str:
        made = [{"id": f"call_{len(self.calls) + at:04d}", "type": "function", "function": {"name": n, "arguments": a}} for at, (n, a) in enumerate(calls, 1)]
        self.messages.append({**message, "tool_calls": made})  # type: ignore[typeddict-item]
        content = ""
        for call, (name, arguments) in zip(made, calls, strict=True):
            content = orjson.dumps(self.world.call(name, arguments).content()).decode()
            self.calls.append({"name": name, "arguments": arguments})
            self.messages.append({"role": "tool", "content": content, "tool_call_id": str(call["id"]), "name": name})
        return content


class _Made(type):
    """Classes of this kind are found again by folder and name when they are unpickled in another process."""

    folder: str
    environment: str


copyreg.pickle(_Made, lambda made: (environment_class, (made.folder, made.environment)))


class Environment(metaclass=_Made):
    """One rollout at a time in one world. Subclasses have its tools as methods; they are made by `environment_factory`."""

    _spec: WorldSpec
    _scenarios: dict[str, Scenario]
    _conversation: Conversation | None = None

    def reset(self, **row: Any) -> None:
        """Begin a task. `row`: a line of prompts.jsonl or tasks.jsonl, of which only `id` is needed. Raises InputError for a task of another world."""
        wanted = row.get("id")
        if wanted not in self._scenarios:
            raise InputError(f"task {wanted!r}: expected the id of a task of {type(self).environment}, such as {next(iter(self._scenarios))!r}")
        self._conversation = Conversation(self._spec, self._scenarios[wanted])

    def get_reward(self) -> float:
        """1.0 where the goal is reached by the calls so far and nothing else was done, else 0.0."""
        return self._running.worth()

    def talk_to_user(self, message: str) -> str:
        """Say something to the user, such as a question or what was done, and hear what they answer. They may have further wishes.

        Args:
            message: What to say

        Returns:
            What the user answers.
        """
        return self._running.say(message)

    @property
    def _running(self) -> Conversation:
        if self._conversation is None:
            raise InputError("no task has begun; expected reset(id=...) first")
        return self._conversation

    def _call(self, name: str, arguments: dict[str, Any]) -> str:
        return self._running.call(name, arguments)


def spoken_reward(completions: Sequence[Any], environments: Sequence[Environment], **_: Any) -> list[float]:
    """A reward function for trainers that is stricter than `get_reward`: answers must have been given and consent asked for in words.

    The last words of each completion are taken as said to the user; those before were said by `talk_to_user`.
    """
    worth = []
    for completion, environment in zip(completions, environments, strict=True):
        last = completion if isinstance(completion, str) else completion[-1].get("content") or "" if completion else ""
        worth.append(environment._running.worth(last))  # noqa: SLF001  (of this module)
    return worth


def environment_factory(folder: str | Path) -> dict[str, type[Environment]]:
    """The classes of a folder of tasks, by the `environment` of its rows, as `GRPOTrainer(environment_factory=...)` takes them.

    Raises InputError where the folder holds no tasks, or the world of one is missing.
    """
    return {name: environment_class(str(folder), name) for name in _tasks(str(Path(folder).resolve()))}


def environment_class(folder: str, environment: str) -> type[Environment]:
    """The class of one environment of a folder; the same one each time."""
    return _class(str(Path(folder).resolve()), environment)


@cache
def _class(folder: str, environment: str) -> type[Environment]:
    rows = _tasks(folder).get(environment)
    if rows is None:
        raise InputError(f"{folder}: no environment {environment!r}; expected one of {', '.join(_tasks(folder))}")
    spec = load_world(Path(folder) / "worlds" / f"{rows[0]['world']}.json")
    taken = {name for name in vars(Environment) if not name.startswith("_")}
    made = (method(name, about.description, about.parameters, Environment._call, taken) for name, about in spec.tools.items() if about.side == "assistant")  # noqa: SLF001
    scenarios = {row["id"]: row["scenario"] for row in rows}
    about = {"_spec": spec, "_scenarios": scenarios, "folder": folder, "environment": environment, "__doc__": spec.description, "__module__": __name__}
    made_class: type[Environment] = _Made(environment, (Environment,), {**{one.__name__: one for one in made}, **about})  # type: ignore[assignment]
    return made_class


@cache
def _tasks(folder: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of a folder of tasks by their environment."""
    file = Path(folder) / FILE
    if not file.is_file():
        raise InputError(f"{folder}: no folder of tasks; expected one with a {FILE}, as 'gem-sim export --format tasks' makes it")
    found: dict[str, list[dict[str, Any]]] = {}
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            row = _row(line, f"{file} line {number}")
            found.setdefault(row["environment"], []).append(row)
    return found


def _row(line: bytes, where: str) -> dict[str, Any]:
    """Of a line what is needed to run it."""
    try:
        row = orjson.loads(line)
        return {**{name: row[name] for name in ("id", "environment", "world")}, "scenario": Scenario.model_validate(row["scenario"])}
    except (orjson.JSONDecodeError, KeyError, TypeError, ValidationError) as wrong:
        raise InputError(f"{where}: no task as 'gem-sim export --format tasks' writes it ({type(wrong).__name__})") from None
