"""The same work as a world does, by what people use instead: copied Python objects, in-memory SQLite, stock jsonschema."""

import copy
import hashlib
import itertools
import json
import sqlite3
from collections.abc import Callable
from typing import Any

from depot import Row, Rows
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import best_match

NESTED = {"lines": "Line", "payments": "Payment"}
"""Fields that hold rows, and the tables that SQLite keeps them in."""


class Copied:
    """Rows by key in dicts; a fork is a deep copy, a digest is over the JSON of all rows."""

    def __init__(self, rows: Rows, entity: str) -> None:
        self.tables = {name: {next(iter(row.values())): row for row in held} for name, held in rows.items()}
        self.entity = entity

    def digest(self) -> str:
        """64 hex digits over all rows."""
        return hashlib.sha256(json.dumps(self.tables, sort_keys=True).encode()).hexdigest()

    def fork(self) -> "Copied":
        """An independent copy."""
        made = copy.copy(self)
        made.tables = copy.deepcopy(self.tables)
        return made

    def update(self, key: str) -> str:
        """One field written, and the digest."""
        self.tables[self.entity][key]["day"] = "2026-04-01"
        return self.digest()

    def get(self, key: str) -> Row:
        """A row that the caller may change."""
        return copy.deepcopy(self.tables[self.entity][key])

    def find(self, field: str, value: Any) -> list[Row]:
        """The rows with that value, by looking at all."""
        return [copy.deepcopy(row) for row in self.tables[self.entity].values() if row[field] == value]

    def page(self) -> list[Row]:
        """The first ten rows."""
        return [copy.deepcopy(row) for row in itertools.islice(self.tables[self.entity].values(), 10)]


class Sqlite:
    """Rows in an in-memory database with a primary key and one index; a fork is a copy of its pages, a digest is over them."""

    def __init__(self, rows: Rows, table: str, key: tuple[str, ...], indexed: str) -> None:
        self.db = _connection()
        self.table = table
        self.where = " AND ".join(f"{name} = ?" for name in key)
        self.indexed = indexed
        for name, held in flattened(rows).items():
            columns = ", ".join(held[0])
            self.db.execute(f"CREATE TABLE '{name}' ({columns}{', PRIMARY KEY (' + ', '.join(key) + ')' if name == table else ''})")
            self.db.executemany(f"INSERT INTO '{name}' VALUES ({', '.join('?' * len(held[0]))})", [tuple(row.values()) for row in held])  # noqa: S608
        self.db.execute(f"CREATE INDEX found ON {table} ({indexed})")

    def fork(self) -> "Sqlite":
        """An independent copy."""
        made = copy.copy(self)
        made.db = _connection()
        made.db.deserialize(self.db.serialize())
        return made

    def update(self, key: tuple[str, ...]) -> str:
        """One field written, and the digest."""
        self.db.execute(f"UPDATE {self.table} SET note = ? WHERE {self.where}", ("late", *key))  # noqa: S608
        return hashlib.sha256(self.db.serialize()).hexdigest()

    def get(self, key: tuple[str, ...]) -> Row:
        """A row by its key."""
        return dict(self.db.execute(f"SELECT * FROM {self.table} WHERE {self.where}", key).fetchone())  # noqa: S608

    def find(self, value: Any) -> list[Row]:
        """The rows with that value in the indexed column."""
        return [dict(row) for row in self.db.execute(f"SELECT * FROM {self.table} WHERE {self.indexed} = ?", (value,))]  # noqa: S608

    def page(self) -> list[Row]:
        """The first ten rows, without their number."""
        return [dict(row) for row in self.db.execute(f"SELECT * FROM {self.table} LIMIT 10")]  # noqa: S608


def _connection() -> sqlite3.Connection:
    made = sqlite3.connect(":memory:", isolation_level=None)
    made.row_factory = sqlite3.Row
    return made


def flattened(rows: Rows) -> Rows:
    """Rows inside rows as rows of their own that say where they live."""
    found: Rows = {}
    for name, held in rows.items():
        for row in held:
            found.setdefault(name, []).append({field: value for field, value in row.items() if field not in NESTED})
            for field in NESTED.keys() & row.keys():
                found.setdefault(NESTED[field], []).extend({"order_id": row["order_id"], **inner} for inner in row[field])
    return found


def stock_validator(schema: dict[str, Any]) -> Callable[[Any], str]:
    """What is wrong with arguments, or an empty text, by one jsonschema validator that is made once."""
    validator = Draft202012Validator(schema, format_checker=FormatChecker())

    def problem(arguments: Any) -> str:
        error = best_match(validator.iter_errors(arguments))
        return error.message if error else ""

    return problem
