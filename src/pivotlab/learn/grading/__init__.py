"""Tasks: what to find out or to do, and how an answer is graded."""
