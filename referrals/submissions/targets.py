"""The servers that a programme's submissions go on to, with their sealed secrets and the forms they know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import delete, select, update

from referrals.protection.audit import audit
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.records import OutgoingSubmission, PublishedForm, PushTarget

SECRET = "push_target.secret"
KINDS = ("central", "kobo")


class UnfitTarget(ValueError):
    """A target cannot be used as it was given; the message says what was expected."""


def add_target(
    uow: UnitOfWork,
    programme_id: str,
    kind: str,
    url: str,
    secret: str,
    at: datetime,
    *,
    submit_url: str = "",
    forms: Sequence[str] = (),
) -> PushTarget:
    """The target of that programme and address; adding it again gives it the new secret and forms, and wakes it.

    Raises `UnfitTarget`.
    """
    address = _address(kind, url)
    if not secret:
        raise UnfitTarget("the token file is empty")
    target = uow.session.scalar(select(PushTarget).filter_by(programme_id=programme_id, kind=kind, url=address))
    if target is None:
        key = uow.vault.new_key(None, at)
        target = PushTarget(programme_id=programme_id, kind=kind, url=address, data_key_id=key, created_at=at)
        target.secret_sealed = b""
        uow.session.add(target)
    target.submit_url = submit_url.rstrip("/") or (_second_host(address) if kind == "kobo" else "")
    target.forms, target.ended_at = ",".join(forms), None
    target.secret_sealed = uow.vault.seal_text(target.data_key_id, secret, SECRET)
    uow.flush()
    audit(uow, at=at, actor="operator", action="push_target.added", object_kind="push_target", object_id=target.id)
    return target


def end_target(uow: UnitOfWork, target: PushTarget, at: datetime) -> int:
    """Nothing more goes there; returns how many submissions that waited are cancelled."""
    target.ended_at = at
    uow.flush()
    waiting = (
        update(OutgoingSubmission)
        .where(OutgoingSubmission.target_id == target.id, OutgoingSubmission.state == "waiting")
        .values(state="cancelled", reason="the target was removed")
        .returning(OutgoingSubmission.id)
    )
    cancelled = len(uow.connection.execute(waiting).all())
    audit(uow, at=at, actor="operator", action="push_target.ended", object_kind="push_target", object_id=target.id)
    return cancelled


def targets(uow: UnitOfWork, programme_id: str | None = None) -> list[PushTarget]:
    """Every target that was added, ended ones too, by id."""
    query = select(PushTarget).order_by(PushTarget.id)
    return list(uow.session.scalars(query.filter_by(programme_id=programme_id) if programme_id else query))


def takes(target: PushTarget, form_name: str) -> bool:
    """Whether a target wants submissions of this form."""
    return not target.forms or form_name in target.forms.split(",")


def published(uow: UnitOfWork, target_id: int, definition_id: int) -> PublishedForm | None:
    """The version as the target knows it; None until it was published there."""
    return uow.session.scalar(select(PublishedForm).filter_by(target_id=target_id, definition_id=definition_id))


def newest_published(uow: UnitOfWork, target_id: int, form_name: str) -> PublishedForm | None:
    """Whichever version of this form went there last."""
    query = select(PublishedForm).filter_by(target_id=target_id, form_name=form_name)
    return uow.session.scalars(query.order_by(PublishedForm.id.desc()).limit(1)).first()


def note_published(
    uow: UnitOfWork,
    target_id: int,
    definition_id: int,
    form_name: str,
    at: datetime,
    *,
    remote_id: str = "",
    remote_uuid: str = "",
    remote_version: str = "",
) -> None:
    """The target has this version now."""
    row = published(uow, target_id, definition_id)
    if row is None:
        row = PublishedForm(target_id=target_id, definition_id=definition_id, form_name=form_name)
        uow.session.add(row)
    row.remote_id, row.remote_uuid, row.remote_version, row.published_at = remote_id, remote_uuid, remote_version, at
    uow.flush()


def forget_published(uow: UnitOfWork, target_id: int, definition_id: int) -> None:
    """The target says that it does not know this version after all: it is published again before the next try."""
    gone = delete(PublishedForm).where(
        PublishedForm.target_id == target_id, PublishedForm.definition_id == definition_id
    )
    uow.connection.execute(gone)


def _address(kind: str, url: str) -> str:
    if kind not in KINDS:
        raise UnfitTarget(f"--kind is one of: {', '.join(KINDS)}")
    address = url.rstrip("/")
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UnfitTarget("--url: expected an address such as https://central.example.org/v1/projects/7")
    if kind == "central" and not parts.path.partition("/v1/projects/")[2].isdigit():
        raise UnfitTarget("--url: ODK Central's project is named as https://central.example.org/v1/projects/7")
    if kind == "kobo" and parts.path:
        raise UnfitTarget("--url: KoboToolbox is named by its host alone, such as https://kf.kobotoolbox.org")
    return address


def _second_host(address: str) -> str:
    """KoboToolbox's own pair of hosts is kf.… and kc.…; elsewhere one host does both."""
    scheme, _, host = address.partition("://")
    return f"{scheme}://kc.{host.removeprefix('kf.')}" if host.startswith("kf.") else address
