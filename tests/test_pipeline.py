import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gem_sim.errors import SettingsError
from gem_sim.pipeline import generate
from gem_sim.settings import Settings
from gem_sim.store import RunReader

ROOT = Path(__file__).resolve().parent.parent
ARTICLES = ROOT / "examples" / "articles"
WITHOUT = {"09-postal-barges", "10-library-reopens", "11-paper-notebooks"}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    root = tmp_path_factory.mktemp("articles") / "run"
    list(generate(Settings.make(sources=(str(ARTICLES),), out=root, seed=1)))
    return RunReader(root)


def test_the_articles_end_in_accepted_episodes_and_the_other_texts_do_not(run):
    accepted = {episode.source.document for episode in run.episodes()}
    assert len(accepted) >= 7
    assert not accepted & WITHOUT


def test_everything_that_did_not_make_it_has_a_stage_and_a_reason(run):
    assert {item.document for item in run.rejected() if item.stage == "filter"} == WITHOUT
    assert all(item.reason for item in run.rejected())


def test_refined_episodes_are_longer_and_name_their_parents(run):
    episodes = {episode.id: episode for episode in run.episodes()}
    refined = [episode for episode in episodes.values() if episode.lineage.round == 1]
    assert refined
    for episode in refined:
        parent = episodes[episode.lineage.parent]
        assert episode.lineage.root == parent.id
        assert episode.complexity.messages > parent.complexity.messages


def test_every_accepted_episode_has_calls_that_change_the_world(run):
    assert all(any(call.diff for call in episode.calls) for episode in run.episodes())


def test_quotes_of_rules_stand_in_the_text(run):
    for episode in run.episodes():
        for rule in run.world(episode).rules:
            assert episode.source.text[rule.start : rule.end] == rule.quote


def test_another_hash_seed_gives_the_same_bytes(run, tmp_path):
    code = (
        "import sys; from gem_sim.pipeline import generate; from gem_sim.settings import Settings\n"
        "list(generate(Settings.make(sources=(sys.argv[1],), out=sys.argv[2], seed=1)))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": "77"}
    subprocess.run([sys.executable, "-c", code, str(ARTICLES), str(tmp_path / "other")], env=environment, check=True)
    assert (tmp_path / "other" / "episodes-001.jsonl").read_bytes() == (run.root / "episodes-001.jsonl").read_bytes()


def test_the_number_of_wanted_scenarios_ends_the_run(tmp_path):
    settings = Settings.make(sources=(str(ARTICLES),), out=tmp_path / "run", seed=1, episodes=2, rounds="last")
    assert len(list(generate(settings))) == 2


def test_several_scenarios_of_a_document_differ(tmp_path):
    settings = Settings.make(sources=(str(ARTICLES / "02-library-loans.md"),), out=tmp_path / "run", per_document=3, refine=0)
    episodes = list(generate(settings))
    assert len({json.dumps([call.name for call in episode.calls]) + episode.scenario.persona["name"] for episode in episodes}) == len(episodes)


def test_unreadable_lines_are_rejected_and_the_run_goes_on(tmp_path):
    source = tmp_path / "texts.jsonl"
    text = (ARTICLES / "01-bank-cards.md").read_text(encoding="utf-8").split("---", 2)[2]
    source.write_bytes(b'{"id": "broken"\n' + json.dumps({"id": "good", "text": text}).encode() + b'\n{"id": "bytes", "text": "\xff"}\n')
    episodes = list(generate(Settings.make(sources=(str(source),), out=tmp_path / "run")))
    assert {episode.source.document for episode in episodes} == {"good"}
    assert [item.stage for item in RunReader(tmp_path / "run").rejected()] == ["read", "read"]


def test_text_that_looks_like_a_template_or_a_command_is_just_text(tmp_path):
    source = tmp_path / "odd.md"
    article = (ARTICLES / "01-bank-cards.md").read_text(encoding="utf-8").split("---", 2)[2]
    source.write_text(article.replace("card", "{{ 7 * 7 }} card <script>alert(1)</script>", 3), encoding="utf-8")
    list(generate(Settings.make(sources=(str(source),), out=tmp_path / "run")))
    for episode in RunReader(tmp_path / "run").episodes():
        assert all("49 card" not in message["content"] for message in episode.messages)


def test_what_misses_a_target_is_kept_among_the_rejected(tmp_path):
    settings = Settings.make(mock="tool_library", out=tmp_path / "run", episodes=1, targets="calls>=900,recovery>=10%")
    assert list(generate(settings)) == []
    assert {(item.stage, item.reason.partition(":")[0]) for item in RunReader(tmp_path / "run").rejected()} == {("judge", "below target")}


def test_a_wrong_target_leaves_no_folder_behind(tmp_path):
    with pytest.raises(SettingsError, match="calls"):
        list(generate(Settings.make(mock="tool_library", out=tmp_path / "run", targets="callz>=3")))
    assert not (tmp_path / "run").exists()


def test_every_round_is_harder_than_the_one_before(tmp_path):
    episodes = list(generate(Settings.make(mock="tool_library", out=tmp_path / "run", episodes=1, refine=2)))
    assert [episode.lineage.round for episode in episodes] == [0, 1, 2]
    assert len(episodes[0].calls) < len(episodes[1].calls) < len(episodes[2].calls)
