"""Reading documents from files, folders and stdin."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import pytest

from gem_sim.corpus import read_documents
from gem_sim.errors import InputError
from gem_sim.records import Document, Rejected


def read(*sources: Path) -> list[Document | Rejected]:
    return list(read_documents([str(source) for source in sources]))


def one(source: Path) -> Document:
    (found,) = read(source)
    assert isinstance(found, Document), found
    return found


def refused(source: Path) -> Rejected:
    (found,) = read(source)
    assert isinstance(found, Rejected)
    assert (found.stage, found.cause) == ("read", "input")
    assert "\n" not in found.reason
    return found


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_text_file_is_a_document_named_after_it(tmp_path: Path) -> None:
    found = one(write(tmp_path / "cards.txt", "Close a card."))
    assert (found.id, found.text, found.source) == ("cards", "Close a card.", "cards.txt")
    assert found.sha256 == hashlib.sha256(b"Close a card.").hexdigest()


def test_front_matter_is_taken_and_stripped(tmp_path: Path) -> None:
    found = one(write(tmp_path / "a.md", "---\nid: x1\ntitle: Cards\nsource: us\nlicense: CC0\nextra: 3\n---\n# Head\n\nText.\n"))
    assert (found.id, found.title, found.source, found.licence) == ("x1", "Cards", "us", "CC0")
    assert found.text == "# Head\n\nText.\n"


def test_a_title_falls_back_to_the_first_heading(tmp_path: Path) -> None:
    assert one(write(tmp_path / "a.md", "Intro.\n\n## Closing a card ##\n\nText.\n")).title == "Closing a card"


def test_broken_front_matter_is_rejected(tmp_path: Path) -> None:
    assert "front matter" in refused(write(tmp_path / "a.md", "---\nid: [x\n---\ntext\n")).reason


def test_front_matter_builds_no_objects(tmp_path: Path) -> None:
    refused(write(tmp_path / "a.md", "---\nid: !!python/object/apply:os.getcwd []\n---\ntext\n"))


def test_html_keeps_the_main_text_only(tmp_path: Path) -> None:
    page = """<html><head><title>Help</title><style>p{}</style></head><body><nav>Home</nav><h1>Close a card</h1>
    <p>You can <b>close</b> it.</p><ol><li>Open the app.</li><li><p>Tap Close.</p></li></ol><ul><li>one</li></ul>
    <table><tr><th>Field</th><th>Limit</th></tr><tr><td>amount</td><td>5</td></tr></table><form>Search</form><footer>(c)</footer></body></html>"""
    found = one(write(tmp_path / "a.html", page))
    lines = [line for line in found.text.splitlines() if line]
    assert found.title == "Help"
    assert lines == [
        "# Close a card",
        "You can close it.",
        "1. Open the app.",
        "2. Tap Close.",
        "- one",
        "| Field | Limit |",
        "| amount | 5 |",
    ]


def test_json_lines_take_the_usual_fields(tmp_path: Path) -> None:
    rows = [{"text": "a", "id": 7, "url": "u", "license": "MIT", "more": 1}, {"content": "b"}, {"body": "c", "title": "T"}]
    found = read(write(tmp_path / "d.jsonl", "\n".join(json.dumps(row) for row in rows)))
    assert [(doc.id, doc.text, doc.source, doc.licence) for doc in found if isinstance(doc, Document)] == [
        ("7", "a", "u", "MIT"),
        ("d:2", "b", "d.jsonl", ""),
        ("d:3", "c", "d.jsonl", ""),
    ]


@pytest.mark.parametrize("line", ["{bad", "[1]", '{"id": "x"}', '{"text": 3}', '{"text": "  "}', '{"text": "a\\u0000b"}'])
def test_a_bad_line_is_rejected_and_reading_goes_on(tmp_path: Path, line: str) -> None:
    found = read(write(tmp_path / "d.jsonl", f'{line}\n{{"text": "good"}}\n'))
    assert isinstance(found[0], Rejected)
    assert "line 1" in found[0].reason
    assert isinstance(found[1], Document)
    assert found[1].id == "d:2"


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe\x00", b"a\x00b"])
def test_a_file_that_is_no_text_is_rejected(tmp_path: Path, content: bytes) -> None:
    refused(write(tmp_path / "a.txt", content))


def test_a_folder_is_read_in_order_with_relative_ids(tmp_path: Path) -> None:
    for name in ("b.md", "a/z.txt", ".hidden.txt", ".git/x.txt", "c.png"):
        write(tmp_path / name, "Some text.")
    assert [doc.id for doc in read(tmp_path) if isinstance(doc, Document)] == ["a/z", "b"]


def test_no_record_holds_a_path_of_the_machine(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "text")
    write(tmp_path / "b.txt", b"\xff")
    assert all(str(tmp_path) not in found.model_dump_json() for found in read(tmp_path))


def test_an_id_that_comes_twice_is_rejected(tmp_path: Path) -> None:
    found = read(write(tmp_path / "a.txt", "x"), tmp_path / "a.txt")
    assert [type(one) for one in found] == [Document, Rejected]


def test_a_missing_source_is_an_error_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_documents([str(tmp_path / "none.txt")])


def test_a_file_type_that_is_not_known_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot read files of type"):
        read_documents([str(write(tmp_path / "a.pdf", "x"))])


def test_stdin_is_one_text_or_json_lines() -> None:
    text = list(read_documents(["-"], stdin=io.BytesIO(b"\nClose a card.\nNow.")))
    lines = list(read_documents(["-"], stdin=io.BytesIO(b'\n {"text": "a"}\n{"text": "b", "id": "k"}\n')))
    assert [(doc.id, doc.text) for doc in text if isinstance(doc, Document)] == [("stdin", "\nClose a card.\nNow.")]
    assert [doc.id for doc in lines if isinstance(doc, Document)] == ["stdin:2", "k"]


def test_documents_come_while_the_file_is_still_being_read(tmp_path: Path) -> None:
    path = write(tmp_path / "d.jsonl", '{"text": "a"}\n{"text": "b"}\n')
    stream = read_documents([str(path)])
    assert isinstance(next(stream), Document)
