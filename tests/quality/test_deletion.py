"""The short way of leaving out a call says the same as executing everything again."""

from gem_sim.pipeline import run_episode
from gem_sim.quality.deletion import execute, needs
from gem_sim.quality.flow import Flow, flow_of
from gem_sim.quality.measures import measure
from gem_sim.records import Episode, Scenario
from gem_sim.scenarios.goals import harm, unmet
from gem_sim.worlds.load import load_mock
from gem_sim.worlds.spec import WorldSpec


def falls(episode: Episode, spec: WorldSpec, left_out: int) -> bool:
    """Whether the calls without one end otherwise, or miss the goal."""
    start = spec.start(episode.world.seed)
    world = start.fork()
    rest = [call for at, call in enumerate(episode.calls) if at != left_out]
    outcomes = [world.call(call.name, call.arguments).outcome for call in rest]
    goal = episode.scenario.goal
    return outcomes != [call.error["code"] if call.error else "ok" for call in rest] or bool(unmet(goal, world, episode.messages) + harm(goal, start, world))


def test_each_call_is_needed_exactly_where_all_of_it_executed_again_says_so(library: WorldSpec, scenarios: list[Scenario]) -> None:
    for scenario in scenarios[:10]:
        episode = run_episode(library, seed=scenario.seed, scenario=scenario)
        found = needs(episode, Flow((), 0, ()), execute(episode, library))
        assert [one.necessary for one in found] == [falls(episode, library, at) for at in range(len(episode.calls))]


def test_a_mock_in_python_is_measured_too() -> None:
    harbour = load_mock("tidal_harbour")
    episode = run_episode(harbour, seed=2)
    found = measure(episode, harbour)
    assert found.calls == len(episode.calls) > 0
    assert found.rules == ()
    assert found.necessary >= 0.5
    assert found == measure(episode, harbour)


def test_every_use_has_sources_before_it(library: WorldSpec, scenarios: list[Scenario]) -> None:
    for scenario in scenarios[:5]:
        episode = run_episode(library, seed=scenario.seed, scenario=scenario)
        flow = flow_of(episode)
        assert flow.uses
        assert all(use.sources and max(flow.answered[at] for at in use.sources) < use.message for use in flow.uses)
        assert [episode.messages[index]["tool_call_id"] for index in flow.answered] == [call.id for call in episode.calls]
