"""What a call is needed for, where values come from, which rule decided, and whether a story is one."""

from typing import Any

import pytest
from kennel import DATA, kennel, played, scenario

from gem_sim.quality.flow import flow_of
from gem_sim.quality.measures import Measures, measure
from gem_sim.records import Answer, Call, Episode, Fact
from gem_sim.worlds.load import parse_world
from gem_sim.worlds.spec import WorldSpec

BELLA = Fact(entity="Stay", where={"dog_id": "D-2", "nights": 3})
OWNER = ("find_owners", {"query": "Mara Voss"})
DOGS = ("list_dogs", {"owner_id": "O-1"})
BOOK = ("book_stay", {"dog_id": "D-2", "nights": 3})
WISH = "U: I am Mara Voss. Book 3 nights for Bella."


@pytest.fixture(scope="module")
def spec() -> WorldSpec:
    return kennel()


def names(episode: Episode, at: tuple[int, ...]) -> list[str]:
    return [episode.calls[one].name for one in at]


def story(spec: WorldSpec, *lines: Any, goal: tuple[Any, ...] = (BELLA,), plan: tuple[Call, ...] = ()) -> tuple[Episode, Measures]:
    episode = played(spec, scenario(spec, *goal, plan=plan), *lines)
    return episode, measure(episode, spec)


def test_a_chain_of_look_ups_is_needed_to_its_end(spec: WorldSpec) -> None:
    _, found = story(spec, WISH, OWNER, DOGS, BOOK, "A: Done.")
    assert (found.necessary, found.dead, found.chain) == (1.0, (), 3)


def test_a_look_up_of_something_else_is_neither_needed_nor_used(spec: WorldSpec) -> None:
    episode, found = story(spec, WISH, OWNER, ("find_owners", {"query": "Ivo Brandt"}), DOGS, BOOK, "A: Done.")
    assert names(episode, found.unneeded) == names(episode, found.dead) == ["find_owners"]
    assert found.unneeded == (1,)
    assert found.necessary == 0.75


def test_two_calls_that_tell_the_same_make_each_other_unneeded(spec: WorldSpec) -> None:
    episode, found = story(spec, WISH, OWNER, [DOGS, ("find_dogs", {"query": "Bella"})], BOOK, "A: Done.")
    assert names(episode, found.unneeded) == ["list_dogs", "find_dogs"]
    assert found.dead == ()


def test_each_of_two_parallel_reads_is_judged_for_itself(spec: WorldSpec) -> None:
    episode, found = story(spec, WISH, [OWNER, ("list_stays", {})], DOGS, BOOK, "A: Done.")
    assert names(episode, found.unneeded) == ["list_stays"]


def test_a_write_that_the_goal_asks_for_is_needed(spec: WorldSpec) -> None:
    _, found = story(spec, "U: Book 3 nights for D-2.", BOOK, "A: Done.")
    assert found.unneeded == ()


def test_a_write_that_a_later_call_needs_is_needed(spec: WorldSpec) -> None:
    made = spec.start(0).call(*BOOK).value["stay_id"]
    episode, found = story(spec, WISH, OWNER, DOGS, BOOK, "A: Shall I?", ("cancel_stay", {"stay_id": made}), "A: Gone.", goal=(Answer(said="gone"),))
    assert found.unneeded == ()
    assert found.chain == 4
    assert [use.sources for use in flow_of(episode).uses if use.call == 3] == [(2,)]


def test_a_write_without_which_harm_is_left_is_needed(spec: WorldSpec) -> None:
    wrong = ("book_stay", {"dog_id": "D-1", "nights": 1})
    made = spec.start(0).call(*wrong).value["stay_id"]
    undone = Fact(entity="Stay", where={"dog_id": "D-1", "status": "cancelled"})
    about = scenario(spec, BELLA, allowed=(undone,))
    lines = ("U: 1 night for D-1.", wrong, "A: Done.", "U: No, 3 for D-2.", ("cancel_stay", {"stay_id": made}), BOOK, "A: Done.")
    assert measure(played(spec, about, *lines), spec).unneeded == ()


