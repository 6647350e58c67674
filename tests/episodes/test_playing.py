"""The role-play on the graph."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from builders import world_data

from gem_sim import assets
from gem_sim.episodes.nodes import DRAWS
from gem_sim.episodes.offline import pending
from gem_sim.episodes.play import build_episode_graph, load_graph, play, steps
from gem_sim.episodes.state import EpisodeSettings, Reply, Turn
from gem_sim.errors import GemSimError, InputError, RoleFailure
from gem_sim.pipeline import run_episode, stream_episode
from gem_sim.records import Goal, Message, Scenario, ToolCall
from gem_sim.worlds.load import parse_world
from gem_sim.worlds.spec import WorldSpec

SPOKEN_BY = {"system": "system", "user": "user", "assistant": "assistant", "environment": "tool"}


def visits(settings: EpisodeSettings) -> tuple[Counter[str], list[Message]]:
    """Visits of each node of the very graph, and the messages they added."""
    counts: Counter[str] = Counter()
    messages: list[Message] = []
    config: Any = {"recursion_limit": 500}
    for update in build_episode_graph().stream({"messages": []}, context=settings, config=config, stream_mode="updates"):
        for node, change in update.items():
            counts[node] += 1
            messages += change["messages"]
    return counts, messages


@pytest.mark.smoke
def test_an_offline_episode_is_accepted() -> None:
    assert run_episode("tool_library", seed=3).outcome == "accepted"


def test_every_visit_of_a_node_is_one_message_of_its_role(stage: EpisodeSettings, library: WorldSpec, scenarios: list[Scenario]) -> None:
    counts, messages = visits(stage)
    stored = Counter(message["role"] for message in run_episode(library, seed=1, scenario=scenarios[1]).messages)
    assert {SPOKEN_BY[node]: count for node, count in counts.items()} == stored
    assert sum(counts.values()) == len(messages)


def test_every_call_is_one_visit_of_the_environment(stage: EpisodeSettings) -> None:
    counts, messages = visits(stage)
    assert counts["environment"] == sum(len(message.get("tool_calls", [])) for message in messages)


def test_the_same_settings_give_the_same_messages(library: WorldSpec, scenarios: list[Scenario]) -> None:
    one, other = (play(EpisodeSettings(spec=library, scenario=scenarios[2])) for _ in range(2))
    assert one == other


def test_steps_are_the_visits_with_what_they_changed(stage: EpisodeSettings, library: WorldSpec) -> None:
    seen = list(steps(stage))
    assert [step.index for step in seen] == list(range(len(seen)))
    assert [step.message for step in seen] == play(stage)
    writes = [step for step in seen if step.diff]
    assert {step.node for step in writes} == {"environment"}
    assert all(library.tools[step.message["name"]].kind == "write" for step in writes)


def test_streaming_from_the_surface_gives_steps() -> None:
    assert [step.node for step in stream_episode("tool_library", seed=3)][:3] == ["system", "user", "assistant"]


def test_an_episode_goes_on_from_a_state_in_the_middle(stage: EpisodeSettings) -> None:
    config: Any = {"recursion_limit": 500}
    states = list(build_episode_graph().stream({"messages": []}, context=stage, config=config, stream_mode="values"))
    middle = states[len(states) // 2]
    assert [*middle["messages"], *(step.message for step in steps(stage, state=middle))] == states[-1]["messages"]


def test_an_assistant_can_be_a_plain_function(library: WorldSpec) -> None:
    def assistant(turn: Turn) -> Message:
        return {"role": "assistant", "content": f"I have {len(turn.tools)} tools and no idea."}

    episode = run_episode(library, assistant=assistant)
    assert (episode.outcome, episode.play, episode.models["assistant"]) == ("rejected", "custom", "assistant")


def test_a_function_that_does_what_offline_does_is_accepted_too(library: WorldSpec, scenarios: list[Scenario]) -> None:
    from gem_sim.episodes import offline

    episode = run_episode(library, seed=1, scenario=scenarios[1], assistant=offline.assistant(scenarios[1]))
    assert episode.outcome == "accepted"


def test_the_assistant_never_sees_scenario_or_world(library: WorldSpec) -> None:
    turns: list[Turn] = []

    def assistant(turn: Turn) -> Message:
        turns.append(turn)
        return {"role": "assistant", "content": "Well."}

    run_episode(library, assistant=assistant)
    assert {(turn.scenario, turn.world) for turn in turns} == {(None, None)}
    assert [tool["function"]["name"] for tool in turns[0].tools] == list(library.tools)


def test_another_graph_file_plays(tmp_path: Path, library: WorldSpec) -> None:
    text = (assets.folder("graphs") / "episode.py").read_text(encoding="utf-8")
    (tmp_path / "mine.py").write_text(text.replace('name="episode"', 'name="mine"'), encoding="utf-8")
    assert load_graph(tmp_path / "mine.py").name == "mine"
    assert run_episode(library, seed=2, graph=tmp_path / "mine.py").messages == run_episode(library, seed=2).messages


@pytest.mark.parametrize("text", ["graph = 5", "x = 1", "1 / 0", "def"])
def test_a_file_without_a_graph_is_one_clear_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "mine.py").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"mine\.py"):
        load_graph(tmp_path / "mine.py")


def test_a_missing_graph_file_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.py"):
        load_graph(tmp_path / "none.py")


def test_an_unknown_role_names_the_known_ones(library: WorldSpec) -> None:
    with pytest.raises(InputError, match="no assistant role 'clever': expected one of offline"):
        run_episode(library, assistant="clever")


BROKEN: list[Any] = [
    None,
    "words",
    {},
    {"role": "user", "content": "x"},
    {"role": "assistant", "content": None},
    {"role": "assistant", "content": ""},
    {"role": "assistant", "content": "x", "mood": "good"},
    {"role": "assistant", "content": "", "tool_calls": [{"id": "1", "type": "function", "function": {"name": "get_tool", "arguments": "{}"}}]},
]


@pytest.mark.parametrize("reply", BROKEN, ids=range(len(BROKEN)))
def test_a_role_that_breaks_its_contract_is_named_after_bounded_draws(library: WorldSpec, reply: Any) -> None:
    draws = []

    def assistant(turn: Turn) -> Any:
        draws.append(turn)
        return reply

    with pytest.raises(RoleFailure, match="assistant role") as caught:
        run_episode(library, assistant=assistant)
    assert (caught.value.role, len(draws)) == ("assistant", DRAWS)


@pytest.mark.parametrize("part", ["user", "environment"])
def test_the_other_roles_are_named_too(library: WorldSpec, part: str) -> None:
    with pytest.raises(RoleFailure, match=f"the {part} role"):
        run_episode(library, **{part: lambda _: {"role": "assistant", "content": "x"}})  # type: ignore[arg-type]


def test_a_reply_is_drawn_again(library: WorldSpec) -> None:
    replies: list[Any] = [None, {"role": "assistant", "content": "Now."}]
    episode = run_episode(library, assistant=lambda _: replies.pop(0) if len(replies) > 1 else replies[0])
    assert episode.messages[2]["content"] == "Now."


NOTHING = Scenario(id="s", world="", seed=0, persona={}, instruction="", known={}, hidden={}, plan=(), goal=Goal(required=()), beats=())


def endless(role: str) -> Any:
    return lambda _: {"role": role, "content": "And then?"}


def test_a_talk_without_end_is_ended(stage: EpisodeSettings) -> None:
    stage.user, stage.assistant, stage.max_messages = endless("user"), endless("assistant"), 9
    messages = play(stage)
    assert len(messages) <= 10
    assert messages[-1]["role"] == "assistant"


def calls(*names: str, start: int = 1) -> list[ToolCall]:
    return [{"id": f"call_{number}", "type": "function", "function": {"name": name, "arguments": {}}} for number, name in enumerate(names, start)]


def calling(turn: Turn) -> Message:
    return {"role": "assistant", "content": "", "tool_calls": calls("list_tools", start=len(turn.messages))}


def test_calls_without_end_are_ended(stage: EpisodeSettings) -> None:
    stage.assistant, stage.max_messages = calling, 9
    try:
        assert len(play(stage)) <= 12
    except GemSimError as error:
        assert "assistant" in str(error)  # noqa: PT017


def goodbye(_: Turn) -> Reply:
    return Reply({"role": "user", "content": "Bye."}, done=True)


def two_calls(turn: Turn) -> Message:
    if turn.messages[-1]["role"] == "tool":
        return {"role": "assistant", "content": "Done."}
    return {"role": "assistant", "content": "", "tool_calls": calls("list_tools", "get_tool", "nothing")}


def test_parallel_calls_are_answered_one_by_one_in_order(stage: EpisodeSettings) -> None:
    stage.user, stage.assistant = goodbye, two_calls
    counts, messages = visits(stage)
    assert counts == {"system": 1, "user": 1, "assistant": 2, "environment": 3}
    assert [(message.get("tool_call_id"), message.get("name")) for message in messages if message["role"] == "tool"] == [
        ("call_1", "list_tools"), ("call_2", "get_tool"), ("call_3", "nothing"),
    ]  # fmt: skip


def test_a_user_calls_the_tools_of_its_side() -> None:
    phone = {"description": "", "parameters": {"type": "object"}, "side": "user", "do": [{"set": {"session.user": "'u2'"}}], "return": "session.user"}
    spec = parse_world(world_data(tools={"restart_phone": phone}), "phone")

    def user(turn: Turn) -> Reply:
        assert [tool["function"]["name"] for tool in turn.tools] == ["restart_phone"]
        if turn.messages[-1]["role"] == "tool":
            return Reply({"role": "user", "content": "It is on."}, done=True)
        return Reply({"role": "user", "content": "", "tool_calls": calls("restart_phone")})

    settings = EpisodeSettings(spec=spec, scenario=NOTHING, user=user, assistant=lambda turn: {"role": "assistant", "content": f"{len(turn.tools)} tools."})
    assert [message["role"] for message in play(settings)] == ["system", "user", "tool", "user", "assistant"]


def test_calls_of_one_message_see_each_other(stage: EpisodeSettings) -> None:
    def assistant(turn: Turn) -> Message:
        if turn.messages[-1]["role"] == "tool":
            return {"role": "assistant", "content": "Done."}
        renewals = calls("return_tool", "return_tool")
        for call in renewals:
            call["function"]["arguments"] = {"loan_id": "LN-7001"}
        return {"role": "assistant", "content": "", "tool_calls": renewals}

    stage.user, stage.assistant = goodbye, assistant
    answers = [message["content"] for message in play(stage) if message["role"] == "tool"]
    assert ["error" in answer for answer in answers] == [False, True]


def test_the_open_call_is_the_first_without_an_answer() -> None:
    asked: Message = {"role": "assistant", "content": "", "tool_calls": calls("a", "b")}
    answer: Message = {"role": "tool", "content": "1", "tool_call_id": "call_1"}
    assert [call and call["id"] for call in (pending([asked]), pending([asked, answer]), pending([asked, answer, answer]))] == ["call_1", "call_2", None]


def test_two_calls_with_one_id_break_the_contract(stage: EpisodeSettings) -> None:
    def assistant(turn: Turn) -> Message:
        if turn.messages[-1]["role"] == "tool":
            return {"role": "assistant", "content": "Done."}
        return {"role": "assistant", "content": "", "tool_calls": [*calls("list_tools"), *calls("list_tools")]}

    stage.user, stage.assistant = goodbye, assistant
    with pytest.raises(RoleFailure):
        play(stage)


def test_arguments_that_are_no_json_break_the_contract(stage: EpisodeSettings) -> None:
    def assistant(_: Turn) -> Message:
        return {
            "role": "assistant",
            "content": "",
            "tool_calls": [{"id": "1", "type": "function", "function": {"name": "list_tools", "arguments": {"query": {1, 2}}}}],
        }

    stage.user, stage.assistant, stage.max_messages = goodbye, assistant, 9
    with pytest.raises(RoleFailure):
        play(stage)


def test_an_environment_answers_the_open_call(stage: EpisodeSettings) -> None:
    stage.environment = lambda _: {"role": "tool", "content": "{}", "tool_call_id": "another"}
    with pytest.raises(RoleFailure):
        play(stage)
