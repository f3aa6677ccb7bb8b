"""Scalar expressions: every KQL expression, operator and function as one typed piece of SQL."""
