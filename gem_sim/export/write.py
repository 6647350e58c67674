"""Writes a format's rows and a card that says where they come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import orjson

from gem_sim import prompts
from gem_sim.errors import InputError, StoreError
from gem_sim.export import trl
from gem_sim.records import Episode
from gem_sim.store import RunReader, last_rounds, write_whole

FORMATS: dict[str, Callable[[Episode], dict[str, Any]]] = {"trl": trl.row}
"""Format name to the function that makes a row."""

Rounds = Literal["first", "last", "all"]


def export(run: RunReader, form: str, out: Path, rounds: Rounds = "last") -> tuple[Path, int]:
    """Write `train.jsonl` and a README.md into `out`; the file and the number of its rows. Raises InputError for an unknown format."""
    if form not in FORMATS:
        raise InputError(f"format {form!r}: expected one of {', '.join(FORMATS)}")
    episodes = chosen(list(run.episodes()), rounds)
    if not episodes:
        raise InputError(f"{run.root}: holds no accepted episode to export")
    file = out / "train.jsonl"
    try:
        write_whole(file, b"".join(orjson.dumps(FORMATS[form](episode)) + b"\n" for episode in episodes))
        write_whole(out / "README.md", _card(episodes, form).encode())
    except OSError as error:
        raise StoreError(f"{out}: cannot be written ({error.strerror})") from None
    return file, len(episodes)


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
