"""The life of a referral (إحالة), in the status codes of HL7 SDOH Clinical Care and its business status beside them."""

from __future__ import annotations

from referrals.lifecycles.table import SAME, Lifecycle, Transition

BUSINESS_STATUSES = (
    "awaiting-ack",
    "overdue",
    "escalated-1",
    "escalated-2",
    "rerouted",
    "waitlisted",
    "appointment-set",
    "family-no-show",
    "family-contacted",
    "loop-closed",
    "loop-open-unreachable",
)
LADDER = ("overdue", "escalated-1", "escalated-2", "rerouted")
"""What `overdue` climbs at a breached deadline, each rung once."""
REJECTION_REASONS = (
    "no-capacity",
    "not-eligible",
    "outside-area",
    "wrong-service",
    "cannot-reach",
    "family-declined",
    "insufficient-info",
    "safety",
    "duplicate",
)
PAUSE_REASONS = ("family-asked", "papers-missing", "waits-for-others", "family-away", "other")
FAILURE_REASONS = ("family-unreachable", "family-stopped", "not-eligible", "service-ended", "other")
TRANSFER_REASONS = ("nearer-to-family", "other-service-fits", "no-capacity", "family-moved", "other")
TAKEN_BACK = ("accept", "reject", "start", "pause", "resume", "complete", "fail", "cancel", "transfer")
"""Steps that whoever took them may take back for a short while: the way back along a row of the table, never another.
What was read (`acknowledge`) stays read, and what should never have been (`void`) stays hidden."""
AUTOMATIC_REROUTES = 3
"""After so many proposals of the system a supervisor decides."""

REFERRAL = Lifecycle(
    "referral",
    "draft",
    (
        Transition(
            "draft",
            "send",
            "requested",
            "family|clerk|researcher|system",  # the family by choosing a centre; the system for routine ones only
            guard="consent names recipient and fields; none open for the same application, need and organization",
            effect="freeze-disclosed-fields",
            business_status="awaiting-ack",
        ),
        Transition("requested", "acknowledge", "received", "desk|system", guard="the system on opening"),
        Transition("requested|received", "accept", "accepted", "desk"),
        Transition(
            "requested|received|accepted", "reject", "rejected", "desk", guard="reason", effect="note-lack-of-capacity"
        ),
        Transition(
            "rejected",
            "reroute",
            SAME,
            "system|family|clerk",  # the system proposes; the family or a clerk confirms
            guard="organizations already asked are excluded; at most three automatic proposals",
            effect="new-referral",
            business_status="rerouted",
        ),
        Transition("requested|received", "overdue", SAME, "system", effect="climb-ladder", business_status="overdue"),
        Transition("accepted", "start", "in-progress", "desk", guard="first contact with the family recorded"),
        Transition("in-progress", "pause", "on-hold", "desk", guard="reason and review date"),
        Transition("on-hold", "resume", "in-progress", "desk"),
        Transition("in-progress", "complete", "completed", "desk", guard="outcome code and what was delivered"),
        Transition("accepted|in-progress", "fail", "failed", "desk", guard="reason"),
        Transition(
            "draft|requested|received|accepted|in-progress|on-hold",
            "cancel",
            "cancelled",
            "family|clerk|researcher",  # the family withdraws; else whoever sent it
            effect="revoke-access",
        ),
        Transition(
            "requested|received|accepted|in-progress",
            "transfer",
            SAME,
            "desk",
            guard="the receiving desk accepts",
            effect="new-owner",
            proposed_by="desk",
        ),
        Transition("*", "void", "entered-in-error", "supervisor", guard="reason", effect="hide"),  # stays in the audit
        Transition(
            "completed|failed|rejected|cancelled",
            "tell_family",
            SAME,
            "system|clerk",
            guard="three tries, then loop-open-unreachable",
            business_status="loop-closed",
        ),
        Transition("completed", "dispute", "in-progress", "supervisor", guard="reason", proposed_by="family"),
    ),
)


def next_rung(business_status: str) -> str | None:
    """The business status that the next breach leads to; None once the ladder is climbed."""
    if business_status not in LADDER:
        return LADDER[0]
    following = LADDER.index(business_status) + 1
    return LADDER[following] if following < len(LADDER) else None
