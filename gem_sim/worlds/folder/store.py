"""The files of a compiled mock: what stands in its folder, and what is to be written there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import yaml

from gem_sim.errors import InputError, SpecError
from gem_sim.worlds.canonical import same
from gem_sim.worlds.diagnostics import Diagnostic, Notes
from gem_sim.worlds.folder.keep import world_text
from gem_sim.worlds.folder.merge import merged
from gem_sim.worlds.folder.text import rows_text
from gem_sim.worlds.load import parse_world
from gem_sim.worlds.spec import WorldSpec

GENERATED = ".compiled.json"
"""What was generated last, beside the files that may have been edited since."""
_FIRST = ("kind", "side")
_BESIDE = ("rows", "policy")
"""Parts of a world with files of their own."""


@dataclass(frozen=True)
class Renewed:
    """What to write: file name to text, None for a file that goes. `spec` is the world that it says."""

    spec: WorldSpec
    files: dict[str, str | None]
    diagnostics: tuple[Diagnostic, ...]


def renewed(folder: Path, spec: WorldSpec, remarks: dict[str, list[str]], head: str) -> Renewed:
    """The files of a world in a folder; what was edited since the folder was compiled stays.

    Raises InputError for a folder with a mock that was not compiled, or that cannot be read; SpecError where what was
    edited and what is generated do not go together.
    """
    theirs = _ordered(spec.data())
    generated = orjson.dumps(theirs, option=orjson.OPT_INDENT_2).decode() + "\n"
    if not (folder / GENERATED).is_file():
        _refuse_other(folder)
        return Renewed(spec, _files(theirs, world_text(_alone(theirs), remarks, head), generated), ())
    notes = Notes()
    base, mine, text = _read(folder)
    parse_world({"name": spec.name, **mine}, f"{folder.name}/world.yaml")  # what is no world cannot be told apart into what was edited and what was not
    world = merged({**_alone(base), **_policy(base)}, {**_alone(mine), **_policy(mine)}, {**_alone(theirs), **_policy(theirs)}, notes)
    final, made = _with_rows(world, base, mine, theirs, folder, notes)
    return Renewed(made, _files(final, world_text(_alone(final), remarks, head, text), generated), notes.all())


def _ordered(world: dict[str, Any]) -> dict[str, Any]:
    """A world as people read it: what a tool is before what it takes and does; nothing that is empty."""
    tools = {name: {part: tool[part] for part in (*_FIRST, *tool) if part in tool} for name, tool in world["tools"].items()}
    return {key: value for key, value in {**world, "tools": tools}.items() if value or key in {"entities", "tools"}}


def _refuse_other(folder: Path) -> None:
    other = next((name for name in ("world.yaml", "__init__.py") if (folder / name).exists()), None)
    if other is not None:
        raise InputError(f"{folder}: holds a mock that was not compiled ({other}, and no {GENERATED}); give another --out")
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: not a folder; give another --out")


def _alone(world: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in world.items() if key not in _BESIDE}


def _policy(world: dict[str, Any]) -> dict[str, Any]:
    return {"policy": world["policy"]} if world.get("policy") else {}


def _read(folder: Path) -> tuple[dict[str, Any], dict[str, Any], str]:
    """What was generated last, what stands in the folder, and the text of its world."""
    try:
        base = orjson.loads((folder / GENERATED).read_bytes())
        text = (folder / "world.yaml").read_text(encoding="utf-8")
        mine = yaml.safe_load(text)
        rows = orjson.loads((folder / "rows.json").read_bytes()) if (folder / "rows.json").is_file() else {}
        policy = (folder / "policy.md").read_text(encoding="utf-8").strip() if (folder / "policy.md").is_file() else ""
    except (OSError, UnicodeDecodeError, orjson.JSONDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{folder}: cannot be compiled again ({str(error).splitlines()[0]}); mend it, or give another --out") from None
    if not isinstance(base, dict) or not isinstance(mine, dict):
        raise InputError(f"{folder}: cannot be compiled again, because world.yaml or {GENERATED} holds no mapping; mend it, or give another --out")
    return base, {**mine, "rows": rows, "policy": policy}, text


def _with_rows(
    world: dict[str, Any], base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any], folder: Path, notes: Notes
) -> tuple[dict[str, Any], WorldSpec]:
    """The world with rows: those of the folder where somebody changed them, or where new ones do not fit what somebody changed."""
    old, new = mine["rows"], theirs.get("rows", {})
    if same(old, base.get("rows", {})):
        try:
            return {**world, "rows": new}, parse_world({**world, "rows": new}, f"{folder.name}/world.yaml")
        except SpecError:
            notes.add("edit.kept", "rows.json", "new rows do not fit what was changed by hand")
    else:
        notes.add("edit.kept", "rows.json", "changed by hand")
    fresh = {name: listed for name, listed in new.items() if name not in base.get("rows", {}) and name not in old and name in world["entities"]}
    return {**world, "rows": {**old, **fresh}}, parse_world({**world, "rows": {**old, **fresh}}, f"{folder.name}/world.yaml")


def _files(world: dict[str, Any], text: str, generated: str) -> dict[str, str | None]:
    policy = world.get("policy")
    return {
        "world.yaml": text,
        "rows.json": rows_text(world.get("rows", {})),
        "policy.md": f"{policy}\n" if policy else None,
        GENERATED: generated,
    }
