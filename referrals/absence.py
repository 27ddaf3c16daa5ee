"""A service that was down takes from nobody the time that it had promised: what came due unseen waits once more."""

from __future__ import annotations

from datetime import datetime, timedelta

AWAY = timedelta(hours=2)  # a clock that runs looks every few seconds, and a busy one within minutes


def came_due_unseen(due_at: datetime, at: datetime) -> bool:
    """Whether nobody looked for so long after `due_at` that the service was down: whoever was to answer until then
    could not, and what they sent meanwhile comes in only now."""
    return at - due_at > AWAY