def test_an_answer_that_the_assistant_gives_needs_the_read_that_told_it(spec: WorldSpec) -> None:
    _, found = story(spec, "U: How long does Kiwi stay?", ("find_dogs", {"query": "Kiwi"}), ("list_stays", {}), "A: 5 nights.", goal=(Answer(said=5),))
    assert (found.unneeded, found.dead) == ((), ())


def test_what_only_repeats_the_user_needs_nothing(spec: WorldSpec) -> None:
    _, found = story(spec, "U: Is there a Kiwi?", ("find_dogs", {"query": "Kiwi"}), "A: Kiwi it is.", goal=(Answer(said="Kiwi"),))
    assert found.unneeded == found.dead == (0,)


def test_a_word_of_the_policy_is_a_claim_where_it_was_just_seen(spec: WorldSpec) -> None:
    cancelled = ("cancel_stay", {"stay_id": "S-1"})
    episode, _ = story(spec, "U: How is S-1?", ("list_stays", {}), "A: It is booked.", "U: Cancel it.", cancelled, "A: It is cancelled.")
    system = {**episode.messages[0], "content": "A stay is booked or cancelled."}
    claims = [(use.value, use.sources) for use in flow_of(episode.model_copy(update={"messages": (system, *episode.messages[1:])})).uses if use.kind == "claim"]
    assert claims == [("booked", (0,)), ("cancelled", (1,))]


def test_an_answer_is_a_claim_also_where_the_user_once_said_the_same_of_something_else(spec: WorldSpec) -> None:
    lines = ("U: 5 nights for D-2.", ("book_stay", {"dog_id": "D-2", "nights": 5}), "A: Done.", "U: And Kiwi?", ("find_dogs", {"query": "Kiwi"}))
    _, found = story(spec, *lines, ("list_stays", {}), "A: 5 nights as well.", goal=(Fact(entity="Stay", where={"dog_id": "D-2", "nights": 5}),))
    assert (found.unneeded, found.dead) == ((), ())


def test_refusals_of_the_plan_are_counted_apart(spec: WorldSpec) -> None:
    long = ("book_stay", {"dog_id": "D-2", "nights": 9})
    planned = Call(name=long[0], arguments=long[1], outcome="limit")
    _, found = story(spec, "U: 9 nights for D-2, or 3.", long, BOOK, "A: Done.", plan=(planned,))
    assert (found.declared, found.unneeded, found.recovered) == (1, (), True)
    assert story(spec, "U: 9 nights for D-2, or 3.", long, BOOK, "A: Done.")[1].unneeded == (0,)


def test_arguments_are_from_results_only_where_nobody_had_said_them(spec: WorldSpec) -> None:
    _, found = story(spec, WISH, OWNER, DOGS, BOOK, "A: Done.")
    assert (found.from_results, found.arguments) == (2, 4)  # not the name, not the nights
    _, told = story(spec, "U: O-1 wants 3 nights for Bella.", DOGS, BOOK, "A: Done.")
    assert (told.from_results, told.arguments) == (1, 3)


def test_what_the_user_has_from_the_assistant_is_still_from_the_result(spec: WorldSpec) -> None:
    lines = ("U: Which dogs has Mara Voss?", OWNER, DOGS, "A: D-1 is Rufus, D-2 is Bella.", "U: 3 nights for D-2.", BOOK, "A: Done.")
    _, found = story(spec, *lines)
    assert (found.from_results, found.unneeded) == (2, ())


def test_the_distance_is_that_to_the_latest_result_with_the_value(spec: WorldSpec) -> None:
    episode, found = story(spec, WISH, OWNER, DOGS, "A: Is that right?", "U: Yes.", BOOK, "A: Done.")
    assert [message["role"] for message in episode.messages][5:9] == ["tool", "assistant", "user", "assistant"]
    assert found.distance == 3


