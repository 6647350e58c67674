"""Values by the meaning of a field: what one column holds over many rows."""
# ruff: noqa: S311  (streams of tests)

import re
from collections.abc import Sequence
from datetime import datetime
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gem_sim.worlds.compiler.values import Columns, People, Row, Values, Vocabulary
from gem_sim.worlds.compiler.values.examples import said
from gem_sim.worlds.compiler.values.lists import spelled
from gem_sim.worlds.compiler.values.naming import names

NOW = datetime.fromisoformat("2026-03-02T09:00:00")
TEXT = {"type": "string"}


def drawn(entity: str, fields: dict[str, Any], count: int = 30, text: str = "") -> list[dict[str, Any]]:
    """Rows with those fields."""
    columns = Columns(entity, Random("1"), "1", Vocabulary(text), "2026-03-02")
    made = {name: columns.column(name, schema, {}) for name, schema in fields.items()}
    people = People(Random("2"))
    rows = [Row(Random(str(at)), people, NOW) for at in range(count)]
    return [{name: column.make(row) for name, column in made.items()} for row in rows]


def known(entity: str, name: str, schema: dict[str, Any] = TEXT) -> bool:
    return Columns(entity, Random("1"), "1", Vocabulary(), "2026-03-02").column(name, schema, {}).known


def texts(*fields: str) -> dict[str, Any]:
    return dict.fromkeys(fields, TEXT)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("pickupDate", ("pickup", "date")),
        ("ship-to_city", ("ship", "to", "city")),
        ("zipcode", ("zipcode",)),
        ("startdate", ("start", "date")),
        ("merchantaccount", ("merchant", "account")),
        ("address1", ("address",)),
        ("p_zip", ("zip",)),
    ],
)
def test_names_of_fields_come_apart(name: str, parts: Sequence[str]) -> None:
    assert spelled(name) == parts


def test_an_email_is_that_of_the_name_in_the_row() -> None:
    for row in drawn("User", texts("firstName", "last_name", "full_name", "email")):
        assert row["full_name"] == f"{row['firstName']} {row['last_name']}"
        assert row["email"].startswith(f"{row['firstName']}.{row['last_name']}".lower())


def test_two_persons_of_a_row_differ() -> None:
    for row in drawn("Parcel", texts("sender_name", "sender_email", "recipient_name", "recipient_email")):
        assert row["sender_name"] != row["recipient_name"]
        assert row["recipient_email"].split("@")[0] == row["recipient_name"].lower().replace(" ", ".")


def test_city_country_currency_and_time_zone_agree() -> None:
    rows = drawn("Shop", texts("city", "country", "country_code", "currency", "timeZone", "postcode"))
    for row in rows:
        assert (row["country"] == "Germany") == (row["country_code"] == "DE")
        assert row["currency"] == "GBP" or row["country"] != "United Kingdom"
        assert row["timeZone"].startswith("Australia") == (row["city"] == "Melbourne")


def test_an_address_holds_its_city_and_postcode() -> None:
    for row in drawn("Shop", texts("address", "city", "postcode")):
        assert row["address"].endswith(f"{row['city']} {row['postcode']}")


def test_lines_of_an_address_are_a_street_and_a_flat() -> None:
    for row in drawn("Shop", texts("address_line_1", "address2", "city")):
        assert row["city"] not in row["address_line_1"]
        assert re.fullmatch(r"(Flat|Unit|Floor) \d+", row["address2"])


def test_the_name_of_the_row_itself_comes_once() -> None:
    assert len({row["projectName"] for row in drawn("Project", texts("projectName"))}) == 30


def test_dates_are_in_order() -> None:
    moment = {"type": "string", "format": "date-time"}
    for row in drawn("Order", dict.fromkeys(("closed_at", "updatedAt", "created_at"), moment)):
        assert row["created_at"] <= row["updatedAt"] <= row["closed_at"] <= "2026-03-02T09:00:00Z"


