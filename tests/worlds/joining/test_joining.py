"""Joined worlds: the base stays what it is, the other world speaks of its rows."""

from itertools import islice
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gem_sim.errors import SpecError
from gem_sim.worlds.joining import join
from gem_sim.worlds.joining.partners import Partner, companions, partners
from gem_sim.worlds.laws import QUICK, check
from gem_sim.worlds.load import load_mock, parse_world
from gem_sim.worlds.propose import guesses
from gem_sim.worlds.spec import WorldSpec

BASES = [load_mock(name) for name in ("tool_library", "framing_workshop", "observatory_desk")]
LIBRARY = BASES[0]
WAYS = [(base, way) for base in BASES for way in partners(base)]
TEXT, ID = {"type": "string", "description": "Words"}, {"type": "string", "description": "Id of the item"}


def schema(*names: str) -> dict[str, Any]:
    return {"type": "object", "properties": dict.fromkeys(names, ID), "required": list(names), "additionalProperties": False}


def world(**changes: Any) -> WorldSpec:
    """A world about items, with everything that a join has to look after."""
    about = {
        "name": "lending",
        "clock": "2026-01-01T00:00:00",
        "entities": {
            "Item": {"key": "item_id", "fields": {"item_id": {}, "name": {}, "colour": {}}},
            "Loan": {"key": "loan_id", "fields": {"loan_id": {}, "item_id": {"ref": "Item"}, "since": {"format": "date"}, "status": {}}},
            "Session": {"singleton": True, "fields": {"calls": {"default": 0}}},
            "Mark": {"within": "Loan.marks", "fields": {"item_id": {"ref": "Item"}, "text": {}}},
            "Part": {"within": "Item.parts", "key": "number", "fields": {"number": {}}},
        },
        "rules": [{"id": "r1", "text": "An item is lent once", "quote": "lent once", "end": 9, "enforced_by": "tool", "tools": ["lend"]}],
        "tools": {
            "find_items": {"kind": "read", "description": "Find an item", "parameters": schema(), "return": "find(Item)"},
            "list_loans": {
                "kind": "read",
                "description": "Loans of an item; items are many",
                "parameters": schema("item_id"),
                "return": "sort(filter(Loan, item_id=item_id), by='-item_id')",
            },
            "lend": {
                "description": "Lend an item",
                "parameters": schema("item_id"),
                "let": {"item": "Item(item_id)", "code": "draw('code', 1, 9)"},
                "require": [{"that": "none(Loan, item_id=item_id)", "code": "lent", "error": "The item {item_id} is lent, {{see}} there", "rule": "r1"}],
                "do": [
                    {
                        "insert": {
                            "Loan": {"loan_id": "next_id(Loan)", "item_id": "item_id", "since": "today", "marks": "[{'item_id': item_id, 'text': 'new'}]"}
                        },
                        "as": "loan",
                    },
                    {"set": {"session.calls": "session.calls + code"}},
                ],
                "return": "pick(loan, 'item_id', 'since')",
            },
            "mark": {"description": "Mark all", "parameters": schema(), "do": [{"for": "loan in find(Loan)", "set": {"loan.status": "loan.item_id"}}]},
            "paint": {
                "description": "Paint an item",
                "parameters": schema("item_id"),
                "let": {"item": "Item(item_id)"},
                "do": [{"set": {"item.colour": "'red'"}}],
            },
            "colour": {
                "kind": "read",
                "description": "",
                "parameters": schema("loan_id"),
                "return": "[Loan(loan_id).status, Item(Loan(loan_id).item_id).colour]",
            },
            "parts": {"kind": "read", "description": "", "parameters": schema("item_id"), "return": "find(Part, item_id=item_id)"},
        },
        "rows": {
            "Item": [{"item_id": "I1", "name": "one"}, {"item_id": "I2", "name": "two"}, {"item_id": "I3", "name": "three"}],
            "Loan": [
                {"loan_id": "L1", "item_id": "I1", "since": "2026-01-05", "marks": [{"item_id": "I2", "text": "a"}, {"item_id": "I3", "text": "b"}]},
                {"loan_id": "L3", "item_id": "I3", "since": "2026-01-06"},
            ],
            "Session": [{}],
        },
        "joins": "Item",
    }
    return parse_world(about | changes, "test")


