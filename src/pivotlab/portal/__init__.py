"""What a learner looks at."""
