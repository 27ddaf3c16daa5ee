"""Where a member of staff works, by name: a centre, an organization, or a whole programme."""

from __future__ import annotations

from referrals.directory.records import Location, Organization
from referrals.staff.scope import Member, Membership
from referrals.store.unit_of_work import UnitOfWork


def workplace(uow: UnitOfWork, member: Member) -> str:
    """The name of the centre, else of the organization; blank for those who work for a whole programme or several."""
    if len({(each.organization_id, each.location_id) for each in member.memberships}) > 1:
        return ""
    return next(filter(None, (_place(uow, each) for each in member.memberships)), "")


def roles_with_places(uow: UnitOfWork, member: Member) -> dict[str, list[str]]:
    """The names of the places by role, in the order in which the roles were given; none for a whole programme."""
    found: dict[str, list[str]] = {}
    for each in member.memberships:
        places = found.setdefault(each.role, [])
        place = _place(uow, each)
        if place and place not in places:
            places.append(place)
    return found


def _place(uow: UnitOfWork, membership: Membership) -> str:
    if membership.location_id is not None:
        return uow.session.get_one(Location, membership.location_id).name
    if membership.organization_id is not None:
        return uow.session.get_one(Organization, membership.organization_id).name
    return ""
