"""What may be pending in a conversation where no question of a stage is."""

from __future__ import annotations

BEGINNING = "beginning"
IDLE = "idle"
# nothing is under way that a person could lose
RESTING = (
    IDLE,
    "menu",
    "slot",
    "trip",
    "wait",
    "visit",
    "reminder",
    "outcome",
    "more",
    "elsewhere",
    "info",
    "decision",
)
