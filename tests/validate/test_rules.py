"""Rules over time, schemas of results, length, and duplicates of a run."""

import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import orjson
import pytest

import gem_sim.validate
from gem_sim.episodes.record import complexity
from gem_sim.episodes.trace import content_of, trace
from gem_sim.pipeline import run_episode
from gem_sim.records import Episode, LimitCheck, Message, Rule, Scenario, StateCheck
from gem_sim.validate import validate_episode
from gem_sim.validate.answers import verdict
from gem_sim.validate.consent import Talk, declined
from gem_sim.validate.duplicates import Duplicates
from gem_sim.worlds.load import load_mock
from gem_sim.worlds.spec import WorldSpec


def codes(episode: Episode, spec: WorldSpec) -> set[str]:
    return {finding.code for finding in validate_episode(episode, spec) if finding.severity == "error"}


def played_again(episode: Episode, spec: WorldSpec, messages: list[Message]) -> Episode:
    """The episode of other messages, its calls executed."""
    done = trace(spec, episode.world.seed, messages)
    contents = {call.id: orjson.dumps(content_of(call)).decode() for call in done.calls}
    messages = [{**message, "content": contents[message["tool_call_id"]]} if message["role"] == "tool" else message for message in messages]
    return episode.model_copy(update={"messages": tuple(messages), "calls": done.calls, "complexity": complexity(messages, episode.tools)})


@pytest.fixture(scope="module")
def cancelling(library: WorldSpec) -> tuple[Episode, int]:
    """An episode in which a reservation is cancelled, and the place of the user's yes."""
    for seed in range(60):
        episode = run_episode(library, seed=seed)
        for call in episode.calls:
            if call.name == "cancel_reservation" and call.ok:
                return episode, call.message - 1
    raise AssertionError


def said_instead(cancelling: tuple[Episode, int], spec: WorldSpec, at: int, text: str) -> set[str]:
    episode, yes = cancelling
    messages = deepcopy(list(episode.messages))
    messages[yes + at]["content"] = text
    return codes(played_again(episode, spec, messages), spec)


@pytest.mark.parametrize("text", ["No, leave it.", "Wait, not yet.", "What is the weather like?", "Yes. No, stop, I have changed my mind."])
def test_a_write_without_a_yes_is_found(cancelling: tuple[Episode, int], library: WorldSpec, text: str) -> None:
    assert "policy.consent" in said_instead(cancelling, library, 0, text)


@pytest.mark.parametrize("text", ["Yes, please.", "Sure, go for it!", "No objections, please do.", "That is fine by me."])
def test_a_yes_in_other_words_is_one(cancelling: tuple[Episode, int], library: WorldSpec, text: str) -> None:
    assert said_instead(cancelling, library, 0, text) == set()


@pytest.mark.parametrize("text", ["Shall I cancel it?", "Shall I go on?", "Shall I cancel the reservation for somebody else?"])
def test_a_question_that_does_not_say_what_is_found(cancelling: tuple[Episode, int], library: WorldSpec, text: str) -> None:
    assert "policy.consent" in said_instead(cancelling, library, -1, text)


def test_a_write_that_nobody_was_asked_about_is_found(cancelling: tuple[Episode, int], library: WorldSpec) -> None:
    episode, yes = cancelling
    messages = deepcopy(list(episode.messages))
    del messages[yes - 1 : yes + 1]
    assert "policy.consent" in codes(played_again(episode, library, messages), library)


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        ("Yes, go ahead.", "yes"), ("Obviously.", "yes"), ("ok", "yes"), ("That suits me.", "yes"), ("No objections, carry on.", "yes"),
        ("Um, yes, I suppose.", "yes"),
        ("Yes. I never liked that one anyway.", "yes"), ("Yes, but wait.", "no"), ("Yes. No, stop!", "no"),
        ("I'd rather not.", "no"), ("Hm, I'm not sure now.", "no"),
        ("I'll sleep on it.", "no"), ("Negative, leave it.", "no"), ("What would happen then?", None), ("Okay?", None), ("It rains.", None),
    ],
)  # fmt: skip
def test_yes_and_no_are_told_apart(answer: str, meaning: str | None) -> None:
    assert verdict(answer) == meaning


def test_no_is_an_answer_to_an_offer_only() -> None:
    assert declined(Talk("do you want me to close it?", "no, leave it open"))
    assert not declined(Talk("which note should i add?", "no wind"))


def with_rule(spec: WorldSpec, rule: Rule) -> WorldSpec:
    return spec.model_copy(update={"rules": (*spec.rules, rule)})


