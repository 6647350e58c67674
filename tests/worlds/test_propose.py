"""Arguments for a wanted outcome."""

from typing import Any

import pytest

from gem_sim.worlds.spec import WorldSpec

REACHABLE = [
    *[("lend_tool", code) for code in ("ok", "forbidden", "conflict", "limit", "not_found")],
    *[("renew_loan", code) for code in ("ok", "conflict", "limit", "not_found")],
    *[("return_tool", code) for code in ("ok", "conflict", "not_found")],
    *[("reserve_tool", code) for code in ("ok", "forbidden", "conflict", "limit", "not_found")],
    *[("cancel_reservation", code) for code in ("ok", "conflict", "not_found")],
]


@pytest.mark.parametrize(("tool", "outcome"), REACHABLE)
def test_every_reachable_outcome_is_proposed(library: WorldSpec, tool: str, outcome: str) -> None:
    world = library.start(5)
    arguments = world.propose(tool, outcome)
    assert arguments is not None
    assert world.call(tool, arguments).outcome == outcome


def test_the_list_above_is_every_declared_outcome(library: WorldSpec) -> None:
    declared = {(name, test.code) for name, tool in library.tools.items() for test in tool.require}
    assert declared <= set(REACHABLE)


def test_every_tool_has_arguments_that_work(library: WorldSpec) -> None:
    world = library.start()
    assert all(world.fork().call(name, world.propose(name) or {}).ok for name in library.tools)


def test_an_outcome_that_no_call_has_gives_nothing(library: WorldSpec) -> None:
    assert library.start().propose("get_tool", "forbidden") is None


def test_a_proposal_changes_nothing(library: WorldSpec) -> None:
    world = library.start()
    before = world.dump()
    world.propose("lend_tool", "limit")
    assert world.dump() == before


def test_the_same_world_proposes_the_same(library: WorldSpec) -> None:
    proposals: list[Any] = [library.start(2).propose("reserve_tool", "limit") for _ in range(2)]
    assert proposals[0] == proposals[1]
