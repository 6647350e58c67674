import pytest

from gem_sim.grammar import article, gerund, participle, plural, singular

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


VERBS = [
    ("renew", "renewing", "renewed"),
    ("cancel", "cancelling", "cancelled"),
    ("submit", "submitting", "submitted"),
    ("ship", "shipping", "shipped"),
    ("reserve", "reserving", "reserved"),
    ("tie", "tying", "tied"),
    ("copy", "copying", "copied"),
    ("open", "opening", "opened"),
    ("edit", "editing", "edited"),
    ("lend", "lending", "lent"),
    ("set", "setting", "set"),
    ("agree", "agreeing", "agreed"),
    ("upload", "uploading", "uploaded"),
]


@pytest.mark.parametrize(("verb", "doing", "done"), VERBS)
def test_verbs_have_their_forms(verb, doing, done):
    assert (gerund(verb), participle(verb)) == (doing, done)