SHELF: dict[str, Any] = {
    "name": "shelf",
    "clock": "2026-03-01T00:00:00",
    "entities": {
        "Book": {"key": "code", "fields": {"code": {"type": "integer"}, "title": {}}},
        "Loan": {"key": "loan_id", "fields": {"loan_id": {}}},
        "Session": {"singleton": True, "fields": {"who": {}}},
    },
    "rules": [{"id": "r1", "text": "Hush"}],
    "tools": {"lend": {"kind": "read", "description": "", "parameters": schema(), "return": "find(Book)"}},
    "rows": {"Book": [{"code": 1, "title": "A"}, {"code": 2, "title": "B"}], "Session": [{}]},
}


@pytest.fixture(scope="module")
def joined() -> WorldSpec:
    return join(parse_world(SHELF, "test"), world(), {"Item": "Book"})


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(WAYS), st.integers(0, 2**32), st.data())
def test_the_base_answers_as_it_did(way: tuple[WorldSpec, Partner], seed: int, data: st.DataObject) -> None:
    base, partner = way
    spec = partner.joined_to(base)
    alone, wide = base.start(seed), spec.start(seed)
    for _ in range(6):
        tool = data.draw(st.sampled_from(sorted(base.tools)))
        for arguments in islice(guesses(alone, tool, Random(seed)), 2):  # noqa: S311
            assert wide.call(tool, arguments) == alone.call(tool, arguments)
    assert {name: wide.rows(name) for name in base.entities} == {name: alone.rows(name) for name in base.entities}


@pytest.mark.parametrize("partner", partners(LIBRARY)[::9], ids=lambda way: f"{way.other.name} at {way.shared[0][1]}")
def test_a_joined_world_obeys_the_laws(partner: Partner) -> None:
    assert [flaw.line() for flaw in check(partner.joined_to(LIBRARY), laws=QUICK)] == []


@pytest.mark.parametrize("way", WAYS[::5], ids=lambda way: f"{way[0].name} {way[1].other.name}")
def test_a_joined_world_is_stored_whole(way: tuple[WorldSpec, Partner]) -> None:
    base, partner = way
    spec = partner.joined_to(base)
    assert parse_world(spec.data(), "test").digest == spec.digest
    assert partner.joined_to(base) is spec
    assert len(spec.joined[partner.other.name]) == len(partner.other.tools) - 1  # it finds records no more


def test_every_companion_says_what_it_is_about() -> None:
    assert len(companions()) >= 5
    assert all(4 <= len(spec.tools) <= 9 and spec.joins == "Record" for spec in companions())
    assert {way.other.name for way in partners(LIBRARY)} == {spec.name for spec in companions()}


def test_what_is_joined_is_not_joined_again() -> None:
    first = partners(LIBRARY)[0]
    wide = first.joined_to(LIBRARY)
    assert first.other.name not in {way.other.name for way in partners(wide)}
    both = partners(wide)[0].joined_to(wide)
    assert list(both.joined) == [first.other.name, partners(wide)[0].other.name]


def test_worlds_that_have_people_or_things_in_common_share_them() -> None:
    ways = partners(LIBRARY, [BASES[1]])
    assert [way.shared for way in ways] == [(("Customer", "Member"),)]
    made = ways[0].joined_to(LIBRARY)
    assert "find_jobs" in made.tools
    assert "create_job" not in made.tools  # it has to know the tier of a customer, which members have not
    assert made.entities["Job"].fields["member_id"].ref == "Member"


def test_every_base_row_has_three_rows_of_a_companion_at_most() -> None:
    for base, way in WAYS:
        spec = way.joined_to(base)
        (of,) = dict(way.shared).values()
        keys = [row[spec.entities[of].own_keys[0]] for row in base.rows[of]]
        for name in spec.entities.keys() - base.entities.keys():
            refs = [word for word, field in spec.entities[name].fields.items() if field.ref == of]
            homes = [row[word] for word in refs for row in spec.rows[name]]
            assert set(homes) <= set(keys)
            assert all(homes.count(key) <= 3 for key in keys)


