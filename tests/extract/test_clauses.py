"""Sentences as an action and a condition."""

from __future__ import annotations

import pytest

from gem_sim.extract.clauses import Clause, clause, confirms, item, losing
from gem_sim.extract.lexicon import load


@pytest.mark.parametrize("shape", load("clauses.yaml")["shapes"], ids=lambda shape: shape["example"])
def test_every_shape_reads_its_example(shape: dict[str, object]) -> None:
    made = clause(str(shape["example"]))
    assert made is not None
    assert made.holds == shape["holds"]


@pytest.mark.parametrize("shape", load("clauses.yaml")["leads"], ids=lambda shape: shape["example"])
def test_every_lead_in_makes_conditions_of_its_items(shape: dict[str, object]) -> None:
    assert item(f"{shape['example']}:", "the pump is off") == Clause(str(shape["example"]), "the pump is off", holds=bool(shape["holds"]))


def test_the_words_of_the_condition_are_those_of_the_text() -> None:
    assert clause("To open the vault, you must be a warden.") == Clause("open the vault", "you must be a warden")
    curly = "You can\N{RIGHT SINGLE QUOTATION MARK}t open the vault while the alarm is on."
    assert clause(curly) == Clause("You can't open the vault", "the alarm is on", holds=False)


@pytest.mark.parametrize(
    "text",
    [
        "To open the vault, you must click Open.",
        "To open the vault, you need to follow the steps below.",
        "You do not need to be a warden to open the vault.",
        "Before you open the vault, could you check the alarm?",
        "Before we open the vault, the alarm must be off.",
        "The vault is opened by a warden.",
        "To open the vault, you must " + "very " * 100 + "strong.",
    ],
)
def test_what_nobody_could_answer_for_is_no_condition(text: str) -> None:
    assert clause(text) is None


def test_an_item_that_says_nothing_is_no_condition() -> None:
    assert item("Before you open the vault, check these requirements:", "Gloves and a lamp") is None


@pytest.mark.parametrize("text", ["This can't be undone.", "You will be asked to confirm.", "On the confirmation dialog, choose Erase.", "Deletion is final."])
def test_a_text_says_that_something_is_confirmed(text: str) -> None:
    assert confirms(text)


def test_a_loss_is_what_follows_from_doing_something() -> None:
    assert losing("If you delete a folder, its notes will be lost.") == "you delete a folder"
    assert losing("Deleting a folder removes its notes.") == "Deleting a folder"
    assert losing("This will erase all notes.") == ""
    assert losing("If a folder is empty, you can delete it.") is None
