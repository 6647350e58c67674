"""Reads worlds from disk: a mock by name or path, or a single world file. YAML and JSON are data only; a mock in Python is code that runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import yaml
from pydantic import ValidationError

from gem_sim import assets
from gem_sim.errors import InputError, SpecError
from gem_sim.worlds.plugin.spec import FORM, StoredMock
from gem_sim.worlds.plugins import load_entry_point, load_folder, mock_entry_points
from gem_sim.worlds.spec import WorldSpec

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MARKS = ("world.yaml", "__init__.py")
"""One of these makes a folder a mock."""


def load_mock(name: str | Path) -> WorldSpec:
    """The world of a mock, by the path of its folder or by name: a folder in `./tool_mocks`, one that ships, or an installed plug-in.

    A folder holds `world.yaml` and `rows.json`, or `__init__.py` with a mock in Python, whose code is executed; its
    `policy.md` becomes the policy of the world. Raises InputError for an unknown mock, SpecError for a bad one.
    """
    if _is_mock(Path(name)):
        return _load_folder(Path(name))
    if Path(name).is_file():
        raise InputError(f"{name}: a file; expected a mock by its name or folder. A file of tools becomes one by 'gem-sim compile'")
    found = load_installed(str(name))
    if found is None:
        raise InputError(f"no mock {str(name)!r}: expected one of {', '.join(mock_names())}, or a folder with a world.yaml or an __init__.py")
    return found


def mock_folder(name: str | Path) -> Path | None:
    """The folder of a mock, by its path or its name; None for an installed plug-in, and where there is none."""
    if _is_mock(Path(name)):
        return Path(name)
    return next((home / name for home in _homes() if Path(name).name == str(name) and _is_mock(home / name)), None)


def load_installed(name: str) -> WorldSpec | None:
    """The mock of that name; never a path. Raises InputError where two have it."""
    folders = [home / name for home in _homes() if Path(name).name == name and _is_mock(home / name)]
    points = [point for point in mock_entry_points() if point.name == name]
    places = [*map(str, folders), *(f"entry point {point.value}" for point in points)]
    if len(places) > 1:
        raise InputError(f"two mocks are called {name!r}: {places[0]} and {places[1]}; rename one")
    return _load_folder(folders[0]) if folders else load_entry_point(points[0]) if points else None


def load_world(path: str | Path) -> WorldSpec:
    """The world in one file, such as `worlds/<digest>.json` of a run folder, or a mock as `load_mock` takes it."""
    file = Path(path)
    if not file.is_file():
        return load_mock(path)
    data = _mapping(_read(file), file.name)
    if data.pop("form", None) != FORM:
        return parse_world(data, file.name)
    try:
        return StoredMock.model_validate(data)
    except ValidationError as invalid:
        raise SpecError(file.name, first_problem(invalid)) from None


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
    path = ".".join(str(part) for part in errors[0]["loc"])
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return f"{path}{': ' if path else ''}{errors[0]['msg'].removeprefix('Value error, ')}{more}"


def mock_names() -> list[str]:
    """Names that `load_mock` knows: of folders in `./tool_mocks`, of mocks that ship, of installed plug-ins."""
    folders = [path.name for home in _homes() for path in home.iterdir() if _is_mock(path)]
    return sorted({*folders, *(point.name for point in mock_entry_points())})


def _homes() -> list[Path]:
    """The folders that hold mocks by name: that of the working directory, and the one that ships."""
    here, ours = Path("tool_mocks"), assets.folder("tool_mocks")
    return [here, ours] if here.is_dir() and not here.samefile(ours) else [ours]


def _is_mock(folder: Path) -> bool:
    return any((folder / name).is_file() for name in _MARKS)


def _load_folder(root: Path) -> WorldSpec:
    name = root.resolve().name
    if all((root / mark).is_file() for mark in _MARKS):
        raise InputError(f"{name}: has both {' and '.join(_MARKS)}; expected one of them")
    if (root / "__init__.py").is_file():
        return load_folder(root)
    data = _mapping(_read(root / "world.yaml"), f"{name}/world.yaml")
    if (root / "rows.json").is_file():
        data["rows"] = _read(root / "rows.json")
    if (root / "policy.md").is_file():
        data["policy"] = (root / "policy.md").read_text(encoding="utf-8").strip()
    return parse_world({"name": name, **data}, f"{name}/world.yaml")


def _read(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8")
        return orjson.loads(text) if path.suffix == ".json" else yaml.load(text, Loader=_LOADER)  # noqa: S506  (both are safe)
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
