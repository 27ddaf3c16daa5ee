"""The codes and addresses of HL7 SDOH Clinical Care 3.0 (FHIR R4) that an exported referral speaks in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from referrals.partners.values import Coded

GUIDE: Final = "http://hl7.org/fhir/us/sdoh-clinicalcare"
TASK_PROFILE: Final = f"{GUIDE}/StructureDefinition/SDOHCC-TaskForReferralManagement"
REQUEST_PROFILE: Final = f"{GUIDE}/StructureDefinition/SDOHCC-ServiceRequest"
SDOH: Final = f"{GUIDE}/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"
TASK_CODE: Final = "http://hl7.org/fhir/CodeSystem/task-code"

# Ours: names, not addresses; whoever reads them finds the codes in docs/how-to/connect-a-partner.md.
REFERRAL: Final = "urn:sanad:referral"
PERSON: Final = "urn:sanad:person"
ORGANIZATION: Final = "urn:sanad:organization"
CONSENT: Final = "urn:sanad:consent"
BUSINESS_STATUS: Final = "urn:sanad:business-status"
REASON: Final = "urn:sanad:status-reason"
OUTCOME: Final = "urn:sanad:outcome"
DELIVERED: Final = "urn:sanad:delivered"
DISCLOSED: Final = "urn:sanad:disclosed-field"
SERVICE_TERM: Final = "urn:sanad:service-term"
STATE: Final = "urn:sanad:referral-state"
OUTPUT: Final = "urn:sanad:output"  # the guide's own kind, «resulting-activity», asks for procedure codes

# SDOHCC-ValueSetReferralTaskStatus, to which Task.status is bound, leaves `received` out in every edition (2.1 to 3.0):
# that the centre has read it stands in the business status, and to the sender it is still asked for.
TASK_STATES: Final[Mapping[str, str]] = {"received": "requested"}
READ: Final = ("قرأه المركز", "Read by the centre")
ABSENT: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
# US Core's procedure codes, to which ServiceRequest.code is bound, are of medicine; this one the guide uses itself
SOCIAL_SERVICE: Final = ("http://snomed.info/sct", "410606002", "Social service procedure")

PRIORITIES: Final[Mapping[str, str]] = {"normal": "routine", "urgent": "urgent", "emergency": "stat"}
REQUEST_STATES: Final[Mapping[str, str]] = {  # of the request behind a task: what the requester still wants
    "draft": "draft",
    "on-hold": "on-hold",
    "completed": "completed",
    "rejected": "revoked",
    "failed": "revoked",
    "cancelled": "revoked",
    "entered-in-error": "entered-in-error",
}
CATEGORIES: Final[Mapping[str, tuple[str, str]]] = {
    "cash-help": ("financial-insecurity", "Financial Insecurity"),
    "debt-help": ("financial-insecurity", "Financial Insecurity"),
    "rent-help": ("housing-instability", "Housing Instability"),
    "bills-help": ("utility-insecurity", "Utility Insecurity"),
    "food": ("food-insecurity", "Food Insecurity"),
    "clothes": ("material-hardship", "Material Hardship"),
    "medicine": ("medical-cost-burden", "Medical Cost Burden"),
    "treatment": ("medical-cost-burden", "Medical Cost Burden"),
    "school-help": ("educational-attainment", "Educational Attainment"),
    "training": ("employment-status", "Employment Status"),
    "job-help": ("employment-status", "Employment Status"),
    "counselling": ("stress", "Stress"),
    "family-counselling": ("social-connection", "Social Connection"),
}
UNSPECIFIED: Final = ("sdoh-category-unspecified", "SDOH Category Unspecified")


def coding(system: str, code: str, display: str = "") -> dict[str, Any]:
    """A code of a system, with its English name where there is one."""
    return {"system": system, "code": code} | ({"display": display} if display else {})


def concept(system: str, said: Coded) -> dict[str, Any]:
    """A coded concept: the English name beside the code, the Arabic one as its text."""
    return {"coding": [coding(system, said.code, said.en)], "text": said.ar or said.en or said.code}


def category(service_term: str) -> dict[str, Any]:
    """The SDOH domain that a service term belongs to."""
    return {"coding": [coding(SDOH, *CATEGORIES.get(service_term, UNSPECIFIED))]}


def instant(at: datetime) -> str:
    """A FHIR instant, in UTC."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
