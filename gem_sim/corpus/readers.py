"""Reads documents from files, folders and stdin, one at a time. Knows formats and what a bad input is, not what a text means."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import yaml

from gem_sim.corpus.html import main_text
from gem_sim.errors import InputError
from gem_sim.records import Document, Rejected

TEXT = {".txt", ".text"}
MARKDOWN = {".md", ".markdown"}
HTML = {".html", ".htm"}
LINES = {".jsonl", ".ndjson"}
SUFFIXES = TEXT | MARKDOWN | HTML | LINES

LONGEST = 64 * 1024 * 1024
"""Bytes of one document or one JSONL line; more is not an article and would only fill the memory."""

Found = Document | Rejected


class Unusable(Exception):
    """One input that cannot become a document; the text is the reason."""


def read_documents(sources: Sequence[str], *, stdin: BinaryIO | None = None) -> Iterator[Found]:
    """The documents of `sources` in order. What the caller named wrongly raises at once; what is bad inside comes out as Rejected."""
    for source in sources:
        _check_named(source)
    return _unique(found for source in sources for found in _read_source(source, stdin))


def _check_named(source: str) -> None:
    path = Path(source)
    if source == "-":
        return
    if not path.exists():
        raise InputError(f"{source}: no such file or folder; expected one of {_kinds()}, a folder of them, or - for stdin")
    if path.is_file() and path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{source}: cannot read files of type {path.suffix or 'without suffix'!r}; expected one of {_kinds()}")


def _kinds() -> str:
    return " ".join(sorted(SUFFIXES))


def _unique(found: Iterator[Found]) -> Iterator[Found]:
    seen: set[str] = set()
    for one in found:
        if isinstance(one, Document):
            if one.id in seen:
                yield _rejected(one.id, "a document with this id was already read in this run")
                continue
            seen.add(one.id)
        yield one


def _read_source(source: str, stdin: BinaryIO | None) -> Iterator[Found]:
    if source == "-":
        yield from _read_stdin(stdin or sys.stdin.buffer)
        return
    path = Path(source)
    if path.is_dir():
        yield from _read_folder(path, path)
        return
    try:
        yield from _read_file(path, path.stem, path.name)
    except OSError as error:
        raise InputError(f"{source}: cannot be read ({error.strerror}); expected a readable file") from error


def _read_folder(root: Path, folder: Path) -> Iterator[Found]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        if folder == root:
            raise InputError(f"{root}: cannot be read ({error.strerror}); expected a readable folder") from error
        yield _rejected(folder.relative_to(root).as_posix(), f"folder cannot be read ({error.strerror})")
        return
    for path in entries:
        if path.name.startswith("."):
            continue
        if path.is_dir():
            # A link to a folder may point back up and never end.
            if not path.is_symlink():
                yield from _read_folder(root, path)
        elif path.suffix.lower() in SUFFIXES:
            name = path.relative_to(root)
            yield from _read_inside(path, name.with_suffix("").as_posix(), name.as_posix())


def _read_inside(path: Path, ident: str, name: str) -> Iterator[Found]:
    try:
        yield from _read_file(path, ident, name)
    except OSError as error:
        yield _rejected(ident, f"{name}: cannot be read ({error.strerror})")


def _read_file(path: Path, ident: str, name: str) -> Iterator[Found]:
    with path.open("rb") as stream:
        if path.suffix.lower() in LINES:
            yield from _read_lines(stream, ident, name)
        else:
            yield _read_whole(stream, path.suffix.lower(), ident, name)


def _read_stdin(stream: BinaryIO) -> Iterator[Found]:
    """JSONL if the first non-blank byte is `{`, else one plain text."""
    head = b""
    while True:
        line = stream.readline(LONGEST + 1)
        head += line
        if line.strip() or not line or len(head) > LONGEST:
            break
    if head.lstrip().startswith(b"{"):
        yield from _read_lines(_Rest(head, stream), "stdin", "stdin")
    else:
        yield _read_whole(_Rest(head, stream), ".txt", "stdin", "stdin")


class _Rest:
    """A stream with some bytes put back in front; stdin cannot seek."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._lines = head.splitlines(keepends=True)[::-1]
        self._head = head
        self._stream = stream

    def readline(self, limit: int) -> bytes:
        return self._lines.pop() if self._lines else self._stream.readline(limit)

    def read(self, limit: int) -> bytes:
        return self._head + self._stream.read(limit)


