"""The public list of centres: what anybody gets, also who agrees to nothing."""

from __future__ import annotations

from sqlalchemy import select

from referrals.directory.records import Location, Organization
from referrals.store.unit_of_work import UnitOfWork

SHOWN = 6


def public_list(uow: UnitOfWork, programme_id: str, language: str) -> list[str]:
    """Lines with name, address and phone of the programme's own centres, for a message; never a confidential place."""
    query = (
        select(Location)
        .join(Organization, Organization.id == Location.organization_id)
        .where(
            Location.programme_id == programme_id,
            Location.accepting.is_(True),
            Location.confidential.is_(False),
            Organization.kind == "centre",
        )
        .order_by(Location.id)
        .limit(SHOWN)
    )
    return [_line(place, language) for place in uow.session.scalars(query)]


def _line(place: Location, language: str) -> str:
    name = place.name_en if language == "en" and place.name_en else place.name
    return " · ".join(part for part in (name, place.address if place.address not in name else "", place.phone) if part)
