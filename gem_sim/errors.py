"""The failure vocabulary. A bad episode is data (a `Finding`), never an exception; these are for everything else.

    GemSimError            base of all; the command line prints it as one line and exits with 2
    ├── InputError         a file, document or option the caller gave is wrong or missing
    ├── SettingsError      settings contradict each other, or a run folder made under other settings
    ├── SpecError          a world does not compile: names the file or world, the path in it, what was expected
    ├── RoleFailure        a role broke its contract again and again; names the role, which takes the blame
    ├── MockFailure        a tool of a mock in Python has a fault of its own; names mock, tool and line
    ├── PlanError          no scenario can be drawn from a world
    └── StoreError         the run folder cannot be read or written

An infrastructure failure (disk, process, network) is never turned into a verdict on an episode.
"""

from __future__ import annotations


class GemSimError(Exception):
    """Base of every error this package raises on purpose; its text is one clear line."""


class InputError(GemSimError):
    """Something the caller named cannot be used: what, where, what was expected."""


class SettingsError(GemSimError):
    """Settings that contradict each other or the run folder they are applied to."""


class SpecError(GemSimError):
    """A world that does not compile. `where` is the path inside the spec, such as `tools.close_card.require[0].that`."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}")
        self.where = where
        self.problem = problem


class MockFailure(GemSimError):
    """A function of a mock that raised what is no answer, or left a state that is none. Never a verdict on an episode."""

    def __init__(self, mock: str, tool: str, problem: str) -> None:
        super().__init__(f"mock {mock}, tool {tool}: {problem}")
        self.mock = mock
        self.tool = tool
        self.problem = problem


class PlanError(GemSimError):
    """No scenario that meets the request could be drawn; the text says which step ran dry."""


class RoleFailure(GemSimError):
    """A role whose replies broke its contract until no draw was left."""

    def __init__(self, role: str, problem: str) -> None:
        super().__init__(f"the {role} role broke its contract: {problem}")
        self.role = role


class StoreError(GemSimError):
    """A run folder that cannot be read or written."""
