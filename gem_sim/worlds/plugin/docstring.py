"""Reads docstrings in Google style: what a tool does, and what each of its parameters is. Knows text, not types."""

from __future__ import annotations

import inspect
import re

_SECTION = re.compile(r"(Args|Arguments|Returns|Raises|Yields|Examples?|Notes?|Todo|Attributes):\s*")
_ENTRY = re.compile(r"(\w+)\s*(?:\([^)]*\))?:\s*(.*)")


def read(text: str | None) -> tuple[str, dict[str, str]]:
    """The description before the first section, and parameter name to its text under `Args:`; each on one line."""
    parts: dict[str, list[str]] = {"": []}
    section = ""
    for line in inspect.cleandoc(text or "").splitlines():
        heading = _SECTION.fullmatch(line)
        if heading:
            section = "Args" if heading[1] == "Arguments" else heading[1]
            parts.setdefault(section, [])
        else:
            parts[section].append(line)
    return _flat(parts[""]), _entries(parts.get("Args", []))


def _entries(lines: list[str]) -> dict[str, str]:
    """`name: text` or `name (type): text`; lines that stand further in go on with the entry above them."""
    indents = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    found: dict[str, list[str]] = {}
    name = ""
    for line in lines:
        entry = _ENTRY.fullmatch(line.strip()) if line.strip() and len(line) - len(line.lstrip()) == min(indents) else None
        if entry:
            name = entry[1]
            found[name] = [entry[2]]
        elif name:
            found[name].append(line)
    return {word: _flat(texts) for word, texts in found.items()}


def _flat(lines: list[str]) -> str:
    return " ".join(" ".join(lines).split())
