"""Witnesses: calls found for each outcome, kept as a file, and executed again by the laws."""

from pathlib import Path

import pytest
import yaml

from gem_sim.errors import InputError
from gem_sim.worlds.laws import CODES, check
from gem_sim.worlds.laws.lab import Lab
from gem_sim.worlds.laws.witnessing import witnesses_hold
from gem_sim.worlds.load import parse_world
from gem_sim.worlds.witnesses import witnessed
from gem_sim.worlds.witnesses.file import read_witnesses, witnesses_text
from gem_sim.worlds.witnesses.search import ASKED, Search

GARDEN = """
name: allotments
entities:
  Plot:
    key: plot_id
    fields: {plot_id: {type: string}, tenant: {type: string}, state: {enum: [free, let, closed]}}
tools:
  rent_plot:
    description: Rent a plot.
    parameters: {type: object, properties: {plot_id: {type: string}, tenant: {type: string}}, required: [plot_id, tenant], additionalProperties: false}
    let: {plot: Plot(plot_id)}
    require:
      - {that: plot.state != 'closed', code: conflict, error: Closed}
      - {that: plot.state == 'free', code: conflict, error: Let}
      - {that: "count(Plot, tenant=tenant) < 2", code: limit, error: Two plots at most}
    do: [{set: {plot.state: "'let'", plot.tenant: tenant}}]
    return: plot
  close_plot:
    description: Close a plot.
    parameters: {type: object, properties: {plot_id: {type: string}}, required: [plot_id], additionalProperties: false}
    let: {plot: Plot(plot_id)}
    require: [{that: plot.state == 'free', code: conflict, error: Not free}]
    do: [{set: {plot.state: "'closed'"}}]
    return: plot
rows:
  Plot: [{plot_id: P-1, tenant: Ada, state: let}, {plot_id: P-2, tenant: null, state: free}, {plot_id: P-3, tenant: null, state: free}]
"""


def world(change=None):
    data = yaml.safe_load(GARDEN)
    if change is not None:
        change(data)
    return parse_world(data, "allotments")


def outcomes(found, tool):
    return {(one.outcome, one.require): [call.name for call in one.calls] for one in found.witnesses if one.tool == tool}


def flaws(spec, kept):
    return {(found.code, found.where) for found in witnesses_hold(Lab(spec, kept=kept))}


def test_each_outcome_of_each_tool_has_calls_that_end_in_it():
    assert outcomes(witnessed(world()), "rent_plot") == {
        ("ok", None): ["rent_plot"],
        ("conflict", 0): ["close_plot", "rent_plot"],
        ("conflict", 1): ["rent_plot"],
        ("limit", 2): ["rent_plot", "rent_plot"],
        ("not_found", None): ["rent_plot"],
        ("invalid_arguments", None): ["rent_plot"],
    }


def test_the_calls_give_what_the_witness_says():
    spec = world()
    for one in witnessed(spec).witnesses:
        live = spec.start(0)
        results = [live.call(call.name, call.arguments) for call in one.calls]
        assert [result.ok for result in results[:-1]] == [True] * (len(one.calls) - 1)
        assert (results[-1].outcome, live.digest) == (one.outcome, one.digest)


def test_an_outcome_that_nothing_leads_to_is_missed_for_a_reason():
    found = witnessed(world(lambda data: data["rows"]["Plot"].clear()))
    assert {(one.where, one.outcome): one.why for one in found.missed}["close_plot", "ok"] == "calls that were tried end with not_found"
    never = witnessed(world(lambda data: data["tools"]["close_plot"]["require"].append({"that": "today > '1999-01-01'", "code": "limit", "error": "Old"})))
    assert [(one.where, one.why) for one in never.missed] == [("close_plot.require[1]", "only the state decides, and no call that was tried changes it so")]


def test_the_search_is_bounded_where_much_is_missing():
    def change(data):
        data["tools"]["rent_plot"]["require"] += [{"that": f"count(Plot, tenant=tenant) < {n}", "code": "limit", "error": "Many"} for n in range(60, 70)]

    search = Search(world(change))
    assert len(search.witnesses().missed) == 10
    assert search.asked <= ASKED + 10


def test_the_file_holds_what_was_found_a_witness_on_each_line(tmp_path: Path):
    found = witnessed(world())
    text = witnesses_text(found)
    (tmp_path / "witnesses.json").write_text(text, encoding="utf-8")
    assert read_witnesses(tmp_path) == found
    assert sum(line.startswith('    {"tool": ') for line in text.splitlines()) == len(found.witnesses)


def test_a_mock_without_the_file_has_no_witnesses(tmp_path: Path):
    assert (read_witnesses(tmp_path), read_witnesses(None)) == (None, None)
    assert flaws(world(), None) == set()


NO_WITNESSES = ["{", "[]", '{"witnesses": [{"tool": "a"}]}', '{"witnesses": [{"tool": "a", "outcome": "ok", "calls": [], "digest": ""}]}']


@pytest.mark.parametrize("text", NO_WITNESSES)
def test_a_file_that_holds_something_else_is_one_clear_line(tmp_path: Path, text: str):
    (tmp_path / "witnesses.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"^[^\n]*witnesses.json: [^\n]+$"):
        read_witnesses(tmp_path)


def test_witnesses_of_the_world_that_they_were_found_in_hold():
    assert flaws(world(), witnessed(world())) == set()


def test_a_witness_that_ends_otherwise_is_an_error():
    kept = witnessed(world())
    changed = world(lambda data: data["tools"]["close_plot"].update(require=[]))
    assert flaws(changed, kept) == {("witness.differs", "close_plot.require[0]")}
    assert CODES["witness.differs"].severity == "error"


def test_two_requirements_of_one_code_are_told_apart():
    def swap(data):
        require = data["tools"]["rent_plot"]["require"]
        require[0], require[1] = require[1], require[0]

    assert ("witness.differs", "rent_plot.require[1]") in flaws(world(swap), witnessed(world()))


def test_a_tool_that_is_gone_is_told_of():
    assert ("witness.differs", "close_plot") in flaws(world(lambda data: data["tools"].pop("close_plot")), witnessed(world()))


def test_another_state_is_a_warning_once():
    changed = world(lambda data: data["tools"]["close_plot"]["do"].append({"set": {"plot.tenant": "'nobody'"}}))
    assert flaws(changed, witnessed(world())) == {("witness.moved", "witnesses.json")}


def test_an_outcome_without_a_witness_is_a_warning():
    changed = world(lambda data: data["tools"]["close_plot"]["require"].append({"that": "plot_id != 'P-2'", "code": "limit", "error": "Never that"}))
    found = [(one.severity, one.code, one.where) for one in check(changed, kept=witnessed(world()))]
    assert ("warning", "witness.none", "close_plot.require[1]") in found
