"""Families with an application each, and referrals by the hundred thousand, for the bench of referrals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy import func, insert, select, update

from bot.benches.families import PROGRAMME
from bot.settings import ROOT
from referrals.applications.filing import FACTS
from referrals.applications.records import Application, ApplicationNeed
from referrals.appointments.records import Appointment, Reminder
from referrals.appointments.times.place_time import wall_time_of
from referrals.conversations.pending import IDLE
from referrals.conversations.threads import open_desk, save_desk
from referrals.definitions.in_force import definition_id, settings_of
from referrals.directory.records import Location, ServiceAtLocation
from referrals.families.consents import record_consent
from referrals.families.identities import identity_of
from referrals.families.records import Household, Person
from referrals.inbound import Address
from referrals.protection.vault import MasterKeys
from referrals.referral.records import Referral
from referrals.referral.sending import Chosen, disclosed_fields
from referrals.senders.ensuring import ensure_sender
from referrals.spoken_numbers import new_number
from referrals.store.opening import load_programmes, open_store
from referrals.store.record import Record
from referrals.store.unit_of_work import Store, UnitOfWork

AT_A_TIME = 5000
NEED = "food"
ZONE = "Asia/Kuwait"
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Place:
    """The one service at a location that everybody wants."""

    given_id: int
    location_id: int
    organization_id: int
    service_term: str


def store_at(url: str, at: datetime) -> Store:
    """A database with Kuwait's programme and its sample directory."""
    store = open_store(url, MasterKeys.parse(MasterKeys.new()))
    load_programmes(store, [ROOT / "programmes" / PROGRAMME], at)
    return store


def place_with(store: Store, places: int | None) -> Place:
    """A service at a location that has so many places, keeps no waiting list, and of which nothing is taken."""

    def work(uow: UnitOfWork) -> Place:
        given = uow.session.scalars(select(ServiceAtLocation).order_by(ServiceAtLocation.id).limit(1)).one()
        room = {"capacity": places, "used": 0, "taken_elsewhere": 0, "waitlist": False, "paused": False}
        mine = update(ServiceAtLocation).where(ServiceAtLocation.id == given.id)
        uow.connection.execute(mine.values(**room))
        owner = uow.session.get_one(Location, given.location_id).organization_id
        return Place(given.id, given.location_id, owner, NEED)

    return store.transact(work)


def families_who_agreed(store: Store, place: Place, count: int, at: datetime) -> list[tuple[int, Chosen]]:
    """So many families, each with an application and its consent to that place: what is left is to send it."""

    def work(uow: UnitOfWork) -> list[tuple[int, Chosen]]:
        settings = settings_of(uow, PROGRAMME)
        sender = ensure_sender(uow, "telegram", "1", at, programmes=[PROGRAMME])
        found = []
        for number in range(count):
            application = _family(uow, sender.id, number, at)
            fields = disclosed_fields(uow, settings, application)
            consent = record_consent(
                uow,
                person_id=application.person_id,
                programme_id=PROGRAMME,
                purpose="referral",
                text_id=None,
                language="ar",
                at=at,
                recipient_location_id=place.location_id,
                data_categories=tuple(field["code"] for field in fields),
            )
            chosen = Chosen(place.given_id, NEED, place.service_term, 0, {}, consent)
            found.append((application.id, chosen))
        return found

    return store.transact(work)


def _family(uow: UnitOfWork, sender_id: int, number: int, at: datetime) -> Application:
    """A person with a conversation at rest, a household and an application."""
    identity_id, person_id, key = identity_of(uow, sender_id, Address("telegram", str(700_000_000 + number)), at)
    desk = open_desk(uow, identity_id, at, reason=f"bench:{number}")
    desk.enter_programme(PROGRAMME)
    desk.pend(IDLE)
    save_desk(desk)
    household = Household(programme_id=PROGRAMME, created_at=at)
    uow.session.add(household)
    uow.flush()
    facts = {"applicant_name": f"أسرة {number} (عيّنة)", "phone": "+96550000000", "needs": [NEED]}
    application = Application(
        number=new_number(number, "bench"),
        programme_id=PROGRAMME,
        person_id=person_id,
        household_id=household.id,
        form_id=definition_id(uow, PROGRAMME, "form", "intake"),
        channel="telegram",
        submitted_by="family",
        state="submitted",
        priority="normal",
        facts_sealed=uow.vault.seal_json(key, facts, FACTS),
        submission_sealed=uow.vault.seal_text(key, "<data/>", "application.submission"),
        submitted_at=at,
        answer_due=at + timedelta(days=3),
    )
    uow.session.add(application)
    uow.flush()
    need = {"code": NEED, "domain": "financial", "service_term": NEED, "rank": 0}
    uow.session.add(ApplicationNeed(application_id=application.id, **need))
    uow.flush()
    return application


def many_people(store: Store, referral_id: int, people: int, booked: int, at: datetime) -> None:
    """So many people, and so many appointments of theirs in the 60 days from tomorrow on, each with its reminder."""
    with store.reading() as uow:
        like = uow.session.get_one(Referral, referral_id)
        key = uow.session.get_one(Person, like.person_id).data_key_id
        last = uow.session.scalar(select(func.max(Person.id))) or 0
    persons: Iterator[dict[str, Any]] = ({"data_key_id": key, "created_at": at} for _ in range(people))
    _insert(store, Person, persons)
    starts = [at + timedelta(days=1, minutes=30 * (number % 2880)) for number in range(booked)]
    timed: Iterator[dict[str, Any]] = (
        {
            "referral_id": referral_id,
            "person_id": last + 1 + number % max(people, 1) if people else like.person_id,
            "location_id": like.to_location_id,
            "state": "booked",
            "starts_at": when,
            "ends_at": when + timedelta(minutes=30),
            "wall_time": wall_time_of(when, ZONE),
            "zone": ZONE,
            "created_at": at,
            "updated_at": at,
        }
        for number, when in enumerate(starts)
    )
    _insert(store, Appointment, timed)
    with store.reading() as uow:
        ids = uow.connection.execute(select(Appointment.id, Appointment.starts_at)).all()
    _insert(
        store,
        Reminder,
        (
            {"appointment_id": row.id, "kind": "24h", "due_at": max(at + A_DAY, row.starts_at - A_DAY)}
            for row in ids
            if row.starts_at is not None
        ),
    )


def _insert(store: Store, record: type[Record], rows: Iterator[dict[str, Any]]) -> None:
    while some := list(islice(rows, AT_A_TIME)):
        store.transact(partial(_insert_some, record=record, rows=some))


def _insert_some(uow: UnitOfWork, record: type[Record], rows: list[dict[str, Any]]) -> None:
    uow.connection.execute(insert(record), rows)


def many_like(store: Store, referral_id: int, count: int, first_due: datetime) -> None:
    """So many more referrals like that one, whose ladders are due from that moment on, ten a second."""
    with store.reading() as uow:
        columns = [column for column in Referral.__table__.columns if column.key != "id"]
        row = uow.connection.execute(select(*columns).where(Referral.id == referral_id)).one()
    like = dict(zip([column.key for column in columns], row, strict=True))
    moments = (first_due + timedelta(seconds=number / 10) for number in range(count))
    rows: Iterator[dict[str, Any]] = (
        {
            **like,
            "holds_place": False,
            "clock_from": due - timedelta(days=4),
            "ack_due": due,
            "respond_due": due + timedelta(days=10),
            "next_rung_at": due,
        }
        for due in moments
    )
    _insert(store, Referral, rows)
