"""The codes of a directory: our terms for kinds of service, and the states that HSDS gives one."""

from __future__ import annotations

SERVICE_TERMS = frozenset(
    [
        "cash-help",
        "rent-help",
        "bills-help",
        "food",
        "clothes",
        "medicine",
        "treatment",
        "school-help",
        "debt-help",
        "training",
        "job-help",
        "counselling",
        "family-counselling",
        "home-care",
        "general-intake",
    ]
)
STATUSES = frozenset({"active", "inactive", "defunct", "temporarily closed"})  # HSDS service.status
