"""Where a referral may be transferred to."""

from __future__ import annotations

from sqlalchemy import select

from referrals.directory.records import Location, Service, ServiceAtLocation
from referrals.referral.records import Referral
from referrals.referral.sending import OPEN
from referrals.store.unit_of_work import UnitOfWork


def places_for_transfer(uow: UnitOfWork, referral: Referral) -> list[tuple[ServiceAtLocation, Location]]:
    """Where the same service, or the first reception of families, is given elsewhere; never a hidden place, one that
    takes nobody in, or one whose organization has an open referral of this need already."""
    elsewhere = select(Referral.to_organization_id).where(
        Referral.application_id == referral.application_id,
        Referral.need_code == referral.need_code,
        Referral.id != referral.id,
        Referral.state.in_(OPEN),
    )
    query = (
        select(ServiceAtLocation, Location)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .where(
            Service.programme_id == referral.programme_id,
            Service.service_term.in_((referral.service_term, "general-intake")),
            Service.status == "active",
            Service.restricted.is_(False),
            Location.confidential.is_(False),
            Location.accepting.is_(True),
            Location.id != referral.to_location_id,
            Location.gone_at.is_(None),
            Service.gone_at.is_(None),
            ServiceAtLocation.gone_at.is_(None),
            ServiceAtLocation.paused.is_(False),
            Location.organization_id.not_in(elsewhere),
        )
        .order_by(Location.name, ServiceAtLocation.id)
        .limit(200)
    )
    return [(given, place) for given, place in uow.session.execute(query)]
