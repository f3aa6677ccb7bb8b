"""From `course/*.py`, the one text source of every notebook, to `notebooks/` and `labs/` with their outputs."""