def test_a_start_is_before_its_end_and_births_are_past() -> None:
    day = {"type": "string", "format": "date"}
    for row in drawn("Booking", dict.fromkeys(("end_date", "start_date", "due_date", "date_of_birth"), day)):
        assert row["start_date"] <= row["end_date"] < row["due_date"]
        assert row["date_of_birth"] < "2008"


def test_some_starts_are_past_and_some_to_come() -> None:
    starts = {row["start_date"] < "2026-03-02" for row in drawn("Booking", {"start_date": {"type": "string", "format": "date"}})}
    assert starts == {True, False}


def test_a_start_time_is_before_its_end_time() -> None:
    assert all(
        row["start_time"] < row["end_time"] for row in drawn("Class", {name: {"type": "string", "format": "time"} for name in ("start_time", "end_time")})
    )


def test_a_time_as_a_number_is_one_of_unix() -> None:
    assert all(1_700_000_000 < row["created_at"] < 1_773_000_000 for row in drawn("Order", {"created_at": {"type": "integer"}}))


def test_amounts_have_a_size_that_fits_the_noun() -> None:
    number = {"type": "number"}
    assert max(row["price"] for row in drawn("Book", {"price": number})) < 1_000
    assert min(row["price"] for row in drawn("House", {"price": number})) > 5_000


def test_numbers_keep_their_bounds() -> None:
    assert {row["price"] for row in drawn("Book", {"price": {"type": "integer", "minimum": 3, "maximum": 4}})} == {3, 4}


@pytest.mark.parametrize(
    ("field", "pattern"),
    [
        ("fileName", r"[a-z]+-\d+\.[a-z]+"),
        ("callbackUrl", r"https://[a-z]+\.example\.org/.+"),
        ("commit_sha", r"[0-9a-f]{40}"),
        ("api_version", r"\d+\.\d+\.\d+"),
        ("iban", r"DE[\d ]+"),
        ("locale", r"[a-z]{2}-[A-Z]{2}"),
        ("ipAddress", r"192\.0\.2\.\d+"),
        ("projectId", r"PRO-\d{4}"),
        ("invoice_number", r"INV-\d{5}"),
        ("output_path", r"\S+"),
    ],
)
def test_a_text_has_the_form_that_its_name_says(field: str, pattern: str) -> None:
    assert all(re.fullmatch(pattern, row[field]) for row in drawn("Invoice", texts(field)))


def test_a_description_tells_what_a_name_does_not() -> None:
    told = {"type": "string", "description": "The ISO 4217 currency code"}
    assert {row["ccy"] for row in drawn("Trade", {"ccy": told})} <= {"GBP", "EUR", "NOK", "SEK", "USD", "CAD", "AUD"}


def test_examples_are_values() -> None:
    assert {row["mood"] for row in drawn("Song", {"mood_x": TEXT, "mood": {"type": "string", "examples": ["blue"]}})} & {"blue"}
    assert said("One of: 'fast', 'slow'") == ("fast", "slow")
    assert said("The speed, e.g. fast, slow or still") == ("fast", "slow", "still")
    assert said("Nothing of the kind") == ()


@pytest.mark.parametrize(
    ("field", "pattern"),
    [("customerNumber", r"\S*\d\S*"), ("companyAccountCode", r"\S+"), ("emailType", r"[a-z ]+"), ("orgid", r"ORG-\d{4}"), ("userData", r"[A-Z]\w+ [A-Z]\w+")],
)
def test_the_last_word_says_what_a_text_is(field: str, pattern: str) -> None:
    assert all(re.fullmatch(pattern, row[field]) for row in drawn("Invoice", texts(field)))


def test_what_a_description_begins_with_decides_over_a_word_for_prose() -> None:
    told = {"type": "string", "description": "URL of the page"}
    assert all(row["context"].startswith("https://") for row in drawn("Task", {"context": told}))


@pytest.mark.parametrize(
    ("schema", "least", "most"),
    [
        ({"description": "Confidence between 0.0 and 1.0"}, 0, 1),
        ({"description": "Quality (1-100)"}, 1, 100),
        ({"default": 50}, 25, 100),
    ],
)
def test_numbers_have_the_size_that_is_told(schema: dict[str, Any], least: float, most: float) -> None:
    assert all(least <= row["x_quux"] <= most for row in drawn("Job", {"x_quux": {"type": "number", **schema}}))


