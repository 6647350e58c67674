"""A run of a scenario is worth 1 where it reaches the goal as it should, and 0 otherwise."""

import json
from typing import Any

import pytest
from kennel import kennel, scenario, talk

from gem_sim.errors import InputError
from gem_sim.pipeline import run_episode
from gem_sim.records import Answer, Call, Fact, Scenario
from gem_sim.scenarios.reward import reward
from gem_sim.worlds.spec import WorldSpec

BOOK = ("book_stay", {"dog_id": "D-2", "nights": 3})
CANCEL = ("cancel_stay", {"stay_id": "S-1"})
BELLA = Fact(entity="Stay", where={"dog_id": "D-2", "nights": 3})
GONE = Fact(entity="Stay", where={"stay_id": "S-1", "status": "cancelled"})


@pytest.fixture(scope="module")
def spec() -> WorldSpec:
    return kennel()


def calls(*made: tuple[str, dict[str, Any]]) -> list[Call]:
    return [Call(name=name, arguments=arguments) for name, arguments in made]


def test_the_plan_is_worth_one_and_nothing_or_reads_none(library: WorldSpec, scenarios: list[Scenario]) -> None:
    for about in scenarios[:8]:
        reads = [call for call in about.plan if library.tools[call.name].kind == "read"]
        assert [reward(about, library, run) for run in (about.plan, [], reads, about.plan[:-1])][:3] == [1.0, 0.0, 0.0]
        assert reward(about, library, run_episode(library, seed=about.seed, scenario=about).messages) == 1.0


@pytest.mark.parametrize(
    ("made", "worth"),
    [
        (calls(BOOK), 1.0),
        (calls(("find_dogs", {"query": "Bella"}), BOOK), 1.0),
        (calls(("book_stay", {"dog_id": "D-2", "nights": 9}), ("no_tool", {}), ("book_stay", {}), BOOK), 1.0),  # what is turned down costs nothing
        (calls(BOOK, BOOK), 0.0),
        (calls(("book_stay", {"dog_id": "D-2", "nights": 4})), 0.0),
        (calls(BOOK, ("close_shop", {"shop_id": "H-1"})), 0.0),
        (calls(("book_stay", {"dog_id": "D-2", "nights": 3, "meals": 4})), 0.0),  # a limit that only the assistant keeps
        ([{"name": "book_stay", "arguments": BOOK[1]}], 1.0),
        ([{"id": "x", "type": "function", "function": {"name": "book_stay", "arguments": json.dumps(BOOK[1])}}], 1.0),
        ([{"name": "book_stay", "arguments": "no json"}], 0.0),
    ],
)
def test_calls_are_worth_what_they_lead_to(spec: WorldSpec, made: list[Any], worth: float) -> None:
    assert reward(scenario(spec, BELLA), spec, made) == worth


def test_what_is_forbidden_is_worth_nothing(spec: WorldSpec) -> None:
    about = scenario(spec, BELLA, forbidden=(Fact(entity="Stay", where={"dog_id": "D-3", "nights": 1}),), allowed=(Fact(entity="Stay", where={}),))
    assert reward(about, spec, calls(BOOK)) == 1.0
    assert reward(about, spec, calls(BOOK, ("book_stay", {"dog_id": "D-3", "nights": 1}))) == 0.0


def test_a_confirmation_that_the_policy_asks_for_has_to_be_there(spec: WorldSpec) -> None:
    about = scenario(spec, GONE)
    assert reward(about, spec, talk(spec, "U: Cancel S-1.", "A: Shall I?", "U: Yes.", CANCEL, "A: Done.")) == 1.0
    assert reward(about, spec, talk(spec, "U: Cancel S-1.", CANCEL, "A: Done.")) == 0.0
    assert reward(about, spec, talk(spec, "U: Cancel S-1.", "A: Shall I?", "U: No, wait.", CANCEL, "A: Done.")) == 0.0
    assert reward(about, spec, calls(CANCEL)) == 1.0  # calls alone do not show it


def test_an_answer_has_to_be_given(spec: WorldSpec) -> None:
    about = scenario(spec, Answer(said=5), plan=tuple(calls(("list_stays", {}))))
    assert reward(about, spec, talk(spec, "U: How long?", ("list_stays", {}), "A: 5 nights.")) == 1.0
    assert reward(about, spec, talk(spec, "U: How long?", ("list_stays", {}), "A: Some nights.")) == 0.0
    assert reward(about, spec, calls(("list_stays", {}))) == 1.0  # calls alone: it stands in a result
    assert reward(about, spec, calls(("find_dogs", {"query": "Kiwi"}))) == reward(about, spec, []) == 0.0


def test_a_sum_that_no_result_holds_is_left_out_of_calls_alone(spec: WorldSpec) -> None:
    about = scenario(spec, BELLA, Answer(said=77), plan=tuple(calls(("list_stays", {}), BOOK)))
    assert reward(about, spec, about.plan) == 1.0
    assert reward(about, spec, talk(spec, "U: Book.", ("list_stays", {}), BOOK, "A: Done.")) == 0.0


def test_a_tool_of_the_other_side_is_not_the_assistants(spec: WorldSpec) -> None:
    tired = scenario(spec, Fact(entity="Dog", where={"dog_id": "D-1", "name": "Tired"}))
    walk = ("walk_dog", {"dog_id": "D-1"})
    assert reward(tired, spec, calls(walk)) == 1.0
    assert reward(tired, spec, talk(spec, "U: Hello.", walk, "A: Done.")) == 0.0


def test_messages_may_come_from_elsewhere(spec: WorldSpec) -> None:
    call = {"id": "1", "type": "function", "function": {"name": "book_stay", "arguments": json.dumps(BOOK[1])}}
    messages = [{"role": "user", "content": "Book."}, {"role": "assistant", "content": None, "tool_calls": [call]}, {"role": "assistant", "content": "Done."}]
    assert reward(scenario(spec, BELLA), spec, messages) == 1.0


@pytest.mark.parametrize("run", [["book_stay"], [{"name": "x"}], [7]])
def test_what_is_neither_call_nor_message_is_an_error(spec: WorldSpec, run: list[Any]) -> None:
    with pytest.raises(InputError, match="call 1: expected a name and arguments"):
        reward(scenario(spec, BELLA), spec, run)
