"""What a call does to a world, and what it answers."""

from typing import Any

import orjson
import pytest
from builders import one_tool, world_data, writing

from gem_sim.errors import SpecError
from gem_sim.worlds.load import parse_world
from gem_sim.worlds.spec import WorldSpec

LEND = {"member_id": "M-301", "tool_id": "T-116", "days": 3}
READS: list[tuple[str, dict[str, Any]]] = [
    ("find_members", {"query": "ana"}),
    ("get_member", {"member_id": "M-301"}),
    ("list_tools", {"status": "available", "limit": 2}),
    ("get_tool", {"tool_id": "T-110"}),
    ("list_loans", {"member_id": "M-301"}),
    ("list_reservations", {"member_id": "M-301"}),
]
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("no_such_tool", {}, "unknown_tool"),
    ("get_tool", {}, "invalid_arguments"),
    ("get_tool", {"tool_id": 5}, "invalid_arguments"),
    ("get_tool", {"tool_id": "T-110", "more": 1}, "invalid_arguments"),
    ("list_tools", {"status": "lost"}, "invalid_arguments"),
    ("lend_tool", {**LEND, "days": True}, "invalid_arguments"),
    ("lend_tool", {**LEND, "days": 0}, "invalid_arguments"),
    ("reserve_tool", {"member_id": "M-301", "tool_id": "T-110", "pickup_date": "soon"}, "invalid_arguments"),
    ("lend_tool", {**LEND, "tool_id": "T-999"}, "not_found"),
    ("lend_tool", {**LEND, "member_id": "M-329"}, "forbidden"),
    ("lend_tool", {**LEND, "tool_id": "T-110"}, "conflict"),
    ("lend_tool", {**LEND, "days": 15}, "limit"),
    ("renew_loan", {"loan_id": "LN-7027"}, "limit"),
]


@pytest.mark.smoke
@pytest.mark.parametrize(("name", "arguments", "code"), REFUSED)
def test_a_refused_call_is_an_error_and_changes_nothing(library: WorldSpec, name: str, arguments: dict[str, Any], code: str) -> None:
    world = library.start()
    before = (world.digest, world.dump())
    result = world.call(name, arguments)
    assert (result.ok, result.outcome, result.diff) == (False, code, [])
    assert (world.digest, world.dump()) == before


@pytest.mark.parametrize(("name", "arguments"), READS)
def test_a_read_never_changes_the_world(library: WorldSpec, name: str, arguments: dict[str, Any]) -> None:
    world = library.start()
    before = (world.digest, world.dump())
    assert world.call(name, arguments).ok
    assert (world.digest, world.dump()) == before


def test_every_reading_tool_is_tried_above(library: WorldSpec) -> None:
    assert {name for name, _ in READS} == {name for name, tool in library.tools.items() if tool.kind == "read"}


def test_an_error_is_data_with_code_and_message(library: WorldSpec) -> None:
    content = library.start().call("lend_tool", {**LEND, "days": 15}).content()
    assert content == {"error": {"code": "limit", "message": "A loan runs for 14 days at most"}}


def test_the_message_of_wrong_arguments_names_the_argument(library: WorldSpec) -> None:
    assert "days" in (library.start().call("lend_tool", {**LEND, "days": "3"}).error or {})["message"]


def test_the_first_unmet_requirement_is_the_error(library: WorldSpec) -> None:
    assert library.start().call("lend_tool", {"member_id": "M-329", "tool_id": "T-110", "days": 99}).outcome == "forbidden"


def test_a_write_answers_with_the_row_as_it_is_now(library: WorldSpec) -> None:
    result = library.start().call("renew_loan", {"loan_id": "LN-7001"})
    assert (result.value["due"], result.value["renewals"]) == ("2026-04-25", 1)
    assert result.diff == [{"entity": "Loan", "key": "LN-7001", "op": "set", "fields": {"due": ["2026-04-18", "2026-04-25"], "renewals": [0, 1]}}]


def test_an_inserted_row_has_its_id_and_defaults(library: WorldSpec) -> None:
    result = library.start().call("lend_tool", LEND)
    assert result.value["loan_id"].startswith("LN-")
    assert (result.value["renewals"], result.value["status"], result.value["due"]) == (0, "open", "2026-04-17")


def test_an_absent_argument_has_its_default(library: WorldSpec) -> None:
    assert library.start().call("return_tool", {"loan_id": "LN-7001"}).value["tool"]["status"] == "available"


def test_all_right_sides_are_taken_before_the_first_write() -> None:
    world = one_tool("card", let={"card": "Card('c1')"}, do=[{"set": {"card.x": "2"}}, {"set": {"card.balance": "card.x"}}])
    assert world.call("t", {}).value["balance"] == 1


