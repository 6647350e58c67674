"""What a world can be joined with: worlds about the records of something else, and worlds that share people or things by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from gem_sim import assets
from gem_sim.worlds.compiler.names import is_person, words
from gem_sim.worlds.joining import join, sharable
from gem_sim.worlds.load import load_mock
from gem_sim.worlds.plugin.spec import PluginSpec
from gem_sim.worlds.spec import WorldSpec


class Partner(NamedTuple):
    """A world to join and what it shares: its entities to those of the base."""

    other: WorldSpec
    shared: tuple[tuple[str, str], ...]

    def joined_to(self, base: WorldSpec) -> WorldSpec:
        """The joined world, made once for each base. Raises SpecError as `join` does."""
        made: WorldSpec = base.once(f"joined/{self.other.digest}/{self.shared}", lambda: join(base, self.other, dict(self.shared)))
        return made


@cache
def companions() -> tuple[WorldSpec, ...]:
    """The worlds that ship and say what they can be joined at, by name."""
    folders = sorted(path.parent for path in assets.folder("tool_mocks").glob("*/world.yaml"))
    return tuple(spec for spec in map(load_mock, folders) if spec.joins is not None)


def partners(base: WorldSpec, others: Iterable[WorldSpec] | None = None) -> list[Partner]:
    """Ways to join one of `others` (without them: of those that ship for it) to a world, none that is in it already or has things of the same name."""
    if isinstance(base, PluginSpec):
        return []  # its tools are functions
    free = [other for other in (companions() if others is None else others) if other.name not in base.joined and not isinstance(other, PluginSpec)]
    return [Partner(other, shared) for other in free for shared in _shared(base, other)]


def _shared(base: WorldSpec, other: WorldSpec) -> Iterator[tuple[tuple[str, str], ...]]:
    ours = [name for name, about in base.entities.items() if sharable(about) and base.rows.get(name)]
    if other.joins is not None:
        own = {name for name in other.entities if name != other.joins}
        yield from (((other.joins, name),) for name in ours if not own & base.entities.keys())
        return
    theirs = [name for name, about in other.entities.items() if sharable(about)]
    same = tuple((name, mine) for name in theirs for mine in ours if words(name) == words(mine))
    people = [(name, mine) for name in theirs for mine in ours if is_person(name) and is_person(mine)]
    if same or people:
        yield same or (people[0],)
