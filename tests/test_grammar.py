import pytest

from gem_sim.grammar import article, plural, singular

PAIRS = [
    ("parcel", "parcels"),
    ("class", "classes"),
    ("leave", "leaves"),
    ("entry", "entries"),
    ("person", "people"),
    ("valve", "valves"),
    ("cookie", "cookies"),
    ("address", "addresses"),
    ("hero", "heroes"),
]


@pytest.mark.parametrize(("one", "many"), PAIRS)
def test_singular_and_plural_lead_to_each_other(one, many):
    assert (singular(many), plural(one)) == (one, many)


@pytest.mark.parametrize("word", ["status", "bus", "news", "analysis", "card", "ß", "", "x2"])
def test_a_word_that_is_no_plural_stays(word):
    assert singular(word) == word


def test_the_last_word_of_a_name_becomes_plural():
    assert plural("pickup_request") == "pickup_requests"


@pytest.mark.parametrize("phrase", ["an order", "a user", "an hour", "a one-time code", "a card", "an item"])
def test_the_article_follows_the_sound(phrase):
    assert article(phrase.split(" ", 1)[1]) == phrase
