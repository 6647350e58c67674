"""The run folder: append, resume, read. A unit of work is committed as a whole or not at all.

Each committed unit leaves a line in `progress-<shard>.jsonl` with the lengths of the other files. What stands behind
those lengths was in flight when the process died; a resume cuts it off and does that unit again.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import orjson
import yaml
from pydantic import ValidationError

from gem_sim.errors import InputError, SettingsError, StoreError
from gem_sim.records import Episode, Rejected
from gem_sim.settings import Settings
from gem_sim.worlds.load import first_problem, load_world
from gem_sim.worlds.spec import WorldSpec


@dataclass
class Unit:
    """Everything one document, or one scenario of a mock, has led to. `passed` counts what each stage let through."""

    document: str
    episodes: list[Episode] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    worlds: dict[str, WorldSpec] = field(default_factory=dict)
    passed: dict[str, int] = field(default_factory=dict)


class RunWriter:
    """The files of one shard of a run, open for appending and locked against a second process."""

    def __init__(self, settings: Settings) -> None:
        self.root = settings.out
        self.shard = f"{settings.shard.index:03d}"
        _prepare(self.root, settings)
        with ExitStack() as opened:
            self._files = {kind: opened.enter_context(_open(self.root / f"{kind}-{self.shard}.jsonl")) for kind in ("progress", "episodes", "rejected")}
            _lock(self._files["progress"], self.root)
            self.done = self._recover(resume=settings.resume)
            self._opened = opened.pop_all()  # they stay open only if all of this went well

    def _recover(self, *, resume: bool) -> dict[int, dict[str, Any]]:
        """Ordinal to progress line of the committed units; everything behind them is cut off."""
        lines, end = _whole_lines(self._files["progress"])
        if lines and not resume:
            raise SettingsError(f"{self.root}: holds a run already; give --resume to go on with it, or another --out")
        lengths = lines[-1] if lines else {"episodes": 0, "rejected": 0}
        for kind, length in (("progress", end), ("episodes", lengths["episodes"]), ("rejected", lengths["rejected"])):
            self._files[kind].truncate(length)
            self._files[kind].seek(length)
        return {line["unit"]: line for line in lines}

    def commit(self, ordinal: int, unit: Unit) -> None:
        """Write a unit durably: worlds, episodes and rejected first, the progress line that counts them last.

        Raises StoreError where the disk does not take it; what was committed before stays good.
        """
        try:
            self._commit(ordinal, unit)
        except OSError as error:
            raise StoreError(f"{self.root}: cannot be written ({error.strerror})") from None

    def _commit(self, ordinal: int, unit: Unit) -> None:
        for digest, spec in unit.worlds.items():
            write_whole(self.root / "worlds" / f"{digest}.json", orjson.dumps(spec.data()))
        self._append("episodes", [record.model_dump(mode="json") for record in unit.episodes])
        self._append("rejected", [record.model_dump(mode="json") for record in unit.rejected])
        line = {
            "unit": ordinal,
            "document": unit.document,
            "passed": unit.passed,
            "episodes": self._files["episodes"].tell(),
            "rejected": self._files["rejected"].tell(),
        }
        self._append("progress", [line])
        self.done[ordinal] = line

    def _append(self, kind: str, rows: list[dict[str, Any]]) -> None:
        if rows:
            file = self._files[kind]
            file.write(b"".join(orjson.dumps(row) + b"\n" for row in rows))
            file.flush()
            os.fsync(file.fileno())

    def close(self) -> None:
        """Close the files and give the shard free."""
        self._opened.close()


class RunReader:
    """A run folder to read from, whatever number of shards wrote it."""

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root)
        if not (self.root / "run.yaml").is_file():
            raise InputError(f"{self.root}: not a run folder; expected one with a run.yaml, as 'gem-sim generate --out' makes it")
        self._worlds: dict[str, WorldSpec] = {}

    @property
    def targets(self) -> str:
        """What the run's settings ask of its last rounds; empty where they ask for nothing."""
        return str(yaml.safe_load((self.root / "run.yaml").read_text(encoding="utf-8")).get("targets", ""))

    def episodes(self) -> Iterator[Episode]:
        """All accepted episodes in order of shards and lines. Raises InputError for a line that is no episode."""
        for file in sorted(self.root.glob("episodes-*.jsonl")):
            yield from read_episodes(file)

    def find(self, wanted: str) -> Episode:
        """The one episode whose id begins so. Raises InputError where there is none, or more than one."""
        found = [episode for episode in self.episodes() if episode.id.startswith(wanted)] if wanted else []
        if len(found) != 1:
            raise InputError(f"{self.root}#{wanted}: {len(found)} episodes have an id that begins so; expected one")
        return found[0]

    def rejected(self) -> Iterator[Rejected]:
        """Everything that did not make it."""
        for file in sorted(self.root.glob("rejected-*.jsonl")):
            yield from _records(file, Rejected)

    def progress(self) -> Iterator[dict[str, Any]]:
        """The progress lines of all shards."""
        for file in sorted(self.root.glob("progress-*.jsonl")):
            yield from _progress_lines(file.read_bytes(), file.name)

    def world(self, episode: Episode) -> WorldSpec:
        """The world of an episode. Raises InputError where its file is missing."""
        digest = episode.world.digest
        if digest not in self._worlds:
            path = self.root / "worlds" / f"{digest}.json"
            if not path.is_file():
                raise InputError(f"{self.root}: worlds/{digest}.json is missing, the world of episode {episode.id}")
            self._worlds[digest] = load_world(path)
        return self._worlds[digest]


