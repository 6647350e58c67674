"""An accepted episode has no findings; each kind of damage has its own."""

import hashlib
from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import Any

import orjson
import pytest
from builders import TASKS, TEXT, compiled, enforced, tool

from gem_sim.episodes.record import complexity
from gem_sim.episodes.trace import content_of, trace
from gem_sim.pipeline import run_episode
from gem_sim.records import Episode, LimitCheck, Message, Scenario, Source
from gem_sim.validate import judged, validate_episode
from gem_sim.validate.replay import replay
from gem_sim.worlds.spec import WorldSpec

Edit = Callable[[list[Message]], None]


def edited(episode: Episode, edit: Edit) -> Episode:
    """The episode with its messages, and nothing else, changed."""
    messages = deepcopy(list(episode.messages))
    edit(messages)
    return episode.model_copy(update={"messages": tuple(messages), "complexity": complexity(messages, episode.tools)})


def codes(episode: Episode, spec: WorldSpec) -> set[str]:
    return {finding.code for finding in validate_episode(episode, spec) if finding.severity == "error"}


def place(items: Iterable[Any], wanted: Callable[[Any], bool]) -> int:
    """Index of the first that is wanted."""
    return next(index for index, item in enumerate(items) if wanted(item))


def last_write(episode: Episode) -> int:
    """Place of the last message whose call changed something."""
    return max(call.message for call in episode.calls if call.diff)


@pytest.mark.smoke
def test_an_accepted_episode_has_no_findings(library: WorldSpec, episode: Episode) -> None:
    assert (episode.outcome, validate_episode(episode, library), replay(episode, library)) == ("accepted", [], [])


def test_refined_episodes_of_many_seeds_have_no_findings(library: WorldSpec, scenarios: list[Scenario]) -> None:
    for scenario in scenarios:
        episode = run_episode(library, seed=scenario.seed, scenario=scenario)
        assert [finding.text for finding in episode.findings] == []


def test_an_episode_validates_after_a_trip_through_json(library: WorldSpec, episode: Episode) -> None:
    assert validate_episode(Episode.model_validate_json(episode.model_dump_json()), library) == []


def test_every_call_of_the_messages_is_recorded(episode: Episode) -> None:
    made = [(index, call["id"], call["function"]["name"]) for index, message in enumerate(episode.messages) for call in message.get("tool_calls", [])]
    assert [(call.message, call.id, call.name) for call in episode.calls] == made
    assert episode.complexity.calls == len(made)


def test_the_digests_of_the_calls_are_a_chain(library: WorldSpec, episode: Episode) -> None:
    ends = [library.start(episode.world.seed).digest, *(call.after for call in episode.calls)]
    assert [call.before for call in episode.calls] == ends[:-1]


def swap_roles(messages: list[Message]) -> None:
    messages[1]["role"], messages[-1]["role"] = "assistant", "user"


def drop_answer(messages: list[Message]) -> None:
    del messages[place(messages, lambda message: len(message.get("tool_calls", [])) == 1) + 1]


def drop_system(messages: list[Message]) -> None:
    del messages[0]


def drop_farewell(messages: list[Message]) -> None:
    del messages[-1]


def drop_all(messages: list[Message]) -> None:
    messages.clear()


def copy_call_id(messages: list[Message]) -> None:
    first, second = [index for index, message in enumerate(messages) if message.get("tool_calls")][:2]
    messages[second]["tool_calls"][0]["id"] = messages[second + 1]["tool_call_id"] = messages[first]["tool_calls"][0]["id"]


def swap_answer_ids(messages: list[Message]) -> None:
    first, second = [message for message in messages if message["role"] == "tool"][:2]
    first["tool_call_id"], second["tool_call_id"] = second["tool_call_id"], first["tool_call_id"]


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (swap_roles, "form.order"), (drop_answer, "form.order"), (drop_answer, "form.answer"), (drop_system, "form.start"), (drop_farewell, "form.end"),
        (drop_all, "form.start"), (copy_call_id, "form.id"), (swap_answer_ids, "form.answer"),
    ],
)  # fmt: skip
def test_a_broken_form_is_found(library: WorldSpec, episode: Episode, edit: Edit, code: str) -> None:
    assert code in codes(edited(episode, edit), library)


def rename_tool(messages: list[Message]) -> None:
    call = messages[place(messages, lambda message: bool(message.get("tool_calls")))]["tool_calls"][0]
    call["function"]["name"] = "no_such_tool"


def change_type(messages: list[Message]) -> None:
    call = messages[place(messages, lambda message: bool(message.get("tool_calls")))]["tool_calls"][0]
    call["function"]["arguments"] = {name: [value] for name, value in call["function"]["arguments"].items()}


@pytest.mark.parametrize("edit", [rename_tool, change_type])
def test_a_call_that_no_tool_takes_is_found(library: WorldSpec, episode: Episode, edit: Edit) -> None:
    damaged = edited(episode, edit)
    assert {"schema.call", "replay.difference"} <= codes(damaged, library)
    blamed = {finding.blame for finding in validate_episode(damaged, library) if finding.code == "schema.call"}
    assert blamed == {"assistant"}


