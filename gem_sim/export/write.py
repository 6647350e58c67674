"""Writes a format's rows and a card that says where they come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal

import orjson

from gem_sim import prompts
from gem_sim.errors import InputError, StoreError
from gem_sim.export import tasks, trl
from gem_sim.export.environment import FILE
from gem_sim.records import Episode
from gem_sim.store import RunReader, last_rounds, write_whole

FORMATS: dict[str, Callable[[Episode], dict[str, Any]]] = {"trl": trl.row}
"""Format name to the function that makes a row."""

TASKS = "tasks"

Rounds = Literal["first", "last", "all"]


def export(run: RunReader, form: str, out: Path, rounds: Rounds = "last") -> tuple[Path, int]:
    """Write `train.jsonl` (tasks: `tasks.jsonl`, `prompts.jsonl` and worlds) and a README.md into `out`; the file and the number of its rows.

    Raises InputError for an unknown format.
    """
    if form not in (*FORMATS, TASKS):
        raise InputError(f"format {form!r}: expected one of {', '.join((*FORMATS, TASKS))}")
    episodes = chosen(list(run.episodes()), rounds)
    if not episodes:
        raise InputError(f"{run.root}: holds no accepted episode to export")
    files = _task_files(run, episodes) if form == TASKS else {"train.jsonl": _lines(FORMATS[form](episode) for episode in episodes)}
    try:
        for name, content in {**files, "README.md": _card(episodes, form).encode()}.items():
            write_whole(out / name, content)
    except OSError as error:
        raise StoreError(f"{out}: cannot be written ({error.strerror})") from None
    return out / next(iter(files)), len(episodes)


def _task_files(run: RunReader, episodes: list[Episode]) -> dict[str, bytes]:
    rows = [tasks.row(episode, run.world(episode)) for episode in episodes]
    worlds = {f"worlds/{episode.world.digest}.json": orjson.dumps(run.world(episode).data()) for episode in episodes}
    return {FILE: _lines(rows), "prompts.jsonl": _lines(map(tasks.prompt_row, rows)), **worlds}


def _lines(rows: Iterable[dict[str, Any]]) -> bytes:
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)


def chosen(episodes: list[Episode], rounds: Rounds) -> list[Episode]:
    """The episodes of the first round, of the last round of each scenario, or all."""
    if rounds == "last":
        return last_rounds(episodes)
    return [episode for episode in episodes if rounds == "all" or episode.lineage.round == 0]


def _card(episodes: list[Episode], form: str) -> str:
    licences = Counter(episode.source.licence or "not stated" for episode in episodes if episode.source)
    sources = Counter(episode.source.source or "not stated" for episode in episodes if episode.source)
    plays = Counter(episode.play for episode in episodes)
    return prompts.render("card/dataset", format=form, rows=len(episodes), plays=plays, licences=licences, sources=sources) + "\n"
