"""Tabular operators: each becomes one SELECT over the stage before it, with its columns known by name and type."""