def test_a_call_of_the_other_side_is_found(library: WorldSpec, episode: Episode) -> None:
    tools = tuple(tool.model_copy(update={"side": "user"}) for tool in episode.tools)
    assert "schema.call" in codes(episode.model_copy(update={"tools": tools}), library)


def other_digit(text: str) -> str:
    at = place(text, str.isdigit)
    return f"{text[:at]}{(int(text[at]) + 1) % 10}{text[at + 1 :]}"


def test_another_digit_in_any_tool_message_is_found(library: WorldSpec, episode: Episode) -> None:
    tools = [index for index, message in enumerate(episode.messages) if message["role"] == "tool" and any(map(str.isdigit, message["content"]))]
    for index in tools:
        damaged = edited(episode, lambda messages, at=index: messages[at].update(content=other_digit(messages[at]["content"])))  # type: ignore[misc]
        assert "replay.difference" in codes(damaged, library)


def with_call(episode: Episode, at: int, **update: Any) -> Episode:
    calls = list(episode.calls)
    calls[at] = calls[at].model_copy(update=update)
    return episode.model_copy(update={"calls": tuple(calls)})


def test_another_digit_in_any_stored_result_is_found(library: WorldSpec, episode: Episode) -> None:
    for at, call in enumerate(episode.calls):
        if call.ok:
            result = orjson.loads(other_digit(orjson.dumps(call.result).decode()))
            assert codes(with_call(episode, at, result=result), library) == {"replay.difference"}


@pytest.mark.parametrize(
    "update",
    [
        {"before": "0" * 64},
        {"after": "0" * 64},
        {"arguments": {"loan_id": "LN-1"}},
        {"diff": [{"entity": "Loan"}]},
        {"name": "get_tool"},
        {"id": "x"},
        {"message": 1},
    ],
)
def test_another_stored_value_of_a_call_is_found(library: WorldSpec, episode: Episode, update: dict[str, Any]) -> None:
    assert codes(with_call(episode, -1, **update), library) == {"replay.difference"}


def test_a_stored_error_that_differs_is_found(library: WorldSpec, episode: Episode) -> None:
    at = place(episode.calls, lambda call: not call.ok)
    assert codes(with_call(episode, at, error={"code": "conflict", "message": "Something else"}), library) == {"replay.difference"}


def test_a_call_that_is_not_stored_is_found(library: WorldSpec, episode: Episode) -> None:
    assert codes(episode.model_copy(update={"calls": episode.calls[:-1]}), library) == {"replay.difference"}


def test_another_world_is_found(library: WorldSpec, episode: Episode) -> None:
    other = episode.world.model_copy(update={"digest": "0" * 32})
    assert "replay.difference" in codes(episode.model_copy(update={"world": other}), library)


def test_a_changed_argument_is_found(library: WorldSpec, episode: Episode) -> None:
    at = last_write(episode)
    name = next(iter(episode.messages[at]["tool_calls"][0]["function"]["arguments"]))
    damaged = edited(episode, lambda messages: messages[at]["tool_calls"][0]["function"]["arguments"].update({name: "X-1"}))
    assert "replay.difference" in codes(damaged, library)


def test_an_invented_id_is_found(library: WorldSpec, episode: Episode) -> None:
    at = last_write(episode)
    name = next(iter(episode.messages[at]["tool_calls"][0]["function"]["arguments"]))
    damaged = edited(episode, lambda messages: messages[at]["tool_calls"][0]["function"]["arguments"].update({name: "LN-9999"}))
    assert "provenance.none" in codes(damaged, library)


def executed(library: WorldSpec, episode: Episode) -> Episode:
    """The episode with tool messages and call records as an execution of its messages gives them."""
    done = trace(library, episode.world.seed, episode.messages)
    contents = {call.id: orjson.dumps(content_of(call)).decode() for call in done.calls}
    messages = [{**message, "content": contents[message["tool_call_id"]]} if message["role"] == "tool" else message for message in episode.messages]
    return episode.model_copy(update={"messages": tuple(messages), "calls": done.calls, "complexity": complexity(messages, episode.tools)})


def test_a_dropped_write_leaves_the_goal_unmet(library: WorldSpec, episode: Episode) -> None:
    at = last_write(episode)
    damaged = edited(episode, lambda messages: messages.__delitem__(slice(at, at + 2)))
    assert "goal.unmet" in codes(executed(library, damaged), library)


def test_a_further_write_is_harm(library: WorldSpec, episode: Episode) -> None:
    end = trace(library, episode.world.seed, episode.messages).end
    arguments = end.propose("lend_tool")
    call: Any = {"id": "call_more", "type": "function", "function": {"name": "lend_tool", "arguments": arguments}}
    more: list[Message] = [{"role": "assistant", "content": "", "tool_calls": [call]}, {"role": "tool", "content": "", "tool_call_id": "call_more"}]
    damaged = executed(library, edited(episode, lambda messages: messages.__setitem__(slice(-1, -1), more)))
    assert "goal.harm" in codes(damaged, library)
    assert "replay.difference" not in codes(damaged, library)


