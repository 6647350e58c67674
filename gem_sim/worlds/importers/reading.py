"""Files as plain JSON values: JSON, JSON Lines and YAML, each within bounds of size, depth and time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from gem_sim.errors import InputError
from gem_sim.worlds.importers.yaml import load_yaml

MAX_BYTES = 32 * 2**20
MAX_VALUES = 4_000_000
"""Values in a file, by its commas and brackets; many small ones take far more memory than their bytes."""


def read_file(path: Path) -> Any:
    """The value in a file; JSON Lines give a list. Raises InputError with one line that names file, place and what was expected."""
    text = read_text(path)
    if path.suffix in (".jsonl", ".ndjson"):
        return json_lines(text, path.name)
    if path.suffix in (".yaml", ".yml"):
        return load_yaml(text, path.name)
    if text.lstrip()[:1] not in ("{", "["):
        return load_yaml(text, path.name)
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if text.lstrip().startswith("{") and text.strip().count("\n") and _is_json(text.strip().partition("\n")[0]):
            return json_lines(text, path.name)
        raise InputError(f"{path.name}: not JSON ({error})") from None


def read_text(path: Path) -> str:
    """The text of a file. Raises InputError where it is missing, too large or not UTF-8."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a name with a null character
        raise InputError(f"{str(path)!r:.200}: cannot be read ({getattr(error, 'strerror', None) or error})") from None
    if len(content) > MAX_BYTES:
        raise InputError(f"{path.name}: larger than {MAX_BYTES // 2**20} MB; expected a smaller file")
    if sum(content.count(mark) for mark in (b",", b"[", b"{")) > MAX_VALUES:
        raise InputError(f"{path.name}: more than {MAX_VALUES} values; expected a smaller file")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name}: not UTF-8 text (at byte {error.start})") from None


def json_lines(text: str, where: str) -> list[Any]:
    """One JSON value a line; empty lines are passed over. Raises InputError that names the line."""
    values = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                values.append(orjson.loads(line))
            except orjson.JSONDecodeError as error:
                raise InputError(f"{where} line {number}: not JSON ({error})") from None
    return values


def _is_json(text: str) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True
