"""People, identities on channels, identifiers, households, who may be whom, consents."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import At, Code, Identifier64, Key, MaybeAt, MaybeSealed, Record, Sealed, refers

THERE = text("erased_at IS NULL")


class Person(Record):
    """A person. Not a phone number: one has several identities, and several may share one telephone.

    `told_by_id` is who told us of them: a member of the home who never spoke to us themselves.
    """

    __tablename__ = "person"
    __table_args__ = (
        # whom the clock has to look at
        Index("ix_person_retention", "retention_look_at", "created_at", sqlite_where=THERE, postgresql_where=THERE),
    )
    id: Mapped[Key]
    data_key_id: Mapped[int] = mapped_column(Identifier64)
    name_sealed: Mapped[MaybeSealed]
    born_sealed: Mapped[MaybeSealed]  # {"year": 1984}, mostly from an age that was told about
    merged_into_id: Mapped[int | None] = refers("person.id", index=True)  # "all rows that turned out to be this person"
    same_as_id: Mapped[int | None] = refers("person.id", index=True)  # so say staff; no chat shows the other's
    told_by_id: Mapped[int | None] = refers("person.id", index=True)  # for erasure: whom they told us of
    created_at: Mapped[At]
    erased_at: Mapped[MaybeAt]
    # made at the address of somebody who was erased, for a last word: its address goes too, unless they write again
    farewell: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    retention_look_at: Mapped[MaybeAt]  # when the clock looks next at what of theirs has had its time; blank: now


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
    quiet_from: Mapped[str] = mapped_column(String(5), default="")  # their own quiet hours, HH:MM of the programme's
    quiet_to: Mapped[str] = mapped_column(String(5), default="")  # zone; blank where they have none
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
    safe_to_message: Mapped[bool | None] = mapped_column(Boolean)  # None: nobody said
    safe_to_call: Mapped[bool | None] = mapped_column(Boolean)
    shared_phone: Mapped[bool | None] = mapped_column(Boolean)  # others read it too
    quiet_from: Mapped[str] = mapped_column(String(5), default="")  # when it must not ring, HH:MM; blank: any hour
    quiet_to: Mapped[str] = mapped_column(String(5), default="")
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
    """The people who live on one purse. One that turned out to be another's stays a row of its own: whoever applied in
    it keeps what they said, and `merged_into_id` is all that an undo takes back."""

    __tablename__ = "household"
    id: Mapped[Key]
    merged_into_id: Mapped[int | None] = refers("household.id", index=True)
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"), index=True)
    size: Mapped[int | None] = mapped_column(Integer)
    area_code: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[At]


class HouseholdArea(Record):
    """Where a household lived, and from when to when."""

    __tablename__ = "household_area"
    id: Mapped[Key]
    household_id: Mapped[int] = refers("household.id", index=True)
    area_code: Mapped[str] = mapped_column(String(80))
    since: Mapped[At]
    until: Mapped[MaybeAt]


class Membership(Record):
    """A person in a household, from a day and until one: who leaves is dated, who comes back is a row of its own."""

    __tablename__ = "membership"
    __table_args__ = (
        Index("ix_membership_household_id", "household_id"),  # who lives there
        Index(  # once at a time
            "uq_membership_standing",
            "household_id",
            "person_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )
    id: Mapped[Key]
    household_id: Mapped[int] = refers("household.id")
    person_id: Mapped[int] = refers("person.id", index=True)
    relation: Mapped[Code]  # to whoever applied: applicant | spouse | child | parent | sibling | …
    head: Mapped[bool] = mapped_column(Boolean, default=False)
    caregiver: Mapped[bool] = mapped_column(Boolean, default=False)
    form_ref: Mapped[str] = mapped_column(String(200), default="")  # where the interview tells of them
    since: Mapped[At]
    until: Mapped[MaybeAt]
    left_because: Mapped[str] = mapped_column(String(80), default="")


class HouseholdTargetGroup(Record):
    """A target group that a household's own answers put it in; shown to staff, never to a family."""

    __tablename__ = "household_target_group"
    __table_args__ = (UniqueConstraint("household_id", "code"),)
    id: Mapped[Key]
    household_id: Mapped[int] = refers("household.id")
    code: Mapped[Code]
    since: Mapped[At]


