"""Rows that somebody has already: JSON, JSON Lines, YAML or CSV, one file or a folder of them, as entity name to rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from gem_sim.errors import InputError
from gem_sim.grammar import singular
from gem_sim.worlds.importers.reading import read_file, read_text
from gem_sim.worlds.importers.words import shown
from gem_sim.worlds.spec import snake

Rows = dict[str, list[dict[str, Any]]]

_SUFFIXES = (".json", ".jsonl", ".ndjson", ".yaml", ".yml", ".csv")
_SEVERAL = 2
"""Rows from which on they are seen to be of one kind."""
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,14})")
_FLOAT = re.compile(r"-?(0|[1-9][0-9]{0,14})\.[0-9]{1,12}")
_FLAGS = {"true": True, "false": False}


def read_rows(path: str | Path) -> Rows:
    """Entity name to rows; entities are called as worlds call them, `Order` for orders.

    JSON and YAML hold `{name: [row, ...]}` or `{name: {id: row}}`; a list of rows, JSON Lines and CSV hold one kind of row,
    named after the file. A folder is all its files together. Raises InputError, one line, for anything else.
    """
    return _read(Path(path), _file)


def read_tables(path: str | Path) -> dict[str, Any]:
    """What files hold by name, for a compiler that learns from it: lists of rows, objects from key to row, single rows, values.

    The forms are those of `read_rows`; an object from key to row may also stand alone in a file, which names it.
    Raises InputError, one line, where nothing in a file could be rows.
    """
    return _read(Path(path), _loose_file)


def _read(place: Path, read: Callable[[Path], dict[str, Any]]) -> dict[str, Any]:
    """What one file holds, or all files of a folder together."""
    if not place.is_dir():
        return read(place)
    rows: dict[str, Any] = {}
    for file in sorted(one for one in place.iterdir() if one.suffix in _SUFFIXES):
        for name, found in read(file).items():
            if name in rows:
                raise InputError(f"{file.name}: rows of {name} are in another file of {place.name} already")
            rows[name] = found
    if not rows:
        raise InputError(f"{place}: no rows; expected files that end in {', '.join(_SUFFIXES)}")
    return rows


def entity_name(name: str) -> str:
    """`Order` for rows called Order, order, orders; `OrderItem` for order_items and order-items. A name with a capital stays."""
    if name[:1].isupper():
        return name
    parts = [part for part in re.split(r"[^a-zA-Z0-9]+|(?<=[a-z0-9])(?=[A-Z])", name) if part]
    return "".join(part[:1].upper() + part[1:] for part in (*parts[:-1], singular(parts[-1]))) if parts else name


def _file(path: Path) -> Rows:
    if path.suffix == ".csv":
        return {entity_name(path.stem): _table(path)}
    value = read_file(path)
    if isinstance(value, list):
        value = {path.stem: value}
    if not isinstance(value, dict) or not value:
        raise InputError(f"{path.name}: got {shown(value)}; expected an object from entity names to rows")
    rows = {entity_name(name): list(_rows(name, held, path.name)) for name, held in value.items()}
    if len(rows) < len(value):
        raise InputError(f"{path.name}: two of {', '.join(value)[:120]} name the same rows")
    return rows


def _loose_file(path: Path) -> dict[str, Any]:
    if path.suffix == ".csv":
        return {entity_name(path.stem): _table(path)}
    value = read_file(path)
    if isinstance(value, list) or _is_table(value):
        value = {path.stem: value}
    if not isinstance(value, dict) or not any(isinstance(held, (list, dict)) for held in value.values()):
        raise InputError(f"{path.name}: got {shown(value)}; expected an object from entity names to rows")
    found = {entity_name(name) if isinstance(held, (list, dict)) else name: held for name, held in value.items()}
    if len(found) < len(value):
        raise InputError(f"{path.name}: two of {', '.join(value)[:120]} name the same rows")
    return found


def _is_table(value: Any) -> bool:
    """Whether an object goes from keys to rows: several objects with the same columns, which hold more than other objects."""
    rows = list(value.values()) if isinstance(value, dict) else []
    if len(rows) < _SEVERAL or not all(isinstance(row, dict) and row and not all(isinstance(cell, dict) for cell in row.values()) for row in rows):
        return False
    columns = set(rows[0])
    return all(2 * len(columns & set(row)) > len(columns | set(row)) for row in rows)


def _rows(name: str, held: Any, where: str) -> Iterator[dict[str, Any]]:
    """The rows of one entity; those of an object from ids to rows get their id as a field if they do not have it."""
    if isinstance(held, list):
        pairs: list[tuple[str | None, Any]] = [(None, row) for row in held]
    elif isinstance(held, dict):
        pairs = list(held.items())
    else:
        raise InputError(f"{where}: {name}: got {shown(held)}; expected a list of rows, or an object from ids to rows")
    bad = next((at for at, (_, row) in enumerate(pairs) if not isinstance(row, dict)), None)
    if bad is not None:
        raise InputError(f"{where}: {name}[{bad}]: got {shown(pairs[bad][1])}; expected a row, an object from field names to values")
    known = pairs[0][0] is None or any(all(str(row.get(field)) == key for key, row in pairs) for field in pairs[0][1]) if pairs else True
    for key, row in pairs:
        yield row if known else {_key_name(name): key, **row}


def _key_name(name: str) -> str:
    """`order_id` for rows called Order, Orders or orders."""
    return f"{snake(entity_name(name))}_id"


def _table(path: Path) -> list[dict[str, Any]]:
    """The rows of a CSV file with a line of names; a column is numbers or truth values where all of it is."""
    csv.field_size_limit(2**20)
    try:
        lines = list(csv.reader(io.StringIO(read_text(path), newline=""), strict=True))
    except csv.Error as error:
        raise InputError(f"{path.name}: not CSV ({error})") from None
    lines = [line for line in lines if line]
    names = lines[0] if lines else []
    if not names or len(set(names)) < len(names) or not all(names):
        raise InputError(f"{path.name}: expected a first line with a name for each column, each once")
    for number, line in enumerate(lines[1:], 2):
        if len(line) != len(names):
            raise InputError(f"{path.name} row {number}: {len(line)} values; expected {len(names)}")
    columns = [_column([line[at] for line in lines[1:]]) for at in range(len(names))]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _column(texts: list[str]) -> list[Any]:
    given = [text for text in texts if text]
    if given and all(text.lower() in _FLAGS for text in given):
        return [_FLAGS[text.lower()] if text else None for text in texts]
    for form, read in ((_INTEGER, int), (_FLOAT, float)):
        if given and all(form.fullmatch(text) or (read is float and _INTEGER.fullmatch(text)) for text in given):
            return [read(text) if text else None for text in texts]
    return [text or None for text in texts]
