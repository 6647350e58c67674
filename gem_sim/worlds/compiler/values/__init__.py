"""Plausible values by the meaning of a field: its schema first, then its name, its description and its entity. All from named streams."""

from datetime import datetime
from random import Random

from gem_sim.worlds.compiler.values.columns import Columns
from gem_sim.worlds.compiler.values.leaves import Column
from gem_sim.worlds.compiler.values.meaning import makes_person
from gem_sim.worlds.compiler.values.naming import kind_of
from gem_sim.worlds.compiler.values.row import People, Person, Row
from gem_sim.worlds.compiler.values.vocabulary import Vocabulary

__all__ = ["Column", "Columns", "People", "Person", "Row", "Values", "Vocabulary", "kind_of", "makes_person"]


class Values:
    """Values that belong to no row. `clock` is the world's start."""

    def __init__(self, seed: str, clock: str) -> None:
        self.random = Random(seed)  # noqa: S311  (plausible rows, not secrets)
        self.now = datetime.fromisoformat(clock)
        self._people = People(self.random)

    def person(self) -> str:
        """A full name, nobody's twice while there are others."""
        return self._people.draw().name
