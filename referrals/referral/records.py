"""Referrals and their history."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import At, Code, Identifier64, Key, MaybeAt, MaybeSealed, Record, Sealed, refers


class Referral(Record):
    """A family's application at one centre. `state` is an HL7 SDOH referral task code."""

    __tablename__ = "referral"
    __table_args__ = (
        # a centre's queue
        Index("ix_referral_queue", "to_location_id", "state", "respond_due"),
        Index("ix_referral_of_organization", "to_organization_id", "state"),
    )
    id: Mapped[Key]
    application_id: Mapped[int] = refers("application.id", index=True)
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    person_id: Mapped[int] = refers("person.id", index=True)
    need_code: Mapped[Code]
    service_term: Mapped[Code]
    to_service_at_location_id: Mapped[int] = refers("service_at_location.id")
    to_location_id: Mapped[int] = refers("location.id")
    to_organization_id: Mapped[int] = refers("organization.id")
    priority: Mapped[Code]
    state: Mapped[Code]
    business_status: Mapped[Code] = mapped_column(default="")
    status_reason: Mapped[Code] = mapped_column(default="")
    consent_id: Mapped[int] = refers("consent.id")
    disclosed_sealed: Mapped[Sealed]  # the fields that the family agreed to, frozen: all that the centre sees
    explanation_sealed: Mapped[Sealed]  # why this centre, as the matcher said it
    match_run_id: Mapped[int | None] = refers("match_run.id")
    ack_due: Mapped[At]
    respond_due: Mapped[At]
    parent_id: Mapped[int | None] = refers("referral.id")
    attempt: Mapped[int] = mapped_column(Integer, default=1)
    outcome: Mapped[Code] = mapped_column(default="")
    outcome_note_sealed: Mapped[MaybeSealed]
    feedback: Mapped[Code] = mapped_column(default="")  # yes | partly | no, from the family
    version: Mapped[int] = mapped_column(Integer, default=0)
    requested_at: Mapped[At]
    closed_at: Mapped[MaybeAt]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict


class ReferralEvent(Record):
    """A step in a referral's life; only ever added."""

    __tablename__ = "referral_event"
    id: Mapped[Key]
    referral_id: Mapped[int] = refers("referral.id", index=True)
    event: Mapped[Code]
    from_state: Mapped[Code]
    to_state: Mapped[Code]
    actor: Mapped[Code]
    reason: Mapped[str] = mapped_column(String(80), default="")
    note_sealed: Mapped[MaybeSealed]
    staff_id: Mapped[int | None] = mapped_column(Identifier64)
    at: Mapped[At]
