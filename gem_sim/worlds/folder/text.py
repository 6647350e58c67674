"""A world as the text of `world.yaml`: block style, short things on one line, a remark above each tool."""

from __future__ import annotations

from typing import Any

import orjson
import yaml

SECTIONS = ("entities", "tools")
"""Parts of a world whose members stand apart from one another."""
_FLAT = {1: 130, 2: 80, 3: 60}
"""Characters of a list or mapping that stands on one line, by how deep it is."""
_WIDTH = 140


class _Dumper(yaml.SafeDumper):
    """Lists stand to the right of what they belong to, short things on one line, texts of several lines as they are."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002  (signature of the base class)
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  (as above)
        return True


class _Block(dict[str, Any]):
    """A mapping that stands below its name however short it is."""


def _mapping(dumper: _Dumper, value: dict[str, Any]) -> yaml.Node:
    flat = _is_flat(value) and not isinstance(value, _Block)
    return dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=flat)


def _sequence(dumper: _Dumper, value: list[Any]) -> yaml.Node:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=_is_flat(value))


def _string(dumper: _Dumper, value: str) -> yaml.Node:
    """Lines one below the other; double quotes where single ones would have to be doubled."""
    lines = value.split("\n")
    readable = len(lines) > 1 and all(line.isprintable() and line == line.strip() for line in lines) and bool(lines[0])
    odd = not value.replace("\n", "").isprintable()  # such as line ends of other scripts, which only double quotes keep
    doubled = odd or ("'" in value and not dumper.analyze_scalar(value).allow_flow_plain)
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if readable else '"' if doubled else None)


_Dumper.add_representer(dict, _mapping)
_Dumper.add_representer(_Block, _mapping)
_Dumper.add_representer(list, _sequence)
_Dumper.add_representer(str, _string)


def _is_flat(value: Any) -> bool:
    """Whether a list or mapping is short enough for one line, and holds nothing that is better read below one another."""
    return not value or len(orjson.dumps(value)) <= _FLAT.get(_depth(value), 0)


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(_depth, inner), default=0)


def chunks(world: dict[str, Any], remarks: dict[str, list[str]]) -> dict[tuple[str, ...], str]:
    """The text of each part: `(key,)`, and `("tools", name)` for the members of a section. `remarks` go above the tools they name."""
    made: dict[tuple[str, ...], str] = {}
    for key, value in world.items():
        if key in SECTIONS and value:
            made[key,] = f"\n{key}:\n"
            for at, (name, part) in enumerate(value.items()):
                remark = _remark(remarks.get(name, []) if key == "tools" else [])
                made[key, name] = ("\n" if at and key == "tools" else "") + remark + _indented(_dumped({name: _spread(part)}))
        else:
            made[key,] = ("\n" if isinstance(value, (dict, list)) else "") + _dumped({key: value})
    return made


def _spread(part: dict[str, Any]) -> dict[str, Any]:
    """An entity with each of its fields, or a tool with each of its properties, on a line of its own."""
    return _Block({name: _Block(value) if name == "fields" else value for name, value in part.items()})


def _remark(texts: list[str]) -> str:
    kept = ["".join(letter if letter.isprintable() else " " for letter in text)[:_WIDTH] for text in texts]
    return "".join(f"  # {text}\n" for text in kept)


def _indented(text: str) -> str:
    return "".join(f"  {line}" if line.strip() else line for line in text.splitlines(keepends=True))


def _dumped(value: dict[str, Any]) -> str:
    return yaml.dump(_Block(value), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)


def rows_text(rows: dict[str, list[dict[str, Any]]]) -> str:
    """The text of `rows.json`: a row on each line."""
    parts = []
    for name, listed in rows.items():
        lines = ",\n    ".join(_row(row) for row in listed)
        parts.append(f"  {orjson.dumps(name).decode()}: [\n    {lines}\n  ]" if listed else f"  {orjson.dumps(name).decode()}: []")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _row(row: Any) -> str:
    """JSON with a space after each colon and comma."""
    if isinstance(row, dict):
        return "{" + ", ".join(f"{orjson.dumps(name).decode()}: {_row(value)}" for name, value in row.items()) + "}"
    if isinstance(row, list):
        return "[" + ", ".join(map(_row, row)) + "]"
    return orjson.dumps(row).decode()
