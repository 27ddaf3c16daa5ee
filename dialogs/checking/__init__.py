"""A form looked over before it is asked of anybody: what must be mended, what families would stumble over."""

from __future__ import annotations

from dialogs.checking.checklist import CHECKS, NO_ROWS, check
from dialogs.checking.checks.authoring import findings_of, is_no_form
from dialogs.checking.estimating import Estimate, estimated_minutes
from dialogs.checking.finding import LEVELS, Finding, Level
from dialogs.checking.limits import Limits
from dialogs.form import Rows

__all__ = [
    "CHECKS",
    "LEVELS",
    "NO_ROWS",
    "Estimate",
    "Finding",
    "Level",
    "Limits",
    "Rows",
    "check",
    "estimated_minutes",
    "findings_of",
    "is_no_form",
]
