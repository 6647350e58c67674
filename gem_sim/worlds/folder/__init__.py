"""A mock folder that was compiled: written to be read and edited, and written again without losing what was edited."""
