"""The life of an application (طلب), from the first answer to its end, and the states of a pair of likely doubles."""

from __future__ import annotations

from referrals.lifecycles.table import Lifecycle, Transition

APPLICATION = Lifecycle(
    "application",
    "draft",
    (
        Transition(
            "draft",
            "submit",
            "submitted",
            "family|clerk|volunteer|case_finder",
            guard="intake consent given; without it only anonymous counts are kept",
        ),
        Transition(
            "draft",
            "expire",
            "expired",
            "system",
            guard="no consent within 14 days",
            effect="erase",  # an anonymised funnel row stays
        ),
        Transition(
            "submitted",
            "possible_duplicate",
            "duplicate_review",
            "system",
            guard="blind index hit, or name with birth date or phone",
        ),
        Transition(
            "duplicate_review", "confirm_same", "merged", "clerk|supervisor", guard="never automatic on names alone"
        ),
        Transition(
            "duplicate_review", "confirm_distinct", "under_review", "clerk|supervisor", effect="remember-distinct"
        ),
        Transition("submitted", "start_review", "under_review", "clerk|researcher"),
        Transition("under_review", "ask_info", "info_requested", "clerk|researcher", effect="ask-missing-questions"),
        Transition(
            "info_requested|lapsed",  # a late answer is as good: it opens again what had lapsed
            "answer",
            "under_review",
            "family",
            effect="amend",
        ),
        Transition("info_requested", "lapse", "lapsed", "system", guard="30 days and three reminders"),
        Transition("lapsed", "reopen", "under_review", "clerk|researcher"),
        Transition("under_review", "open_case", "accepted", "researcher|supervisor", effect="new-case"),
        Transition("under_review", "signpost", "signposted", "clerk|researcher", guard="information only, no case"),
        Transition(
            "under_review",
            "decline",
            "not_eligible",
            "supervisor",
            guard="reason code, plain Arabic reason, way to appeal",
        ),
        Transition("not_eligible", "appeal", "under_review", "family|clerk", guard="a different reviewer"),
        Transition("*", "withdraw", "withdrawn", "family"),
    ),
)

DECLINE_REASONS = (
    "outside-area",
    "not-offered",
    "conditions",
    "helped-already",
    "papers-missing",
    "places-full",
)
"""Each has its plain words for the family in the catalogue (`decision.reason.*`)."""

NOT_SENT_ANYWHERE = ("not_eligible", "withdrawn", "expired")
"""States in which an application goes to no further centre; what a centre has in hand already stays with it."""

DUPLICATE_PAIR_STATES = ("open", "same", "distinct", "deferred")
"""Closed by itself when the conflicting identifier is corrected (unicef/hope PR 6138)."""