def read_episodes(file: Path) -> Iterator[Episode]:
    """Episodes of a JSONL file. Raises InputError that names the line."""
    return _records(file, Episode)


R = TypeVar("R", Episode, Rejected)


def _records(file: Path, kind: type[R]) -> Iterator[R]:
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield kind.model_validate_json(line)
            except ValidationError as invalid:
                raise InputError(f"{file.name} line {number}: not a record of {kind.__name__} ({first_problem(invalid)})") from None


def _progress_lines(content: bytes, name: str) -> list[dict[str, Any]]:
    """The progress lines of a file; whatever is no such line was not written by a run."""
    rows = []
    for number, line in enumerate(content.splitlines(), 1):
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError:
            row = None
        if not isinstance(row, dict) or not {"unit", "document", "passed", "episodes", "rejected"} <= set(row):
            raise StoreError(f"{name} line {number}: damaged; expected a progress line, restore the file or start another run")
        rows.append(row)
    return rows


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all; one that stands there with the same content stays."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _prepare(root: Path, settings: Settings) -> None:
    """Make the folder and its run.yaml, or check that the one there was made under the same settings."""
    mine = settings.fingerprint()
    described = yaml.safe_dump(mine, sort_keys=True, allow_unicode=True).encode()
    try:
        root.mkdir(parents=True, exist_ok=True)
        file = root / "run.yaml"
        if not file.exists():
            if any(root.iterdir()):
                raise SettingsError(f"{root}: is not empty and not a run folder; give another --out")
            write_whole(file, described)
    except OSError as error:
        raise StoreError(f"{root}: cannot be written ({error.strerror})") from None
    try:
        theirs = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        raise StoreError(f"{file}: damaged; expected the settings of the run as YAML") from None
    other = theirs if isinstance(theirs, dict) else {}
    changed = [f"{name} was {other.get(name)!r}, is {mine.get(name)!r}" for name in sorted({*mine, *other}) if mine.get(name) != other.get(name)]
    if changed:
        raise SettingsError(f"{root}: was made under other settings: {'; '.join(changed)}")


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("r+b" if path.exists() else "w+b")
    except OSError as error:
        raise StoreError(f"{path.name}: cannot be written ({error.strerror})") from None


def _lock(file: BinaryIO, root: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise StoreError(f"{root}: another process is writing this shard") from None


def _whole_lines(file: BinaryIO) -> tuple[list[dict[str, Any]], int]:
    """The lines that were written whole, and where they end."""
    content = file.read()
    end = content.rfind(b"\n") + 1
    return _progress_lines(content[:end], Path(file.name).name), end


def last_rounds(episodes: Sequence[Episode]) -> list[Episode]:
    """Of every scenario the episode of its last accepted round."""
    last: dict[str, Episode] = {}
    for episode in episodes:
        known = last.get(episode.lineage.root)
        if known is None or episode.lineage.round >= known.lineage.round:
            last[episode.lineage.root] = episode
    return list(last.values())