def test_names_that_both_have_are_told_apart(joined: WorldSpec) -> None:
    assert list(joined.entities) == ["Book", "Loan", "Session", "LendingLoan", "LendingSession", "Mark"]
    assert set(joined.tools) == {"lend", "list_loans", "lend_lending", "mark"}
    assert [rule.id for rule in joined.rules] == ["r1", "r2"]
    assert joined.tools["lend_lending"].require[0].rule == "r2"
    assert joined.rules[1].tools == ("lend_lending",)


def test_keys_and_texts_follow_the_shared_entity(joined: WorldSpec) -> None:
    lend = joined.tools["lend_lending"]
    assert lend.parameters["properties"] == {"book_code": {"type": "integer", "description": "Id of the book"}}
    assert lend.parameters["required"] == ["book_code"]
    assert (lend.description, joined.tools["list_loans"].description) == ("Lend a book", "Loans of a book; books are many")
    assert joined.rules[1].text == "A book is lent once"


def test_a_rule_of_the_other_world_quotes_nothing(joined: WorldSpec) -> None:
    assert (joined.rules[1].quote, joined.rules[1].end) == ("", 0)


def test_rows_point_at_rows_of_the_base_and_move_to_its_time(joined: WorldSpec) -> None:
    loans = joined.rows["LendingLoan"]
    assert {row["book_code"] for row in loans} <= {1, 2}
    assert all(mark["book_code"] in (1, 2) for row in loans for mark in row.get("marks", []))
    assert {row["since"] for row in loans} <= {"2026-03-05", "2026-03-06"}


def test_rows_about_shared_rows_that_the_base_cannot_give_are_left_out() -> None:
    one = join(parse_world(SHELF | {"rows": {"Book": [{"code": 7}], "Session": [{}]}}, "test"), world(), {"Item": "Book"})
    assert all(row["book_code"] == 7 for row in one.rows["LendingLoan"])
    none = join(parse_world(SHELF | {"rows": {}}, "test"), world(), {"Item": "Book"})
    assert none.rows["LendingLoan"] == []


def test_the_tools_of_the_other_world_do_what_they_did(joined: WorldSpec) -> None:
    live = joined.start(1)
    free = next(code for code in (1, 2) if not live.find("LendingLoan", "book_code", code)) if len(joined.rows["LendingLoan"]) < 2 else None
    if free is None:
        free = 2
        live = join(parse_world(SHELF, "test"), world(rows={"Item": [], "Session": [{}]}), {"Item": "Book"}).start(1)
    made = live.call("lend_lending", {"book_code": free})
    assert made.value == {"book_code": free, "since": "2026-03-01"}
    assert live.call("lend_lending", {"book_code": free}).error == {"code": "lent", "message": f"The book {free} is lent, {{see}} there"}
    assert [row["book_code"] for row in live.call("list_loans", {"book_code": free}).value] == [free]
    assert live.call("mark", {}).ok
    assert live.rows("LendingSession")[0]["calls"] > 0
    assert live.rows("Session") == [{"who": None}]


@pytest.mark.parametrize(
    ("shared", "problem"),
    [
        ({"Thing": "Book"}, "no entity 'Thing'"),
        ({"Item": "Thing"}, "no entity 'Thing'"),
        ({"Item": "Session"}, "no single key"),
        ({"Mark": "Book"}, "no single key"),
    ],
)
def test_what_cannot_be_shared_is_refused(shared: dict[str, str], problem: str) -> None:
    with pytest.raises(SpecError, match=problem):
        join(parse_world(SHELF, "test"), world(), shared)


def test_two_entities_cannot_become_one() -> None:
    with pytest.raises(SpecError, match="same one"):
        join(parse_world(SHELF, "test"), world(), {"Item": "Book", "Loan": "Book"})


def test_a_world_joins_at_one_of_its_entities() -> None:
    with pytest.raises(SpecError, match="joins: no entity 'Thing'"):
        world(joins="Thing")