def test_a_write_that_fails_late_takes_back_the_earlier_ones() -> None:
    world = one_tool(let={"card": "Card('c1')"}, do=[{"set": {"card.x": "9"}}, {"set": {"card.code": "'k2'"}}])
    before = world.digest
    assert world.call("t", {}).outcome == "unprocessable"
    assert (world.digest, world.rows("Card")[0]["x"]) == (before, 1)


def test_an_answer_that_fails_takes_back_the_writes() -> None:
    world = one_tool("1 / 0", let={"card": "Card('c1')"}, do=[{"set": {"card.x": "9"}}])
    before = world.digest
    assert not world.call("t", {}).ok
    assert world.digest == before


def test_a_failed_call_uses_up_no_id(library: WorldSpec) -> None:
    one, other = library.start(), library.start()
    other.call("lend_tool", {**LEND, "days": 15})
    assert one.call("lend_tool", LEND) == other.call("lend_tool", LEND)


@pytest.mark.parametrize(("name", "source"), [("card_id", "'c9'"), ("card_id", "'c2'"), ("card_id", "None"), ("status", "'lost'"), ("code", "'k2'")])
def test_a_value_that_may_not_stand_in_the_field_is_refused(name: str, source: str) -> None:
    assert writing(**{name: source}).call("t", {}).outcome == "unprocessable"


def test_a_row_may_keep_its_own_unique_value() -> None:
    assert writing(code="'k1'").call("t", {}).ok


def test_decimals_round_what_is_written() -> None:
    assert writing(balance="2.675").call("t", {}).value["balance"] == 2.68


def test_a_key_is_inserted_once() -> None:
    assert one_tool(do=[{"insert": {"Card": {"card_id": "'c1'"}}}]).call("t", {}).outcome == "unprocessable"


def test_a_deleted_row_is_gone() -> None:
    world = one_tool("card.x", let={"card": "Card(a)"}, do=[{"delete": "card"}])
    assert world.call("t", {"a": "c1"}).value == 1
    assert world.call("t", {"a": "c1"}).outcome == "not_found"
    assert [row["card_id"] for row in world.rows("Card")] == ["c2"]


def test_a_loop_writes_every_element_and_if_leaves_out() -> None:
    world = one_tool("count(Card)", do=[{"for": "x in a", "if": "x != 'no'", "insert": {"Card": {"card_id": "x"}}}])
    assert world.call("t", {"a": ["c3", "no", "c4"]}).value == 4


def test_a_loop_over_rows_sets_them_all() -> None:
    world = one_tool("sum([c.x for c in find(Card)])", do=[{"for": "card in find(Card)", "set": {"card.x": "card.x + 10"}}])
    assert world.call("t", {}).value == 23


def test_a_singleton_is_written_by_its_name() -> None:
    assert one_tool("session.user", do=[{"set": {"session.user": "a"}}]).call("t", {"a": "u2"}).value == "u2"


def test_ids_are_counted_and_skip_taken_ones() -> None:
    world = one_tool("made", do=[{"insert": {"Card": {"card_id": "next_id(Card)"}}, "as": "made"}])
    first, second = (world.call("t", {}).value["card_id"] for _ in range(2))
    assert int(second.rpartition("-")[2]) == int(first.rpartition("-")[2]) + 1
    rows = {"Card": [{"card_id": first}]}
    assert parse_world(world_data(tools=world.spec.data()["tools"], rows=rows), "w").start().call("t", {}).value["card_id"] == second


def test_another_seed_counts_from_another_number(library: WorldSpec) -> None:
    assert len({library.start(seed).call("lend_tool", LEND).value["loan_id"] for seed in range(5)}) == 5


def test_an_integer_key_counts_in_integers() -> None:
    entities = {"Pet": {"key": "pet_id", "fields": {"pet_id": {"type": "integer"}}}}
    about = {"description": "", "parameters": {"type": "object"}, "do": [{"insert": {"Pet": {"pet_id": "next_id(Pet)"}}, "as": "pet"}], "return": "pet.pet_id"}
    assert isinstance(parse_world(world_data(entities=entities, tools={"t": about}, rows={}), "w").start().call("t", {}).value, int)


def test_the_clock_moves_with_writes_only() -> None:
    data = world_data()
    about = {"description": "", "parameters": {"type": "object"}}
    data["tools"] = {
        "w": {**about, "do": [{"set": {"session.user": "now"}}], "return": "now"},
        "r": {**about, "kind": "read", "return": "now"},
        "f": {**about, "kind": "read", "return": "1 / 0"},
    }
    world = parse_world(data, "w").start()
    times = [world.call(name, {}).value for name in ("r", "r", "f", "w", "r")]
    assert times == ["2026-03-02T09:00:00", "2026-03-02T09:00:00", None, "2026-03-02T09:00:00", "2026-03-02T09:01:00"]


def test_a_read_shares_nothing_with_the_world(library: WorldSpec) -> None:
    world = library.start()
    world.call("get_tool", {"tool_id": "T-110"}).value["status"] = "stolen"
    assert world.call("get_tool", {"tool_id": "T-110"}).value["status"] == "on loan"