def _read_whole(stream: BinaryIO | _Rest, suffix: str, ident: str, name: str) -> Found:
    try:
        data = stream.read(LONGEST + 1)
        if len(data) > LONGEST:
            raise Unusable(f"{name}: larger than {LONGEST // 2**20} MiB; expected one article")
        text = _decoded(data, name)
        fields: dict[str, Any] = {}
        if suffix in MARKDOWN:
            fields, text = _front_matter(text, name)
        elif suffix in HTML:
            title, text = main_text(text)
            fields = {"title": title}
        return _document(fields, text, ident, name, first_heading=suffix in MARKDOWN | HTML)
    except Unusable as problem:
        return _rejected(ident, str(problem))


def _read_lines(stream: BinaryIO | _Rest, stem: str, name: str) -> Iterator[Found]:
    number = 0
    while line := stream.readline(LONGEST + 1):
        number += 1
        if len(line) > LONGEST:
            yield _rejected(f"{stem}:{number}", f"{name} line {number}: longer than {LONGEST // 2**20} MiB; expected one article")
            _skip_line(stream, line)
        elif line.strip():
            yield _read_line(line, f"{stem}:{number}", f"{name} line {number}", name)


def _skip_line(stream: BinaryIO | _Rest, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = stream.readline(LONGEST)


def _read_line(line: bytes, ident: str, where: str, name: str) -> Found:
    try:
        fields = orjson.loads(line)
        if not isinstance(fields, dict):
            raise Unusable(f"{where}: expected a JSON object, found {type(fields).__name__}")
        ident = _string(fields, "id") or ident
        text = next((fields[key] for key in ("text", "content", "body") if key in fields), None)
        if not isinstance(text, str):
            raise Unusable(f"{where}: no text; expected a string in text, content or body")
        return _document(fields, text, ident, name, where=where)
    except orjson.JSONDecodeError as error:
        return _rejected(ident, f"{where}: not JSON ({error.msg.splitlines()[0]})")
    except Unusable as problem:
        return _rejected(ident, str(problem))


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise Unusable(f"{name}: not UTF-8 at byte {error.start}") from error


def _front_matter(text: str, name: str) -> tuple[dict[str, Any], str]:
    """The YAML between the first `---` line and the next one, and the text behind it."""
    if not text.startswith("---\n"):
        return {}, text
    end = text.find("\n---", 3)
    if end < 0 or text[end + 4 : end + 5] not in ("", "\n"):
        return {}, text
    try:
        fields = yaml.safe_load(text[4 : end + 1])
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Unusable(f"{name}: front matter is not YAML ({str(error).splitlines()[0] if str(error) else 'nested too deep'})") from error
    if fields is not None and not isinstance(fields, dict):
        raise Unusable(f"{name}: front matter is not a mapping of id, title, source, licence")
    return fields or {}, text[end + 4 :].lstrip("\n")


def _document(fields: dict[str, Any], text: str, ident: str, name: str, *, where: str = "", first_heading: bool = False) -> Document:
    if not text.strip():
        raise Unusable(f"{where or name}: empty text")
    if "\x00" in text:
        raise Unusable(f"{where or name}: NUL bytes in the text; expected plain text")
    title = _string(fields, "title") or (_heading(text) if first_heading else "")
    licence = _string(fields, "licence") or _string(fields, "license")
    source = _string(fields, "source") or _string(fields, "url") or name
    try:
        digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    except UnicodeEncodeError as error:
        raise Unusable(f"{where or name}: half a surrogate pair at character {error.start}") from error
    return Document(id=_string(fields, "id") or ident, text=text, title=title, source=source, licence=licence, sha256=digest)


def _string(fields: dict[str, Any], key: str) -> str:
    value = fields.get(key)
    return "" if value is None or isinstance(value, (dict, list)) else str(value).strip()


def _heading(text: str) -> str:
    for line in text.splitlines():
        if line.startswith("#"):
            return line.lstrip("#").strip().rstrip("#").strip()
    return ""


def _rejected(ident: str, reason: str) -> Rejected:
    return Rejected(document=ident, stage="read", cause="input", reason=reason)
