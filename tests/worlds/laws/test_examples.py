"""How the laws find their examples: defaults, parameters that matter together, parts that no call happens to have."""

from typing import Any

import pytest

from gem_sim.worlds.laws import check, process
from gem_sim.worlds.load import parse_world

ROWS = [{"job_id": f"J-{n}", "title": f"Job {n % 4}", "status": ("open", "done")[n % 2], "by": f"U-{n % 3}"} for n in range(9)]


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_HASH_SEEDS", ())


def errors(properties: dict[str, Any], answer: str = "", **parts: Any) -> set[tuple[str, str]]:
    parameters = {"type": "object", "properties": properties, "additionalProperties": False}
    world = {
        "name": "jobs",
        "entities": {
            "Job": {"key": "job_id", "fields": {"job_id": {"type": "string"}, "title": {"type": "string"}, "status": {}, "by": {}, "more": {"type": "object"}}}
        },
        "tools": {"jobs": {"description": "Jobs.", "parameters": parameters, **({"kind": "read", "return": answer} if answer else parts)}},
        "rows": {"Job": ROWS},
    }
    return {(one.code, one.where) for one in check(parse_world(world, "jobs")) if one.severity == "error"}


STATUS = {"type": "string", "enum": ["open", "done"], "default": "open"}
WAY = {"type": "string", "enum": ["up", "down"]}
SORTED = "sort(find(Job), by=concat('-' if way == 'down' else '', order)) if order is not None else find(Job)"


def test_a_default_narrows_a_list_that_is_asked_for_without_it():
    assert errors({"status": STATUS}, "find(Job, status=status)") == set()


def test_a_filter_without_a_default_has_to_narrow():
    answer = "find(Job) if status == 'open' else find(Job, status='done')"
    assert ("filter.adds", "jobs.status") in errors({"status": {"type": "string", "enum": ["open", "done"]}}, answer)


def test_a_parameter_that_matters_beside_another_is_not_idle():
    assert errors({"order": {"type": "string", "enum": ["title", "job_id"]}, "way": WAY}, SORTED) == set()


def test_one_that_never_matters_is_found_all_the_same():
    answer = "sort(find(Job), by=order) if order is not None else find(Job)"
    assert errors({"order": {"type": "string", "enum": ["title", "job_id"]}, "way": WAY}, answer) == {("parameter.idle", "jobs.way")}


def test_parts_of_an_argument_that_is_seldom_given_are_looked_at():
    more = {"type": "object", "properties": {"colour": {"type": "string"}, "size": {"type": "object", "properties": {"height": {"type": "integer"}}}}}
    do = [{"insert": {"Job": {"job_id": "next_id(Job)", "more": "more"}}, "as": "made"}]
    assert errors({"more": more}, do=do, **{"return": "made"}) <= {("create.unseen", "jobs")}
    half = [{"insert": {"Job": {"job_id": "next_id(Job)", "title": "default(more, {})['colour']"}}, "as": "made"}]
    assert {("parameter.idle", "jobs.more.size"), ("parameter.idle", "jobs.more.size.height")} <= errors({"more": more}, do=half, **{"return": "made"})


def test_a_parameter_without_a_second_value_is_not_idle():
    assert errors({"form": {"type": "string", "enum": ["json"]}}, "find(Job)") == set()
    assert errors({"form": {"type": "string", "oneOf": [{"type": "null"}]}}, "find(Job)") == set()


def test_a_new_row_is_asked_for_by_its_key_where_no_call_needs_to_have_one():
    others = [f"by_{place}" for place in ("plot", "bed", "row", "tool", "crop", "week", "crew", "gate")]
    looked = {"type": "object", "properties": {name: {"type": "string"} for name in ("job_id", *others)}, "additionalProperties": False}
    made = {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"], "additionalProperties": False}
    inserted = [{"insert": {"Job": {"job_id": "next_id(Job)", "title": "title"}}, "as": "made"}]
    told = {"that": " and ".join(f"{name} is None" for name in others), "code": "conflict", "error": "One key is enough"}
    world = {
        "name": "jobs",
        "entities": {"Job": {"key": "job_id", "fields": {"job_id": {"type": "string"}, "title": {"type": "string"}}}},
        "tools": {
            "add_job": {"description": "Add a job.", "parameters": made, "do": inserted, "return": "made"},
            "get_job": {"description": "Show a job.", "kind": "read", "parameters": looked, "require": [told], "return": "Job(job_id)"},
        },
        "rows": {"Job": [{"job_id": row["job_id"], "title": row["title"]} for row in ROWS]},
    }
    assert {"create.unseen", "entity.unseen"}.isdisjoint(one.code for one in check(parse_world(world, "jobs")))
