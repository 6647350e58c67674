"""`arguments['page[size]']`: parameters whose names are no plain names."""

import pytest
from builders import one_tool

from gem_sim.errors import SpecError

ODD = ["page[size]", "api-version", "from", "$filter", "plain"]


def takes(*names: str) -> dict[str, object]:
    return {"type": "object", "properties": {name: {} for name in names}}


@pytest.mark.parametrize("name", ODD)
def test_any_parameter_can_be_read_by_its_name(name: str) -> None:
    assert one_tool(f"[arguments[{name!r}]]", parameters=takes(name)).call("t", {name: 5}).value == [5]


def test_a_parameter_that_nobody_declares_is_an_error() -> None:
    with pytest.raises(SpecError):
        one_tool("arguments['x']", parameters=takes("y"))


def test_a_parameter_called_arguments_stays_itself() -> None:
    assert one_tool("arguments['x']", parameters=takes("arguments", "x")).call("t", {"arguments": {"x": 1}, "x": 2}).value == 1


def test_arguments_alone_are_no_value() -> None:
    with pytest.raises(SpecError):
        one_tool("arguments", parameters=takes("x"))


def test_a_proposal_fills_odd_names() -> None:
    world = one_tool("arguments['card-id']", parameters=takes("card-id"), let={"card": "Card(arguments['card-id'])"})
    assert world.call("t", world.propose("t") or {}).ok
