"""Links that sign one person in once, and invitations by which a new colleague chooses a password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from referrals.protection.audit import audit
from referrals.staff.accounts import fold_email, join, membership_for, new_account
from referrals.staff.records import Invitation, SignInLink, Staff
from referrals.staff.scope import Membership
from referrals.staff.tokens import new_token, token_hash
from referrals.store.unit_of_work import UnitOfWork

LINK_LASTS = timedelta(minutes=15)
INVITATION_LASTS = timedelta(days=7)


class LinkSpent(LookupError):
    """This link was used already, is too old or never was one. Ask for a new one."""


@dataclass(frozen=True)
class Invited:
    """Whom an invitation is for."""

    email: str
    name: str


def make_sign_in_link(uow: UnitOfWork, staff_id: int, at: datetime) -> str:
    """The token of `/console/enter/TOKEN`: signs this account in once, within 15 minutes."""
    token = new_token()
    uow.session.add(SignInLink(token_sha256=token_hash(token), staff_id=staff_id, expires_at=at + LINK_LASTS))
    uow.flush()
    return token


def link_is_open(uow: UnitOfWork, token: str, at: datetime) -> bool:
    """Whether the link would still work; looking does not use it."""
    link = uow.session.get(SignInLink, token_hash(token))
    return link is not None and link.used_at is None and link.expires_at > at


def use_sign_in_link(uow: UnitOfWork, token: str, at: datetime) -> int:
    """The account that the link signs in; the link is spent. Raises `LinkSpent`."""
    used = uow.connection.execute(
        update(SignInLink)
        .where(SignInLink.token_sha256 == token_hash(token), SignInLink.used_at.is_(None), SignInLink.expires_at > at)
        .values(used_at=at)
        .returning(SignInLink.staff_id)
    ).scalar_one_or_none()
    if used is None or uow.session.get_one(Staff, used).disabled_at is not None:
        raise LinkSpent(LinkSpent.__doc__)
    return used


def make_invitation(
    uow: UnitOfWork,
    email: str,
    name: str,
    role: str,
    programme_id: str,
    at: datetime,
    *,
    organization: str = "",
    location: str = "",
) -> str:
    """The token of `/console/invitation/TOKEN`, good for a week. Raises `UnfitMembership`."""
    reached = membership_for(uow, role, programme_id, organization=organization, location=location)
    token = new_token()
    uow.session.add(
        Invitation(
            token_sha256=token_hash(token),
            email=fold_email(email),
            name=name,
            programme_id=programme_id,
            organization_id=reached.organization_id,
            location_id=reached.location_id,
            role=role,
            expires_at=at + INVITATION_LASTS,
        )
    )
    uow.flush()
    return token


def open_invitation(uow: UnitOfWork, token: str, at: datetime) -> Invited:
    """Whom the invitation is for; raises `LinkSpent` when it does not stand any more."""
    row = _standing(uow, token, at)
    return Invited(row.email, row.name)


def accept_invitation(uow: UnitOfWork, token: str, name: str, password_hash: str, at: datetime) -> int:
    """The new account, a member now; for an address that has an account, that one. Raises `LinkSpent`.

    The password of an account that there was already stays: an invitation must not open somebody's account.
    """
    row = _standing(uow, token, at)
    row.used_at = at
    uow.flush()
    staff = uow.session.scalar(select(Staff).filter_by(email=row.email))
    if staff is not None and staff.disabled_at is not None:
        raise LinkSpent(LinkSpent.__doc__)
    if staff is None:
        staff = new_account(uow, row.email, name or row.name, password_hash, at)
    join(uow, staff.id, Membership(row.programme_id, row.role, row.organization_id, row.location_id), at)
    audit(
        uow,
        at=at,
        actor=f"staff:{staff.id}",
        action="staff.invitation_accepted",
        object_kind="staff",
        object_id=staff.id,
    )
    return staff.id


def _standing(uow: UnitOfWork, token: str, at: datetime) -> Invitation:
    row = uow.session.scalar(select(Invitation).where(Invitation.token_sha256 == token_hash(token)).with_for_update())
    if row is None or row.used_at is not None or row.expires_at <= at:
        raise LinkSpent(LinkSpent.__doc__)
    return row
