"""Matching: the nearest place that can serve a family, with its reasons; pure, over candidates given as values."""

from __future__ import annotations

from referrals.matching.access import access, access_minutes
from referrals.matching.distance import geodesic_km, haversine_km
from referrals.matching.nearest import nearest_eligible
from referrals.matching.reasons import ReasonText, explanation, family_text, reason_text
from referrals.matching.values import (
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
