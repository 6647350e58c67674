"""The same laws on mocks in Python, and what only those can break: functions that write while they read, and answers that depend on the process."""

from pathlib import Path

import pytest

from gem_sim.worlds.laws import check
from gem_sim.worlds.load import load_mock, mock_names

MOCK = '''
"""Beds of a greenhouse."""

from gem_sim import Mock, ToolFailure

mock = Mock("beds", state={"beds": {key: {"plant": plant, "water": 2} for key, plant in {"b1": "fern", "b2": "moss", "b3": "reed", "b4": "iris"}.items()}})


@mock.tool(kind="read")
def list_plants(state) -> list[str]:
    """List the plants."""
    return PLANTS


@mock.tool(kind="read")
def get_bed(state, bed: str) -> dict:
    """Show a bed.

    Args:
        bed: Key of the bed
    """
    if bed not in state["beds"]:
        raise ToolFailure("not_found", "No such bed")
    LOOK
    return state["beds"][bed] | {"bed": bed}


@mock.tool
def water(state, bed: str, litres: int) -> dict:
    """Water a bed.

    Args:
        bed: Key of the bed
        litres: How much
    """
    found = get_bed(state, bed)
    if not 0 < litres < 100:
        raise ToolFailure("limit", "Between 1 and 99 litres")
    state["beds"][bed]["water"] = litres
    return found | {"water": litres}
'''
SORTED = 'sorted({row["plant"] for row in state["beds"].values()})'
HASHED = 'list({row["plant"] for row in state["beds"].values()})'


@pytest.fixture
def found(tmp_path: Path):
    def checked(plants: str = SORTED, look: str = "pass") -> set[tuple[str, str]]:
        folder = tmp_path / "beds"
        folder.mkdir()
        (folder / "__init__.py").write_text(MOCK.replace("PLANTS", plants).replace("LOOK", look), encoding="utf-8")
        return {(finding.code, finding.where) for finding in check(load_mock(folder), str(folder))}

    return checked


def test_an_honest_plug_in_has_no_findings(found) -> None:
    assert found() == set()


def test_a_function_that_writes_while_it_reads_is_found(found) -> None:
    assert ("read.writes", "get_bed") in found(look='state["beds"][bed]["water"] += 1')


def test_answers_in_the_order_of_a_set_differ_from_process_to_process(found) -> None:
    assert ("process.differs", "list_plants") in found(plants=HASHED)


def test_a_function_that_stumbles_is_found(found) -> None:
    assert ("call.raises", "get_bed") in found(look='state["beds"][bed]["depth"]')


@pytest.mark.parametrize("name", mock_names())
def test_the_mocks_that_ship_obey_the_laws(name: str) -> None:
    assert [finding.line() for finding in check(load_mock(name), name)] == []
