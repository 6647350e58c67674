"""Another world joined to that of a story: needed by the user, or only in the way."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from gem_sim.pipeline import generate
from gem_sim.records import Answer
from gem_sim.scenarios.assemble import assemble
from gem_sim.scenarios.goals import harm, unmet
from gem_sim.scenarios.operators.enlarging import distractors, enlarge
from gem_sim.scenarios.planner import plan
from gem_sim.scenarios.refine import refine
from gem_sim.scenarios.story import Story
from gem_sim.scenarios.wording import spoken
from gem_sim.settings import Settings
from gem_sim.store import RunReader
from gem_sim.validate.replay import replay
from gem_sim.worlds.load import load_mock

LIBRARY = load_mock("tool_library")


@pytest.fixture(scope="module")
def stories() -> list[Story]:
    return [plan(LIBRARY, seed) for seed in range(6)]


@pytest.fixture(scope="module")
def enlarged(stories: list[Story]) -> list[tuple[Story, Story]]:
    made = [(story, enlarge(story, Random(story.setting.seed))) for story in stories]  # noqa: S311
    found = [(before, after) for before, after in made if after is not None]
    assert len(found) >= 4
    return found


@pytest.fixture(scope="module")
def distracted(stories: list[Story]) -> list[tuple[Story, Story]]:
    made = [(story, distractors(story, Random(story.setting.seed))) for story in stories]  # noqa: S311
    found = [(before, after) for before, after in made if after is not None]
    assert len(found) >= 4
    return found


def test_an_enlarged_story_has_wishes_for_what_was_joined(enlarged: list[tuple[Story, Story]]) -> None:
    for before, after in enlarged:
        (tools,) = after.setting.spec.joined.values()
        new = after.wishes[len(before.wishes) :]
        assert 2 <= len(new) <= 3
        assert all(wish.tool in tools for wish in new)
        assert "enlarge" in assemble(after).operators
        assert "enlarge" not in assemble(before).operators


def test_what_the_story_did_before_comes_out_as_before(enlarged: list[tuple[Story, Story]], distracted: list[tuple[Story, Story]]) -> None:
    for before, after in [*enlarged, *distracted]:
        assert after.wishes[: len(before.wishes)] == before.wishes
        changed = [{**change, "fields": None} for change in LIBRARY.start(before.setting.seed).diff(before.now.world)]
        kept = [{**change, "fields": None} for change in after.setting.spec.start(before.setting.seed).diff(after.told[len(before.wishes)].world)]
        assert kept == changed


def test_wishes_for_what_was_joined_are_about_rows_of_the_story(enlarged: list[tuple[Story, Story]]) -> None:
    for before, after in enlarged:
        spec = after.setting.spec
        new = spec.entities.keys() - LIBRARY.entities.keys()
        for entity, key in after.now.touched.keys() - before.now.touched.keys():
            if entity in new and (row := next(iter(after.now.world.find(entity, spec.entities[entity].keys[0], key)), None)) is not None:
                refs = [(field.ref, row[name]) for name, field in spec.entities[entity].fields.items() if field.ref in LIBRARY.entities]
                assert all(place in after.now.touched for place in refs)


def test_distractors_are_offered_and_never_used(distracted: list[tuple[Story, Story]]) -> None:
    for before, after in distracted:
        (tools,) = after.setting.spec.joined.values()
        assert after.setting.idle == tools
        assert [wish.tool for wish in after.wishes] == [wish.tool for wish in before.wishes]
        harder = refine(after)
        assert harder is not None
        assert not {call.name for call in harder.now.plan} & set(tools)
        assert "distractors" in assemble(harder).operators


def test_a_plan_in_a_joined_world_meets_its_goal_and_does_no_harm(enlarged: list[tuple[Story, Story]], distracted: list[tuple[Story, Story]]) -> None:
    for _, story in [*enlarged, *distracted]:
        scenario = assemble(story)
        start = story.setting.spec.start(scenario.seed)
        end = start.fork()
        assert [end.call(call.name, call.arguments).outcome for call in scenario.plan] == [call.outcome for call in scenario.plan]
        said = " ".join(spoken(part.said) for part in scenario.goal.required if isinstance(part, Answer))
        assert unmet(scenario.goal, end, [{"role": "assistant", "content": said}]) == []
        assert harm(scenario.goal, start, end) == []


def test_a_mock_in_python_is_not_joined() -> None:
    harbour = plan(load_mock("tidal_harbour"), 1)
    assert enlarge(harbour, Random(1)) is None  # noqa: S311
    assert distractors(harbour, Random(1)) is None  # noqa: S311


def test_a_story_about_nothing_is_not_enlarged(stories: list[Story]) -> None:
    empty = replace(stories[0], wishes=(), told=stories[0].told[:1])
    for name in list(empty.now.touched):
        del empty.now.touched[name]
    assert enlarge(empty, Random(1)) is None  # noqa: S311


def test_every_world_of_a_run_is_stored_and_replays(tmp_path: Path) -> None:
    made = list(generate(Settings.make(mock="tool_library", episodes=4, rounds="all", out=tmp_path / "run")))
    run = RunReader(tmp_path / "run")
    worlds = {episode.world.digest for episode in made}
    assert len(worlds) > 1
    assert {path.stem for path in (tmp_path / "run" / "worlds").iterdir()} == worlds
    assert [replay(episode, run.world(episode)) for episode in run.episodes()] == [[]] * len(made)
