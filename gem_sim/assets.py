"""Finds the content folders graphs/, tool_mocks/ and prompts/ in a checkout and in a wheel. Knows nothing of what is in them."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def folder(kind: str) -> Path:
    """`gem_sim/<kind>` in a wheel, `<repository>/<kind>` in a checkout."""
    for root in (_HERE, _HERE.parent):
        if (path := root / kind).is_dir():
            return path
    raise FileNotFoundError(kind)
