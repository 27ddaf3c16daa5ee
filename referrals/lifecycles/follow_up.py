"""The life of one follow-up (متابعة دورية)."""

from __future__ import annotations

from referrals.lifecycles.table import Lifecycle, Transition

FOLLOW_UP = Lifecycle(
    "follow_up",
    "scheduled",
    (
        Transition("scheduled", "bot_check_in", "answered", "family", effect="task-on-red-answer"),
        Transition("scheduled", "visit", "done", "researcher", guard="indicator values recorded"),
        Transition("scheduled", "miss", "overdue", "system", effect="tell-researcher-then-supervisor"),
    ),
)
