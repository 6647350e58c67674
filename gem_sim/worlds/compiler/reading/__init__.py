"""What tools mean, read from their names, descriptions and schemas: the first half of the compiler."""

from gem_sim.worlds.compiler.reading.reading import Reading as Reading
from gem_sim.worlds.compiler.reading.reading import ToolReading as ToolReading
from gem_sim.worlds.compiler.reading.reading import read_set as read_set
