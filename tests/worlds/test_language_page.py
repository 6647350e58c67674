"""Every construct on the page of the world language is run: its world, its calls, and each expression with what it gives."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from gem_sim.worlds.language import FUNCTIONS
from gem_sim.worlds.language.calls import ENTITY_CALLS
from gem_sim.worlds.language.functions.units import _OFFSETS, _QUANTITIES
from gem_sim.worlds.laws import check
from gem_sim.worlds.load import parse_world
from gem_sim.worlds.spec import Effect, EntitySpec, FieldSpec, Part, Requirement, ToolSpec, WorldSpec
from gem_sim.worlds.world import World

PAGE = Path(__file__).resolve().parents[2] / "docs" / "world-language.md"
pytestmark = pytest.mark.skipif(not PAGE.is_file(), reason="the documentation is not in the wheel")
TEXT = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else ""
EXAMPLES = re.findall(r"^\| `(.+?)` \| `(.+?)` \|", TEXT, re.MULTILINE)


def data() -> dict[str, Any]:
    return dict(yaml.safe_load(re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)[0]))


def school() -> World:
    return parse_world(data(), "page").start(1)


@pytest.mark.parametrize(("expression", "gives"), EXAMPLES, ids=[expression for expression, _ in EXAMPLES])
def test_an_expression_gives_what_the_page_says(expression: str, gives: str) -> None:
    world = data()
    world["tools"]["t"] = {"kind": "read", "description": "", "parameters": {"type": "object"}, "return": expression}
    result = parse_world(world, "page").start(1).call("t", {})
    assert result.ok, result.error
    assert json.dumps(result.value) == json.dumps(json.loads(gives))


def test_every_function_has_an_example() -> None:
    shown = " ".join(expression for expression, _ in EXAMPLES)
    assert [name for name in (*FUNCTIONS, *ENTITY_CALLS, "draw") if not re.search(rf"\b{name}\(", shown)] == []


def test_the_world_of_the_page_obeys_the_laws() -> None:
    assert [flaw.line() for flaw in check(parse_world(data(), "page")) if flaw.severity == "error"] == []


def test_a_booking_is_made_with_its_lines_and_paid_by_voucher() -> None:
    world = school()
    made = world.call("book", {"member_id": "M-1", "day": "2026-05-08", "lines": [{"boat": "Tern", "hours": 2}]}).value
    assert (made["total"], made["lines"]) == (25, [{"boat": "Tern", "hours": 2, "price": 25}])
    assert world.call("pay_booking", {"booking_id": made["booking_id"], "code": "V7"}).value["status"] == "paid"
    assert world.rows("Member")[0]["vouchers"] == {"V7": {"code": "V7", "value": 15}}


@pytest.mark.parametrize(
    ("tool", "arguments", "code", "message"),
    [
        ("book", {"member_id": "M-9", "day": "2026-05-08", "lines": []}, "not_found", "There is no member M-9"),
        ("book", {"member_id": "M-1", "day": "2026-05-04", "lines": [{"boat": "Tern", "hours": 1}]}, "limit", "2026-05-04 is not after today"),
        ("pay_booking", {"booking_id": "BK-2"}, "conflict", "The booking is paid"),
        ("pay_booking", {"booking_id": "BK-1", "code": "V7"}, "limit", "The voucher is over 40, the booking over 62.5"),
        ("hoist_sail", {"pier": "A", "number": 2}, "conflict", "Berth A2 is empty"),
        ("cancel_booking", {"booking_id": "BK-9"}, "not_found", "Booking 'BK-9' not found"),
    ],
)
def test_a_refusal_says_what_the_page_says(tool: str, arguments: dict[str, Any], code: str, message: str) -> None:
    assert school().call(tool, arguments).error == {"code": code, "message": message}


def test_loops_write_to_the_rows_they_go_through() -> None:
    lines = school().call("discount_lines", {"booking_id": "BK-1", "prices": [20, 30]}).value["lines"]
    assert [line["price"] for line in lines] == [20, 30]


def test_compute_and_imagined_tools_answer_without_a_state() -> None:
    world = school()
    before = world.digest
    assert world.call("knots", {"speed": 18.52}).value == 10
    assert world.call("forecast", {"day": "2026-05-09"}).imagined
    assert world.digest == before


@pytest.mark.parametrize("part", [WorldSpec, EntitySpec, FieldSpec, ToolSpec, Requirement, Effect], ids=lambda part: part.__name__)
def test_every_key_of_a_world_is_on_the_page(part: type[Part]) -> None:
    names = [about.alias or name for name, about in part.model_fields.items()]
    assert [name for name in names if not re.search(rf"\b{name}:|`[^`\n]*\b{name}\b[^`\n]*`", TEXT)] == []


def test_every_unit_is_on_the_page() -> None:
    listed = TEXT[TEXT.index("\nUnits:") :].partition("\n\n")[0]
    assert set(re.findall(r"`([^`]+)`", listed)) == {unit for units in (*_QUANTITIES.values(), _OFFSETS) for unit in units}
