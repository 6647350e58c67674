"""`gem-sim new`: a folder with a mock that works, to start from."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from gem_sim.errors import InputError, StoreError
from gem_sim.worlds.load import mock_names

_TEMPLATES = Path(__file__).with_name("templates")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def scaffold(name: str, *, python: bool) -> Path:
    """Write the folder `tool_mocks/<name>` and return it: `world.yaml` and rows, or with `python` a mock in Python.

    Raises InputError for a name that is none or is taken, StoreError where the folder cannot be written.
    """
    if not _NAME.fullmatch(name):
        raise InputError(f"name {name!r}: expected up to 40 small letters, digits and underscores, such as bike_workshop")
    target = Path("tool_mocks", name)
    if target.exists() or name in mock_names():
        raise InputError(f"a mock called {name!r} is there already; expected another name")
    part = target.with_name(f".{name}.part")  # renamed at the end, so that the folder is there whole or not at all
    try:
        part.mkdir(parents=True)
        for template in sorted((_TEMPLATES / ("python" if python else "declarative")).iterdir()):
            text = template.read_text(encoding="utf-8").replace("NAME", name)
            (part / template.name.removesuffix(".txt")).write_text(text, encoding="utf-8")
        part.rename(target)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise StoreError(f"{target}: cannot be written ({error.strerror})") from None
    return target