def test_a_world_says_what_changed_since_another(library: WorldSpec) -> None:
    world = library.start()
    later = world.fork()
    later.call("renew_loan", {"loan_id": "LN-7001"})
    assert [change["key"] for change in world.diff(later)] == ["LN-7001"]
    assert world.diff(world.fork()) == []


@pytest.mark.parametrize("arguments", [None, [], "x", 5, {"a": b"x"}, {"a": {1}}, {"a": {1: 2}}, {"a": float("nan")}, {"a": float("inf")}, {"a": object()}])
def test_arguments_that_are_no_json_object_are_an_error_of_the_call(arguments: Any) -> None:
    world = one_tool("a", let={"card": "Card('c1')"}, do=[{"set": {"card.x": "a"}}])
    assert world.call("t", arguments).outcome in {"invalid_arguments", "unprocessable"}


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


UNREADABLE = [("huge integer", 10**400), ("lone surrogate", "\ud800"), ("300 lists deep", nested(300)), ("3000 lists deep", nested(3000))]


@pytest.mark.parametrize("value", [value for _, value in UNREADABLE], ids=[name for name, _ in UNREADABLE])
def test_a_value_that_cannot_be_written_as_json_is_an_error_of_the_call(value: Any) -> None:
    assert writing(x="a").call("t", {"a": value}).outcome in {"invalid_arguments", "unprocessable"}


STRANGE = [
    ("a set", {1}),
    ("bytes", b"x"),
    ("an object", object()),
    ("a key that is no text", {1: 2}),
    ("3000 lists deep", nested(3000)),
    ("huge integer", 10**400),
    ("lone surrogate", "\ud800"),
]


@pytest.mark.parametrize("value", [value for _, value in STRANGE], ids=[name for name, _ in STRANGE])
def test_a_value_that_validation_cannot_read_is_an_error_of_the_call(library: WorldSpec, value: Any) -> None:
    assert library.start().call("lend_tool", {**LEND, "days": value}).outcome == "invalid_arguments"


def test_arguments_are_an_object_whatever_the_schema_says() -> None:
    with pytest.raises(SpecError, match="expected type: object"):
        one_tool("a", parameters={"properties": {"a": {}}})


@pytest.mark.parametrize("key", [["c9"], {"c": 9}])
def test_a_list_or_object_is_no_key(key: Any) -> None:
    assert one_tool(do=[{"insert": {"Card": {"card_id": "a"}}}]).call("t", {"a": key}).outcome == "unprocessable"


@pytest.mark.parametrize("items", [5, "xy", True])
def test_a_write_loop_runs_over_lists_only(items: Any) -> None:
    assert one_tool(do=[{"for": "x in a", "insert": {"Card": {"card_id": "x"}}}]).call("t", {"a": items}).outcome == "unprocessable"


def test_an_integer_key_needs_no_dash_in_its_prefix() -> None:
    entities = {"Pet": {"key": "pet_id", "prefix": "P", "fields": {"pet_id": {"type": "integer"}}}}
    about = {"description": "", "parameters": {"type": "object"}, "do": [{"insert": {"Pet": {"pet_id": "next_id(Pet)"}}}]}
    assert parse_world(world_data(entities=entities, tools={"t": about}, rows={}), "w").start().call("t", {}).ok


def test_a_page_is_bounded() -> None:
    assert len(orjson.dumps(one_tool("page([a for x in b])").call("t", {"a": "x" * 500, "b": list(range(50))}).content())) <= 2_000


def test_a_refused_write_uses_up_no_id() -> None:
    world = one_tool("made", do=[{"insert": {"Card": {"card_id": "next_id(Card)", "code": "a"}}, "as": "made"}])
    first = world.fork().call("t", {"a": "new"}).value["card_id"]
    assert world.call("t", {"a": "k1"}).outcome == "unprocessable"
    assert world.call("t", {"a": "new"}).value["card_id"] == first


def test_the_answer_shows_a_row_that_was_put_back_as_it_was() -> None:
    world = one_tool("card", let={"card": "Card('c1')"}, do=[{"set": {"card.x": "a"}}])
    assert [world.call("t", {"a": x}).value["x"] for x in (5, 1)] == [5, 1]


def test_constants_of_yaml_are_expressions() -> None:
    world = one_tool("card", let={"card": "Card('c1')"}, do=[{"set": {"card.x": 0, "card.code": None}}])
    assert world.call("t", {}).value | {"balance": 0} == {"card_id": "c1", "x": 0, "code": None, "balance": 0, "status": "open"}


def test_thousands_of_inserts_into_rows_with_a_unique_field_end_in_bounded_time() -> None:
    insert = {"insert": {"Card": {"card_id": "concat('n', n)", "code": "concat('k', n)"}}, "for": "n in range(10000)"}
    world = one_tool(do=[insert])
    before = world.digest
    assert (world.call("t", {}).outcome, world.digest) == ("unprocessable", before)