def test_an_answer_that_nobody_gives_is_found(library: WorldSpec, episode: Episode) -> None:
    def silence(messages: list[Message]) -> None:
        for message in messages:
            if message["role"] == "assistant" and not message.get("tool_calls"):
                message["content"] = "Hm."

    assert "goal.unmet" in codes(edited(episode, silence), library)


@pytest.fixture(scope="module")
def quoted() -> tuple[WorldSpec, Episode]:
    """An episode of a compiled world with a rule that stands in a text."""
    text = "Give the task a title. A title has at most 40 characters."
    rule = enforced(LimitCheck(parameter="title", maximum=40), "create_task", quote=text[23:], start=23, end=len(text))
    spec = compiled(TASKS, rule)
    source = Source(document="d", title="", source="", licence="", sha256=hashlib.sha256(text.encode()).hexdigest(), text=text)
    return spec, run_episode(spec, seed=1).model_copy(update={"source": source})


def test_a_quote_in_its_place_is_fine(quoted: tuple[WorldSpec, Episode]) -> None:
    spec, episode = quoted
    assert codes(episode, spec) == set()


def test_a_shifted_quote_is_found(quoted: tuple[WorldSpec, Episode]) -> None:
    spec, episode = quoted
    assert episode.source is not None
    moved = episode.model_copy(update={"source": episode.source.model_copy(update={"text": " " + episode.source.text})})
    assert codes(moved, spec) == {"quotes.exact", "integrity.source"}


def test_a_bad_episode_is_rejected_with_its_findings(library: WorldSpec, episode: Episode) -> None:
    bad = judged(edited(episode, drop_farewell), library)
    assert bad.outcome == "rejected"
    assert bad.findings


def test_judging_changes_nothing_else(library: WorldSpec, episode: Episode) -> None:
    assert judged(episode, library) == episode


def repeat_answer(messages: list[Message]) -> None:
    at = place(messages, lambda message: message["role"] == "tool")
    messages.insert(at + 1, deepcopy(messages[at]))


def stray_answer(messages: list[Message]) -> None:
    at = place(messages, lambda message: message["role"] == "tool")
    messages.insert(at + 1, {"role": "tool", "content": "{}", "tool_call_id": "nobody"})


@pytest.mark.parametrize("edit", [repeat_answer, stray_answer])
def test_an_answer_without_a_call_is_found(library: WorldSpec, episode: Episode, edit: Edit) -> None:
    damaged = edited(episode, edit)
    calls = tuple(
        call.model_copy(update={"message": fresh.message})
        for call, fresh in zip(damaged.calls, trace(library, damaged.world.seed, damaged.messages).calls, strict=True)
    )
    assert codes(damaged.model_copy(update={"calls": calls}), library)


@pytest.mark.parametrize("update", [{"ok": False}, {"provenance": {}}, {"imagined": True}])
def test_another_stored_verdict_on_a_call_is_found(library: WorldSpec, episode: Episode, update: dict[str, Any]) -> None:
    assert codes(with_call(episode, -1, **update), library)


def test_an_answer_under_another_name_is_found(library: WorldSpec, episode: Episode) -> None:
    at = place(episode.messages, lambda message: message["role"] == "tool")
    assert codes(edited(episode, lambda messages: messages[at].__setitem__("name", "another_tool")), library)


def test_a_tool_that_the_world_does_not_have_is_found(library: WorldSpec, episode: Episode) -> None:
    more = tool("open_vault", {"code": TEXT})
    assert codes(episode.model_copy(update={"tools": (*episode.tools, more)}), library)


def test_true_for_one_in_a_stored_result_is_found(library: WorldSpec, episode: Episode) -> None:
    at = place(episode.calls, lambda call: call.ok and call.result.get("total") == 1)
    assert codes(with_call(episode, at, result={**episode.calls[at].result, "total": True}), library)


def test_a_wrong_complexity_is_found(library: WorldSpec, episode: Episode) -> None:
    assert codes(episode.model_copy(update={"complexity": episode.complexity.model_copy(update={"calls": 99})}), library)


def test_a_changed_plan_is_found(library: WorldSpec, episode: Episode) -> None:
    scenario = episode.scenario.model_copy(update={"plan": episode.scenario.plan[1:]})
    assert codes(episode.model_copy(update={"scenario": scenario}), library) == {"integrity.scenario"}


def test_a_scenario_of_another_seed_is_found(library: WorldSpec, episode: Episode) -> None:
    scenario = episode.scenario.model_copy(update={"seed": episode.scenario.seed + 1})
    assert "integrity.world" in codes(episode.model_copy(update={"scenario": scenario}), library)
