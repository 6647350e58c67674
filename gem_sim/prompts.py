"""Prompt texts by name, from the prompts/ folder. Rendered strictly: a missing value is an error.

A file is Markdown: a heading, then either a text or lists of phrasings. Values are filled in as data; template marks inside
them stay as they are.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from gem_sim import assets
from gem_sim.errors import InputError

_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)


@cache
def source(name: str) -> str:
    """The text of `prompts/<name>.md` without its heading. Raises InputError where there is none."""
    file = assets.folder("prompts") / f"{name}.md"
    if not file.is_file():
        raise InputError(f"prompts/{name}.md: no such prompt")
    text = file.read_text(encoding="utf-8")
    return text.split("\n", 1)[1].strip() if text.startswith("# ") else text.strip()


@cache
def digest(name: str) -> str:
    """16 hex digits of the text, stamped into every episode that used it."""
    return hashlib.sha256(source(name).encode()).hexdigest()[:16]


@cache
def lists(name: str) -> dict[str, tuple[str, ...]]:
    """The items of a file's lists, unrendered: those before the first section under the empty name, then those of each section."""
    found: dict[str, list[str]] = {"": []}
    section = ""
    for line in source(name).splitlines():
        if line.startswith("## "):
            section = line[3:].strip()
            found[section] = []
        elif line.startswith("-"):
            found[section].append(line[1:].strip())
    return {title: tuple(items) for title, items in found.items()}


def variants(name: str) -> tuple[str, ...]:
    """All items of a file's lists, unrendered."""
    return tuple(item for items in lists(name).values() for item in items)


@cache
def template(text: str) -> Template:
    """A text as a template. It cannot reach internals, and a value that is missing is an error."""
    return _ENVIRONMENT.from_string(text)


def render(name: str, /, **values: Any) -> str:
    """The whole text of a prompt with its values."""
    return template(source(name)).render(values).strip()
