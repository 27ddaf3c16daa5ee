"""People, identities on channels, identifiers, households, consents."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import At, Code, Identifier64, Key, MaybeAt, MaybeSealed, Record, Sealed, refers


class Person(Record):
    """A person. Not a phone number: one has several identities, and several may share one telephone."""

    __tablename__ = "person"
    id: Mapped[Key]
    data_key_id: Mapped[int] = mapped_column(Identifier64)
    name_sealed: Mapped[MaybeSealed]
    merged_into_id: Mapped[int | None] = refers("person.id")
    created_at: Mapped[At]
    erased_at: Mapped[MaybeAt]


class Identity(Record):
    """An account on a channel: where one sender reaches somebody. Several people may speak there, each in a
    conversation of their own; `person_id` is who does now."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("sender_id", "value_index"),)  # finds the person of an inbound message
    id: Mapped[Key]
    person_id: Mapped[int] = refers("person.id", index=True)
    sender_id: Mapped[int] = refers("sender.id")
    kind: Mapped[Code]  # telegram | phone | bsuid | web
    value_sealed: Mapped[Sealed]
    value_index: Mapped[bytes] = mapped_column(LargeBinary(33))
    readers: Mapped[str] = mapped_column(String(10), default="unknown")  # alone | shared | unknown
    may_message: Mapped[bool] = mapped_column(Boolean, default=True)  # "send nothing" was answered
    silent_until_written: Mapped[bool] = mapped_column(Boolean, default=False)  # after "I cannot talk"
    last_inbound_at: Mapped[MaybeAt]
    blocked_at: Mapped[MaybeAt]  # the platform says that they blocked us
    created_at: Mapped[At]


class IdentityAlias(Record):
    """Another address of the same account on the same sender: WhatsApp's user id beside its telephone, or the other way
    round. An address stands once, here or as an identity's own."""

    __tablename__ = "identity_alias"
    __table_args__ = (UniqueConstraint("sender_id", "value_index"),)  # finds the identity of an inbound message
    id: Mapped[Key]
    identity_id: Mapped[int] = refers("identity.id", index=True)
    sender_id: Mapped[int] = refers("sender.id")
    kind: Mapped[Code]
    value_sealed: Mapped[Sealed]
    value_index: Mapped[bytes] = mapped_column(LargeBinary(33))
    created_at: Mapped[At]


class ContactPoint(Record):
    """A telephone that a person gave, whoever answers it."""

    __tablename__ = "contact_point"
    id: Mapped[Key]
    person_id: Mapped[int] = refers("person.id", index=True)
    kind: Mapped[Code]  # phone
    value_sealed: Mapped[Sealed]
    value_index: Mapped[bytes] = mapped_column(LargeBinary(33), index=True)  # duplicates, "already applied"
    safe_to_message: Mapped[bool | None] = mapped_column(Boolean)
    verified_at: Mapped[MaybeAt]
    created_at: Mapped[At]


class Claim(Record):
    """Somebody at one identity says that an application, or a person, is theirs.

    `person_id` is whose it would be; none where nothing of ours fits what was typed: whoever asked is answered alike.
    """

    __tablename__ = "claim"
    __table_args__ = (
        Index("ix_claim_of_identity", "identity_id", "created_at"),  # how often somebody asked
        Index("ix_claim_of_person", "person_id", "created_at"),  # how often somebody was asked for
        Index("ix_claim_due", "state", "due_at"),  # what the clock ends or carries out
    )
    id: Mapped[Key]
    kind: Mapped[Code]  # phone_changed | renamed | same_phone
    identity_id: Mapped[int] = refers("identity.id")
    person_id: Mapped[int | None] = refers("person.id")
    programme_id: Mapped[str | None] = mapped_column(ForeignKey("programme.id"))
    application_id: Mapped[int | None] = refers("application.id")
    channel: Mapped[Code]
    state: Mapped[Code]  # code_sent | asked | approved | done | refused | objected | expired
    restricted: Mapped[bool] = mapped_column(Boolean, default=False)  # only who may read a danger decides it
    code_index: Mapped[bytes | None] = mapped_column(LargeBinary(33))
    code_until: Mapped[MaybeAt]
    tries: Mapped[int] = mapped_column(Integer, default=0)
    last2_sealed: Mapped[MaybeSealed]  # of an id, as whoever asks gave them
    due_at: Mapped[At]
    decided_by_id: Mapped[int | None] = mapped_column(Identifier64)
    decided_at: Mapped[MaybeAt]
    asked_at: Mapped[MaybeAt]  # staff are asked since
    created_at: Mapped[At]


class Identifier(Record):
    """A national or civil id, or a whole name, found again by its blind index; an id's last two digits may be read
    aloud."""

    __tablename__ = "identifier"
    id: Mapped[Key]
    person_id: Mapped[int] = refers("person.id", index=True)
    kind: Mapped[Code]  # national_id | civil_id | name
    value_sealed: Mapped[Sealed]
    value_index: Mapped[bytes] = mapped_column(LargeBinary(33), index=True)  # duplicates
    last2: Mapped[str] = mapped_column(String(2))
    created_at: Mapped[At]


class Household(Record):
    """The people who live on one purse."""

    __tablename__ = "household"
    id: Mapped[Key]
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"), index=True)
    size: Mapped[int | None] = mapped_column(Integer)
    area_code: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[At]


class Membership(Record):
    """A person in a household."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("household_id", "person_id"),)
    id: Mapped[Key]
    household_id: Mapped[int] = refers("household.id")
    person_id: Mapped[int] = refers("person.id", index=True)
    relation: Mapped[Code]
    since: Mapped[At]
    until: Mapped[MaybeAt]


class HouseholdTargetGroup(Record):
    """A target group that a household's own answers put it in; shown to staff, never to a family."""

    __tablename__ = "household_target_group"
    __table_args__ = (UniqueConstraint("household_id", "code"),)
    id: Mapped[Key]
    household_id: Mapped[int] = refers("household.id")
    code: Mapped[Code]
    since: Mapped[At]


class Consent(Record):
    """What a person agreed to, in the words they read (a definition), and to whom."""

    __tablename__ = "consent"
    id: Mapped[Key]
    person_id: Mapped[int] = refers("person.id", index=True)
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    purpose: Mapped[Code]  # intake | referral | campaign
    text_definition_id: Mapped[int | None] = refers("definition.id")
    language: Mapped[str] = mapped_column(String(10))
    recipient_location_id: Mapped[int | None] = mapped_column(Identifier64)
    data_categories: Mapped[str] = mapped_column(String(400), default="")
    given_by: Mapped[Code]  # self | guardian | clerk
    method: Mapped[Code]  # tap | words | oral
    evidence_inbox_id: Mapped[int | None] = mapped_column(Identifier64)
    given_at: Mapped[At]
    refused: Mapped[bool] = mapped_column(Boolean, default=False)
    withdrawn_at: Mapped[MaybeAt]
