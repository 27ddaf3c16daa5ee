"""The service terms by which needs lead to services: their names, and the taxonomy that they make for readers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from referrals.directory.publishing.public_ids import public_id

OURS: Final = ""  # terms are nobody's: the same for every programme
SYSTEM: Final = "urn:sanad:service-term"  # names the code where other standards want a system

NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "cash-help": ("مساعدة مالية", "Cash help"),
    "rent-help": ("مساعدة في الإيجار", "Help with rent"),
    "bills-help": ("مساعدة في الفواتير", "Help with bills"),
    "food": ("مواد غذائية", "Food"),
    "clothes": ("ملابس", "Clothes"),
    "medicine": ("أدوية", "Medicine"),
    "treatment": ("علاج", "Treatment"),
    "school-help": ("مساعدة في الدراسة", "Help with school"),
    "debt-help": ("مساعدة في الديون", "Help with debts"),
    "training": ("تدريب مهني", "Vocational training"),
    "job-help": ("مساعدة في إيجاد عمل", "Help in finding work"),
    "counselling": ("إرشاد نفسي واجتماعي", "Counselling"),
    "family-counselling": ("إرشاد أسري", "Family counselling"),
    "home-care": ("رعاية منزلية", "Care at home"),
    "general-intake": ("استقبال عام", "General intake"),
}


@dataclass(frozen=True)
class Term:
    """A term as readers see it."""

    id: str
    code: str
    name_ar: str
    name_en: str


TAXONOMY_ID: Final = public_id(OURS, "taxonomy", "service-terms")
TAXONOMY_AR, TAXONOMY_EN = "خدمات سند", "Sanad's services"


def term(code: str) -> Term:
    """The term of a code; one that is not in the list is called by its code."""
    name_ar, name_en = NAMES.get(code, (code, code))
    return Term(public_id(OURS, "taxonomy_term", code), code, name_ar, name_en)


def terms(codes: frozenset[str] = frozenset()) -> tuple[Term, ...]:
    """Every term of the list, and those that a directory uses beside it, by code."""
    return tuple(term(code) for code in sorted(codes | set(NAMES)))
