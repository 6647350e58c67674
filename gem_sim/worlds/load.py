"""Reads worlds from disk: a mock folder by name or path, or a single world file. YAML and JSON, as data only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import yaml
from pydantic import ValidationError

from gem_sim import assets
from gem_sim.errors import InputError, SpecError
from gem_sim.worlds.spec import WorldSpec


def load_mock(name: str | Path) -> WorldSpec:
    """The world of a mock: a name under tool_mocks/, or the path of a folder with `world.yaml` and `rows.json`.

    `policy.md` in the folder becomes the policy of the world. Raises InputError for an unknown mock, SpecError for a bad one.
    """
    root = _mock_folder(name)
    data = _mapping(_read(root / "world.yaml"), str(root.name) + "/world.yaml")
    if (root / "rows.json").is_file():
        data["rows"] = _read(root / "rows.json")
    if (root / "policy.md").is_file():
        data["policy"] = (root / "policy.md").read_text(encoding="utf-8").strip()
    return parse_world({"name": root.name, **data}, f"{root.name}/world.yaml")


def load_world(path: str | Path) -> WorldSpec:
    """The world in one file, such as `worlds/<digest>.json` of a run folder, or a mock as `load_mock` takes it."""
    file = Path(path)
    if file.is_file():
        return parse_world(_mapping(_read(file), file.name), file.name)
    return load_mock(path)


def parse_world(data: dict[str, Any], where: str) -> WorldSpec:
    """A checked and compiled spec. Raises SpecError that names the file, the path in it and what was expected."""
    try:
        spec = WorldSpec.model_validate(data)
    except ValidationError as invalid:
        raise SpecError(where, first_problem(invalid)) from None
    try:
        spec.program  # noqa: B018  (compiles now, so that a bad world is refused where it is read)
    except SpecError as error:
        raise SpecError(f"{where}: {error.where}", error.problem) from None
    return spec


def first_problem(invalid: ValidationError) -> str:
    """The first finding of pydantic as one line, with the number of the others."""
    errors = invalid.errors(include_url=False)
    path = ".".join(str(part) for part in errors[0]["loc"]) or "top level"
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return f"{path}: {errors[0]['msg']}{more}"


def mock_names() -> list[str]:
    """Names of the mocks that ship."""
    return sorted(path.parent.name for path in assets.folder("tool_mocks").glob("*/world.yaml"))


def _mock_folder(name: str | Path) -> Path:
    path = Path(name)
    if path.is_dir() and (path / "world.yaml").is_file():
        return path
    if str(name) in mock_names():
        return assets.folder("tool_mocks") / str(name)
    raise InputError(f"no mock {str(name)!r}: expected one of {', '.join(mock_names())}, or a folder with a world.yaml")


def _read(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8")
        return orjson.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except UnicodeDecodeError:
        raise InputError(f"{path.name}: not UTF-8 text") from None
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read ({error.strerror})") from None
    except (orjson.JSONDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{path.name}: not {path.suffix[1:].upper()} ({str(error).splitlines()[0]})") from None


def _mapping(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InputError(f"{where}: expected a mapping at the top, got {type(value).__name__}")
    return value
