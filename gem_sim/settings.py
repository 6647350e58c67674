"""The settings of a run: one frozen object with defaults, written to run.yaml and compared when a run is resumed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from gem_sim.errors import SettingsError
from gem_sim.records import SCHEMA_VERSION

VERSION = "0.1.0"
"""Version of the package; part of the fingerprint, because other code may draw other episodes."""


MAX_SEED = 2**53
"""Beyond this a number is no longer the same in every JSON reader."""


class Shard(BaseModel):
    """Part `index` of `count`, counted from 1."""

    model_config = ConfigDict(frozen=True)

    index: int = 1
    count: int = 1

    @classmethod
    def parse(cls, text: str) -> Shard:
        """`2/8` as part two of eight. Raises SettingsError for anything else."""
        left, slash, right = text.partition("/")
        if not (slash and left.isascii() and right.isascii() and left.isdigit() and right.isdigit() and 1 <= int(left) <= int(right)):
            raise SettingsError(f"shard {text!r}: expected i/n with 1 <= i <= n, such as 1/4")
        return cls(index=int(left), count=int(right))

    def takes(self, ordinal: int) -> bool:
        """Whether the unit of work with this ordinal (from 0) belongs to the shard."""
        return ordinal % self.count == self.index - 1


class Settings(BaseModel):
    """What to generate, and where to. Everything but `out`, `shard` and `resume` decides which episodes come out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sources: tuple[str, ...] = ()
    """Files, folders or `-`; empty when a mock is given."""
    mock: str | None = None
    """Name or folder of a mock to draw episodes from instead of texts, or a file of tools to make one of."""
    rows: Path | None = None
    """Rows for the mock: a file, or a folder of files."""
    text: Path | None = None
    """A handbook over the mock."""
    out: Path
    episodes: int | None = Field(None, ge=1)
    """Stop after so many episodes of the last round; with a mock 10 where nothing is said."""
    per_document: int = Field(1, ge=1, le=1000)
    seed: int = Field(0, ge=0, le=MAX_SEED)
    refine: int = Field(1, ge=0, le=4)
    """Rounds of refinement."""
    targets: str = ""
    """What the last round has to reach, such as `calls>=15,recovery>=25%`."""
    rounds: Literal["last", "all"] = "all"
    """Which rounds to keep: `last` leaves out round 0 where a refined episode was accepted."""
    shard: Shard = Shard()
    resume: bool = False

    @model_validator(mode="after")
    def _one_origin(self) -> Settings:
        if bool(self.sources) == (self.mock is not None):
            raise ValueError("expected either sources or a mock")
        if self.mock is None and (self.rows or self.text):
            raise ValueError("rows and text belong to a mock; expected --mock with them")
        return self

    @classmethod
    def make(cls, **values: Any) -> Settings:
        """Settings from loose values. Raises SettingsError with one line that names the setting."""
        try:
            return cls(**values)
        except ValidationError as invalid:
            first = invalid.errors(include_url=False)[0]
            name = ".".join(str(part) for part in first["loc"])
            raise SettingsError(f"{name + ': ' if name else ''}{first['msg'].removeprefix('Value error, ')}") from None

    def fingerprint(self) -> dict[str, Any]:
        """What must be the same for a resume: all settings that decide the episodes, and the versions of code and records."""
        kept = self.model_dump(mode="json", exclude={"out", "shard", "resume"})
        return {**kept, "gem_sim": VERSION, "schema": SCHEMA_VERSION, "shards": self.shard.count}
