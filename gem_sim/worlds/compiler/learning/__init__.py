"""What rows say that tools do not: tables, keys, references, what columns hold, what has to hold for a call, what a call changes."""

from gem_sim.worlds.compiler.learning.learnt import Learnt as Learnt
from gem_sim.worlds.compiler.learning.rewriting import learn as learn
