"""Diagnostics: their codes, and the page that lists them."""

import re
from pathlib import Path

import pytest

from gem_sim.worlds.diagnostics import CODES, MOST, Notes, found

PAGE = Path(__file__).resolve().parents[2] / "docs" / "diagnostics.md"


@pytest.mark.skipif(not PAGE.is_file(), reason="the documentation is not in the wheel")
def test_the_page_lists_every_code_as_it_is():
    rows = re.findall(r"^\| `(\w+\.\w+)` \| (\w+) \| (.+?) \| (.*?) ?\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {code: tuple(row) for code, *row in rows} == {code: tuple(about) for code, about in CODES.items()}
    assert len(rows) == len(CODES)


def test_every_code_says_what_it_means_and_errors_what_to_do():
    assert all(about.meaning and (about.advice or about.severity == "info") for about in CODES.values())


def test_a_diagnostic_is_one_line_with_what_was_seen_and_what_to_do():
    assert found("tool.form", "tools[1]", "got 5").line() == ("error tool.form tools[1]: got 5. Write it as {name, description, parameters}, or take it out.")


def test_what_comes_up_without_end_is_counted():
    notes = Notes()
    for at in range(MOST + 7):
        notes.add("schema.keyword", f"tools[{at}]", "bad")
    notes.add("tool.form", "tools[1]", "worse")
    made = notes.all()
    assert (made[0].code, len(made)) == ("tool.form", MOST + 2)
    assert made[-1].text.startswith("and 7 more of this kind")


def test_a_place_has_an_end():
    notes = Notes()
    notes.add("schema.keyword", "a." * 10_000, "bad")
    assert len(notes.all()[0].where) < 200
