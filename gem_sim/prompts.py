"""Prompt texts and offline phrasings by name, from the prompts/ folder. Rendered strictly: a missing value is an error.

A file is Markdown: a heading, then either a text or, for phrasings, a list with one variant a line. Values are filled in
as data; template marks inside them stay as they are.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from gem_sim import assets

_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)


def listed(given: dict[str, str]) -> str:
    """`pickup date 21 April 2026, reason lost`."""
    return ", ".join(f"{name} {value}" for name, value in given.items())


def told(given: dict[str, str]) -> str:
    """`the pickup date is 21 April 2026 and the reason is lost`."""
    return " and ".join(f"the {name} is {value}" for name, value in given.items())


_ENVIRONMENT.globals.update(listed=listed, told=told)


@cache
def source(name: str) -> str:
    """The text of `prompts/<name>.md` without its heading."""
    text = (assets.folder("prompts") / f"{name}.md").read_text(encoding="utf-8")
    return text.split("\n", 1)[1].strip() if text.startswith("# ") else text.strip()


@cache
def digest(name: str) -> str:
    """16 hex digits of the text, stamped into every episode that used it."""
    return hashlib.sha256(source(name).encode()).hexdigest()[:16]


@cache
def variants(name: str) -> tuple[str, ...]:
    """The list items of a phrasing, unrendered."""
    return tuple(line[2:].strip() for line in source(name).splitlines() if line.startswith("- "))


@cache
def _template(text: str) -> Template:
    return _ENVIRONMENT.from_string(text)


def render(name: str, /, **values: Any) -> str:
    """The whole text of a prompt with its values."""
    return _template(source(name)).render(values).strip()


def phrase(name: str, variant: int, /, **values: Any) -> str:
    """One variant of a phrasing (counted around) with its values."""
    texts = variants(name)
    return " ".join(_template(texts[variant % len(texts)]).render(values).split())
