"""The key-point finder: curated patterns over a learner's sentences. No model, no network, always the same result."""

from __future__ import annotations

from pivotlab.learn.keypoints.finder import Evidence, Findings, find

__all__ = ["Evidence", "Findings", "find"]
