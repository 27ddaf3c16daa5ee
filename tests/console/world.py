"""A small sample world for the console's tests: rows put in by hand, as casework would have left them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from referrals.applications.filing import FACTS
from referrals.applications.records import Application
from referrals.conversations.records import Conversation, HelpRequest
from referrals.conversations.stages.helping import TEXT
from referrals.conversations.threads import open_desk, save_desk
from referrals.definitions.records import Definition, DefinitionInForce, Programme
from referrals.directory.records import Location, Organization, Schedule, Service, ServiceAtLocation
from referrals.families.identities import data_key_of, identity_of
from referrals.families.records import Consent, Household
from referrals.inbound import Address
from referrals.outbox.owe import BODY
from referrals.outbox.records import OutboxMessage
from referrals.referral.records import Referral
from referrals.referral.sending import DISCLOSED, EXPLANATION, note_event
from referrals.senders.records import Sender, SenderProgramme
from referrals.spoken_numbers import new_number
from referrals.staff.accounts import add_membership, add_staff
from referrals.staff.passwords import Passwords
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "قمر-فوق-النخيل-الليلة"
STAFF = (
    ("desk@qous.invalid", "منى (عيّنة)", "desk", "loc-qous"),
    ("desk@qift.invalid", "هدى (عيّنة)", "desk", "loc-qift"),
    ("clerk@sanad.invalid", "سامي (عيّنة)", "clerk", ""),
    ("supervisor@sanad.invalid", "أمل (عيّنة)", "supervisor", ""),
    ("dpo@sanad.invalid", "نوال (عيّنة)", "dpo", ""),
    ("auditor@sanad.invalid", "رامي (عيّنة)", "auditor", ""),
    ("volunteer@sanad.invalid", "كريم (عيّنة)", "volunteer", ""),
)


@dataclass
class World:
    """The sample programme: two centres (`qous`, `qift`), one person of each role, and the families you add."""

    store: Store
    clock: FrozenClock
    places: dict[str, int] = field(default_factory=dict)
    staff: dict[str, int] = field(default_factory=dict)
    families: int = 0

    @staticmethod
    def made(store: Store, clock: FrozenClock, passwords: Passwords) -> World:
        world = World(store, clock)
        store.transact(lambda uow: world._lay_out(uow, clock(), passwords))
        return world

    def family(self, centre: str = "qous", **more: Any) -> int:
        """A family whose application was sent to a centre; the id of its referral."""
        return self.store.transact(lambda uow: self._send(uow, self.places[centre], self.clock(), **more))

    def question(self, referral_id: int, words: str, *, kind: str = "question", restricted: bool = False) -> int:
        """A question of the family of that referral; its id."""
        return self.store.transact(lambda uow: self._ask(uow, referral_id, words, kind, restricted))

    def referral(self, referral_id: int) -> Referral:
        with self.store.reading() as uow:
            return uow.session.get_one(Referral, referral_id)

    def number(self, referral_id: int) -> str:
        """The number that the family says."""
        with self.store.reading() as uow:
            referral = uow.session.get_one(Referral, referral_id)
            return uow.session.get_one(Application, referral.application_id).number

    def owed(self) -> list[str]:
        """What is owed to families, in order, as text."""
        with self.store.reading() as uow:
            rows = uow.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
            return [uow.vault.open_json(row.body_sealed, BODY)["text"] for row in rows]

    def count(self, record: Any, **having: Any) -> int:
        """How many rows there are."""
        with self.store.reading() as uow:
            return uow.session.scalar(select(func.count()).select_from(record).filter_by(**having)) or 0

    def _lay_out(self, uow: UnitOfWork, at: datetime, passwords: Passwords) -> None:
        _programme(uow, at)
        for name in ("qous", "qift"):
            self.places[name] = _centre(uow, name)
        for email, name, role, location in STAFF:
            person = add_staff(uow, email, name, PASSWORD, at, passwords=passwords)
            add_membership(uow, person.id, role, "qena", at, location=location)
            self.staff[email] = person.id

    def _send(
        self,
        uow: UnitOfWork,
        location_id: int,
        at: datetime,
        *,
        name: str = "فاطمة (عيّنة)",
        priority: str = "normal",
        state: str = "requested",
        due_hours: float = 72,
    ) -> int:
        self.families += 1
        sender = uow.session.scalars(select(Sender)).one()
        identity_id, person_id, key = identity_of(uow, sender.id, Address("web", f"visitor-{self.families}"), at)
        desk = open_desk(uow, identity_id, at, reason=f"test:{self.families}")
        desk.enter_programme("qena")
        desk.pend("idle")
        save_desk(desk)
        consent = Consent(
            person_id=person_id,
            programme_id="qena",
            purpose="referral",
            language="ar",
            given_by="self",
            method="tap",
            given_at=at,
        )
        household = Household(programme_id="qena", size=5, created_at=at)
        uow.session.add_all([consent, household])
        uow.flush()
        application = _application(uow, key, person_id, household.id, name, priority, at)
        referral = _referral(uow, key, application, location_id, consent.id, state, at, due_hours, name)
        return referral.id

    def _ask(self, uow: UnitOfWork, referral_id: int, words: str, kind: str, restricted: bool) -> int:
        referral = uow.session.get_one(Referral, referral_id)
        key = data_key_of(uow, referral.person_id)
        request = HelpRequest(
            programme_id=referral.programme_id,
            conversation_id=uow.session.scalars(select(Conversation.id).filter_by(person_id=referral.person_id)).one(),
            person_id=referral.person_id,
            kind=kind,
            restricted=restricted,
            text_sealed=uow.vault.seal_text(key, words, TEXT),
            state="open",
            created_at=self.clock(),
            due_at=self.clock() + timedelta(hours=4),
        )
        uow.session.add(request)
        uow.flush()
        return request.id


def _programme(uow: UnitOfWork, at: datetime) -> None:
    """Qena's programme and the web chat that speaks for it."""
    add_programme(uow, at, "qena", "Africa/Cairo")
    sender = Sender(channel="web", account="web", data_key_id=uow.vault.new_key(None, at), created_at=at)
    uow.session.add(sender)
    uow.flush()
    uow.session.add(SenderProgramme(sender_id=sender.id, programme_id="qena"))
    uow.flush()


