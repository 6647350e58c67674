"""Scripted agents do what they are named for, the same way each time; figures of a run count what is new."""

from typing import Any

import pytest
from kennel import kennel, played, scenario

from gem_sim.episodes.record import record
from gem_sim.episodes.state import EpisodeSettings, Reply, Turn
from gem_sim.pipeline import run_episode
from gem_sim.quality.agents import AGENTS, converse, difficulty
from gem_sim.quality.keywords import keywords
from gem_sim.quality.measures import measure
from gem_sim.quality.runs import figures, novelty, operators
from gem_sim.records import Call, Episode, Fact, Scenario
from gem_sim.scenarios.reward import reward
from gem_sim.validate import form
from gem_sim.worlds.spec import WorldSpec


@pytest.fixture(scope="module")
def spec() -> WorldSpec:
    return kennel()


def talks(library: WorldSpec, scenarios: list[Scenario], agent: str) -> list[Episode]:
    made = []
    for about in scenarios[:5]:
        messages = converse(AGENTS[agent](about, library), about, library)
        made.append(record(library, about, messages, EpisodeSettings(spec=library, scenario=about)))
    return made


@pytest.mark.parametrize("agent", AGENTS)
def test_every_agent_holds_a_well_formed_conversation_and_repeats_it(library: WorldSpec, scenarios: list[Scenario], agent: str) -> None:
    played_once = talks(library, scenarios, agent)
    assert [found for episode in played_once for found in form.check(episode)] == []
    assert played_once == talks(library, scenarios, agent)


def test_only_the_oracle_reaches_the_goals_of_refined_scenarios(library: WorldSpec, scenarios: list[Scenario]) -> None:
    reached = difficulty([(about, library) for about in scenarios[:6]])
    assert reached.pop("oracle") == 1.0
    assert set(reached.values()) == {0.0}


def test_the_reading_agent_reads_and_changes_nothing(library: WorldSpec, scenarios: list[Scenario]) -> None:
    episodes = talks(library, scenarios, "reads_only")
    assert all(len(episode.calls) > 3 and not any(call.diff for call in episode.calls) for episode in episodes)


def test_the_random_agent_makes_calls_that_fit_their_schemas(library: WorldSpec, scenarios: list[Scenario]) -> None:
    calls = [call for episode in talks(library, scenarios, "random") for call in episode.calls]
    assert not [call.arguments for call in calls if call.error and call.error["code"] == "invalid_arguments"]
    assert any(call.ok for call in calls)


def test_the_keyword_agent_does_what_a_plain_wish_says(spec: WorldSpec) -> None:
    about = scenario(spec, Fact(entity="Stay", where={"dog_id": "D-2", "nights": 3}), plan=(Call(name="book_stay", arguments={}),))

    def user(turn: Turn) -> Reply:
        first = len(turn.messages) == 1
        return Reply({"role": "user", "content": "Please book a stay for the dog Bella, nights 3." if first else "Thank you."}, done=not first)

    episode = run_episode(spec, scenario=about, user=user, assistant=keywords)
    assert reward(about, spec, episode.messages) == 1.0


def test_novelty_counts_plans_that_differ_in_more_than_values(spec: WorldSpec) -> None:
    about = scenario(spec, Fact(entity="Stay", where={}))

    def booked(dog: str, **more: Any) -> Episode:
        return played(spec, about, f"U: 3 nights for {dog}, 2 meals.", ("book_stay", {"dog_id": dog, "nights": 3, **more}), "A: Done.")

    found = novelty([booked("D-1"), booked("D-2"), booked("D-3", meals=2), played(spec, about, "U: Hi.", "A: Hi.")])
    assert (found["distinct_sequences"], found["distinct_plans"], found["new_plans"]) == (0.5, 0.75, [0.75])


def test_figures_are_shares_over_all_calls(spec: WorldSpec) -> None:
    about = scenario(spec, Fact(entity="Stay", where={"dog_id": "D-2", "nights": 3}))
    book = ("book_stay", {"dog_id": "D-2", "nights": 3})
    lines = [("U: 3 nights for D-2.", book, "A: Done."), ("U: 3 nights for D-2.", ("list_stays", {}), ("find_dogs", {"query": "Kiwi"}), book, "A: Done.")]
    found = figures([measure(played(spec, about, *told), spec) for told in lines])
    assert (found["measured"], found["necessary"], found["dead_reads"]) == (2, 0.5, 1.0)


def test_a_run_without_episodes_has_figures_too() -> None:
    assert figures([])["necessary"] == novelty([])["distinct_plans"] == 0.0
    assert operators([]) == {}