def test_a_number_that_counts_is_whole() -> None:
    assert all(isinstance(row[name], int) for row in drawn("Job", {key: {"type": "number"} for key in ("iteration", "parents", "quux")}) for name in row)


def test_a_few_rows_have_both_truth_values_and_all_options() -> None:
    rows = drawn("Job", {"paid": {"type": "boolean"}, "size": TEXT}, 9)
    assert {row["paid"] for row in rows} == {True, False}
    assert {row["size"] for row in rows} == {"small", "medium", "large", "extra large"}


def test_two_lists_of_options_do_not_go_together() -> None:
    options = {"enum": ["a", "b", "c"]}
    assert len({(row["one"], row["two"]) for row in drawn("Job", {"one": options, "two": options})}) > 3


def test_lists_of_objects_hold_something_and_differ_in_length() -> None:
    item = {"type": "object", "properties": {"name": TEXT, "quantity": {"type": "integer"}}}
    rows = drawn("Order", {"items": {"type": "array", "items": item}})
    assert all(line for row in rows for line in row["items"])
    assert len({len(row["items"]) for row in rows}) > 1


def test_every_listed_value_occurs() -> None:
    assert {row["state"] for row in drawn("Job", {"state": {"enum": ["a", "b", "c", None]}}, 3)} == {"a", "b", "c"}


def test_a_pattern_is_kept() -> None:
    assert all(re.fullmatch(r"[A-Z]{3}-\d{2}", row["x"]) for row in drawn("Job", {"x": {"type": "string", "pattern": r"^[A-Z]{3}-\d{2}$"}}))


def test_an_object_holds_what_its_properties_say() -> None:
    schema = {"type": "object", "properties": {"name": TEXT, "email": TEXT, "quantity": {"type": "integer"}}, "required": ["name", "email", "quantity"]}
    for row in drawn("Order", {"assignee": schema}):
        assert row["assignee"]["email"].split("@")[0] == row["assignee"]["name"].lower().replace(" ", ".")
        assert isinstance(row["assignee"]["quantity"], int)


def test_ids_of_things_elsewhere_come_more_than_once() -> None:
    found = [row["projectId"] for row in drawn("Task", texts("projectId"))]
    assert 1 < len(set(found)) < len(found)


def test_no_account_is_called_as_a_person_and_no_ward_as_a_bird() -> None:
    assert all(row["name"].endswith(" account") for row in drawn("LedgerAccount", texts("name"), 10))
    assert all(row["name"].endswith(" ward") for row in drawn("Ward", texts("name"), 10))


def test_things_are_called_as_the_text_calls_them() -> None:
    found = {row["name"] for row in drawn("Account", texts("name"), text="Open a youth account or a veteran account.")}
    assert {"Youth account", "Veteran account"} <= found


def test_items_of_a_library_are_books() -> None:
    assert {row["name"] for row in drawn("Item", texts("name"), 16, "Your library card")} & {"The Lighthouse Keeper"}


@given(st.sampled_from(["ward", "account", "customer", "song", "company", "file", "quux", "city"]), st.integers(0, 50))
def test_names_of_things_do_not_come_twice(noun: str, seed: int) -> None:
    made = names((noun,), Vocabulary(), Random(seed))[0]
    found = [next(made) for _ in range(1_000)]
    assert len(set(found)) == len(found)


def test_persons_are_rarely_the_same() -> None:
    people = People(Random("1"))
    assert len({people.draw().name for _ in range(1_000)}) == 1_000


@pytest.mark.parametrize(
    ("entity", "field", "sure"), [("Ward", "name", True), ("Quux", "name", False), ("Ward", "frobnication", False), ("Ward", "data", False)]
)
def test_filler_is_called_filler(entity: str, field: str, sure: bool) -> None:
    assert known(entity, field) is sure


def test_the_same_seed_gives_the_same_person() -> None:
    assert Values("1", "2026-01-01T00:00:00").person() == Values("1", "2026-01-01T00:00:00").person()
