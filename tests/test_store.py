import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import orjson
import pytest

from gem_sim.errors import InputError, SettingsError, StoreError
from gem_sim.pipeline import generate
from gem_sim.settings import Settings, Shard
from gem_sim.store import RunReader, RunWriter, last_rounds, write_whole


def settings(out, **changes):
    return Settings.make(**{"mock": "tool_library", "episodes": 4, "out": out, "seed": 3, **changes})


def lines(root):
    return {file.name: file.read_bytes() for file in sorted(root.glob("*.jsonl")) if not file.name.startswith("progress")}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    root = tmp_path_factory.mktemp("whole") / "run"
    list(generate(settings(root)))
    return root


def test_a_second_run_gives_the_same_bytes(whole, tmp_path):
    list(generate(settings(tmp_path / "again")))
    assert lines(tmp_path / "again") == lines(whole)


def test_a_resumed_run_ends_with_the_same_lines(whole, tmp_path):
    root = tmp_path / "run"
    started = generate(settings(root))
    for _ in range(3):
        next(started)
    started.close()
    list(generate(settings(root, resume=True)))
    assert lines(root) == lines(whole)


def test_what_was_half_written_is_cut_off(whole, tmp_path):
    root = tmp_path / "run"
    started = generate(settings(root))
    next(started)
    started.close()
    for file in root.glob("*.jsonl"):
        with file.open("ab") as torn:
            torn.write(b'{"torn": ')
    list(generate(settings(root, resume=True)))
    assert lines(root) == lines(whole)


def test_episodes_behind_the_last_progress_line_are_done_again(whole, tmp_path):
    root = tmp_path / "run"
    list(generate(settings(root)))
    progress = root / "progress-001.jsonl"
    progress.write_bytes(b"".join(progress.read_bytes().splitlines(keepends=True)[:2]))
    list(generate(settings(root, resume=True)))
    assert lines(root) == lines(whole)


def test_kills_at_random_moments_lose_nothing(whole, tmp_path):
    root, moments = tmp_path / "run", random.Random(5)  # noqa: S311  (a fixed choice of moments)
    code = (
        "import sys; from pathlib import Path; from gem_sim.pipeline import generate; from gem_sim.settings import Settings\n"
        "list(generate(Settings.make(mock='tool_library', episodes=4, out=Path(sys.argv[1]), seed=3, resume=True)))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    for _ in range(4):
        process = subprocess.Popen([sys.executable, "-c", code, str(root)], env=environment, stderr=subprocess.DEVNULL)
        time.sleep(moments.uniform(0.6, 2.2))
        process.send_signal(signal.SIGKILL)
        process.wait()
    subprocess.run([sys.executable, "-c", code, str(root)], env=environment, check=True)
    assert lines(root) == lines(whole)


def test_a_run_is_not_written_over(whole):
    with pytest.raises(SettingsError, match="--resume"):
        list(generate(settings(whole)))


def test_a_resume_under_other_settings_is_refused_with_the_difference(whole):
    with pytest.raises(SettingsError, match="seed was 3, is 4"):
        list(generate(settings(whole, seed=4, resume=True)))


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SettingsError, match="not empty"):
        RunWriter(settings(tmp_path))
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]


def test_two_processes_cannot_write_one_shard(tmp_path):
    writer = RunWriter(settings(tmp_path / "run"))
    with pytest.raises(StoreError, match="another process"):
        RunWriter(settings(tmp_path / "run", resume=True))
    writer.close()


def test_shards_together_hold_what_one_run_holds(whole, tmp_path):
    for index in (1, 2):
        list(generate(settings(tmp_path / "run", shard=Shard(index=index, count=2))))
    together = {episode.id for episode in RunReader(tmp_path / "run").episodes()}
    assert together == {episode.id for episode in RunReader(whole).episodes()}


def test_sources_that_changed_are_noticed_on_resume(tmp_path):
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "b.md").write_text("short", encoding="utf-8")
    run = {"sources": (str(texts),), "out": tmp_path / "run"}
    list(generate(Settings.make(**run)))
    (texts / "a.md").write_text("short", encoding="utf-8")
    with pytest.raises(StoreError, match="sources have changed"):
        list(generate(Settings.make(**run, resume=True)))


def test_the_last_round_stands_for_its_scenario(whole):
    episodes = list(RunReader(whole).episodes())
    assert [episode.lineage.round for episode in last_rounds(episodes)] == [1] * 4
    assert len(episodes) == 8


def test_a_line_that_is_no_episode_is_named(tmp_path):
    (tmp_path / "run.yaml").write_text("{}", encoding="utf-8")
    (tmp_path / "episodes-001.jsonl").write_text('{"id": 1}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"episodes-001.jsonl line 1"):
        list(RunReader(tmp_path).episodes())


@pytest.mark.parametrize("name", ["progress-001.jsonl", "run.yaml"])
def test_a_damaged_run_folder_is_named(whole, tmp_path, name):
    root = shutil.copytree(whole, tmp_path / "run")
    (root / name).write_text("{broken\n[1", encoding="utf-8")
    with pytest.raises(StoreError, match="damaged"):
        list(generate(settings(root, resume=True)))


def test_an_episode_in_the_file_is_the_episode_that_was_yielded(tmp_path):
    made = list(generate(settings(tmp_path / "run", episodes=1)))
    assert list(RunReader(tmp_path / "run").episodes()) == made


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    write_whole(tmp_path / "deep" / "file.json", orjson.dumps({"a": 1}))
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["file.json"]


@pytest.mark.parametrize("text", ["0/2", "3/2", "a/b", "1", "", "1/²"])
def test_a_shard_that_is_none_is_refused(text):
    with pytest.raises(SettingsError, match="expected i/n"):
        Shard.parse(text)


def test_settings_name_what_is_wrong():
    with pytest.raises(SettingsError, match="seed"):
        Settings.make(mock="tool_library", out=Path("x"), seed=-1)
    with pytest.raises(SettingsError, match="either sources or a mock"):
        Settings.make(out=Path("x"))
