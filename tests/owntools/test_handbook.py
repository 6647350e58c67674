"""Rules of a handbook are tied to the tools that somebody has, by the words of the tools and by what their rows hold."""

import json

import pytest

from gem_sim.owntools import compile_own
from gem_sim.records import ConfirmCheck, LimitCheck, StateCheck

TEXT = {"type": "string"}
TOOLS = {
    "find_anglers": {"query": TEXT},
    "list_permits": {"angler_id": TEXT},
    "get_permit": {"permit_id": TEXT},
    "create_permit": {"angler_id": TEXT, "rods": {"type": "integer"}, "start_date": {"type": "string", "format": "date"}},
    "change_start_date": {"permit_id": TEXT, "start_date": {"type": "string", "format": "date"}},
    "suspend_permit": {"permit_id": TEXT, "reason": TEXT},
}
ROWS = {
    "anglers": [{"angler_id": "A-1", "name": "Vera Holm"}, {"angler_id": "A-2", "name": "Otis Reed"}],
    "permits": [
        {"permit_id": f"P-{at}", "angler_id": f"A-{1 + at % 2}", "rods": at, "start_date": "2026-05-0" + str(at), "status": status}
        for at, status in enumerate(("requested", "valid", "printed", "suspended", "valid"), 1)
    ],
}
PAGE = """# Permits for the river

This page tells members of the office how to work with fishing permits. Follow the steps for everybody who comes in.

1. Find the angler by name and look at their permits.
2. Create the permit: ask for the number of rods and the day on which it starts.
3. Hand the permit out and say where the stretches begin.

## Rules

A permit covers at most 3 rods.

The start date of a permit can be changed only while it is requested.

Once a permit is printed, it cannot be suspended.

Ask the angler to confirm before you suspend a permit, because that cannot be undone. Be friendly at the desk, even early in the
morning when the queue is long and the coffee machine is broken again. The office opens at seven and closes when the last boat is
back. Anglers from other valleys are welcome, and their dogs are, too, as long as they stay away from the weir and the hatchery.
Lost permits are written again for free, and the old number stays in the book so that the wardens can find it.
"""


@pytest.fixture
def office(tmp_path):
    """The world of the tools and rows under a text."""
    tools = [
        {"name": name, "description": name.replace("_", " ").capitalize() + ".", "parameters": {"type": "object", "properties": about, "required": list(about)}}
        for name, about in TOOLS.items()
    ]

    def under(page):
        for name, content in (("tools.json", json.dumps(tools)), ("rows.json", json.dumps(ROWS)), ("page.md", page)):
            (tmp_path / name).write_text(content, encoding="utf-8")
        return compile_own(tmp_path / "tools.json", rows=tmp_path / "rows.json", text=tmp_path / "page.md").spec

    return under


@pytest.fixture
def world(office):
    return office(PAGE)


def rule(world, words):
    return next(one for one in world.rules if words in one.quote)


def test_a_limit_is_that_of_the_parameter_that_counts(world):
    found = rule(world, "at most 3 rods")
    assert (found.tools, found.check) == (("create_permit",), LimitCheck(parameter="rods", maximum=3))
    made = {"angler_id": "A-1", "start_date": "2026-06-01"}
    assert [world.start().call("create_permit", {**made, "rods": rods}).outcome for rods in (3, 4)] == ["ok", "limit"]


def test_a_status_is_one_that_the_rows_have(world):
    assert rule(world, "start date").check == StateCheck(entity="Permit", allowed=("requested",))
    assert rule(world, "Once a permit").check == StateCheck(entity="Permit", forbidden=("printed",))


def test_the_words_of_a_rule_name_its_tool_in_any_form(world):
    assert rule(world, "start date").tools == ("change_start_date",)
    changed = [world.start().call("change_start_date", {"permit_id": key, "start_date": "2026-06-01"}).outcome for key in ("P-1", "P-2")]
    assert changed == ["ok", "conflict"]


def test_consent_is_asked_for_before_the_tool_that_is_named(world):
    found = rule(world, "Ask the angler")
    assert (found.tools, found.check, found.enforced_by) == (("suspend_permit",), ConfirmCheck(), "assistant")


def test_a_list_of_rules_without_any_step_is_enough(office):
    world = office("# Policy\n\nPermits are for the river.\n\n- A permit covers at most 3 rods.\n- A printed permit cannot be suspended.\n")
    assert [(one.tools, one.enforced_by) for one in world.rules] == [(("create_permit",), "tool"), (("suspend_permit",), "tool")]


def test_rules_keep_their_quotes(world):
    assert all(one.quote in PAGE and PAGE[one.start : one.end] == one.quote for one in world.rules)
