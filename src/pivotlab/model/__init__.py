"""What both products talk about. Pure: imports nothing else of this package."""
