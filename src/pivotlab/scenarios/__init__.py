"""Telemetry with ground truth: a company, ten incidents inside its ordinary business, and bundles of any size."""
