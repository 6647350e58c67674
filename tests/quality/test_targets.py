"""Targets are read from one line of text and held against measures."""

from dataclasses import replace

import pytest
from kennel import kennel, played, scenario

from gem_sim.errors import SettingsError
from gem_sim.quality.measures import Measures, measure
from gem_sim.quality.targets import Targets
from gem_sim.records import Fact


@pytest.fixture(scope="module")
def one() -> Measures:
    spec = kennel()
    about = scenario(spec, Fact(entity="Stay", where={"dog_id": "D-2"}))
    return measure(played(spec, about, "U: 3 nights for D-2.", ("book_stay", {"dog_id": "D-2", "nights": 3}), "A: Done."), spec)


def test_a_line_of_targets_is_read() -> None:
    targets = Targets.parse("tools>=8, calls>=15,recovery>=25%,necessary>=0.85,tools<=12")
    assert targets.data() == {"tools": ">=8,<=12", "calls": ">=15", "recovery": ">=25%", "necessary": ">=85%"}
    assert [targets.least(name) for name in ("tools", "calls", "recovery", "chain")] == [8, 15, 0.25, 0]


@pytest.mark.parametrize("text", ["", "calls", "calls>15", "speed>=3", "calls>=15%", "recovery>=25", "calls>=15;tools>=8", "calls>=many", "necessary>=120%"])
def test_what_is_no_target_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(SettingsError, match=r"^targets: .*expected") as refused:
        Targets.parse(text)
    assert "\n" not in str(refused.value)


def test_an_unknown_measure_is_answered_with_those_there_are() -> None:
    with pytest.raises(SettingsError, match="messages, tools, calls, distinct, chain"):
        Targets.parse("speed>=3")


def test_an_episode_is_told_what_it_misses(one: Measures) -> None:
    assert Targets.parse("calls>=1,necessary>=85%,tools<=8,distinct=1").unmet(one) == []
    assert Targets.parse("calls>=2,arguments_from_results>=40%,recovery>=25%").unmet(one) == ["calls>=2: 1", "arguments_from_results>=40%: 0%"]


def test_a_run_is_told_its_shares(one: Measures) -> None:
    run = [replace(one, recovered=at == 0, calls=at) for at in range(5)]
    assert Targets.parse("recovery>=20%,calls>=0").unmet_over(run) == []
    assert Targets.parse("recovery>=25%,calls>=2").unmet_over(run) == ["recovery>=25%: 20%", "calls>=2: missed by 2 of 5 episodes"]
    assert Targets.parse("recovery>=25%").unmet_over([]) == []
