"""Everything that is said about a query before it runs: syntax, names, types, habits from other languages."""
