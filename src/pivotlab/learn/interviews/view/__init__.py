"""The mock interview as a card in a notebook. All state lives in Python; the browser only shows it and asks."""

from __future__ import annotations

from pivotlab.learn.interviews.view.card import InterviewCard

__all__ = ["InterviewCard"]
