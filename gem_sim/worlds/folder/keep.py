"""The parts of a `world.yaml` that stay as they are, letter by letter, remarks of its writer included."""

from __future__ import annotations

from typing import Any

import yaml

from gem_sim.worlds.canonical import same
from gem_sim.worlds.folder.text import SECTIONS, chunks

Chunks = dict[tuple[str, ...], str]


def world_text(world: dict[str, Any], remarks: dict[str, list[str]], head: str, old: str | None = None) -> str:
    """The text of a world. Parts that `old`, the text there was, says already are taken from it."""
    made = head + "".join(chunks(world, remarks).values())
    if old is None:
        return made
    before = yaml.safe_load(old)
    kept = _cut(old)
    fresh = chunks(world, remarks)
    parts = [kept[path] if path in kept and same(_at(before, path), _at(world, path)) else text for path, text in fresh.items()]
    text = kept.get((), "") + "".join(part if part.endswith("\n") else f"{part}\n" for part in parts)
    return text if _says(text, world) else made  # another indentation, or another order: then the parts do not go together


def _says(text: str, world: dict[str, Any]) -> bool:
    try:
        return same(yaml.safe_load(text), world)
    except yaml.YAMLError:
        return False


def _at(world: Any, path: tuple[str, ...]) -> Any:
    """What stands at a path; of a section only that it is there, because its members are parts of their own."""
    value = world[path[0]]
    return value[path[1]] if len(path) == 2 else bool(value) if path[0] in SECTIONS else value


def _cut(text: str) -> Chunks:
    """The text cut before each part, so that the remarks above a part belong to it; `()` is what stands before the first."""
    lines = text.splitlines(keepends=True)
    starts = [(_above(lines, line), path) for line, path in _starts(yaml.compose(text, Loader=yaml.SafeLoader))]
    ends = [*(line for line, _ in starts[1:]), len(lines)]
    made = {path: "".join(lines[start:end]) for (start, path), end in zip(starts, ends, strict=True)}
    return {(): "".join(lines[: starts[0][0]]) if starts else "", **made}


def _starts(root: Any) -> list[tuple[int, tuple[str, ...]]]:
    found: list[tuple[int, tuple[str, ...]]] = []
    for key, value in root.value:
        found.append((key.start_mark.line, (key.value,)))
        if key.value in SECTIONS and isinstance(value, yaml.MappingNode) and not value.flow_style:
            found += [(name.start_mark.line, (key.value, name.value)) for name, _ in value.value]
    return found


def _above(lines: list[str], at: int) -> int:
    """The line at which the remarks and empty lines above a part begin; the first lines of a file belong to the file."""
    start = at
    while start > 0 and (not lines[start - 1].strip() or lines[start - 1].lstrip().startswith("#")):
        start -= 1
    return at if start == 0 else start
