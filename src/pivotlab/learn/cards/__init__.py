"""One question put to one learner: marked in Python, shown as a card or as plain text."""
