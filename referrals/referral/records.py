"""Referrals and their history, what is still to be said of them, and transfers that are asked for."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import At, Code, Identifier64, Key, MaybeAt, MaybeSealed, Record, Sealed, refers

# Written out, not given as values: a partial index serves only a query that says so itself.
WAITS = text("next_rung_at IS NOT NULL")
ON_THE_LIST = text("business_status = 'waitlisted'")
PLANNED = text("state = 'planned'")
HOLDS = text("holds_place")
UNDECIDED = text("state IN ('asked', 'agreed')")


class Referral(Record):
    """A family's application at one centre. `state` is an HL7 SDOH referral task code."""

    __tablename__ = "referral"
    __table_args__ = (
        # a centre's queue
        Index("ix_referral_queue", "to_location_id", "state", "respond_due"),
        Index("ix_referral_of_organization", "to_organization_id", "state"),
        # what the clock has to look at next, among millions that wait for nothing
        Index("ix_referral_rung", "next_rung_at", sqlite_where=WAITS, postgresql_where=WAITS),
        # who waits for a place somewhere, the oldest first
        Index(
            "ix_referral_waitlisted",
            "to_service_at_location_id",
            "requested_at",
            sqlite_where=ON_THE_LIST,
            postgresql_where=ON_THE_LIST,
        ),
        # how many places referrals hold at a service
        Index("ix_referral_holding", "to_service_at_location_id", sqlite_where=HOLDS, postgresql_where=HOLDS),
        # how reliably a centre answered within the last months
        Index("ix_referral_answering", "to_service_at_location_id", "requested_at"),
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
    parent_id: Mapped[int | None] = refers("referral.id", index=True)
    attempt: Mapped[int] = mapped_column(Integer, default=1)
    outcome: Mapped[Code] = mapped_column(default="")
    outcome_note_sealed: Mapped[MaybeSealed]
    contact: Mapped[Code] = mapped_column(default="")  # how the family was first spoken to: phone | came | home | chat
    delivered: Mapped[Code] = mapped_column(default="")  # what was given, by its kind
    feedback: Mapped[Code] = mapped_column(default="")  # yes | partly | no | skipped, from the family
    feedback_how: Mapped[int | None] = mapped_column(Integer)  # 1 to 5
    feedback_wait: Mapped[Code] = mapped_column(default="")  # days | weeks | month | longer
    feedback_explained: Mapped[Code] = mapped_column(default="")  # yes | no: was a refusal explained
    feedback_at: Mapped[MaybeAt]
    holds_place: Mapped[bool] = mapped_column(Boolean, default=False)  # one of the places of its service is taken
    rung: Mapped[int] = mapped_column(Integer, default=0)  # how many rungs of the ladder that runs were climbed
    clock_from: Mapped[MaybeAt]  # when the deadline that runs began to
    next_rung_at: Mapped[MaybeAt]  # when the clock must look at it next; none when nothing is waited for
    answered_at: Mapped[MaybeAt]  # the centre accepted or declined
    review_at: Mapped[MaybeAt]  # by when a referral that is on hold is looked at again
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
    before: Mapped[str | None] = mapped_column(Text)  # codes, ids and moments as they were, where it can be taken back
    undoes_id: Mapped[int | None] = mapped_column(Identifier64)  # the step that this one takes back
    at: Mapped[At]


class ReferralWord(Record):
    """Something that a family is still to hear of a referral: in decent hours, once, or in a few tries.

    It names a kind and nothing more; what is said is composed when it is said.
    """

    __tablename__ = "referral_word"
    __table_args__ = (Index("ix_referral_word_planned", "due_at", sqlite_where=PLANNED, postgresql_where=PLANNED),)
    id: Mapped[Key]
    referral_id: Mapped[int] = refers("referral.id", index=True)
    kind: Mapped[Code]
    state: Mapped[str] = mapped_column(String(12), default="planned")  # planned | said | withheld | dropped
    due_at: Mapped[At]
    tries: Mapped[int] = mapped_column(Integer, default=0)
    subject_id: Mapped[int | None] = mapped_column(Identifier64)  # what it is about beside the referral: a transfer
    created_at: Mapped[At]
    settled_at: Mapped[MaybeAt]


class ReferralTransfer(Record):
    """A desk asks another centre to go on with a referral. Nothing moves before that centre has accepted."""

    __tablename__ = "referral_transfer"
    __table_args__ = (
        Index("ix_referral_transfer_incoming", "to_location_id", "state"),  # what another desk is asked
        Index("ix_referral_transfer_undecided", "due_at", sqlite_where=UNDECIDED, postgresql_where=UNDECIDED),
    )
    id: Mapped[Key]
    referral_id: Mapped[int] = refers("referral.id", index=True)
    programme_id: Mapped[str] = mapped_column(String(40))
    from_location_id: Mapped[int] = refers("location.id")
    to_service_at_location_id: Mapped[int] = refers("service_at_location.id")
    to_location_id: Mapped[int] = refers("location.id")
    to_organization_id: Mapped[int] = refers("organization.id")
    state: Mapped[str] = mapped_column(String(12))  # asked | agreed (family) | accepted | declined | refused | lapsed
    reason: Mapped[Code]
    note_sealed: Mapped[MaybeSealed]
    consent_id: Mapped[int | None] = refers("consent.id")
    asked_by_id: Mapped[int | None] = mapped_column(Identifier64)
    decided_by_id: Mapped[int | None] = mapped_column(Identifier64)
    asked_at: Mapped[At]
    due_at: Mapped[At]
    decided_at: Mapped[MaybeAt]
