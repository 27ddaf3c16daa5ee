"""How a conversation remembers that its interview was filed already and is asked a few questions once more."""

from __future__ import annotations

from typing import Any

from referrals.conversations.desk import Desk

KEPT = "once_more"


def is_asked_once_more(desk: Desk) -> bool:
    """Whether the interview at hand is one that was filed: it is completed, never begun anew."""
    kept: dict[str, Any] = desk.state.get(KEPT) or {}
    return bool(kept) and kept.get("session") == desk.session_id
