"""Values that fit a JSON Schema, drawn from a named stream."""

from gem_sim.worlds.schema.draw import Drawer, Hints, no_hints
from gem_sim.worlds.schema.leaves import bounds, fits
from gem_sim.worlds.schema.merge import Schema, Unfit, types
from gem_sim.worlds.schema.texts import of_format

__all__ = ["Drawer", "Hints", "Schema", "Unfit", "bounds", "fits", "no_hints", "of_format", "types"]
