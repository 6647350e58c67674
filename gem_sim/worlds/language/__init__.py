"""The expression language of worlds: Python's syntax, a fixed set of nodes and functions, compiled to closures."""

from gem_sim.worlds.language.compiler import compile_expression as compile_expression
from gem_sim.worlds.language.functions import FUNCTIONS as FUNCTIONS
from gem_sim.worlds.language.template import compile_template as compile_template
