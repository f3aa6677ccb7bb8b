"""What a learner did, kept in one file of theirs."""
