"""What a learner did, kept in one file of theirs, and what it says about where they stand."""
