"""Matching: the nearest place that can serve a family, with its reasons; pure, over candidates given as values."""

from __future__ import annotations

from referrals.matching.rules.access import access, access_minutes
from referrals.matching.rules.distance import geodesic_km, haversine_km
from referrals.matching.rules.nearest import nearest_eligible
from referrals.matching.rules.reasons import ReasonText, explanation, family_text, reason_text
from referrals.matching.rules.values import (
    Access,
    Candidate,
    Crossing,
    EligibilityRule,
    Exclusion,
    Match,
    Need,
    Outcome,
    PassedOver,
    Point,
    Reason,
    Travel,
)

__all__ = [
    "Access",
    "Candidate",
    "Crossing",
    "EligibilityRule",
    "Exclusion",
    "Match",
    "Need",
    "Outcome",
    "PassedOver",
    "Point",
    "Reason",
    "ReasonText",
    "Travel",
    "access",
    "access_minutes",
    "explanation",
    "family_text",
    "geodesic_km",
    "haversine_km",
    "nearest_eligible",
    "reason_text",
]
