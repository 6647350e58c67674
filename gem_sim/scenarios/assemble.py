"""Makes a scenario of a story: its beats and calls, what the user knows, and the goal from what changed."""

from __future__ import annotations

from gem_sim.errors import PlanError
from gem_sim.records import Beat, Fact, Goal, Scenario
from gem_sim.scenarios.goals import facts_of, holds
from gem_sim.scenarios.labels import labels_of
from gem_sim.scenarios.story import Story
from gem_sim.worlds.canonical import digest

_OPENING = ("open", "next")
"""Speech acts that state a wish."""


def assemble(story: Story) -> Scenario:
    """The scenario of a story. Raises PlanError where nothing is left to reach: what was changed was changed back, and nothing was asked."""
    told = story.now
    goal = goal_of(story)
    if not goal.required:
        raise PlanError("in the end everything is as it was, and nothing was asked")
    beats = [*told.beats, Beat(speaker="user", act="close"), Beat(speaker="assistant", act="farewell")]
    persona = dict(story.setting.persona)
    if story.setting.me is not None:
        persona |= {"entity": story.setting.me[0], "key": str(story.setting.me[1])}
    return identified(
        Scenario(
            id="",
            world=story.setting.spec.digest,
            seed=story.setting.seed,
            persona=persona,
            instruction=_instruction(story),
            known=told.known,
            hidden={name: value for name, value in told.hidden.items() if name not in told.known},
            plan=tuple(told.plan),
            goal=goal,
            beats=tuple(beats),
            operators=labels_of(story),
        )
    )


def goal_of(story: Story) -> Goal:
    """What has to be true in the end: what the story changed and what was asked; what the user thought better of must not be."""
    told, start = story.now, story.setting.spec.start(story.setting.seed)
    return Goal(required=(*facts_of(start, start.diff(told.world)), *told.answers), forbidden=tuple(_forbidden(story)))


def reached_by_acting(story: Story) -> bool:
    """Whether the goal asks for a change, or for an answer where nothing in the world can be changed: who only reads reaches no other."""
    required = goal_of(story).required
    return any(isinstance(part, Fact) for part in required) if story.setting.shape.writes else bool(required)


def _forbidden(story: Story) -> list[Fact]:
    """What the user thought better of, as far as it did not come about otherwise and was not there before."""
    return [fact for fact in story.now.forbidden if not holds(story.now.world, fact)]


def identified(scenario: Scenario) -> Scenario:
    """The scenario with its id."""
    return scenario.model_copy(update={"id": scenario_id(scenario)})


def scenario_id(scenario: Scenario) -> str:
    """The id of a scenario: a digest of everything in it but the id itself."""
    return digest({**scenario.model_dump(mode="json"), "id": ""})[:16]


def _instruction(story: Story) -> str:
    wishes = [f"{beat.facts['wish']['do']}{_listed(beat.facts['given'])}" for beat in story.now.beats if beat.act in _OPENING]
    return f"You are {story.setting.persona['name']}, {story.setting.persona['manner']}. You want to: " + "; then ".join(wishes) + "."


def _listed(given: dict[str, str]) -> str:
    return " (" + ", ".join(f"{name} {value}" for name, value in given.items()) + ")" if given else ""
