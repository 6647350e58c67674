"""Arguments for a wanted outcome."""

from itertools import islice
from random import Random
from typing import Any

import pytest
from builders import one_tool, world_data
from hypothesis import given
from hypothesis import strategies as st

from gem_sim.errors import InputError, SpecError
from gem_sim.worlds.load import load_mock, mock_names, parse_world
from gem_sim.worlds.propose import guesses, key_parameters, propose_requirement
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.world import World

REACHABLE = [
    *[("lend_tool", code) for code in ("ok", "forbidden", "conflict", "limit", "not_found", "invalid_arguments")],
    *[("renew_loan", code) for code in ("ok", "conflict", "limit", "not_found", "invalid_arguments")],
    *[("return_tool", code) for code in ("ok", "conflict", "not_found", "invalid_arguments")],
    *[("reserve_tool", code) for code in ("ok", "forbidden", "conflict", "limit", "not_found", "invalid_arguments")],
    *[("cancel_reservation", code) for code in ("ok", "conflict", "not_found", "invalid_arguments")],
]


@pytest.mark.parametrize(("tool", "outcome"), REACHABLE)
def test_every_reachable_outcome_is_proposed(library: WorldSpec, tool: str, outcome: str) -> None:
    world = library.start(5)
    arguments = world.propose(tool, outcome)
    assert arguments is not None
    assert world.call(tool, arguments).outcome == outcome


def test_the_list_above_is_every_declared_outcome(library: WorldSpec) -> None:
    declared = {(name, test.code) for name, tool in library.tools.items() for test in tool.require}
    assert declared <= set(REACHABLE)


def test_every_tool_has_arguments_that_work(library: WorldSpec) -> None:
    world = library.start()
    assert all(world.fork().call(name, world.propose(name) or {}).ok for name in library.tools)


def test_an_outcome_that_no_call_has_gives_nothing(library: WorldSpec) -> None:
    assert library.start().propose("get_tool", "forbidden") is None
    assert library.start().propose("get_tool", "unknown_tool") is None


def test_an_unknown_tool_is_said_in_one_line(library: WorldSpec) -> None:
    with pytest.raises(InputError, match="no tool 'sell_tool'"):
        library.start().propose("sell_tool")


def test_a_proposal_changes_nothing(library: WorldSpec) -> None:
    world = library.start()
    before = world.dump()
    for outcome in ("ok", "limit", "not_found", "invalid_arguments"):
        world.propose("lend_tool", outcome)
    assert world.dump() == before


def test_the_same_world_proposes_the_same(library: WorldSpec) -> None:
    proposals: list[Any] = [library.start(2).propose("reserve_tool", "limit") for _ in range(2)]
    assert proposals[0] == proposals[1]


def test_proposals_follow_the_state(library: WorldSpec) -> None:
    world = library.start()
    while (arguments := world.propose("cancel_reservation")) is not None:
        assert world.call("cancel_reservation", arguments).ok
    assert all(row["status"] == "cancelled" for row in world.rows("Reservation"))


def test_a_read_is_proposed_that_shows_something(library: WorldSpec) -> None:
    world = library.start()
    assert all(world.call(tool, world.propose(tool) or {}).value["items"] for tool in ("find_members", "list_tools", "list_loans"))


