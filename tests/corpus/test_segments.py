"""Cutting long texts."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gem_sim.corpus import split
from gem_sim.records import Document


def document(text: str) -> Document:
    return Document(id="d", text=text, title="T", source="s", licence="l", sha256=hashlib.sha256(text.encode()).hexdigest())


def words(count: int, end: str = ".") -> str:
    return " ".join(["word"] * (count - 1)) + f" word{end}"


def test_a_text_within_bounds_stays_itself() -> None:
    one = document(words(150))
    assert split(one) == [one]


def test_a_short_text_gives_nothing() -> None:
    assert split(document(words(149))) == []


def test_a_long_text_is_cut_at_headings() -> None:
    text = "\n\n".join(f"# Part {number}\n\n" + "\n\n".join([words(90)] * 8) for number in range(4))
    assert [segment.text.split("\n")[0] for segment in split(document(text))] == ["# Part 0", "# Part 1", "# Part 2", "# Part 3"]


def test_segments_carry_what_the_document_says_of_itself() -> None:
    first, *_ = split(document(words(2000)))
    assert (first.id, first.title, first.source, first.licence) == ("d#1", "T", "s", "l")
    assert first.sha256 == hashlib.sha256(first.text.encode()).hexdigest()


def test_a_text_just_over_the_bound_leaves_no_short_end() -> None:
    assert all(len(segment.text.split()) >= 150 for segment in split(document("\n\n".join([words(140)] * 11))))


@pytest.mark.parametrize("text", [words(100_000, ""), "\n".join(["word"] * 100_000), "\n\n".join([words(1)] * 30_000)])
def test_a_book_without_headings_is_cut_too(text: str) -> None:
    assert sum(len(segment.text.split()) for segment in split(document(text))) == len(text.split())


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 700), st.sampled_from([" ", "\n", "\n\n", ". ", "\n\n# A\n\n"])), max_size=12))
def test_segments_are_slices_within_bounds_and_lose_no_word(parts: list[tuple[int, str]]) -> None:
    text = "".join(words(count) + end for count, end in parts)
    found = split(document(text))
    if len(text.split()) >= 150:
        assert " ".join(segment.text for segment in found).split() == text.split()
    for segment in found:
        assert segment.text in text
        assert 150 <= len(segment.text.split()) <= 1500
