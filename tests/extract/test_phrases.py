"""Verbs and their objects."""

from __future__ import annotations

import pytest

from gem_sim.extract.phrases import mentions


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("Cancel the booking.", "cancel", ("booking",)),
        ("To close a debit card, call us.", "close", ("debit", "card")),
        ("How to renew a loan", "renew", ("loan",)),
        ("How do I renew my loan?", "renew", ("loan",)),
        ("Closing an account", "close", ("account",)),
        ("You can cancel a request at any time.", "cancel", ("request",)),
        ("A request can be cancelled.", "cancel", ("request",)),
        ("Click Create new subscription.", "create", ("subscription",)),
        ("Turn on notifications", "enable", ("notification",)),
        ("Apply for a loan", "apply_for", ("loan",)),
        ("Change the number of guests", "update", ("guest",)),
    ],
)
def test_a_verb_is_found_with_its_object(text: str, name: str, words: tuple[str, ...]) -> None:
    assert (name, words) in [(mention.verb.name, mention.noun.words) for mention in mentions(text)]


def test_verbs_joined_by_or_share_their_object() -> None:
    assert [(m.verb.name, m.noun.head) for m in mentions("Freeze or unfreeze your card")] == [("freeze", "card"), ("unfreeze", "card")]


def test_a_noun_that_could_be_a_verb_is_left_alone() -> None:
    assert [m for m in mentions("Order status and delivery") if m.verb.name == "order"] == []


def test_a_button_that_is_a_verb_acts_on_what_was_named_before() -> None:
    assert ("cancel", "") in [(m.verb.name, m.noun.head) for m in mentions("Open the booking and tap Cancel.")]


def test_the_noun_behind_of_is_kept() -> None:
    assert [m.noun.of for m in mentions("Update the address of the order")] == ["order"]