def test_no_table_is_copied(library: WorldSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(World, "rows")
    world = library.start()
    assert all(world.propose(tool, outcome) is not None for tool, outcome in REACHABLE)


DEPOT: dict[str, Any] = {
    "name": "depot",
    "clock": "2026-03-02T09:00:00",
    "entities": {
        "Session": {"singleton": True, "fields": {"clerk": {"default": None}}},
        "Firm": {"key": "firm_id", "fields": {"firm_id": {}, "email": {"unique": True}, "balance": {"decimals": 2}}},
        "Account": {"within": "Firm.accounts", "key": "number", "fields": {"number": {}, "kind": {"enum": ["open", "blocked"]}, "limit": {"type": "number"}}},
        "Good": {"key": "sku", "fields": {"sku": {}, "price": {"decimals": 2}, "stock": {"type": "integer"}}},
        "Order": {"key": "order_id", "fields": {"order_id": {}, "firm_id": {"ref": "Firm"}, "status": {"enum": ["open", "sent"]}, "day": {"format": "date"}}},
        "Line": {"within": "Order.lines", "fields": {"sku": {"ref": "Good"}, "count": {"type": "integer"}}},
        "Parcel": {"within": "Order.parcels", "key": "parcel_id", "fields": {"parcel_id": {}, "weight": {"type": "number"}}},
    },
    "rows": {
        "Firm": [
            {"firm_id": f"F-{n}", "email": f"f{n}@example.org", "balance": 40 * n, "accounts": [{"number": f"A-{n}", "kind": kind, "limit": 30 * n}]}
            for n, kind in enumerate(["open", "blocked", "open", "open", "open", "open"], 1)
        ],
        "Good": [{"sku": f"G-{n}", "price": n, "stock": n % 4} for n in range(1, 10)],
        "Order": [
            {
                "order_id": f"O-{n}",
                "firm_id": f"F-{1 + n % 5}",
                "status": "sent" if n % 3 else "open",
                "day": f"2026-02-{n:02}",
                "lines": [{"sku": f"G-{1 + (n + i) % 9}", "count": i + 1} for i in range(n % 4)],
                "parcels": [{"parcel_id": f"P-{i}", "weight": 4 * i + n} for i in range(n % 4)],
            }
            for n in range(1, 25)
        ],
    },
}
KEY = {"type": "string"}


def depot(requires: list[str], *, let: dict[str, str], required: list[str] | None = None, **parts: Any) -> World:
    """The depot with one tool `t`; all its requirements have the same code."""
    properties: dict[str, Any] = parts.pop("properties")
    parameters = {"type": "object", "properties": properties, "required": list(properties) if required is None else required, "additionalProperties": False}
    require = [{"that": that, "code": "refused", "error": str(at)} for at, that in enumerate(requires)]
    tool = {"description": "", "parameters": parameters, "let": let, "require": require, "return": "None", **parts}
    return parse_world({**DEPOT, "tools": {"t": tool}}, "depot").start(3)


CASES: dict[str, Any] = {
    "a row inside a row": (
        ["order.status == 'sent'", "parcel.weight > 15"],
        {"let": {"order": "Order(order_id)", "parcel": "Parcel(order_id, parcel_id)"}, "properties": {"order_id": KEY, "parcel_id": KEY}},
    ),
    "a row reached through another": (
        ["firm.balance >= 120", "firm.firm_id != 'F-4'"],
        {"let": {"order": "Order(order_id)", "firm": "Firm(order.firm_id)"}, "properties": {"order_id": KEY}},
    ),
    "a row of the row reached through another": (
        ["account is not None", "account.kind == 'open'", "amount <= account.limit"],
        {
            "let": {"order": "Order(order_id)", "account": "get(Account, order.firm_id, number)"},
            "properties": {"order_id": KEY, "number": KEY, "amount": {"type": "number", "minimum": 1}},
        },
    ),
    "keys in a list": (
        ["order.status == 'open'", "len(skus) <= 2", "contains_all([l.sku for l in order.lines], skus)"],
        {"let": {"order": "Order(order_id)"}, "properties": {"order_id": KEY, "skus": {"type": "array", "items": KEY, "minItems": 1}}},
    ),
    "objects in a list": (
        [
            "all(g.stock > 0 for g in goods)",
            "all(w.count <= g.stock for w, g in zip(wanted, goods))",
            "sum(w.count * g.price for w, g in zip(wanted, goods)) < 15",
        ],
        {
            "let": {"goods": "[Good(w.sku) for w in wanted]"},
            "properties": {
                "wanted": {
                    "type": "array",
                    "minItems": 1,
                    "items": {"type": "object", "properties": {"sku": KEY, "count": {"type": "integer", "minimum": 1}}, "required": ["sku", "count"]},
                }
            },
        },
    ),
    "lists of equal length": (
        ["len(old) == len(new)", "all(a != b for a, b in zip(old, new))", "old[0] != 'G-3'"],
        {
            "let": {"a": "[Good(x) for x in old]", "b": "[Good(x) for x in new]"},
            "properties": {"old": {"type": "array", "items": KEY, "minItems": 1}, "new": {"type": "array", "items": KEY}},
        },
    ),
    "each wanted row once": (
        ["all(found)", "sum(l.count for l in found) < 4"],
        {
            "let": {"order": "Order(order_id)", "found": "match(order.lines, 'sku', skus)"},
            "properties": {"order_id": KEY, "skus": {"type": "array", "items": KEY, "minItems": 1}},
        },
    ),
    "how many rows there are": (
        ["count(Order, firm_id=firm_id, status='sent') < 4", "exists(Order, firm_id=firm_id, status='open')", "none(Account, firm_id=firm_id, kind='blocked')"],
        {"let": {"firm": "Firm(firm_id)"}, "properties": {"firm_id": KEY}},
    ),
    "how many rows live in a row": (
        ["len(order.lines) >= 2", "len([p for p in order.parcels if p.weight > 20]) == 0"],
        {"let": {"order": "Order(order_id)"}, "properties": {"order_id": KEY}},
    ),
    "a row found by what it holds": (
        ["found is not None", "found.status == 'sent'", "found.parcels"],
        {
            "let": {"found": "first([o for o in find(Order, firm_id=firm_id) if o.day >= since])"},
            "properties": {"firm_id": KEY, "since": {"type": "string", "format": "date"}},
        },
    ),
    "words and letters": (
        ["not any(c in name for c in ['/', ':'])", "starts_with(lower(name), 'a')", "len(trim(name)) >= 5"],
        {"let": {}, "properties": {"name": {"type": "string", "minLength": 1}}},
    ),
    "dates and times": (
        ["days(today, day) >= 2", "days(today, day) <= 30", "weekday(day) != 7", "minutes(now, at) > 90"],
        {"let": {}, "properties": {"day": {"type": "string", "format": "date"}, "at": {"type": "string", "format": "date-time"}}},
    ),
    "a day reckoned from a row": (
        ["order.day <= day", "plus_days(order.day, 10) >= day"],
        {"let": {"order": "Order(order_id)"}, "properties": {"order_id": KEY, "day": {"type": "string", "format": "date"}}},
    ),
    "arithmetic": (
        ["price * count + 5 <= 90", "price - 2 > 0", "count in [1, 2, 3, 5]", "1 < price < 40"],
        {"let": {}, "properties": {"price": {"type": "number"}, "count": {"type": "integer"}}},
    ),
    "either this or that": (
        ["order.status == 'sent' or (note is not None and len(note) > 12)", "not (order.status == 'sent' and urgent)"],
        {"let": {"order": "Order(order_id)"}, "properties": {"order_id": KEY, "note": KEY, "urgent": {"type": "boolean"}}, "required": ["order_id"]},
    ),
    "an object of prices": (
        ["rate is not None", "rate * 10 > 10"],
        {"let": {"rate": "{'economy': 1, 'first': 5}[level]"}, "properties": {"level": KEY}},
    ),
    "fields of an argument": (
        ["not [n for n in keys(changes) if n not in ['email', 'note']]", "changes.email is None or none(Firm, email=changes.email)"],
        {"let": {}, "properties": {"changes": {"type": "object", "properties": {"email": KEY, "note": KEY}}}},
    ),
}


EACH = [pytest.param(name, at, id=f"{name}, {at}") for name, (requires, _) in CASES.items() for at in range(-1, len(requires))]


@pytest.mark.parametrize(("name", "at"), EACH)
def test_each_requirement_is_met_and_failed_alone(name: str, at: int) -> None:
    requires, parts = CASES[name]
    world = depot(requires, **parts)
    arguments = propose_requirement(world, "t", at) if at >= 0 else world.propose("t")
    assert arguments is not None
    assert world.call("t", arguments).error == (None if at < 0 else {"code": "refused", "message": str(at)})


def test_what_only_the_state_decides_is_given_up_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    world = depot(["session.clerk is not None"], let={"order": "Order(order_id)"}, properties={"order_id": KEY})
    monkeypatch.delattr(World, "fork")
    assert propose_requirement(depot(["today > '2026'"], let={}, properties={"order_id": KEY}), "t", 0) is None
    with pytest.raises(AttributeError):
        world.propose("t")  # the last resort tries calls


@pytest.mark.parametrize("index", [-1, 2])
def test_a_requirement_that_is_not_there_is_said_in_one_line(index: int) -> None:
    world = depot(["x < 3", "x > 1"], let={}, properties={"x": {"type": "integer"}})
    with pytest.raises(InputError, match="t has 2 requirements"):
        propose_requirement(world, "t", index)


def test_an_unknown_key_has_the_form_of_a_known_one_and_comes_alone() -> None:
    world = depot([], let={"firm": "Firm(firm_id)", "good": "Good(sku)"}, properties={"firm_id": KEY, "sku": KEY})
    arguments = world.propose("t", "not_found") or {}
    known = [arguments["firm_id"] in {row["firm_id"] for row in world.rows("Firm")}, arguments["sku"] in {row["sku"] for row in world.rows("Good")}]
    assert (arguments["firm_id"][:2], arguments["sku"][:2]) == ("F-", "G-")
    assert sorted(known) == [False, True]


def test_arguments_that_do_not_fit_differ_from_good_ones_in_one_thing(library: WorldSpec) -> None:
    world = library.start()
    bad = world.propose("reserve_tool", "invalid_arguments") or {}
    good = [{**bad, name: value} for name, value in (world.propose("reserve_tool") or {}).items()]
    assert any(world.call("reserve_tool", arguments).outcome != "invalid_arguments" for arguments in good)


def test_a_tool_that_takes_anything_cannot_be_called_wrongly() -> None:
    assert one_tool(parameters={"type": "object"}).propose("t", "invalid_arguments") is None


def test_writes_that_the_world_would_not_take_are_avoided() -> None:
    parts = {"let": {}, "properties": {"firm_id": {"type": "string", "enum": ["F-1", "F-2", "F-9"]}, "email": KEY}}
    world = depot([], do=[{"insert": {"Firm": {"firm_id": "firm_id", "email": "email", "balance": "0"}}}], **parts)
    arguments = world.propose("t") or {}
    assert arguments["firm_id"] == "F-9"
    assert world.call("t", arguments).diff


def test_what_the_world_does_not_take_is_found_too() -> None:
    parts = {"let": {}, "properties": {"firm_id": {"type": "string", "enum": ["F-1", "F-2"]}}}
    world = depot([], do=[{"insert": {"Firm": {"firm_id": "firm_id", "email": "'x'", "balance": "0"}}}], **parts)
    assert world.propose("t") is None
    assert world.call("t", world.propose("t", "unprocessable") or {}).outcome == "unprocessable"


def test_guesses_come_to_many_outcomes(library: WorldSpec) -> None:
    world = library.start()
    guessed = list(islice(guesses(world, "lend_tool", Random(1)), 60))  # noqa: S311  (reproducible)
    assert {world.fork().call("lend_tool", one).outcome for one in guessed} >= {"ok", "conflict"}


def test_key_parameters_are_those_that_find_a_row(library: WorldSpec) -> None:
    assert key_parameters(library.tools["lend_tool"], library) == {"member_id": "Member", "tool_id": "Tool"}


@pytest.mark.parametrize("name", mock_names())
def test_proposals_hold_what_they_promise_on_every_mock(name: str) -> None:
    spec = load_mock(name)
    world = spec.start(1)
    for tool, about in spec.tools.items():
        for outcome in ("ok", "not_found", "invalid_arguments", *(test.code for test in about.require)):
            arguments = world.propose(tool, outcome)
            assert arguments is None or world.fork().call(tool, arguments).outcome == outcome


def test_a_world_without_rows_is_no_hindrance() -> None:
    spec = parse_world(
        world_data(
            rows={},
            tools={
                "t": {"description": "", "parameters": {"type": "object", "properties": {"card_id": KEY}, "required": ["card_id"]}, "return": "Card(card_id)"}
            },
        ),
        "w",
    )
    assert spec.start().propose("t") is None
    assert list(islice(spec.start().propose("t", "not_found") or {}, 1)) == ["card_id"]


LEAVES = st.sampled_from(
    [
        *("order", "good", "lines", "goods", "n", "x", "day", "names", "flag", "about", "any", "sku", "session.clerk", "today", "now"),
        *("None", "True", "0", "2.5", "'a'", "[]", "[1, 2]", "{'a': 1}", "order.status", "order.parcels", "good.stock", "about.a", "names[0]", "lines[0]"),
    ]
)
FORMS = [
    *("({} == {})", "({} < {})", "({} in {})", "({} is not {})", "({} and {})", "({} or {})", "({} + {})", "({} / {})", "({})[{}]", "days({}, {})"),
    *("plus_days({}, {})", "contains_all({}, {})", "match({}, 'sku', {})", "get(Parcel, {}, {})", "[p for p in {} if p == {}]", "all(p == {1} for p in {0})"),
    *("(not {})", "(-{})", "len({})", "first({})", "sum({})", "any({})", "lower({})", "keys({})", "round({}, 1)", "split({}, '-')", "weekday({})"),
    *("exists(Order, firm_id={})", "none(Line, sku={})", "count(Order, status={})", "filter(Good, sku={})", "get(Firm, {})", "sum(p.price for p in {})"),
    *("({} if {} else {})", "any(p.sku == {1} for p in {0})"),
]
EXPRESSIONS = st.recursive(
    LEAVES, lambda inner: st.builds(lambda form, one, two, three: form.format(one, two, three), st.sampled_from(FORMS), inner, inner, inner), max_leaves=6
)


@given(st.lists(EXPRESSIONS, min_size=1, max_size=2))
def test_no_expression_breaks_the_search(requires: list[str]) -> None:
    properties = {"order_id": KEY, "sku": KEY, "n": {"type": "integer"}, "x": {"type": "number"}, "day": {"type": "string", "format": "date"}, "any": {}}
    properties |= {"names": {"type": "array", "items": KEY}, "flag": {"type": "boolean"}, "about": {"type": "object", "properties": {"a": {"type": "integer"}}}}
    let = {"order": "get(Order, order_id)", "good": "get(Good, sku)", "lines": "order.lines", "goods": "[get(Good, s) for s in names]"}
    try:
        world = depot(requires, let=let, properties=properties, required=["order_id", "names", "x"])
    except SpecError:
        return
    for at in range(len(requires)):
        arguments = propose_requirement(world, "t", at)
        assert arguments is None or world.call("t", arguments).error == {"code": "refused", "message": str(at)}
    arguments = world.propose("t")
    assert arguments is None or world.call("t", arguments).ok
