"""Imagined answers: the same for the same question, marked, shaped by `returns`, and never part of the state."""

from typing import Any

import orjson
import pytest

from gem_sim.errors import InputError, SpecError
from gem_sim.worlds.load import parse_world
from gem_sim.worlds.world import World

RETURNS: dict[str, Any] = {
    "type": "object",
    "properties": {"town": {"type": "string"}, "high": {"type": "number", "minimum": -10, "maximum": 40}, "outlook": {"enum": ["rain", "sun"]}},
    "required": ["town", "high"],
}


def oracle(seed: int = 0, **tool: Any) -> World:
    parameters = {"type": "object", "properties": {"town": {"type": "string"}}, "required": ["town"]}
    about = {"kind": "imagined", "description": "", "parameters": parameters, "returns": RETURNS, **tool}
    return parse_world({"name": "w", "entities": {}, "tools": {"forecast": about}}, "w").start(seed)


def test_the_same_question_has_the_same_answer_in_every_world_of_a_seed() -> None:
    one, other = oracle(), oracle()
    other.call("forecast", {"town": "Oslo"})
    assert one.call("forecast", {"town": "Porto"}) == other.call("forecast", {"town": "Porto"})


def test_other_questions_and_other_seeds_have_other_answers() -> None:
    answers = [oracle(seed).call("forecast", {"town": town}).value["high"] for seed in range(3) for town in ("Oslo", "Porto", "Bern")]
    assert len(set(answers)) > 6


def test_an_answer_is_marked_and_fits_and_speaks_of_what_was_asked() -> None:
    result = oracle().call("forecast", {"town": "Porto"})
    assert result.imagined
    assert (result.value["town"], -10 <= result.value["high"] <= 40) == ("Porto", True)


def test_an_answer_leaves_the_state_alone() -> None:
    world = oracle()
    before = world.digest, orjson.dumps(world.dump())
    assert world.call("forecast", {"town": "Porto"}).diff == []
    assert (world.digest, orjson.dumps(world.dump())) == before


def test_an_answer_that_was_told_is_given_and_kept_in_the_dump_but_not_in_the_digest() -> None:
    world = oracle()
    before = world.digest
    world.tell("forecast", {"town": "Porto"}, {"town": "Porto", "high": 21})
    again = world.spec.load(orjson.loads(orjson.dumps(world.dump())))
    assert [w.call("forecast", {"town": "Porto"}).value["high"] for w in (world, world.fork(), again)] == [21, 21, 21]
    assert world.digest == before


def test_a_fork_keeps_what_it_was_told_to_itself() -> None:
    world = oracle()
    world.fork().tell("forecast", {"town": "Porto"}, {"town": "Porto", "high": 21})
    assert "tape" not in world.dump()


def test_an_answer_of_another_shape_is_refused() -> None:
    with pytest.raises(InputError, match="high"):
        oracle().tell("forecast", {"town": "Porto"}, {"town": "Porto", "high": "warm"})


def test_requirements_hold_for_imagined_tools_too() -> None:
    world = oracle(require=[{"that": "town != 'Atlantis'", "code": "not_found", "error": "No town {town}"}])
    assert world.call("forecast", {"town": "Atlantis"}).error == {"code": "not_found", "message": "No town Atlantis"}


def test_a_schema_that_nothing_fits_ends_as_an_error_of_the_call() -> None:
    assert oracle(returns={"type": "integer", "minimum": 5, "maximum": 4}).call("forecast", {"town": "Porto"}).outcome == "unprocessable"


@pytest.mark.parametrize("change", [{"returns": None}, {"return": "town"}, {"do": [{"delete": "x"}]}])
def test_an_imagined_tool_has_returns_and_neither_do_nor_return(change: dict[str, Any]) -> None:
    with pytest.raises(SpecError):
        oracle(**change)
