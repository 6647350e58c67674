"""A mock in plain Python with the surface that the laws use, honest as it stands; the tests break it where a declaration cannot."""

import hashlib
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import jsonschema_rs
import orjson

TEXT = {"type": "string", "minLength": 1}


class Refused(Exception):
    """A call that does not work, as code and message."""


def tool(description: str, kind: str = "write", returns: Any = None, optional: tuple[str, ...] = (), **properties: Any) -> SimpleNamespace:
    described = {name: {**schema, "description": name} for name, schema in properties.items()}
    required = [name for name in properties if name not in optional]
    parameters = {"type": "object", "properties": described, "required": required, "additionalProperties": False}
    return SimpleNamespace(description=description, kind=kind, returns=returns, parameters=parameters)


TOOLS = {
    "list_books": tool("List books", "read"),
    "get_book": tool("Show a book", "read", book_id=TEXT),
    "add_book": tool("Add a book", title=TEXT, tags={"type": "array", "items": TEXT}),
    "rename_book": tool("Rename a book", book_id=TEXT, title=TEXT),
    "remove_book": tool("Remove a book", book_id=TEXT),
    "add_up": tool("Add two numbers", "compute", a={"type": "integer"}, b={"type": "integer"}),
    "review": tool("Make up a review", "imagined", title=TEXT),
}
BOOKS = {"B-1": {"title": "Reeds", "tags": ["water"]}, "B-2": {"title": "Moss", "tags": []}}


class Shelf:
    """The mock."""

    def __init__(self, world: type["Life"]) -> None:
        self.world = world
        self.tools = TOOLS
        self.unused: dict[str, str] = {}

    def start(self, seed: int = 0) -> "Life":
        return self.world(self, seed, deepcopy(BOOKS), 0)

    def load(self, dump: dict[str, Any]) -> "Life":
        return self.world(self, dump["seed"], deepcopy(dump["books"]), dump["drawn"])


class Life:
    """A live world of it."""

    def __init__(self, mock: Shelf, seed: int, books: dict[str, Any], drawn: int) -> None:
        self.mock, self.seed, self.books, self.drawn = mock, seed, books, drawn

    @property
    def digest(self) -> str:
        return hashlib.sha256(orjson.dumps(self.books, option=orjson.OPT_SORT_KEYS)).hexdigest()

    def fork(self) -> "Life":
        return type(self)(self.mock, self.seed, deepcopy(self.books), self.drawn)

    def dump(self) -> dict[str, Any]:
        return {"seed": self.seed, "drawn": self.drawn, "books": deepcopy(self.books)}

    def diff(self, other: "Life") -> list[dict[str, Any]]:
        return [change for key in {**self.books, **other.books} for change in _change(key, self.books.get(key), other.books.get(key))]

    def propose(self, tool: str, outcome: str = "ok") -> dict[str, Any] | None:
        known = next(iter(self.books), "none")
        examples: dict[str, dict[str, Any]] = {
            "get_book": {"book_id": known},
            "add_book": {"title": "Fern", "tags": []},
            "rename_book": {"book_id": known, "title": "Sedge"},
            "remove_book": {"book_id": known},
            "add_up": {"a": 1, "b": 2},
            "review": {"title": "Reeds"},
        }
        return examples.get(tool, {}) if outcome == "ok" and (known in self.books or "book_id" not in examples.get(tool, {})) else None

    def call(self, name: str, arguments: Any) -> SimpleNamespace:
        about = self.mock.tools.get(name)
        if about is None:
            return failed("unknown_tool", "No such tool")
        if not fits(about.parameters, arguments):
            return failed("invalid_arguments", "The arguments do not fit")
        after = self.fork()
        try:
            value = deepcopy(getattr(after, name)(**deepcopy(arguments)))
        except Refused as refused:
            return failed(*refused.args)
        diff = deepcopy(self.diff(after))
        self.books, self.drawn = after.books, after.drawn
        return SimpleNamespace(ok=True, value=value, error=None, diff=diff, imagined=about.kind == "imagined")

    def list_books(self) -> Any:
        return [{"book_id": key, **book} for key, book in self.books.items()]

    def get_book(self, book_id: str) -> Any:
        if book_id not in self.books:
            raise Refused("not_found", "No such book")
        return self.books[book_id] | {"book_id": book_id}

    def add_book(self, title: str, tags: list[str]) -> Any:
        self.drawn += 1
        key = f"B-{1000 + self.seed * 97 + self.drawn}"
        self.books[key] = {"title": title, "tags": tags}
        return self.get_book(key)

    def rename_book(self, book_id: str, title: str) -> Any:
        self.get_book(book_id)
        self.books[book_id]["title"] = title
        return self.get_book(book_id)

    def remove_book(self, book_id: str) -> Any:
        self.get_book(book_id)
        del self.books[book_id]
        return None

    def add_up(self, a: int, b: int) -> Any:
        return a + b

    def review(self, title: str) -> Any:
        return {"stars": len(title) % 5 + 1}


def failed(code: str, message: str) -> SimpleNamespace:
    return SimpleNamespace(ok=False, value=None, error={"code": code, "message": message}, diff=[])


def fits(schema: dict[str, Any], arguments: Any) -> bool:
    try:
        orjson.dumps(arguments)
        return jsonschema_rs.validator_for(schema).is_valid(arguments)
    except (TypeError, ValueError):
        return False


def _change(key: str, before: Any, after: Any) -> list[dict[str, Any]]:
    if before == after:
        return []
    if before is None:
        return [{"entity": "book", "key": key, "op": "insert", "row": after}]
    if after is None:
        return [{"entity": "book", "key": key, "op": "delete", "row": before}]
    fields = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    return [{"entity": "book", "key": key, "op": "set", "fields": fields}]
