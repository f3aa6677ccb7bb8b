"""What to ask again, and when: in the notebook, in the terminal, or in Anki."""
