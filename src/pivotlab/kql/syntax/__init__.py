"""Reading the engine's parse tree: the tree itself, names and literals in it, and where they stand in the text."""
