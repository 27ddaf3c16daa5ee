"""Life cycles of the casework's nouns, one table each: a transition that is not in a table cannot happen."""

from __future__ import annotations

from referrals.lifecycles.application import APPLICATION
from referrals.lifecycles.appointment import APPOINTMENT
from referrals.lifecycles.case import CASE
from referrals.lifecycles.follow_up import FOLLOW_UP
from referrals.lifecycles.plan_item import PLAN_ITEM
from referrals.lifecycles.referral import (
    AUTOMATIC_REROUTES,
    BUSINESS_STATUSES,
    FAILURE_REASONS,
    LADDER,
    PAUSE_REASONS,
    REFERRAL,
    REJECTION_REASONS,
    TAKEN_BACK,
    TRANSFER_REASONS,
    next_rung,
)
from referrals.lifecycles.reminder import REMINDER
from referrals.lifecycles.table import (
    SAME,
    Lifecycle,
    Transition,
    TransitionRefused,
    advance,
    allowed_events,
    step,
)
from referrals.lifecycles.visit import VISIT

LIFECYCLES = {
    table.name: table for table in (APPLICATION, CASE, REFERRAL, VISIT, APPOINTMENT, REMINDER, PLAN_ITEM, FOLLOW_UP)
}

__all__ = [
    "APPLICATION",
    "APPOINTMENT",
    "AUTOMATIC_REROUTES",
    "BUSINESS_STATUSES",
    "CASE",
    "FAILURE_REASONS",
    "FOLLOW_UP",
    "LADDER",
    "LIFECYCLES",
    "PAUSE_REASONS",
    "PLAN_ITEM",
    "REFERRAL",
    "REJECTION_REASONS",
    "REMINDER",
    "SAME",
    "TAKEN_BACK",
    "TRANSFER_REASONS",
    "VISIT",
    "Lifecycle",
    "Transition",
    "TransitionRefused",
    "advance",
    "allowed_events",
    "next_rung",
    "step",
]