def add_programme(uow: UnitOfWork, at: datetime, name: str, time_zone: str) -> None:
    """One of our programmes, as far as its settings go."""
    uow.session.add(Programme(id=name, name_ar=name, name_en=name, country="EG", time_zone=time_zone))
    uow.flush()
    settings = Definition(
        programme_id=name,
        kind="settings",
        name="programme",
        version="1",
        sha256="0" * 64,
        content=(ROOT / "programmes" / name / "programme.toml").read_bytes(),
        created_at=at,
    )
    uow.session.add(settings)
    uow.flush()
    force = {"programme_id": name, "kind": "settings", "name": "programme"}
    uow.session.add(DefinitionInForce(**force, definition_id=settings.id, since=at))
    uow.flush()


def _centre(uow: UnitOfWork, name: str) -> int:
    arabic = {"qous": "مركز الخدمة في قوص (عيّنة)", "qift": "جمعية الأمل في قفط (عيّنة)"}[name]
    owner = Organization(programme_id="qena", external_id=f"org-{name}", name=arabic, sample=True)
    uow.session.add(owner)
    uow.flush()
    place = Location(programme_id="qena", organization_id=owner.id, external_id=f"loc-{name}", name=arabic, sample=True)
    service = Service(
        programme_id="qena", organization_id=owner.id, external_id=f"svc-{name}", name="استقبال", service_term="food"
    )
    uow.session.add_all([place, service])
    uow.flush()
    uow.session.add(ServiceAtLocation(service_id=service.id, location_id=place.id, external_id=f"sal-{name}"))
    uow.session.add(
        Schedule(location_id=place.id, byday="SU,MO,TU,WE,TH", opens_at="09:00", closes_at="14:00", zone="Africa/Cairo")
    )
    uow.flush()
    return place.id


def _application(
    uow: UnitOfWork, key: int, person_id: int, household_id: int, name: str, priority: str, at: datetime
) -> Application:
    form = uow.session.scalars(select(Definition)).first()
    assert form is not None
    facts = {"applicant_name": name, "phone": "+201000000041", "needs": ["food"]}
    application = Application(
        number=new_number(uow.session.scalar(select(func.count()).select_from(Application)) or 0, "sample"),
        programme_id="qena",
        person_id=person_id,
        household_id=household_id,
        form_id=form.id,
        channel="web",
        submitted_by="family",
        state="submitted",
        priority=priority,
        facts_sealed=uow.vault.seal_json(key, facts, FACTS),
        submission_sealed=uow.vault.seal_text(key, "<data/>", "application.submission"),
        submitted_at=at,
        answer_due=at + timedelta(days=3),
    )
    uow.session.add(application)
    uow.flush()
    return application


def _referral(
    uow: UnitOfWork,
    key: int,
    application: Application,
    location_id: int,
    consent_id: int,
    state: str,
    at: datetime,
    due_hours: float,
    name: str,
) -> Referral:
    place = uow.session.get_one(Location, location_id)
    given = uow.session.scalars(select(ServiceAtLocation).filter_by(location_id=location_id)).one()
    shown = [
        {"code": "applicant_name", "name_ar": "الاسم", "name_en": "name", "value": name},
        {"code": "phone", "name_ar": "رقم الهاتف", "name_en": "phone", "value": "+201000000041"},
        {"code": "area", "name_ar": "مكان السكن", "name_en": "area", "value": "قوص، حجازة"},
        {"code": "household_size", "name_ar": "عدد أهل البيت", "name_en": "size", "value": "5"},
    ]
    why = {"reasons": [{"code": "nearest", "parameters": {"minutes": 20.0}}], "distance_km": 6.4, "to_be_assessed": []}
    referral = Referral(
        application_id=application.id,
        programme_id="qena",
        person_id=application.person_id,
        need_code="food",
        service_term="food",
        to_service_at_location_id=given.id,
        to_location_id=location_id,
        to_organization_id=place.organization_id,
        priority=application.priority,
        state=state,
        business_status="awaiting-ack",
        consent_id=consent_id,
        disclosed_sealed=uow.vault.seal_json(key, shown, DISCLOSED),
        explanation_sealed=uow.vault.seal_json(key, why, EXPLANATION),
        ack_due=at + timedelta(hours=due_hours / 2),
        respond_due=at + timedelta(hours=due_hours),
        requested_at=at,
    )
    uow.session.add(referral)
    uow.flush()
    note_event(uow, referral, "send", "draft", "family", at)
    return referral
