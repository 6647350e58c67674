"""What is data of a mock in Python: name, tools, rules, rows. A run folder keeps this much; to execute calls it takes the plug-in itself."""

from __future__ import annotations

from typing import Any

from gem_sim.errors import InputError
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.world import World

FORM = "plugin"
"""Value of `form` in the file of such a world."""


class PluginSpec(WorldSpec):
    """A world whose tools are functions. Its digest is over tools, rules and rows; the functions stand behind `version`."""

    replayable: bool = True

    def data(self) -> dict[str, Any]:
        """The spec as plain JSON, marked as that of a plug-in."""
        return {"form": FORM, **super().data()}


class StoredMock(PluginSpec):
    """A plug-in as a run folder knows it. `start` and `load` need the plug-in of that name; they raise InputError where it is another or none."""

    def start(self, seed: int = 0) -> World:
        """A fresh world of the plug-in."""
        return self._installed().start(seed)

    def load(self, dump: dict[str, Any]) -> World:
        """The world that `dump()` described."""
        return self._installed().load(dump)

    def _installed(self) -> WorldSpec:
        made: WorldSpec = self.once("installed", self._find)
        return made

    def _find(self) -> WorldSpec:
        from gem_sim.worlds.load import load_installed  # a stored world is data; only running it looks for code

        found = load_installed(self.name)
        if not isinstance(found, PluginSpec):
            raise InputError(
                f"world {self.name!r} replays only where its plug-in is installed: expected tool_mocks/{self.name} here, or an entry point of gem_sim.mocks"
            )
        if found.digest != self.digest:
            raise InputError(
                f"plug-in {self.name!r} is not the one of the episode: installed is version {found.version} ({found.digest[:8]}), "
                f"expected version {self.version} ({self.digest[:8]})"
            )
        return found
