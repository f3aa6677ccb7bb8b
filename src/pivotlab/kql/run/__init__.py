"""Running translated SQL: bounded in time, rows and memory, and turned into a frame as Kusto would return it."""
