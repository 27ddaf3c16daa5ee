"""Staff accounts: who works for which programme or centre, in which role."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from referrals.definitions.records import Programme
from referrals.directory.records import Location, Organization
from referrals.protection.audit import audit
from referrals.staff.passwords import Passwords, refuse_weak
from referrals.staff.records import Staff, StaffMembership
from referrals.staff.roles import CENTRE_ROLES, ROLES
from referrals.staff.scope import Member, Membership
from referrals.staff.sessions import end_all_sessions
from referrals.store.unit_of_work import UnitOfWork


class AccountExists(ValueError):
    """There is an account with this address already. Add a membership to it instead."""


class UnknownAccount(LookupError):
    """No account has this address. `sanad staff list` shows those that there are."""


class UnfitMembership(ValueError):
    """A membership names a role, a programme or a centre that there is not; the message says which there are."""


def fold_email(email: str) -> str:
    """An address as it is stored and compared."""
    return email.strip().casefold()


def add_staff(
    uow: UnitOfWork, email: str, name: str, password: str | None, at: datetime, *, passwords: Passwords | None = None
) -> Staff:
    """A new account; without a password it signs in by link only.

    Raises `AccountExists` or `WeakPassword`. A page hashes outside the transaction and calls `new_account`.
    """
    hashed = ""
    if password is not None:
        refuse_weak(password, email, name)
        hashed = (passwords or Passwords()).hash(password)
    return new_account(uow, email, name, hashed, at)


def new_account(uow: UnitOfWork, email: str, name: str, password_hash: str, at: datetime) -> Staff:
    """A new account with a password that is hashed already; raises `AccountExists`."""
    folded = fold_email(email)
    if "@" not in folded:
        raise ValueError(f"{email!r} is no e-mail address")
    if uow.session.scalar(select(Staff.id).filter_by(email=folded)) is not None:
        raise AccountExists(AccountExists.__doc__)
    staff = Staff(
        email=folded,
        name=name.strip() or folded.partition("@")[0],
        password_hash=password_hash,
        data_key_id=uow.vault.new_key(None, at),
        created_at=at,
    )
    uow.session.add(staff)
    uow.flush()
    audit(uow, at=at, actor="operator", action="staff.added", object_kind="staff", object_id=staff.id)
    return staff


def add_membership(
    uow: UnitOfWork,
    staff_id: int,
    role: str,
    programme_id: str,
    at: datetime,
    *,
    organization: str = "",
    location: str = "",
) -> StaffMembership:
    """A role in a programme; `organization` and `location` are ids of the directory's files.

    Adding it twice gives the one that stands. Raises `UnfitMembership`.
    """
    reached = membership_for(uow, role, programme_id, organization=organization, location=location)
    return join(uow, staff_id, reached, at)


def membership_for(
    uow: UnitOfWork, role: str, programme_id: str, *, organization: str = "", location: str = ""
) -> Membership:
    """What a role at a place of the directory reaches; raises `UnfitMembership` with what there is instead."""
    if role not in ROLES:
        raise UnfitMembership(f"{role!r} is no role. The roles are: {', '.join(ROLES)}")
    if uow.session.get(Programme, programme_id) is None:
        known = ", ".join(uow.session.scalars(select(Programme.id).order_by(Programme.id)))
        raise UnfitMembership(f"{programme_id!r} is no programme here. There are: {known or 'none'}")
    place = _place(uow, programme_id, location) if location else None
    owner = place.organization_id if place else (_organization(uow, programme_id, organization) or None)
    if role in CENTRE_ROLES and owner is None:
        raise UnfitMembership(f"The role {role!r} belongs to a centre: give a location or an organization.")
    return Membership(programme_id, role, owner, place.id if place else None)


def join(uow: UnitOfWork, staff_id: int, reached: Membership, at: datetime) -> StaffMembership:
    """The account has this membership, once."""
    values = {
        "staff_id": staff_id,
        "programme_id": reached.programme_id,
        "role": reached.role,
        "organization_id": reached.organization_id,
        "location_id": reached.location_id,
    }
    standing = uow.session.scalar(select(StaffMembership).filter_by(**values, ended_at=None))
    if standing is not None:
        return standing
    row = StaffMembership(**values, created_at=at)
    uow.session.add(row)
    uow.flush()
    details = {"role": reached.role, "programme": reached.programme_id}
    audit(uow, at=at, actor="operator", action="staff.joined", object_kind="staff", object_id=staff_id, details=details)
    return row


def disable(uow: UnitOfWork, staff_id: int, at: datetime) -> None:
    """They cannot sign in any more, and every session of theirs is ended now."""
    staff = uow.session.get_one(Staff, staff_id)
    staff.disabled_at = staff.disabled_at or at
    uow.flush()
    end_all_sessions(uow, staff_id, at)
    audit(uow, at=at, actor="operator", action="staff.disabled", object_kind="staff", object_id=staff_id)


def staff_by_email(uow: UnitOfWork, email: str) -> Staff:
    """The account with this address; raises `UnknownAccount`."""
    found = uow.session.scalar(select(Staff).filter_by(email=fold_email(email)))
    if found is None:
        raise UnknownAccount(UnknownAccount.__doc__)
    return found


def all_staff(uow: UnitOfWork) -> list[tuple[Staff, list[StaffMembership]]]:
    """Every account with its memberships that have not ended, by address."""
    memberships: dict[int, list[StaffMembership]] = {}
    for row in uow.session.scalars(select(StaffMembership).filter_by(ended_at=None).order_by(StaffMembership.id)):
        memberships.setdefault(row.staff_id, []).append(row)
    return [
        (staff, memberships.get(staff.id, [])) for staff in uow.session.scalars(select(Staff).order_by(Staff.email))
    ]


def _place(uow: UnitOfWork, programme_id: str, external_id: str) -> Location:
    place = uow.session.scalar(select(Location).filter_by(programme_id=programme_id, external_id=external_id))
    if place is None:
        some = uow.session.scalars(select(Location.external_id).filter_by(programme_id=programme_id).limit(5))
        raise UnfitMembership(f"{programme_id} has no location {external_id!r}; it has for example {', '.join(some)}")
    return place


def _organization(uow: UnitOfWork, programme_id: str, external_id: str) -> int | None:
    if not external_id:
        return None
    query = select(Organization.id).filter_by(programme_id=programme_id, external_id=external_id)
    found = uow.session.scalar(query)
    if found is None:
        some = uow.session.scalars(select(Organization.external_id).filter_by(programme_id=programme_id).limit(5))
        known = ", ".join(some)
        raise UnfitMembership(f"{programme_id} has no organization {external_id!r}; it has for example {known}")
    return found


def colleague(uow: UnitOfWork, member: Member, who: str) -> int | None:
    """The id of a colleague of the same programmes, by number or address; None where nobody there is named so."""
    if who.isascii() and who.isdigit() and len(who) < 19:
        found: int = int(who)
    else:
        try:
            found = staff_by_email(uow, who).id
        except UnknownAccount:
            return None
    query = select(StaffMembership.staff_id).where(
        StaffMembership.staff_id == found, StaffMembership.programme_id.in_(member.programmes)
    )
    return uow.session.scalar(query.limit(1))
