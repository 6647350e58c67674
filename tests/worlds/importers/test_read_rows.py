"""Rows from files."""

import json

import pytest

from gem_sim.errors import InputError
from gem_sim.worlds.importers.rows import read_rows, read_tables

ROWS = [{"order_id": "1", "total": 3}, {"order_id": "2", "total": 4}]


def written(tmp_path, name, text):
    file = tmp_path / name
    file.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
    return file


@pytest.mark.parametrize("name", ["Order", "orders", "order"])
@pytest.mark.parametrize("held", [ROWS, {"1": {"total": 3}, "2": {"total": 4}}, {"1": ROWS[0], "2": ROWS[1]}])
def test_json_holds_lists_of_rows_or_rows_by_id(tmp_path, name, held):
    assert read_rows(written(tmp_path, "db.json", {name: held})) == {"Order": ROWS}


def test_the_id_is_not_said_twice(tmp_path):
    held = {"7": {"number": 7, "total": 3}}
    assert read_rows(written(tmp_path, "db.json", {"orders": held})) == {"Order": [{"number": 7, "total": 3}]}


@pytest.mark.parametrize(
    ("name", "text"), [("orders.jsonl", "\n".join(map(json.dumps, ROWS))), ("orders.json", json.dumps(ROWS)), ("orders.yaml", json.dumps(ROWS))]
)
def test_a_list_of_rows_is_named_after_its_file(tmp_path, name, text):
    assert read_rows(written(tmp_path, name, text)) == {"Order": ROWS}


def test_columns_of_a_table_get_the_type_of_all_their_values(tmp_path):
    text = "sku,count,price,sold,zip,note\na,1,2.50,true,01234,\nb,20,3,FALSE,99999,x\n"
    assert read_rows(written(tmp_path, "items.csv", text)) == {
        "Item": [
            {"sku": "a", "count": 1, "price": 2.5, "sold": True, "zip": "01234", "note": None},
            {"sku": "b", "count": 20, "price": 3.0, "sold": False, "zip": "99999", "note": "x"},
        ]
    }


def test_a_folder_is_all_its_files_together(tmp_path):
    written(tmp_path, "orders.csv", "id\n1\n")
    written(tmp_path, "order_items.json", [{"id": 2}])
    written(tmp_path, "readme.txt", "x")
    assert read_rows(tmp_path) == {"OrderItem": [{"id": 2}], "Order": [{"id": 1}]}


def test_an_entity_without_rows_is_empty(tmp_path):
    assert read_rows(written(tmp_path, "db.json", {"Order": [], "User": {}})) == {"Order": [], "User": []}


BAD = [
    ("a.json", "7", "expected an object from entity names to rows"),
    ("a.json", "{}", "expected an object from entity names to rows"),
    ("a.json", '{"Order": 5}', "expected a list of rows"),
    ("a.json", '{"Order": [1]}', r"Order\[0\]: got 1"),
    ("a.json", '{"Order": {"1": "x"}}', r"Order\[0\]: got 'x'"),
    ("a.json", '{"Order": [], "orders": []}', "name the same rows"),
    ("a.csv", "", "a first line with a name for each column"),
    ("a.csv", "a,a\n1,2\n", "each once"),
    ("a.csv", "a,b\n1\n", "row 2: 1 values; expected 2"),
    ("a.csv", 'a,b\n"1\n', "not CSV"),
    ("a.jsonl", "{}\n{", "line 2: not JSON"),
]


@pytest.mark.parametrize(("name", "text", "expected"), BAD)
def test_what_holds_no_rows_is_one_clear_line(tmp_path, name, text, expected):
    with pytest.raises(InputError, match=expected) as failed:
        read_rows(written(tmp_path, name, text))
    assert str(failed.value).startswith(name)
    assert "\n" not in str(failed.value)


def test_a_folder_without_rows_is_one_clear_line(tmp_path):
    with pytest.raises(InputError, match="no rows"):
        read_rows(tmp_path)


def test_rows_of_one_entity_stand_in_one_file(tmp_path):
    written(tmp_path, "order.csv", "id\n1\n")
    written(tmp_path, "orders.csv", "id\n1\n")
    with pytest.raises(InputError, match="in another file"):
        read_rows(tmp_path)


LOOSE = [
    ("orders.json", {"A": {"id": "A", "total": 1}, "B": {"id": "B", "total": 2}}, {"Order": {"A": {"id": "A", "total": 1}, "B": {"id": "B", "total": 2}}}),
    ("db.json", {"orders": {"A": {"total": 1}}, "open": True}, {"Order": {"A": {"total": 1}}, "open": True}),
    ("db.json", {"settings": {"theme": "dark"}, "users": [{"id": 1}]}, {"Setting": {"theme": "dark"}, "User": [{"id": 1}]}),
    ("orders.jsonl", '{"id": 1}\n{"id": 2}', {"Order": [{"id": 1}, {"id": 2}]}),
    ("orders.csv", "id\n1\n", {"Order": [{"id": 1}]}),
]


@pytest.mark.parametrize(("name", "held", "expected"), LOOSE)
def test_tables_to_learn_from_stay_as_they_are(tmp_path, name, held, expected):
    assert read_tables(written(tmp_path, name, held)) == expected


@pytest.mark.parametrize("held", [7, {}, {"open": True}])
def test_what_holds_no_tables_is_one_clear_line(tmp_path, held):
    with pytest.raises(InputError, match=r"db\.json.*expected an object from entity names to rows"):
        read_tables(written(tmp_path, "db.json", held))
