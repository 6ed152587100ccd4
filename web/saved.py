"""What a curator is told after a change was saved, the same wherever it was made."""

from __future__ import annotations

from flask import flash


def saved(message: str) -> None:
    """Say on the next page what was saved, in one sentence."""
    flash(message)
