"""Worlds broken by declaration, one law at a time and some in subtle ways: each gets the findings it deserves, the unbroken one none."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from gem_sim.worlds.laws import Flaw, check, process
from gem_sim.worlds.load import parse_world

GARDEN = yaml.safe_load((Path(__file__).parent / "garden.yaml").read_text(encoding="utf-8"))
TEXT = {"type": "string", "description": "A text"}
JOBS = "[omit(j, 'steps') for j in search(filter(Job, plot_id=plot_id, priority=priority), query, 'title')]"
ANY = JOBS.replace(", priority=priority", "")
PAGED = {"jobs": JOBS, "start": "number(cursor) if cursor is not None else 0", "size": "min(limit, 10) if limit is not None else 10"}


def paged(items: str = "jobs[start:start + size]", total: str = "len(jobs)", following: str = "start + size") -> dict[str, Any]:
    """A list of jobs cut into pages by hand."""
    answer = f"{{'items': {items}, 'total': {total}, 'next_cursor': text({following}) if {following} < len(jobs) else None}}"
    return {"tools.list_jobs.let": PAGED, "tools.list_jobs.return": answer}


def tool(about: str, properties: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """A tool that needs all of its parameters."""
    parameters = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    return {"description": about, "parameters": parameters, **parts}


def world(changes: dict[str, Any]) -> dict[str, Any]:
    """The garden with values at some paths replaced; None takes a key away."""
    data = deepcopy(GARDEN)
    for path, value in changes.items():
        *way, last = path.split(".")
        place: Any = data
        for step in way:
            place = place[int(step)] if isinstance(place, list) else place.setdefault(step, {})
        if value is None:
            del place[last]
        elif isinstance(place, list):
            place.insert(int(last), value)
        else:
            place[last] = value
    return data


def findings(changes: dict[str, Any]) -> list[Flaw]:
    return check(parse_world(world(changes), "garden"))


KEEPER = {"key": "keeper_id", "fields": {"keeper_id": {"type": "string"}, "name": {"type": "string"}}}
OWN_FIELD = {"entities.Job.fields.edits": {"type": "integer", "default": 0}}
SHOWN = "page([omit(j, 'steps', 'edits') for j in search(filter(Job, plot_id=plot_id, priority=priority), query, 'title')], limit, cursor)"

BROKEN: dict[str, tuple[dict[str, Any], set[tuple[str, str]]]] = {
    "a filter that is ignored": (
        {"tools.list_jobs.return": f"page({ANY}, limit, cursor)"},
        {("filter.match", "list_jobs.priority"), ("parameter.idle", "list_jobs.priority")},
    ),
    "a filter that gives the others": (
        {"tools.list_jobs.return": f"page([j for j in {ANY} if priority is None or j.priority != priority], limit, cursor)"},
        {("filter.match", "list_jobs.priority")},
    ),
    "a filter that lifts another": (
        {"tools.list_jobs.return": f"page([j for j in {JOBS} if plot_id is not None or j.status == 'open'], limit, cursor)"},
        {("filter.adds", "list_jobs.plot_id")},
    ),
    "a search that also finds what does not match": (
        {"tools.list_jobs.return": f"page({JOBS} if query is None else {JOBS} + [{{'job_id': 'JB-0', 'title': query}}], limit, cursor)"},
        {("filter.adds", "list_jobs.query")},
    ),
    "a list that skips a row at page boundaries": (paged(following="start + size + 1"), {("page.rows", "list_jobs"), ("page.total", "list_jobs")}),
    "a list that repeats a row at page boundaries": (
        paged(items="jobs[max(start - 1, 0):start + size]"),
        {("page.rows", "list_jobs"), ("page.total", "list_jobs"), ("page.limit", "list_jobs.limit")},
    ),
    "pages that never end": (
        paged(following="start") | {"tools.list_jobs.let": PAGED | {"start": "0"}},
        {("page.rows", "list_jobs"), ("parameter.idle", "list_jobs.cursor")},
    ),
    "a total of the page instead of all": (paged(total="len(jobs[start:start + size])"), {("page.total", "list_jobs")}),
    "a page longer than its limit": (paged(items="jobs[start:start + size + 1]", following="start + size + 1"), {("page.limit", "list_jobs.limit")}),
    "more rows than a page and no way on": (
        {"tools.list_jobs.parameters.properties.cursor": None, "tools.list_jobs.return": f"page({JOBS}, limit)"},
        {("page.stuck", "list_jobs")},
    ),
    "an update that writes the wrong field": (
        {"tools.edit_job.do": [{"set": {"job.title": "note", "job.note": "title"}}]},
        {("write.field", "edit_job.title"), ("write.field", "edit_job.note")},
    ),
    "a creation that mixes up two arguments": (
        {"tools.add_job.do.0.insert.Job.title": "note", "tools.add_job.do.0.insert.Job.note": "title"},
        {("write.field", "add_job.title"), ("write.field", "add_job.note")},
    ),
    "an update that forgets an argument": ({"tools.edit_job.do": [{"set": {"job.title": "title"}}]}, {("parameter.idle", "edit_job.note")}),
    "a deletion that leaves the row": (
        {"tools.delete_job.do": []},
        {("delete.kept", "delete_job"), ("delete.twice", "delete_job"), ("write.nothing", "delete_job")},
    ),
    "a deletion of another row": (
        {
            "tools.delete_job.let": {"job": "Job(job_id)", "other": "first([j for j in find(Job) if j.job_id != job_id])"},
            "tools.delete_job.do": [{"delete": "other"}],
        },
        {("delete.kept", "delete_job"), ("delete.twice", "delete_job")},
    ),
    "a soft deletion that works again and again": (
        {"tools.delete_job.do": [{"set": {"job.note": "'deleted'"}}]},
        {("delete.twice", "delete_job")},
    ),
    "a deleted row that is read from the archive": (
        {
            "entities.Old": {"key": "job_id", "fields": GARDEN["entities"]["Job"]["fields"]},
            "tools.delete_job.do": [
                {"insert": {"Old": {"job_id": "job_id", "plot_id": "job.plot_id", "title": "job.title", "due": "job.due"}}},
                {"delete": "job"},
            ],
            "tools.get_job.let": {"job": "get(Job, job_id) if exists(Job, job_id=job_id) else Old(job_id)"},
            "tools.get_job.return": "job",
        },
        {("delete.shown", "delete_job")},
    ),
    "a new row that no list finds": (
        {
            "tools.get_job": None,
            "tools.list_jobs.return": f"page([j for j in {JOBS} if len(j.job_id) < 6], limit, cursor)",
        },
        {("create.unseen", "add_job"), ("entity.unseen", "Step")},
    ),
    "rows that nobody can read": (
        {
            "entities.Keeper": KEEPER,
            "tools.add_keeper": tool("Add a keeper.", {"name": TEXT}, do=[{"insert": {"Keeper": {"keeper_id": "next_id(Keeper)", "name": "name"}}}]),
        },
        {("entity.unseen", "Keeper")},
    ),
    "a reading tool that shows an old value": (
        {"tools.get_job.return": "merge(Job(job_id), {'note': 'twice'})", "tools.list_jobs.return": f"page([omit(j, 'note') for j in {JOBS}], limit, cursor)"},
        {("update.stale", "Job.note")},
    ),
    "a field that is written and never shown": (
        OWN_FIELD
        | {
            "tools.edit_job.do.0.set": {"job.title": "title", "job.note": "note", "job.edits": "job.edits + 1"},
            "tools.get_job.return": "omit(Job(job_id), 'edits')",
            "tools.list_jobs.return": SHOWN,
        },
        {("update.unseen", "Job.edits")},
    ),
    "a requirement that can never fail": (
        {"tools.edit_job.require.0": {"that": "len(title) >= 0", "code": "conflict", "error": "No title"}},
        {("outcome.unreached", "edit_job.require[0]")},
    ),
    "a requirement behind one that says the same": (
        {"tools.add_job.require.1": {"that": "plot.status != 'fallow'", "code": "forbidden", "error": "Nothing grows here"}},
        {("outcome.shadowed", "add_job.require[1]")},
    ),
    "a wider limit behind a narrower one, with the same code and error": (
        {"tools.add_job.require.2": {"that": "days(today, due) >= -3", "code": "limit", "error": "The day has passed"}},
        {("outcome.shadowed", "add_job.require[2]")},
    ),
    "a limit that no rows can reach": (
        {"tools.add_job.require.3": {"that": "count(Job) < 5000", "code": "limit", "error": "Too many jobs"}},
        {("outcome.unreached", "add_job.require[3]")},
    ),
    "a tool that never works": (
        {"tools.finish_job.require.0": {"that": "job.status == 'waiting'", "code": "conflict", "error": "Not waiting"}},
        {("tool.unreached", "finish_job")},
    ),
    "a reference that dangles from the start": (
        {"rows.Job.0": {"job_id": "JB-0", "plot_id": "PL-9", "title": "Dig", "due": "2026-05-09"}},
        {("row.reference", "Job.plot_id")},
    ),
    "a write that refers to nothing": (
        {"tools.move_job": tool("Move a job.", {"job_id": TEXT, "plot_id": TEXT}, let={"job": "Job(job_id)"}, do=[{"set": {"job.plot_id": "plot_id"}}])},
        {("row.reference", "Job.plot_id")},
    ),
    "a deletion that leaves references behind": (
        {"tools.delete_plot": tool("Delete a plot.", {"plot_id": TEXT}, let={"plot": "Plot(plot_id)"}, do=[{"delete": "plot"}])},
        {("reference.left", "Job.plot_id")},
    ),
    "a row with a date that is none": ({"rows.Job.0": {"job_id": "JB-0", "plot_id": "PL-1", "title": "Dig", "due": "soon"}}, {("row.format", "Job.due")}),
    "a write of a date that is none": (
        {"tools.put_off_job": tool("Put a job off.", {"job_id": TEXT}, let={"job": "Job(job_id)"}, do=[{"set": {"job.due": "concat(job.due, '?')"}}])},
        {("row.format", "Job.due")},
    ),
    "ids that are counted by hand": (
        {"tools.add_job.do.0.insert.Job.job_id": "concat('JB-', count(Job) + 100)"},
        {("seed.ids", "add_job")},
    ),
    "an unused parameter that matters": ({"unused": {"list_jobs.query": "for logging"}}, {("unused.matters", "list_jobs.query")}),
    "an unused parameter without a reason": (
        {"tools.get_plot.parameters.properties.colour": TEXT, "unused": {"get_plot.colour": " "}},
        {("unused.unknown", "get_plot.colour")},
    ),
    "a parameter that does nothing": ({"tools.get_plot.parameters.properties.colour": TEXT}, {("parameter.idle", "get_plot.colour")}),
    "a part of an argument that does nothing": (
        {
            "tools.add_steps": tool(
                "Add steps to a job.",
                {
                    "job_id": TEXT,
                    "steps": {
                        "type": "array",
                        "maxItems": 3,
                        "description": "The steps",
                        "items": {"type": "object", "properties": {"text": TEXT, "colour": TEXT}, "required": ["text"], "additionalProperties": False},
                    },
                },
                let={"job": "Job(job_id)"},
                require=[{"that": "len(job.steps) < 4", "code": "limit", "error": "Too many steps"}],
                do=[{"insert": {"Step": {"job_id": "job_id", "step_id": "next_id(Step)", "text": "s.text"}}, "for": "s in steps"}],
            )
        },
        {("parameter.idle", "add_steps.steps[].colour")},
    ),
    "a part under unused that matters": (
        {
            "tools.rename_plot": tool(
                "Rename a plot.",
                {
                    "plot_id": TEXT,
                    "details": {
                        "type": "object",
                        "description": "What is new",
                        "properties": {"name": TEXT},
                        "required": ["name"],
                        "additionalProperties": False,
                    },
                },
                let={"plot": "Plot(plot_id)"},
                do=[{"set": {"plot.name": "details['name']"}}],
            ),
            "unused": {"rename_plot.details.name": "for logging"},
        },
        {("unused.matters", "rename_plot.details.name")},
    ),
    "a result that does not fit": ({"tools.get_job.returns.required": ["title", "owner"]}, {("returns.differs", "get_job")}),
    "a default that does not fit": (
        {"tools.list_jobs.parameters.properties.limit": {"type": "integer", "minimum": 1, "default": 0, "description": "Jobs"}},
        {("schema.default", "list_jobs.limit")},
    ),
    "a required parameter that is not declared": (
        {"tools.get_job.parameters.required": ["job_id", "owner"]},
        {("schema.required", "get_job.owner"), ("tool.unreached", "get_job"), ("entity.unseen", "Step")},
    ),
    "a parameter without a description": ({"tools.get_job.parameters.properties.job_id": {"type": "string"}}, {("schema.description", "get_job.job_id")}),
    "a tool that takes anything": ({"tools.get_job.parameters.additionalProperties": None}, {("schema.open", "get_job")}),
    "a tool for writing that only reads": ({"tools.get_plot.kind": "write"}, {("write.nothing", "get_plot")}),
    "a result that nobody can read": ({"tools.list_plots.return": "[find(Job), find(Job)]"}, {("result.long", "list_plots")}),
}


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other processes have tests of their own; starting two for each world takes longer than all the rest."""
    monkeypatch.setattr(process, "_HASH_SEEDS", ())


def test_the_unbroken_world_has_no_findings() -> None:
    assert findings({}) == []


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_world_gets_the_findings_it_deserves(name: str) -> None:
    changes, expected = BROKEN[name]
    found = findings(changes)
    assert {(finding.code, finding.where) for finding in found} == expected, "\n".join(finding.line() for finding in found)
