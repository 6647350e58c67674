"""Scripted assistants that measure how hard scenarios are: what one of them solves needs no thought.

Each is a function from a scenario and its world to a role; the user keeps to its beats whatever they do. Apart from the
oracle they see what any assistant sees: the conversation and the tools.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice, product
from random import Random
from typing import Any

from gem_sim.episodes import offline
from gem_sim.episodes.stage import openai_tools
from gem_sim.episodes.state import Reply, Role, Turn
from gem_sim.errors import MockFailure
from gem_sim.quality.flow import leaves
from gem_sim.quality.keywords import keywords
from gem_sim.quality.runs import share
from gem_sim.quality.saying import calling, calls_of_all, calls_of_turn, objects, results, said, saying, typed, values_in
from gem_sim.records import Message, Scenario
from gem_sim.scenarios.reward import reward
from gem_sim.scenarios.wording import spoken
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.validation import validator
from gem_sim.worlds.world import World

Agent = Callable[[Scenario, WorldSpec], Role]
STEPS = 8
"""Messages with calls that an agent may send in one turn."""
TURNS = 80
READS = 6
"""Calls of one tool that the reading agent makes in a turn."""
CALLS = 3
"""Calls of the random agent in a turn."""
DRAWS = 12
"""Draws of arguments until they fit."""


def nothing(_: Scenario, __: WorldSpec) -> Role:
    """Says that all is done and does nothing."""
    return lambda _: saying("That is taken care of.")


def reads_only(_: Scenario, spec: WorldSpec) -> Role:
    """In each turn makes every reading call that it can with what users have said, then tells all that it has read."""
    tools = [name for name, tool in spec.tools.items() if tool.kind != "write" and tool.side == "assistant"]

    def speak(turn: Turn) -> Message:
        if not calls_of_turn(turn.messages):
            values, before = values_in(said(turn.messages)), calls_of_all(turn.messages)
            calls = [(name, made) for name in tools for made in islice(_each(spec.tools[name].parameters, values), READS) if (name, made) not in before]
            if calls:
                return calling(turn.messages, calls)
        return saying("I found " + ", ".join(dict.fromkeys(spoken(leaf) for leaf in leaves(results(turn.messages)))) + ".")

    return speak


def _each(schema: dict[str, Any], values: list[str]) -> Iterator[dict[str, Any]]:
    """Arguments for a reading tool: what it requires in every way that the values allow, then one of the others at a time."""
    properties, required = schema.get("properties", {}), schema.get("required", [])
    options = {name: [made for value in values if (made := typed(value, about)) is not None] for name, about in properties.items()}
    chosen = [dict(zip(required, row, strict=True)) for row in islice(product(*(options.get(name, []) for name in required)), READS)]
    yield from chosen
    for base in chosen[:1]:
        yield from ({**base, name: value} for name in properties if name not in required for value in options[name])


def at_random(scenario: Scenario, spec: WorldSpec) -> Role:
    """Makes a few random calls in each turn that fit the schemas, with values from the conversation."""
    fits = {name: validator(tool.parameters, name)[0] for name, tool in spec.tools.items()}
    stream = Random(f"{spec.digest}/{scenario.id}/random agent")  # noqa: S311  (a named stream, so that figures repeat)

    def speak(turn: Turn) -> Message:
        if len(calls_of_turn(turn.messages)) >= CALLS or not turn.tools:
            return saying("That is done.")
        tool = stream.choice(turn.tools)["function"]
        drawn = (_drawn(tool["parameters"], turn, stream) for _ in range(DRAWS))
        arguments = next(filter(fits[tool["name"]], drawn), None)
        return saying("That is done.") if arguments is None else calling(turn.messages, [(tool["name"], arguments)])

    return speak


def _drawn(schema: dict[str, Any], turn: Turn, stream: Random) -> dict[str, Any]:
    required = schema.get("required", [])
    names = [name for name in schema.get("properties", {}) if name in required or stream.random() < 0.3]
    drawn = {name: _value(name, schema["properties"][name], turn, stream) for name in names}
    return {name: value for name, value in drawn.items() if value is not None}


def _value(name: str, about: Any, turn: Turn, stream: Random) -> Any:
    """A value that fits a parameter; half of the time one that stands under its name in a result."""
    schema = about if isinstance(about, dict) else {}
    named = [row[name] for row in objects(results(turn.messages)) if name in row and not isinstance(row[name], (dict, list))]
    if named and stream.random() < 0.5:
        return stream.choice(named)
    if schema.get("enum"):
        return stream.choice(schema["enum"])
    if schema.get("type") == "boolean":
        return stream.random() < 0.5
    if schema.get("type") == "object":
        return _drawn(schema, turn, stream)
    if schema.get("type") == "array":
        return [_value(name, schema.get("items"), turn, stream)]
    texts = [*values_in(said(turn.messages)), *(str(leaf) for leaf in leaves(results(turn.messages)))]
    fitting = [made for text in texts if (made := typed(text, schema)) is not None]
    return stream.choice(fitting) if fitting else stream.randint(1, 10) if schema.get("type") in ("integer", "number") else "a"


def by_keywords(_: Scenario, __: WorldSpec) -> Role:
    """Goes by words alone; see `keywords`."""
    return keywords


def oracle(scenario: Scenario, _: WorldSpec) -> Role:
    """Follows the plan."""
    return offline.assistant(scenario)


AGENTS: dict[str, Agent] = {"nothing": nothing, "reads_only": reads_only, "random": at_random, "keywords": by_keywords, "oracle": oracle}
GOALS = {"nothing": 0.0, "reads_only": 0.0, "random": 0.01, "keywords": 0.15, "oracle": 1.0}
"""What each agent should reach at most, the oracle at least."""


def converse(role: Role, scenario: Scenario, spec: WorldSpec) -> list[Message]:
    """The conversation of an agent with the user of a scenario, executed. Without a graph: an agent is asked thousands of times."""
    world, user = spec.start(scenario.seed), offline.user(scenario)
    tools = {side: openai_tools(spec, side) for side in ("assistant", "user")}
    messages: list[Message] = [offline.system(spec)]
    for _ in range(TURNS):
        reply = user(Turn(messages, tools["user"], scenario=scenario))
        messages.append(reply.message if isinstance(reply, Reply) else reply)
        if _answered(messages, world):
            continue  # the user goes on after a step of their own
        for _ in range(STEPS):
            answer = role(Turn(messages, tools["assistant"]))
            messages.append(answer.message if isinstance(answer, Reply) else answer)
            if not _answered(messages, world):
                break
        if isinstance(reply, Reply) and reply.done:
            break
    return messages


def _answered(messages: list[Message], world: World) -> bool:
    """Execute the calls of the last message; whether there were any."""
    before = len(messages)
    while offline.pending(messages) is not None:
        messages.append(offline.environment(Turn(messages, [], world=world)))
    return len(messages) > before


def difficulty(scenarios: Sequence[tuple[Scenario, WorldSpec]]) -> dict[str, float]:
    """Mean reward of each agent over scenarios; a mock that breaks under an agent gives none."""
    return {name: share(sum(_scored(agent, scenario, spec) for scenario, spec in scenarios), len(scenarios)) for name, agent in AGENTS.items()}


def _scored(agent: Agent, scenario: Scenario, spec: WorldSpec) -> float:
    try:
        return reward(scenario, spec, converse(agent(scenario, spec), scenario, spec))
    except MockFailure:
        return 0.0
