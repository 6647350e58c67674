"""Laws that a declaration cannot break, broken in Python: each mock gets the finding it deserves, the honest one none."""

import itertools
from typing import Any

import pytest
from shelf import BOOKS, Life, Refused, Shelf, fits

from gem_sim.worlds.laws import check

COUNT = itertools.count()


def codes(world: type[Life], **parts: Any) -> set[tuple[str, str]]:
    mock = Shelf(world)
    for name, value in parts.items():
        setattr(mock, name, value)
    return {(finding.code, finding.where) for finding in check(mock)}


class ReadCounts(Life):
    def get_book(self, book_id: str) -> Any:
        found = super().get_book(book_id)
        self.books[book_id]["title"] += "!"
        return found


class HalfDone(Life):
    def call(self, name: str, arguments: Any) -> Any:
        result = super().call(name, arguments)
        if name == "rename_book" and not result.ok and self.books:
            next(iter(self.books.values()))["title"] = "half"
        return result


class Silent(Life):
    def call(self, name: str, arguments: Any) -> Any:
        result = super().call(name, arguments)
        result.diff = [] if name == "rename_book" else result.diff
        return result


class Restless(Life):
    def add_book(self, title: str, tags: list[str]) -> Any:
        self.drawn = next(COUNT)
        return super().add_book(title, tags)


class SharedFork(Life):
    def fork(self) -> Life:
        return type(self)(self.mock, self.seed, self.books, self.drawn)


class ShallowFork(Life):
    """Tables are copied, rows are not."""

    def fork(self) -> Life:
        return type(self)(self.mock, self.seed, dict(self.books), self.drawn)


class Tupled(Life):
    def dump(self) -> dict[str, Any]:
        return super().dump() | {"order": tuple(self.books)}


class Forgetful(Life):
    def dump(self) -> dict[str, Any]:
        return super().dump() | {"drawn": 0}


class Handing(Life):
    """Answers with the rows themselves."""

    def call(self, name: str, arguments: Any) -> Any:
        result = super().call(name, arguments)
        if name == "get_book" and result.ok:
            result.value = self.books[arguments["book_id"]]
        return result


class Keeping(Life):
    """Keeps the list it was handed."""

    def call(self, name: str, arguments: Any) -> Any:
        result = super().call(name, arguments)
        if name == "add_book" and result.ok:
            self.books[result.diff[0]["key"]]["tags"] = arguments["tags"]
        return result


class Stumbling(Life):
    def get_book(self, book_id: str) -> Any:
        return self.books[book_id] | {"book_id": book_id}


class Trusting(Life):
    def call(self, name: str, arguments: Any) -> Any:
        if name == "add_up" and isinstance(arguments, dict) and not fits(self.mock.tools[name].parameters, arguments):
            arguments = {"a": 0, "b": 0}
        return super().call(name, arguments)


class Mumbling(Life):
    def get_book(self, book_id: str) -> Any:
        if book_id not in self.books:
            raise Refused("not_found", "")
        return super().get_book(book_id)


class Peeking(Life):
    def add_up(self, a: int, b: int) -> Any:
        return a + b + len(self.books)


class Pretending(Life):
    def call(self, name: str, arguments: Any) -> Any:
        result = super().call(name, arguments)
        result.imagined = False
        return result


class Promising(Life):
    def propose(self, tool: str, outcome: str = "ok") -> Any:
        return {"book_id": "B-0"} if tool == "remove_book" else super().propose(tool, outcome)


class Lingering(Life):
    def get_book(self, book_id: str) -> Any:
        return {**BOOKS[book_id], "book_id": book_id} if book_id in BOOKS and book_id not in self.books else super().get_book(book_id)

    def remove_book(self, book_id: str) -> Any:
        if book_id not in self.books:
            raise Refused("not_found", "No such book")
        del self.books[book_id]

    def rename_book(self, book_id: str, title: str) -> Any:
        if book_id not in self.books:
            raise Refused("not_found", "No such book")
        return super().rename_book(book_id, title)


class SameIds(Life):
    def add_book(self, title: str, tags: list[str]) -> Any:
        self.seed, seed = 0, self.seed
        made = super().add_book(title, tags)
        self.seed = seed
        return made


BROKEN = [
    (ReadCounts, "read.writes", "get_book"),
    (ReadCounts, "read.order", "list_books"),
    (HalfDone, "failure.writes", "rename_book"),
    (Silent, "diff.differs", "rename_book"),
    (Restless, "run.differs", "add_book"),
    (SharedFork, "fork.leaks", "add_book"),
    (ShallowFork, "fork.leaks", "rename_book"),
    (Tupled, "dump.json", "dump"),
    (Forgetful, "dump.differs", "add_book"),
    (Handing, "result.shared", "get_book"),
    (Keeping, "result.shared", "add_book"),
    (Stumbling, "call.raises", "get_book"),
    (Trusting, "call.accepts", "add_up"),
    (Mumbling, "call.error", "get_book"),
    (Peeking, "compute.state", "add_up"),
    (Pretending, "imagined.unmarked", "review"),
    (Promising, "propose.differs", "remove_book"),
    (Lingering, "delete.shown", "remove_book"),
    (SameIds, "seed.ids", "add_book"),
]


def test_the_honest_mock_has_no_findings() -> None:
    assert codes(Life) == set()


@pytest.mark.parametrize(("world", "code", "where"), BROKEN, ids=lambda value: getattr(value, "__name__", None))
def test_a_broken_mock_gets_the_finding_it_deserves(world: type[Life], code: str, where: str) -> None:
    assert (code, where) in codes(world)


def test_laws_that_rest_on_a_broken_one_are_not_checked() -> None:
    assert codes(SharedFork) == {("fork.leaks", "add_book"), ("check.stopped", "mock")}
