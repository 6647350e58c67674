"""What people look at: figures of a run and its self-contained report page."""
