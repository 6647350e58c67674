"""Finding and loading mocks in Python: folders, names, entry points, and what is wrong with a broken one."""

from __future__ import annotations

import sys
from pathlib import Path

import orjson
import pytest

from gem_sim import load_mock
from gem_sim.errors import GemSimError, InputError, SpecError
from gem_sim.worlds.load import load_installed, load_world, mock_names
from gem_sim.worlds.plugin.mock import Mock
from gem_sim.worlds.plugin.spec import StoredMock

CODE = '''
from gem_sim import Mock
mock = Mock("{name}", version="{version}", state={{"beds": {{"B-1": {{"litres": 3}}}}}})

@mock.tool(kind="read")
def count(state) -> int:
    """Count the beds."""
    return len(state["beds"])
'''


def write(folder: Path, code: str = CODE, *, version: str = "1") -> Path:
    """A mock folder under `folder`'s name."""
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(code.format(name=folder.name, version=version) if code is CODE else code, encoding="utf-8")
    return folder


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def offer(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, code: str) -> None:
    """An installed package that offers a mock."""
    (folder / f"{name}_package.py").write_text(code, encoding="utf-8")
    about = folder / f"{name}_package-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-package\nVersion: 1\n", encoding="utf-8")
    (about / "entry_points.txt").write_text(f"[gem_sim.mocks]\n{name} = {value}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(folder)


def test_a_folder_is_loaded_by_its_path(here: Path) -> None:
    mock = load_mock(write(here / "seeds"))
    assert isinstance(mock, Mock)
    assert mock.start().call("count", {}).value == 1


def test_a_folder_in_tool_mocks_is_loaded_by_its_name(here: Path) -> None:
    write(here / "tool_mocks" / "seeds")
    assert load_mock("seeds").name == "seeds"
    assert "seeds" in mock_names()
    assert "tool_library" in mock_names()


def test_a_policy_beside_the_code_is_the_policy(here: Path) -> None:
    (write(here / "seeds") / "policy.md").write_text("Be kind.\n", encoding="utf-8")
    with_policy, without = load_mock("seeds"), load_mock(write(here / "other" / "seeds"))
    assert with_policy.policy == "Be kind."
    assert with_policy.digest != without.digest
    assert with_policy.start().call("count", {}).value == 1


def test_a_mock_may_import_its_own_modules_and_is_read_anew(here: Path) -> None:
    folder = write(here / "seeds", "from .beds import mock\n")
    (folder / "beds.py").write_text(CODE.format(name="seeds", version="1"), encoding="utf-8")
    assert load_mock("seeds").version == "1"
    (folder / "beds.py").write_text(CODE.format(name="seeds", version="two"), encoding="utf-8")
    assert load_mock("seeds").version == "two"


BROKEN = [
    ("x = 1", InputError, "seeds/__init__.py: exports no mock; expected mock = Mock('seeds', ...)"),
    ("mock = 3", InputError, "seeds/__init__.py: exports no mock"),
    ("import no_such_module_anywhere", InputError, "does not run (ModuleNotFoundError: No module named 'no_such_module_anywhere', line 1 of __init__.py)"),
    ("x = 1\ny = 1 / 0", InputError, "does not run (ZeroDivisionError: division by zero, line 2 of __init__.py)"),
    ("x = 1\ndef (", InputError, "does not run (SyntaxError: invalid syntax (__init__.py, line 2))"),
    ("raise KeyError('a\\nb')", InputError, "does not run (KeyError"),
    ("from gem_sim import Mock\nmock = Mock('weeds')", InputError, "the mock is called 'weeds'; expected 'seeds'"),
    ("from gem_sim import Mock\nmock = Mock('seeds', state={'a b': 1})", SpecError, "seeds/__init__.py: mock seeds: state.a b: expected a name"),
    ("from gem_sim import Mock\nmock = Mock('seeds', unused={'a.b': 'c'})", SpecError, "seeds/__init__.py: mock seeds: unused.a.b"),
    ("from gem_sim import Mock\nmock = Mock('seeds')\n@mock.tool\ndef f(): ...", SpecError, "tools.f: expected 'state' as the first parameter"),
]


@pytest.mark.parametrize(("code", "kind", "expected"), BROKEN, ids=lambda value: value[-40:] if isinstance(value, str) else "")
@pytest.mark.usefixtures("here")
def test_a_broken_mock_is_one_line_with_file_and_cause(code: str, kind: type[GemSimError], expected: str) -> None:
    write(Path("seeds"), code)
    with pytest.raises(kind) as caught:
        load_mock("seeds")
    assert expected in str(caught.value)
    assert str(caught.value).startswith("seeds/__init__.py")
    assert "\n" not in str(caught.value)


def test_a_folder_is_one_kind_of_mock(here: Path) -> None:
    (write(here / "seeds") / "world.yaml").write_text("name: seeds", encoding="utf-8")
    with pytest.raises(InputError, match=r"seeds: has both world.yaml and __init__.py"):
        load_mock("seeds")


def test_two_mocks_of_one_name_are_an_error(here: Path) -> None:
    write(here / "tool_mocks" / "tool_library")
    with pytest.raises(InputError, match="two mocks are called 'tool_library'"):
        load_mock("tool_library")


def test_an_installed_package_offers_a_mock(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offer(here, monkeypatch, "bulbs", "bulbs_package:mock", CODE.format(name="bulbs", version="1"))
    assert load_mock("bulbs").start().call("count", {}).value == 1
    assert "bulbs" in mock_names()
    write(here / "tool_mocks" / "bulbs")
    with pytest.raises(InputError, match="two mocks are called 'bulbs': tool_mocks/bulbs and entry point bulbs_package:mock"):
        load_mock("bulbs")


def test_an_entry_point_may_name_a_module(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offer(here, monkeypatch, "roots", "roots_package", CODE.format(name="roots", version="1"))
    assert load_mock("roots").name == "roots"


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        ("grass_package:mock", "mock = 1", "exports no mock"),
        ("grass_package:mock", "", "does not load (AttributeError"),
        ("grass_package:mock", "from gem_sim import Mock\nmock = Mock('grass', clock='now')", "mock grass: clock"),
        ("no_such_package:mock", "", "does not load (ModuleNotFoundError"),
    ],
)
def test_a_broken_entry_point_is_one_line(here: Path, monkeypatch: pytest.MonkeyPatch, value: str, code: str, expected: str) -> None:
    monkeypatch.delitem(sys.modules, "grass_package", raising=False)
    offer(here, monkeypatch, "grass", value, code)
    with pytest.raises(GemSimError) as caught:
        load_mock("grass")
    assert str(caught.value).startswith(f"entry point grass = {value}: ")
    assert expected in str(caught.value)


def test_a_name_from_a_file_never_leads_out_of_the_folders_of_mocks(here: Path) -> None:
    write(here / "seeds")
    (here / "tool_mocks").mkdir()
    for name in ("seeds", "../seeds", "./seeds", str(here / "seeds"), "", ".", ".."):
        assert load_installed(name) is None


def test_a_stored_mock_is_data_until_it_is_started(here: Path) -> None:
    mock = load_mock(write(here / "tool_mocks" / "seeds"))
    file = here / "world.json"
    file.write_bytes(orjson.dumps(mock.data()))
    stored = load_world(file)
    assert isinstance(stored, StoredMock)
    assert (stored.digest, stored.tools, stored.entities) == (mock.digest, mock.tools, mock.entities)
    assert stored.start().call("count", {}).value == 1
    (here / "tool_mocks" / "seeds" / "__init__.py").unlink()
    with pytest.raises(InputError, match="world 'seeds' replays only where its plug-in is installed"):
        load_world(file).start()


def test_a_stored_mock_of_another_version_is_refused(here: Path) -> None:
    stored = StoredMock.model_validate({word: part for word, part in load_mock(write(here / "seeds")).data().items() if word != "form"})
    write(here / "tool_mocks" / "seeds", version="2")
    with pytest.raises(InputError, match=r"installed is version 2 .* expected version 1"):
        stored.start()


def test_a_damaged_stored_mock_is_refused(here: Path) -> None:
    (here / "world.json").write_text('{"form": "plugin", "name": 3}', encoding="utf-8")
    with pytest.raises(SpecError, match=r"world.json: name"):
        load_world(here / "world.json")
