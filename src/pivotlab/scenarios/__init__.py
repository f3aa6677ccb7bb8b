"""Telemetry with ground truth: a company, ten incidents inside its ordinary business, and bundles of any size."""

from pivotlab.scenarios.generate import Size, generate
from pivotlab.scenarios.truth import GroundTruth, TruthError, read_truth

__all__ = ["GroundTruth", "Size", "TruthError", "generate", "read_truth"]
