"""Blocks and their spans."""

from __future__ import annotations

from gem_sim.extract.structure import Block, parse


def kinds(text: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in parse(text)]


def only(text: str, kind: str) -> list[Block]:
    return [block for block in parse(text) if block.kind == kind]


def test_markup_is_no_part_of_the_words() -> None:
    assert kinds("Tap **Cancel** in [the app](http://x.test/y) with `code`.") == [("paragraph", "Tap Cancel in the app with code.")]


def test_a_span_holds_the_markup_of_its_first_and_last_word() -> None:
    text = "**Cards** can be *closed*"
    block = parse(text)[0]
    assert text[block.start : block.end] == text


def test_a_bare_short_line_over_a_paragraph_is_a_heading() -> None:
    assert kinds("Close a card\nYou can close a card in the app. It takes a day.")[0] == ("heading", "Close a card")


def test_a_wrapped_paragraph_is_one_block() -> None:
    assert len(parse("If you are looking\nfor details of the loan, ask at\nthe desk.")) == 1


def test_items_know_their_lead_in() -> None:
    blocks = parse("You need:\n\n- a card\n- a PIN\n")
    assert [blocks[block.lead].text for block in blocks if block.kind == "item"] == ["You need:", "You need:"]


def test_nested_items_are_led_in_by_the_item_above() -> None:
    blocks = parse("1. Choose a colour:\n    * red\n    * blue\n2. Save.\n")
    assert [block.lead for block in blocks] == [-1, 0, 0, -1]


def test_rows_know_their_header() -> None:
    rows = only("| Field | Limit |\n|---|---|\n| amount | 5 |\n", "row")
    assert rows[1].header == ("Field", "Limit")
    assert rows[1].cells == ("amount", "5")


def test_headings_nest_by_level() -> None:
    blocks = parse("# A\n\n## B\n\ntext here.\n\n## C\n\nmore text.\n")
    assert [block.section for block in blocks] == [-1, 0, 1, 0, 3]


def test_fenced_code_is_left_out() -> None:
    assert kinds("Run this.\n\n```\nrm -rf x\n```\n\nDone now.") == [("paragraph", "Run this."), ("paragraph", "Done now.")]


def test_sentences_end_at_full_stops_but_not_at_abbreviations() -> None:
    block = parse("Use a card, e.g. Visa. Then wait.")[0]
    assert [sentence.text for sentence in block.sentences] == ["Use a card, e.g. Visa.", "Then wait."]