def test_what_a_rule_of_the_assistant_forbids_is_found_where_the_tool_takes_it(library: WorldSpec, episode: Episode) -> None:
    write = next(call for call in episode.calls if call.ok and call.diff and any(isinstance(value, str) for value in call.arguments.values()))
    name = next(name for name, value in write.arguments.items() if isinstance(value, str))
    rule = Rule(id="r99", text="Short ids only", tools=(write.name,), enforced_by="assistant", check=LimitCheck(parameter=name, maximum=2))
    assert "policy.rule" in codes(episode, with_rule(library, rule))


def test_a_state_is_looked_up_as_it_was_before_the_call(library: WorldSpec, scenarios: list[Scenario]) -> None:
    loans = {row["loan_id"]: row["status"] for row in library.start().rows("Loan")}
    renewing = next(
        one for one in scenarios if any(call.name == "renew_loan" and call.arguments["loan_id"] in loans and call.outcome == "ok" for call in one.plan)
    )
    episode = run_episode(library, scenario=renewing)
    write = next(call for call in episode.calls if call.name == "renew_loan" and call.ok and call.arguments["loan_id"] in loans)
    now = loans[write.arguments["loan_id"]]
    allowed = Rule(id="r98", text="Not so", tools=("renew_loan",), enforced_by="assistant", check=StateCheck(entity="Loan", allowed=(now,)))
    forbidden = allowed.model_copy(update={"check": StateCheck(entity="Loan", forbidden=(now,))})
    assert "policy.rule" in codes(episode, with_rule(library, forbidden))
    spared = [finding for finding in validate_episode(episode, with_rule(library, allowed)) if finding.code == "policy.rule" and write.id in finding.text]
    assert spared == []


def test_a_result_that_its_schema_does_not_describe_is_found() -> None:
    harbour = load_mock("tidal_harbour")
    episode = run_episode(harbour, seed=2)
    at = next(index for index, message in enumerate(episode.messages) if message["role"] == "tool" and "items" in message["content"])
    messages = deepcopy(list(episode.messages))
    messages[at]["content"] = "[3]"
    assert {"results.schema", "replay.difference"} <= codes(episode.model_copy(update={"messages": tuple(messages)}), harbour)


def test_an_episode_of_too_many_tokens_is_found(library: WorldSpec, episode: Episode) -> None:
    messages = deepcopy(list(episode.messages))
    messages[1]["content"] += " Thank you so much." * 8_000
    assert "length.tokens" in codes(episode.model_copy(update={"messages": tuple(messages)}), library)


def test_a_goal_that_asks_for_nothing_is_found(library: WorldSpec, episode: Episode) -> None:
    scenario = episode.scenario.model_copy(update={"goal": episode.scenario.goal.model_copy(update={"required": ()})})
    assert "goal.void" in codes(episode.model_copy(update={"scenario": scenario}), library)


def test_the_same_story_with_other_small_talk_is_a_duplicate(episode: Episode) -> None:
    messages = deepcopy(list(episode.messages))
    messages[-1]["content"] = "Have a nice evening."
    duplicates = Duplicates()
    assert duplicates.finding(episode) is None
    again = duplicates.finding(episode.model_copy(update={"id": "another", "messages": tuple(messages)}))
    assert again is not None
    assert (again.code, again.severity) == ("duplicates.near", "error")


def test_other_stories_and_further_rounds_are_no_duplicates(library: WorldSpec, episode: Episode) -> None:
    duplicates = Duplicates()
    later = episode.model_copy(update={"id": "later", "lineage": episode.lineage.model_copy(update={"round": 1})})
    assert [duplicates.finding(one) for one in (episode, later, run_episode(library, seed=5), run_episode(library, seed=6))] == [None] * 4


def test_one_id_for_two_episodes_is_found(episode: Episode) -> None:
    duplicates = Duplicates()
    assert duplicates.finding(episode) is None
    found: Any = duplicates.finding(episode)
    assert found.code == "duplicates.id"


def test_every_code_stands_in_the_documentation() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "validation.md"
    if not page.is_file():
        pytest.skip("the documentation is not in the wheel")
    sources = Path(gem_sim.validate.__file__).parent.glob("*.py")
    families = "form|schema|results|length|replay|provenance|goal|quotes|integrity|claims|policy|contract|duplicates"
    written = {code for source in sources for code in re.findall(rf'"((?:{families})\.[a-z]+)"', source.read_text(encoding="utf-8"))}
    assert written == set(re.findall(r"^\| `([a-z.]+)`", page.read_text(encoding="utf-8"), re.MULTILINE))
