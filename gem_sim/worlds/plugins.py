"""Loads mocks in Python: a folder with an `__init__.py` that exports `mock`, or an entry point of the group `gem_sim.mocks`.

Loading such a mock executes its code. Only what the caller names is loaded: a folder, or the name of an installed plug-in.
"""

from __future__ import annotations

import importlib.util
import sys
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from gem_sim.errors import InputError, SpecError
from gem_sim.worlds.canonical import digest
from gem_sim.worlds.plugin.mock import Mock

GROUP = "gem_sim.mocks"


def load_folder(folder: Path) -> Mock:
    """The `mock` of a folder's `__init__.py`; `policy.md` beside it becomes its policy.

    Raises InputError where the file does not run or exports no mock, SpecError for a bad one; both name the file.
    """
    where = f"{folder.name}/__init__.py"
    try:
        module = _imported(folder)
    except SpecError as error:
        raise SpecError(f"{where}: {error.where}", error.problem) from None
    except Exception as error:  # the boundary to foreign code: whatever it raises, the caller is told in one line
        raise InputError(f"{where}: does not run ({_described(error, folder)})") from error
    mock = _checked(getattr(module, "mock", None), where, folder.resolve().name)
    policy = folder / "policy.md"
    return mock.with_policy(policy.read_text(encoding="utf-8").strip()) if policy.is_file() else mock


def load_entry_point(point: EntryPoint) -> Mock:
    """The mock that an installed package offers. Raises InputError or SpecError as `load_folder` does."""
    where = f"entry point {point.name} = {point.value}"
    try:
        found = point.load()
    except SpecError as error:
        raise SpecError(f"{where}: {error.where}", error.problem) from None
    except Exception as error:  # as above
        raise InputError(f"{where}: does not load ({type(error).__name__}: {_line(error)})") from error
    return _checked(getattr(found, "mock", None) if isinstance(found, ModuleType) else found, where, point.name)


def mock_entry_points() -> list[EntryPoint]:
    """The entry points that offer mocks, by name."""
    return sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value))


def _imported(folder: Path) -> ModuleType:
    """The folder as a package under a private name, run anew."""
    name = f"gem_sim_mock_{digest(str(folder.resolve()))}"
    for old in [known for known in sys.modules if known == name or known.startswith(f"{name}.")]:
        del sys.modules[old]
    spec = importlib.util.spec_from_file_location(name, folder / "__init__.py", submodule_search_locations=[str(folder)])
    if spec is None or spec.loader is None:
        raise InputError("no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # type hints are resolved through the module's entry
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _checked(mock: Any, where: str, name: str) -> Mock:
    if not isinstance(mock, Mock):
        raise InputError(f"{where}: exports no mock; expected mock = Mock({name!r}, ...)")
    if mock.name != name:
        raise InputError(f"{where}: the mock is called {mock.name!r}; expected {name!r}, so that a replay finds it")
    try:
        mock.check()
    except SpecError as error:
        raise SpecError(f"{where}: {error.where}", error.problem) from None
    return mock


def _described(error: Exception, folder: Path) -> str:
    """The error with the line of the folder's own code where it came up; a syntax error says that itself."""
    place = ""
    trace = error.__traceback__
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if file.resolve().parent == folder.resolve():
            place = f", line {trace.tb_lineno} of {file.name}"
        trace = trace.tb_next
    return f"{type(error).__name__}: {_line(error)}{place}"


def _line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0][:200]
