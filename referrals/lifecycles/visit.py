"""The life of a home visit (زيارة منزلية)."""

from __future__ import annotations

from referrals.lifecycles.table import Lifecycle, Transition

VISIT = Lifecycle(
    "visit",
    "planned",
    (
        Transition("planned", "assign", "assigned", "supervisor|system", guard="same area, gender rule, caseload"),
        Transition("assigned", "confirm", "confirmed", "family|clerk", guard="date window agreed"),
        Transition("assigned|confirmed", "not_home", "attempted", "researcher", effect="count-attempt"),
        Transition(
            "assigned|confirmed", "put_off", "planned", "system", guard="the place is closed that day after all"
        ),
        Transition("refused", "take_back", "planned", "desk", guard="the step that ended it was undone"),
        Transition("attempted", "replan", "planned", "researcher|system"),
        Transition("assigned|confirmed", "complete", "done", "researcher", guard="client UUID, base version per field"),
        Transition(
            "done", "conflict", "needs_merge", "system", guard="same field changed elsewhere since its base version"
        ),  # Primero 508
        Transition("*", "refuse", "refused", "family"),
    ),
)
