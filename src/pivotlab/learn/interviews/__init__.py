"""The mock interview: a panel of questions, a rubric, key points, and a report of the gaps."""
