"""The life of one item of a support plan (بند خطة الدعم)."""

from __future__ import annotations

from referrals.lifecycles.table import Lifecycle, Transition

PLAN_ITEM = Lifecycle(
    "plan_item",
    "proposed",
    (
        Transition("proposed", "approve", "approved", "supervisor", guard="term urgent or long_term"),
        Transition(
            "approved",
            "fund",
            "funded",
            "fund_mgr",
            guard="allocation within the fund's balance; two persons above the limit",
        ),
        Transition("approved", "no_fund", "unfunded", "system", effect="report-unmet"),
        Transition("funded", "deliver", "delivered", "desk|fund_mgr"),
        Transition("delivered", "verify", "verified", "family|researcher"),
        Transition("*", "cancel", "cancelled", "supervisor"),
    ),
)
