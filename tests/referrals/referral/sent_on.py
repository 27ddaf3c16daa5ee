"""Referrals that are sent by hand in tests: on to another organization, with a consent of their own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from referrals.applications.records import Application
from referrals.definitions.in_force import settings_of
from referrals.directory.records import Location, ServiceAtLocation
from referrals.families.consents import record_consent
from referrals.families.records import Consent
from referrals.referral.records import Referral
from referrals.referral.sending import Chosen, disclosed_fields, send_referral
from referrals.store.unit_of_work import UnitOfWork
from tests.families import Families


def agreed_to(uow: UnitOfWork, application: Application, location_id: int, families: Families) -> int:
    """A consent for that place with every field that is disclosed; its id."""
    fields = disclosed_fields(uow, settings_of(uow, application.programme_id), application)
    return record_consent(
        uow,
        person_id=application.person_id,
        programme_id=application.programme_id,
        purpose="referral",
        text_id=None,
        language="ar",
        at=families.clock(),
        recipient_location_id=location_id,
        data_categories=tuple(field["code"] for field in fields),
    )


def goes_on(families: Families, parent_id: int, **consent: Any) -> int:
    """From that referral on to an organization that was not asked yet; `consent` changes the row of its consent."""

    def work(uow: UnitOfWork) -> int:
        parent = uow.session.get_one(Referral, parent_id)
        asked = select(Referral.to_organization_id).where(Referral.application_id == parent.application_id)
        query = select(ServiceAtLocation.id, Location.id).join(Location, Location.id == ServiceAtLocation.location_id)
        other = query.where(Location.organization_id.not_in(asked)).order_by(ServiceAtLocation.id).limit(1)
        given, place = uow.session.execute(other).one()
        application = uow.session.get_one(Application, parent.application_id)
        agreed = agreed_to(uow, application, place, families)
        if consent:
            uow.connection.execute(update(Consent).where(Consent.id == agreed).values(**consent))
            uow.session.expire_all()
        chosen = Chosen(given, parent.need_code, parent.service_term, 0, {}, agreed, parent_id=parent_id)
        return send_referral(uow, parent.application_id, chosen, families.clock()).id

    return families.store.transact(work)
