"""Training files from accepted episodes; one module a format, each a pure function of an episode."""
