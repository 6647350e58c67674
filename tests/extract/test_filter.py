"""The filter's answer and its labels."""

from __future__ import annotations

from gem_sim.extract import Verdict, judge
from gem_sim.records import Document

STEPS = """Reset the router

1. Open the app and tap Settings.
2. Select the router and tap Reset.
3. Enter the admin password and press OK.
4. Wait until the light is green, then connect your phone again.
"""

RECIPE = """Lentil soup

1. Chop the onion and the garlic, and fry them in butter with a teaspoon of salt.
2. Add two cups of lentils and the broth, and simmer for half an hour.
3. Stir in the vinegar and serve with bread from the oven.
"""

NEWS = """The council said on Monday that the bridge had been closed after the storm. The mayor, who was elected last year,
told reporters that he had seen the damage himself. Work began on Tuesday and was expected to last for a month.
"""


def verdict(text: str, title: str = "") -> Verdict:
    return judge(Document(id="x", text=text, title=title, sha256=""))


def test_steps_on_a_device_are_operations() -> None:
    assert verdict(STEPS).multi_step


def test_a_recipe_is_no_operation_of_a_machine() -> None:
    assert not verdict(RECIPE).multi_step


def test_news_is_no_operation() -> None:
    assert not verdict(NEWS).multi_step


def test_an_empty_text_is_no_operation() -> None:
    assert not verdict("").multi_step


def test_the_reason_names_what_decided() -> None:
    assert "commands" in verdict(STEPS).reason


def test_labels_follow_the_words_of_the_text() -> None:
    found = verdict("Book a flight. Choose your seat on the flight and check in for the trip. Bring luggage to the hotel.")
    assert found.domains[0] == "travel_and_transportation"


def test_the_summary_is_one_line_with_the_title() -> None:
    assert verdict(STEPS, "Router help").summary == "How-to on: Router help."
