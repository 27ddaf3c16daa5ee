"""App users, what their phones sent, and what is owed to other servers."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import At, Code, Identifier64, Key, MaybeAt, MaybeSealed, Record, Sealed, refers


class AppUser(Record):
    """A phone (or whoever holds it) that may fetch a programme's forms and send them filled; never signs in."""

    __tablename__ = "app_user"
    id: Mapped[Key]
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"), index=True)
    organization_id: Mapped[int | None] = refers("organization.id")
    location_id: Mapped[int | None] = refers("location.id")
    staff_id: Mapped[int | None] = refers("staff.id")
    name: Mapped[str] = mapped_column(String(200))
    username: Mapped[str] = mapped_column(String(80), unique=True)
    forms: Mapped[str] = mapped_column(String(400), default="")  # names, comma separated; blank is every form
    data_key_id: Mapped[int] = mapped_column(Identifier64)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)  # finds the user of a token in an address
    secrets_sealed: Mapped[Sealed]  # token and password: the settings code is shown again, digest needs the password
    created_at: Mapped[At]
    revoked_at: Mapped[MaybeAt]
    last_used_at: Mapped[MaybeAt]


class ReceivedSubmission(Record):
    """A filled form as it was sent. Immutable but for its link; a correction is another row that supersedes it."""

    __tablename__ = "received_submission"
    __table_args__ = (
        UniqueConstraint("programme_id", "instance_id"),  # a submission sent twice is the same row
        Index("ix_received_submission_of_programme", "programme_id", "received_at"),  # the console's list
    )
    id: Mapped[Key]
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    definition_id: Mapped[int] = refers("definition.id")
    form_name: Mapped[Code]
    instance_id: Mapped[str] = mapped_column(String(120))
    person_id: Mapped[int] = refers("person.id", index=True)  # somebody not known yet until it is linked
    data_key_id: Mapped[int] = mapped_column(Identifier64)
    application_id: Mapped[int | None] = refers("application.id", index=True)
    app_user_id: Mapped[int | None] = refers("app_user.id")
    staff_id: Mapped[int | None] = refers("staff.id")
    organization_id: Mapped[int | None] = refers("organization.id")
    location_id: Mapped[int | None] = refers("location.id")
    xml_sealed: Mapped[Sealed]  # byte for byte as it came
    xml_digest: Mapped[str] = mapped_column(String(64))  # keyed: tells whether another post is the same
    device_sealed: Mapped[MaybeSealed]
    state: Mapped[str] = mapped_column(String(10))  # received | linked | unlinked | filed
    reason: Mapped[str] = mapped_column(String(400), default="")
    complete: Mapped[bool] = mapped_column(Boolean, default=True)  # False while the phone has more files to send
    superseded_by_id: Mapped[int | None] = refers("received_submission.id")
    received_at: Mapped[At]


class SubmissionFile(Record):
    """A file that a submission names; `media_id` is None until it arrives."""

    __tablename__ = "submission_file"
    __table_args__ = (UniqueConstraint("submission_id", "name_digest"),)
    id: Mapped[Key]
    submission_id: Mapped[int] = refers("received_submission.id")
    name_digest: Mapped[str] = mapped_column(String(64))
    name_sealed: Mapped[Sealed]
    media_id: Mapped[int | None] = mapped_column(Identifier64)  # no foreign key: erasure deletes the media row
    content_digest: Mapped[str] = mapped_column(String(64), default="")


class PushTarget(Record):
    """A project of ODK Central or an account of KoboToolbox that a programme's submissions go on to."""

    __tablename__ = "push_target"
    __table_args__ = (UniqueConstraint("programme_id", "kind", "url"),)
    id: Mapped[Key]
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    kind: Mapped[Code]  # central | kobo
    url: Mapped[str] = mapped_column(String(400))
    submit_url: Mapped[str] = mapped_column(String(400), default="")  # KoboToolbox takes submissions on a second host
    forms: Mapped[str] = mapped_column(String(400), default="")  # names, comma separated; blank is every form
    data_key_id: Mapped[int] = mapped_column(Identifier64)
    secret_sealed: Mapped[Sealed]
    created_at: Mapped[At]
    ended_at: Mapped[MaybeAt]


class PublishedForm(Record):
    """A form's version as a target knows it: what has to be there before a submission may go."""

    __tablename__ = "published_form"
    __table_args__ = (UniqueConstraint("target_id", "definition_id"),)
    id: Mapped[Key]
    target_id: Mapped[int] = refers("push_target.id")
    definition_id: Mapped[int] = refers("definition.id")
    form_name: Mapped[Code]
    remote_id: Mapped[str] = mapped_column(String(120), default="")  # KoboToolbox's asset
    remote_uuid: Mapped[str] = mapped_column(String(120), default="")
    remote_version: Mapped[str] = mapped_column(String(120), default="")
    published_at: Mapped[At]


class OutgoingSubmission(Record):
    """A submission that is owed to a target, written in the transaction that made it. `key` says why it exists."""

    __tablename__ = "outgoing_submission"
    __table_args__ = (Index("ix_outgoing_submission_due", "state", "due_at", "id"),)
    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(120), unique=True)
    target_id: Mapped[int] = refers("push_target.id", index=True)
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    definition_id: Mapped[int] = refers("definition.id")
    application_id: Mapped[int | None] = refers("application.id")
    submission_id: Mapped[int | None] = refers("received_submission.id")
    state: Mapped[str] = mapped_column(String(10))  # waiting | leased | sent | parked | cancelled
    due_at: Mapped[At]
    leased_until: Mapped[MaybeAt]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    reason: Mapped[str] = mapped_column(String(400), default="")
    created_at: Mapped[At]
    sent_at: Mapped[MaybeAt]
