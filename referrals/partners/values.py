"""A referral as a partner's system may know it: codes and names of places, and of the family what it agreed to show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Coded:
    """A code with what it is called in Arabic and in English."""

    code: str
    ar: str = ""
    en: str = ""


@dataclass(frozen=True)
class Agency:
    """An organization: its id for readers, its names."""

    id: str
    name: str
    name_en: str = ""


@dataclass(frozen=True)
class DisclosedField:
    """One field that the family agreed to show, frozen when it did."""

    code: str
    name_ar: str
    name_en: str
    value: str


@dataclass(frozen=True)
class ReferralFacts:
    """All that an export may use. `disclosed` is empty once the recipient may no longer see the family.

    `person` is a name that means something to this recipient alone: two organizations cannot put theirs together.
    """

    id: int
    programme: Agency
    owner: Agency
    location_id: str
    location_name: str
    person: str
    service: Coded
    state: str
    priority: str
    requested_at: datetime
    changed_at: datetime
    ack_due: datetime
    respond_due: datetime
    consent_id: int
    step: int
    """The number of its latest step: what `If-Match` and an undo name."""
    attempt: int = 1
    parent_id: int | None = None
    business_status: Coded | None = None
    reason: Coded | None = None
    outcome: Coded | None = None
    delivered: Coded | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    disclosed: tuple[DisclosedField, ...] = ()
    access: bool = True
    """Whether the recipient may see the family at all."""