class NameKey(Record):
    """A block of people whose names are worth comparing: exact normalised words, with a year or a place, unreadable."""

    __tablename__ = "name_key"
    id: Mapped[Key]
    person_id: Mapped[int] = refers("person.id", index=True)
    kind: Mapped[Code]  # ends | born
    value_index: Mapped[bytes] = mapped_column(LargeBinary(33), index=True)


class DuplicatePair(Record):
    """Two people who may be one, or of one house: found once, judged by a person, and never raised again after that."""

    __tablename__ = "duplicate_pair"
    __table_args__ = (
        UniqueConstraint("one_id", "other_id", "programme_id"),
        Index("ix_duplicate_pair_queue", "programme_id", "state", "score"),  # the likeliest first
    )
    id: Mapped[Key]
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    one_id: Mapped[int] = refers("person.id")  # the lower number of the two
    other_id: Mapped[int] = refers("person.id", index=True)
    application_id: Mapped[int | None] = refers("application.id", index=True)  # the later one, which raised it
    state: Mapped[Code]  # open | same | distinct | deferred
    decision: Mapped[str] = mapped_column(String(20), default="")  # person | household | different | later | corrected
    score: Mapped[int] = mapped_column(Integer)
    evidence: Mapped[str] = mapped_column(String(200))  # codes of `resemblance`, the strongest first
    opened_at: Mapped[At]
    decided_by_id: Mapped[int | None] = mapped_column(Identifier64)
    decided_at: Mapped[MaybeAt]


class FamilyMerge(Record):
    """Two people, or two households, that a member of staff said are one; with what an undo has to put back."""

    __tablename__ = "family_merge"
    id: Mapped[Key]
    kind: Mapped[Code]  # person | household
    pair_id: Mapped[int] = refers("duplicate_pair.id", index=True)
    from_id: Mapped[int] = mapped_column(Identifier64)
    into_id: Mapped[int] = mapped_column(Identifier64)
    made_by_id: Mapped[int] = mapped_column(Identifier64)
    made_at: Mapped[At]
    undone_by_id: Mapped[int | None] = mapped_column(Identifier64)
    undone_at: Mapped[MaybeAt]


class PrivateNote(Record):
    """What staff keep about one person, sealed as theirs: it is shown with nobody else of the household."""

    __tablename__ = "private_note"
    id: Mapped[Key]
    person_id: Mapped[int] = refers("person.id", index=True)
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    text_sealed: Mapped[Sealed]
    staff_id: Mapped[int] = mapped_column(Identifier64)
    at: Mapped[At]


class Consent(Record):
    """What a person agreed to, in the words they read (a definition), and to whom: never more than these fields."""

    __tablename__ = "consent"
    __table_args__ = (
        Index(  # those that the clock has yet to end
            "ix_consent_expiring",
            "expires_at",
            sqlite_where=text("expires_at IS NOT NULL AND expiry_noted_at IS NULL"),
            postgresql_where=text("expires_at IS NOT NULL AND expiry_noted_at IS NULL"),
        ),
    )
    id: Mapped[Key]
    person_id: Mapped[int] = refers("person.id", index=True)
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    purpose: Mapped[Code]  # intake | referral | campaign
    text_definition_id: Mapped[int | None] = refers("definition.id")  # the version of the words; none where made up
    language: Mapped[str] = mapped_column(String(10))
    recipient_organization_id: Mapped[int | None] = mapped_column(Identifier64)
    recipient_location_id: Mapped[int | None] = mapped_column(Identifier64)
    data_categories: Mapped[str] = mapped_column(Text, default="")  # the exact fields, by code, with commas
    given_by: Mapped[Code]  # self | guardian | helper
    on_behalf_relation: Mapped[Code] = mapped_column(default="")  # of who gave it for somebody else
    method: Mapped[Code]  # tap | words | oral | paper | form | platform
    evidence_inbox_id: Mapped[int | None] = mapped_column(Identifier64)
    evidence_filling_id: Mapped[int | None] = mapped_column(Identifier64)
    evidence_submission_id: Mapped[int | None] = mapped_column(Identifier64)
    given_at: Mapped[At]
    refused: Mapped[bool] = mapped_column(Boolean, default=False)
    expires_at: Mapped[MaybeAt]
    expiry_noted_at: Mapped[MaybeAt]  # the clock has seen that it ended
    withdrawn_at: Mapped[MaybeAt]
    withdrawn_by: Mapped[Code] = mapped_column(default="")  # as the audit names who did: person:17, staff:3
