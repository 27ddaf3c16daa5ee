"""Appointments by the hundred thousand for the bench of reminders, at a place where it is afternoon now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import func, insert, select

from bot.benches.delivery.crowd import Crowd, Somebody, portions
from bot.benches.families import PROGRAMME
from referrals.applications.records import Application
from referrals.appointments.records import Appointment
from referrals.appointments.times.place_time import wall_time_of
from referrals.conversations.pending import IDLE
from referrals.conversations.records import Conversation
from referrals.conversations.threads import STATE
from referrals.definitions.in_force import definition_id
from referrals.directory.records import Location, ServiceAtLocation
from referrals.families.consents import record_consent
from referrals.families.records import Household, Identity
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork

AT_A_TIME = 5000
AFTERNOON, FARTHEST_EAST = 15, 14  # o'clock, decent on every day; UTC+14


@dataclass(frozen=True)
class Centre:
    """The one place and the one referral that all these appointments belong to."""

    referral_id: int
    location_id: int
    zone: str


def afternoon_zone(at: datetime) -> str:
    """A zone in which it is about three in the afternoon, so that the bench runs at any hour."""
    east = AFTERNOON - at.astimezone(UTC).hour
    if east > FARTHEST_EAST:
        east -= 24
    return f"Etc/GMT{-east:+d}"  # their signs are turned around


def open_centre(crowd: Crowd, at: datetime) -> Centre:
    """An accepted referral of the crowd's first person."""

    def work(uow: UnitOfWork) -> Centre:
        first = crowd.people[0]
        person = uow.connection.execute(select(Identity.person_id).where(Identity.id == first.identity_id)).scalar_one()
        nothing = uow.vault.seal_json(first.data_key_id, {}, "bench")
        offered = uow.session.scalars(select(ServiceAtLocation).limit(1)).one()
        application_id = _application(uow, person, crowd.channel, nothing, at)
        referral_id = _referral(uow, person, application_id, offered, nothing, at)
        return Centre(referral_id, offered.location_id, afternoon_zone(at))

    return crowd.store.transact(work)


def _application(uow: UnitOfWork, person: int, channel: str, nothing: bytes, at: datetime) -> int:
    """An accepted application of theirs that says `nothing`; its id."""
    household = Household(programme_id=PROGRAMME, created_at=at)
    uow.session.add(household)
    uow.flush()
    application = Application(
        number="48216",
        programme_id=PROGRAMME,
        person_id=person,
        household_id=household.id,
        form_id=definition_id(uow, PROGRAMME, "form", "intake"),
        channel=channel,
        submitted_by="family",
        state="accepted",
        priority="normal",
        facts_sealed=nothing,
        submission_sealed=nothing,
        submitted_at=at,
        answer_due=at,
    )
    uow.session.add(application)
    uow.flush()
    return application.id


def _referral(
    uow: UnitOfWork, person: int, application_id: int, offered: ServiceAtLocation, nothing: bytes, at: datetime
) -> int:
    """Their referral to that place, accepted, with a consent; its id."""
    consent_id = record_consent(
        uow, person_id=person, programme_id=PROGRAMME, purpose="referral", text_id=None, language="ar", at=at
    )
    referral = Referral(
        application_id=application_id,
        programme_id=PROGRAMME,
        person_id=person,
        need_code="food",
        service_term="food",
        to_service_at_location_id=offered.id,
        to_location_id=offered.location_id,
        to_organization_id=uow.session.get_one(Location, offered.location_id).organization_id,
        priority="normal",
        state="accepted",
        consent_id=consent_id,
        disclosed_sealed=nothing,
        explanation_sealed=nothing,
        ack_due=at,
        respond_due=at,
        requested_at=at,
    )
    uow.session.add(referral)
    uow.flush()
    return referral.id


def begin_threads(crowd: Crowd, people: Sequence[Somebody], at: datetime) -> dict[int, int]:
    """A conversation at rest with each of them; their person by identity."""

    def work(uow: UnitOfWork) -> dict[int, int]:
        found = uow.connection.execute(select(Identity.id, Identity.person_id)).all()
        persons = {row.id: row.person_id for row in found}
        rows = [
            {
                "identity_id": one.identity_id,
                "person_id": persons[one.identity_id],
                "sender_id": crowd.sender_id,
                "programme_id": PROGRAMME,
                "stage": IDLE,
                "state_sealed": uow.vault.seal_json(one.data_key_id, {}, STATE),
                "updated_at": at,
            }
            for one in people
        ]
        uow.connection.execute(insert(Conversation), rows)
        return persons

    return crowd.store.transact(work)


def book_all(crowd: Crowd, centre: Centre, persons: Sequence[int], starts: Sequence[datetime], at: datetime) -> int:
    """An appointment of each person at each of these moments; the id of the first, the others follow it."""
    first = crowd.store.transact(
        lambda uow: int(uow.connection.execute(select(func.coalesce(func.max(Appointment.id), 0))).scalar_one()) + 1
    )
    rows: Iterator[dict[str, object]] = (
        {
            "id": first + place,
            "referral_id": centre.referral_id,
            "person_id": person,
            "location_id": centre.location_id,
            "state": "booked",
            "starts_at": start,
            "ends_at": start + timedelta(minutes=30),
            "wall_time": wall_time_of(start, centre.zone),
            "zone": centre.zone,
            "moves": 0,
            "reason": "",
            "version": 1,
            "created_at": at,
            "updated_at": at,
        }
        for place, (person, start) in enumerate(zip(persons, starts, strict=True))
    )
    for some in portions(rows, AT_A_TIME):
        crowd.store.transact(partial(_write_down, appointments=some))
    return first


def _write_down(uow: UnitOfWork, appointments: list[dict[str, Any]]) -> None:
    uow.connection.execute(insert(Appointment), appointments)
