"""Prompt texts by name, rendered strictly."""

import re

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from gem_sim import assets, prompts

PHRASINGS = sorted(path.stem for path in (assets.folder("prompts") / "offline").glob("*.md") if path.stem != "system")


@pytest.mark.smoke
@pytest.mark.parametrize("name", PHRASINGS)
def test_every_phrasing_has_several_variants(name: str) -> None:
    assert len(prompts.variants(f"offline/{name}")) >= 2


def test_the_heading_is_no_part_of_the_text() -> None:
    assert not prompts.source("offline/system").startswith("#")


def test_a_value_that_is_missing_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="action"):
        prompts.phrase("offline/open", 0, given={})


def test_template_marks_inside_values_stay_as_they_are() -> None:
    assert "{{ 7 * 7 }}" in prompts.phrase("offline/explain", 0, action="{{ 7 * 7 }}", error="no")


def test_markup_in_values_is_not_escaped() -> None:
    assert "a < b & c" in prompts.phrase("offline/explain", 0, action="x", error="a < b & c")


def test_variants_are_counted_around() -> None:
    count = len(prompts.variants("offline/close"))
    assert prompts.phrase("offline/close", 1) == prompts.phrase("offline/close", 1 + count)


def test_a_phrase_is_one_line_without_double_spaces() -> None:
    text = prompts.phrase("offline/open", 0, action="renew the\n loan", given={})
    assert not re.search(r"\s\s|\n", text)


def test_given_details_are_listed_and_told() -> None:
    given = {"pickup date": "21 April 2026", "reason": "lost"}
    assert prompts.listed(given) == "pickup date 21 April 2026, reason lost"
    assert prompts.told(given) == "the pickup date is 21 April 2026 and the reason is lost"


def test_the_digest_is_that_of_the_text() -> None:
    assert re.fullmatch(r"[0-9a-f]{16}", prompts.digest("offline/open"))
    assert prompts.digest("offline/open") != prompts.digest("offline/close")


def test_a_template_reaches_no_internals() -> None:
    with pytest.raises(SecurityError):
        prompts._template("{{ x.__class__.__mro__ }}").render(x=1)


def test_the_system_prompt_lists_the_rules() -> None:
    text = prompts.render("offline/system", description="Lending.", policy="Be kind.", rules=["One", "Two"], today="2026-03-02")
    assert "\n- One\n- Two" in text
    assert "Be kind." in text
    assert "2026-03-02" in text
