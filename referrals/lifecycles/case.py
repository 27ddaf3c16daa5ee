"""The life of a case (ملف), from its opening to a close that the supervisor approved."""

from __future__ import annotations

from referrals.lifecycles.table import Lifecycle, Transition

CASE = Lifecycle(
    "case",
    "new",
    (
        Transition("new", "assign", "assigned", "supervisor|system", guard="weighted by capacity; caseload cap"),
        Transition("assigned", "assess", "assessed", "researcher", guard="home visit or phone assessment complete"),
        Transition(
            "assessed", "plan", "planned", "researcher", guard="plan approved by supervisor and agreed by the family"
        ),
        Transition("planned", "start", "active", "researcher"),
        Transition(
            "active",
            "stabilise",
            "monitoring",
            "supervisor",
            guard="only follow-ups remain",
            proposed_by="researcher",
        ),
        Transition("active|monitoring", "hold", "on_hold", "supervisor", guard="reason and review date"),
        Transition("on_hold", "resume", "active", "researcher|supervisor"),
        Transition(
            "active|monitoring",
            "close",
            "closed",
            "supervisor",
            guard="reason; the family is told",
            effect="tell-family",
            proposed_by="researcher",
        ),
        Transition("closed", "reopen", "active", "researcher|clerk", guard="note; history kept"),
        Transition(
            "*",
            "transfer_out",
            "transferred",
            "supervisor",  # the receiving one; ownership moves only when that one accepts
            effect="new-owner",
            proposed_by="supervisor",
        ),
    ),
)
