"""App users: made and revoked by those who run a programme, recognised by a token or by name and password."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import string
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from referrals.protection.audit import audit
from referrals.staff.accounts import membership_for
from referrals.staff.records import Staff
from referrals.staff.tokens import token_hash
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.records import AppUser

SECRETS = "app_user.secrets"
TOKEN_LENGTH = 64  # as ODK Central's, of letters and digits alone: safe in an address and in a shell
PASSWORD_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is read as something else
NOTED_EVERY = timedelta(minutes=1)
LONGEST_NAME = 80


class UnfitAppUser(ValueError):
    """An app user cannot be made as asked; the message says why."""


@dataclass(frozen=True)
class Credentials:
    """What a phone is given."""

    username: str
    token: str
    password: str


def add_app_user(
    uow: UnitOfWork,
    programme_id: str,
    name: str,
    at: datetime,
    *,
    actor: str,
    forms: Sequence[str] = (),
    organization: str = "",
    location: str = "",
    staff_id: int | None = None,
) -> tuple[AppUser, Credentials]:
    """A new app user of a programme, of a centre or an organization where one is named (ids of the directory's files).

    Raises `UnfitAppUser`, or `UnfitMembership` for a place that there is not.
    """
    if not name.strip():
        raise UnfitAppUser("an app user needs a name: whose phone is it?")
    place = membership_for(uow, "researcher", programme_id, organization=organization, location=location)
    token = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(TOKEN_LENGTH))
    groups = ("".join(secrets.choice(PASSWORD_ALPHABET) for _ in range(4)) for _ in range(4))
    given = Credentials(_new_username(uow, programme_id), token, "-".join(groups))
    key = uow.vault.new_key(None, at)
    user = AppUser(
        programme_id=programme_id,
        organization_id=place.organization_id,
        location_id=place.location_id,
        staff_id=staff_id,
        name=name.strip()[:LONGEST_NAME],
        username=given.username,
        forms=",".join(forms),
        data_key_id=key,
        token_sha256=token_hash(token),
        secrets_sealed=uow.vault.seal_json(key, {"token": token, "password": given.password}, SECRETS),
        created_at=at,
    )
    uow.session.add(user)
    uow.flush()
    audit(uow, at=at, actor=actor, action="app_user.added", object_kind="app_user", object_id=user.id)
    return user, given


def revoke_app_user(uow: UnitOfWork, user: AppUser, at: datetime, *, actor: str) -> None:
    """The phone gets and sends nothing any more; what it sent stays."""
    if user.revoked_at is None:
        user.revoked_at = at
        uow.flush()
        audit(uow, at=at, actor=actor, action="app_user.revoked", object_kind="app_user", object_id=user.id)


def app_users(uow: UnitOfWork, programme_id: str | None = None) -> list[AppUser]:
    """Every app user, revoked ones too, by id."""
    query = select(AppUser).order_by(AppUser.id)
    return list(uow.session.scalars(query.filter_by(programme_id=programme_id) if programme_id else query))


def credentials_of(uow: UnitOfWork, user: AppUser) -> Credentials:
    """What this app user's phone was given; for the settings code, which may be shown again."""
    found = uow.vault.open_json(user.secrets_sealed, SECRETS)
    return Credentials(user.username, found["token"], found["password"])


def app_user_by_token(uow: UnitOfWork, token: str) -> AppUser | None:
    """The app user of a token in an address; None for one that was revoked, or whose member of staff was disabled."""
    if len(token) != TOKEN_LENGTH or not token.isascii():
        return None
    return _counting(uow, AppUser.token_sha256 == token_hash(token))


def app_user_by_name(uow: UnitOfWork, username: str) -> tuple[AppUser, str] | None:
    """The app user of that name, with the password; None as above."""
    user = _counting(uow, AppUser.username == username)
    return (user, credentials_of(uow, user).password) if user is not None else None


def is_password(uow: UnitOfWork, username: str, password: str) -> AppUser | None:
    """The app user whose name and password these are, told in a time that says nothing; None otherwise."""
    found = app_user_by_name(uow, username)
    right = found[1] if found else secrets.token_hex(8)
    same = hmac.compare_digest(right.encode(), password.encode())
    return found[0] if found and same else None


def note_used(uow: UnitOfWork, user_id: int, at: datetime) -> None:
    """When the phone was last here, written at most once a minute."""
    stale = or_(AppUser.last_used_at.is_(None), AppUser.last_used_at < at - NOTED_EVERY)
    uow.connection.execute(update(AppUser).where(AppUser.id == user_id, stale).values(last_used_at=at))


def server_address(base_url: str, token: str, programme_id: str) -> str:
    """What ODK Collect is given as its server."""
    return f"{base_url}/openrosa/key/{token}/{programme_id}"


def settings_code(base_url: str, token: str, programme_id: str, name: str) -> str:
    """The text of the code that ODK Collect scans: its settings as JSON, compressed by zlib, in base64.

    Source: docs.getodk.org/collect-import-export; the settings are those that ODK Central gives its app users.
    """
    settings = {
        "general": {
            "server_url": server_address(base_url, token, programme_id),
            "form_update_mode": "match_exactly",
            "autosend": "wifi_and_cellular",
        },
        "project": {"name": name},
        "admin": {},
    }
    packed = zlib.compress(json.dumps(settings, ensure_ascii=False, separators=(",", ":")).encode())
    return base64.b64encode(packed).decode()


def _counting(uow: UnitOfWork, which: object) -> AppUser | None:
    query = (
        select(AppUser)
        .outerjoin(Staff, Staff.id == AppUser.staff_id)
        .where(which, AppUser.revoked_at.is_(None), Staff.disabled_at.is_(None))  # type: ignore[arg-type]  # a condition
    )
    return uow.session.scalar(query)


def _new_username(uow: UnitOfWork, programme_id: str) -> str:
    """A short name that nobody has: the programme and five digits."""
    while True:
        name = f"{programme_id}-{secrets.randbelow(90_000) + 10_000}"
        if uow.session.scalar(select(AppUser.id).filter_by(username=name)) is None:
            return name
