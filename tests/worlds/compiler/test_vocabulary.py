"""What the words of a tool set say of the values in its world."""
# ruff: noqa: S311  (streams of tests)

from datetime import datetime
from random import Random

import pytest

from gem_sim.worlds.compiler.values import Columns, People, Row, Vocabulary
from gem_sim.worlds.compiler.values.naming import names

CHAIN = ("Send a token on the blockchain", "Get the balance of a wallet in ETH", "Estimate gas of a chain")
BINARY = ("Disassemble a function of the binary", "Set a breakpoint in the debugger")


def address(told: tuple[str, ...]) -> str:
    column = Columns("Transfer", Random("1"), "1", Vocabulary("", [("transfer",)], told), "2026-03-02").column("address", {"type": "string"}, {})
    return str(column.make(Row(Random("2"), People(Random("3")), datetime.fromisoformat("2026-03-02T09:00:00"))))


@pytest.mark.parametrize(("told", "begin", "length"), [(CHAIN, "0x", 42), (BINARY, "0x", 10)])
def test_an_address_is_one_of_the_matter(told: tuple[str, ...], begin: str, length: int) -> None:
    assert address(told).startswith(begin)
    assert len(address(told)) == length


def test_an_address_is_a_street_where_parcels_are_sent() -> None:
    assert not address((*CHAIN, "Ship a parcel to a street and a city")).startswith("0x")


@pytest.mark.parametrize(
    ("noun", "told", "phrase"),
    [
        (("coursedesign",), "A course with its design", ("course", "design")),
        (("getusergroup",), "All groups of a user", ("usergroup",)),
        (("notebook",), "A notebook", ("notebook",)),
        (("quuxification",), "Nothing", ("quuxification",)),
        (("update", "order"), "An order", ("order",)),
    ],
)
def test_words_that_are_written_together_come_apart(noun: tuple[str, ...], told: str, phrase: tuple[str, ...]) -> None:
    assert Vocabulary("", [noun], [told]).phrase(noun) == phrase


def test_what_nothing_is_known_of_is_called_by_words_of_its_world() -> None:
    said = Vocabulary("", [("quux",), ("block",), ("token",), ("miner",)])
    made, known = names(("quux",), said, Random("1"), own_words=True)
    assert known
    assert {next(made) for _ in range(3)} == {"Block quux", "Token quux", "Miner quux"}


def test_without_such_words_it_is_filler() -> None:
    assert not names(("quux",), Vocabulary("", [("quux",)]), Random("1"), own_words=True)[1]