def test_a_look_up_by_which_a_row_was_known_is_needed(spec: WorldSpec) -> None:
    wish = "U: Cancel the stay of Kiwi, please."
    _, found = story(spec, wish, ("find_dogs", {"query": "Kiwi"}), ("list_stays", {}), "A: Sure?", "U: Yes.", ("cancel_stay", {"stay_id": "S-2"}), "A: Done.")
    assert (found.unneeded, found.chain) == ((), 2)


def test_a_rule_decides_where_its_requirement_alone_turned_a_call_down(spec: WorldSpec) -> None:
    long = ("book_stay", {"dog_id": "D-2", "nights": 9})
    assert story(spec, "U: 9 nights for D-2, or 3.", long, BOOK, "A: Done.")[1].rules == ("r1",)
    assert story(spec, "U: 9 nights for D-9.", ("book_stay", {"dog_id": "D-9", "nights": 9}), "A: No.")[1].rules == ()
    assert story(spec, WISH, BOOK, "A: Done.")[1].rules == ()


def test_a_rule_of_the_assistant_decides_where_it_is_the_reason_of_a_refusal(spec: WorldSpec) -> None:
    said = "A: A dog gets three meals a day at most. Will three do?"
    assert story(spec, "U: 3 nights and 5 meals for D-2.", said, "U: Fine.", BOOK, "A: Done.")[1].rules == ("r3",)


def test_taking_a_rule_away_leaves_the_world_as_it_was(spec: WorldSpec) -> None:
    long = ("book_stay", {"dog_id": "D-2", "nights": 9})
    story(spec, "U: 9 nights for D-2.", long, "A: No.")
    assert spec.start(0).call(*long).outcome == "limit"


def book(dog: str) -> tuple[str, dict[str, Any]]:
    return "book_stay", {"dog_id": dog, "nights": 1}


@pytest.mark.parametrize(
    ("lines", "connected"),
    [
        ((BOOK, book("D-2")), True),  # one row
        ((BOOK, book("D-1")), True),  # two dogs of one owner
        ((BOOK, book("D-3")), False),
        ((book("D-9"), BOOK), True),  # what there is not makes no second story
        ((BOOK, ("cancel_stay", {"stay_id": "S-2"})), False),
        ((book("D-1"), ("cancel_stay", {"stay_id": "S-1"})), True),  # the stay is that of the dog
        ((BOOK, book("D-3"), ("find_owners", {"query": "Ivo Brandt"}), "A: O-2."), False),
    ],
)
def test_wishes_that_share_a_row_or_a_reference_are_one_story(spec: WorldSpec, lines: tuple[Any, ...], *, connected: bool) -> None:
    assert story(spec, "U: 1 or 3 nights.", *lines, "A: Done.")[1].connected is connected


def test_rows_that_lead_to_the_persona_are_one_story() -> None:
    lines = ("U: Cancel both.", ("cancel_stay", {"stay_id": "S-1"}), ("cancel_stay", {"stay_id": "S-3"}), "A: Done.")
    data = {**DATA, "rows": {**DATA["rows"], "Stay": [*DATA["rows"]["Stay"], {"stay_id": "S-3", "dog_id": "D-2"}]}}
    more = parse_world(data, "kennel")
    about = scenario(more, BELLA)
    assert not measure(played(more, about, *lines), more).connected
    owner = about.model_copy(update={"persona": {"name": "Mara Voss", "manner": "", "entity": "Owner", "key": "O-1"}})
    assert measure(played(more, owner, *lines), more).connected


def test_wishes_about_different_things_are_none(spec: WorldSpec) -> None:
    assert not story(spec, "U: 3 nights for D-2. Close H-1.", BOOK, ("close_shop", {"shop_id": "H-1"}), "A: Done.")[1].connected


def test_an_episode_without_calls_can_be_measured(spec: WorldSpec) -> None:
    _, found = story(spec, "U: Hello.", "A: Hello.")
    assert (found.necessary, found.dead_reads, found.arguments_from_results, found.chain, found.connected) == (1.0, 0.0, 0.0, 0, True)
