"""Documents in: reading files and cutting long texts. Knows no extraction."""

from __future__ import annotations

from gem_sim.corpus.readers import read_documents
from gem_sim.corpus.segments import split

__all__ = ["read_documents", "split"]
