import contextlib
import io
import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from gem_sim.cli import app
from gem_sim.worlds.load import parse_world

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

pytestmark = pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="the documentation is not in the wheel")


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    shutil.copy(ROOT / "graphs" / "episode.py", tmp_path / "my_graph.py")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_of_the_page_work_as_written(page, workplace):
    for text in blocks(page, "yaml"):
        (workplace / "settings.yaml").write_text(text, encoding="utf-8")
    if page.name != "README.md":
        assert CliRunner().invoke(app, ["generate", "examples/articles", "--out", "runs/a"]).exit_code == 0
    for line in (line for block in blocks(page, "console") for line in block.splitlines() if line.startswith("$ gem-sim")):
        arguments = shlex.split(line.removeprefix("$ gem-sim "), comments=True)
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == 0, f"{line}: {result.output}"
        assert not (arguments[0] == "call" and '{"error":' in result.output), f"{line}: {result.output}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.usefixtures("workplace")
def test_python_of_the_page_runs(page):
    for block in blocks(page, "python"):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(block, page.name, "exec"), {})  # noqa: S102  (our own documentation)
        assert printed.getvalue().strip()


def test_the_world_of_the_page_is_one():
    text = blocks(ROOT / "docs" / "worlds.md", "yaml")[0]
    world = parse_world(yaml.safe_load(text), "docs").start(1)
    assert world.call("rent_locker", {"locker_id": "L-1", "weeks": 4}).value["fee"] == 10
    assert world.call("rent_locker", {"locker_id": "L-2", "weeks": 4}).error == {"code": "conflict", "message": "The locker is rented"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_json_of_the_page_is_json(page):
    for text in blocks(page, "json"):
        json.loads(text)


def test_links_between_pages_lead_somewhere():
    for page in PAGES:
        for link in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert link.startswith("http") or (page.parent / link).exists(), f"{page.name}: {link}"
