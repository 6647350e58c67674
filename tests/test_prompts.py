"""Prompt texts by name, rendered strictly."""

import re

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from gem_sim import prompts
from gem_sim.errors import InputError


def test_the_heading_is_no_part_of_the_text() -> None:
    assert not prompts.source("offline/system").startswith("#")


def test_a_value_that_is_missing_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="rules"):
        prompts.render("offline/system", description="", policy="", today="")


def test_template_marks_inside_values_stay_as_they_are() -> None:
    assert "{{ 7 * 7 }}" in prompts.render("offline/system", description="{{ 7 * 7 }}", policy="", rules=[], today="")


def test_markup_in_values_is_not_escaped() -> None:
    assert "a < b & c" in prompts.render("offline/system", description="a < b & c", policy="", rules=[], today="")


def test_a_prompt_that_does_not_exist_is_one_clear_error() -> None:
    with pytest.raises(InputError, match=r"prompts/offline/nothing\.md: no such prompt"):
        prompts.source("offline/nothing")


def test_lists_are_found_by_section() -> None:
    found = prompts.lists("offline/open")
    assert found[""]
    assert found["lead"]
    assert set(prompts.variants("offline/open")) == {item for items in found.values() for item in items}


def test_the_digest_is_that_of_the_text() -> None:
    assert re.fullmatch(r"[0-9a-f]{16}", prompts.digest("offline/open"))
    assert prompts.digest("offline/open") != prompts.digest("offline/close")


def test_a_template_reaches_no_internals() -> None:
    with pytest.raises(SecurityError):
        prompts.template("{{ x.__class__.__mro__ }}").render(x=1)


def test_the_system_prompt_lists_the_rules() -> None:
    text = prompts.render("offline/system", description="Lending.", policy="Be kind.", rules=["One", "Two"], today="2026-03-02")
    assert "\n- One\n- Two" in text
    assert "Be kind." in text
    assert "2026-03-02" in text
