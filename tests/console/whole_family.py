"""One sample family in everything that a page of the console can show, and somebody of every role around it.

Whoever adds a route with a new name in its path says here which row of the family stands behind it: the walks over
every route (`test_every_route.py`) fail until then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import func, insert, select

from console.app import PAGES
from referrals.applications.records import Application
from referrals.appointments.records import Appointment
from referrals.appointments.visits.records import HomeVisit
from referrals.conversations.records import Conversation, HelpRequest, InboxMessage
from referrals.conversations.stages.helping import TEXT
from referrals.definitions.records import Definition
from referrals.directory.records import Location, ServiceAtLocation
from referrals.families.claims import ask_staff, begin_claim
from referrals.families.identities import data_key_of, identity_of, new_person
from referrals.families.records import DuplicatePair, Identity, Person
from referrals.inbound import Address
from referrals.protection.audit_trail.who_saw import events_of, role_of
from referrals.protection.erasure.erasing import ask as ask_erasure
from referrals.protection.records import AuditEvent
from referrals.protection.rights_records import ErasureNotice, ErasureRequest, LegalHold
from referrals.referral.records import Referral, ReferralTransfer
from referrals.senders.notices import Told, keep_notice
from referrals.staff.accounts import add_membership, add_staff
from referrals.staff.roles import CENTRE_ROLES, ROLES, Permission
from referrals.store.unit_of_work import Store, UnitOfWork
from referrals.submissions.app_users import add_app_user
from referrals.submissions.receiving import Origin, receive_submission
from referrals.submissions.records import SubmissionFile
from referrals.transcribing.records import Transcription
from tests.conftest import FrozenClock
from tests.console.at_a_desk import DeskWorld
from tests.console.conftest import QUICK
from tests.console.world import PASSWORD, add_programme
from tests.families import Families
from tests.recordings import arrive, speak

WORDS = "أريد أن أسأل عن الموعد (عيّنة)"
DANGER_WORDS = "كلام لا يقرؤه إلا قليلون (عيّنة)"
NAME, PHONE = "فاطمة", "50012345"
OPEN_TO_ALL = {"/sign-in", "/enter/{token}", "/invitation/{token}"}
EVERY_MEMBER = {"/", "/account", "/account/sessions", "/account/programme", "/sign-out"}
NO_SUCH_ROW = 999_999
FIXED = {"day": "2026-11-02", "book": "in", "kind": "in", "name": "visit", "key": "0"}
"""What stands in a path and is no row of anybody's."""
NOBODYS = ("closure_id", "day_id", "partner_id", "incident_id", "entry_id")
"""Rows that say nothing of a family: that there is no such one is enough to see who may open the page."""


@dataclass
class WholeFamily:
    """The store, the rows of the family by what they are called in a path, and the addresses of staff by role."""

    store: Store
    clock: FrozenClock
    rows: dict[str, int] = field(default_factory=dict)
    staff: dict[str, str] = field(default_factory=dict)
    number: str = ""

    @staticmethod
    def made(store: Store, clock: FrozenClock) -> WholeFamily:
        whole = WholeFamily(store, clock)
        DeskWorld(store, clock).employ()
        families = Families(store, clock)
        families.refer("501")
        families.apply("502", until="كم العمر")
        speak(families, "502")
        arrive(store)
        store.transact(whole._more)
        store.transact(whole._employ)
        whole._fill()
        return whole

    @cached_property
    def app(self) -> FastAPI:
        """The console as the service mounts it."""
        return DeskWorld(self.store, self.clock).app()

    def path(self, path: str, *, exists: bool = True) -> str:
        """The address of a route with this family's rows in it, or with rows that never were."""

        def value(match: re.Match[str]) -> str:
            name = match[1]
            if name in FIXED:
                return FIXED[name]
            if name in NOBODYS:
                return str(NO_SUCH_ROW)
            row = name if name != "row_id" else self._row_of(path)
            if row not in self.rows:
                raise LookupError(f"{path}: say in tests/console/whole_family.py which row {name!r} is of this family")
            return str(self.rows[row] if exists else NO_SUCH_ROW)

        return "/console" + re.sub(r"\{(\w+)\}", value, path)

    def marks(self) -> tuple[str, ...]:
        """What nobody reads without a trace: the name, the telephone, their words; in both sets of digits."""
        arabic = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
        return NAME, PHONE, PHONE.translate(arabic), WORDS, DANGER_WORDS

    def last_event(self) -> int:
        """The number of the newest event of the audit."""
        with self.store.reading() as uow:
            return uow.session.scalar(select(func.max(AuditEvent.seq))) or 0

    def seen_since(self, role: str, event: int) -> bool:
        """Whether anybody of this store would be told that this role saw something of theirs after that event."""
        with self.store.reading() as uow:
            people = uow.session.scalars(select(Person.id)).all()
            about = select(AuditEvent.actor, AuditEvent.at).where(events_of(uow, people), AuditEvent.seq > event)
            return any(role_of(uow, actor, at)[0] == role for actor, at in uow.session.execute(about))

    def _row_of(self, path: str) -> str:
        return "transcription_id" if path.startswith("/recordings") else "inbox_id"

    def _more(self, uow: UnitOfWork) -> None:
        at = self.clock()
        referral = uow.session.scalars(select(Referral)).one()
        application = uow.session.get_one(Application, referral.application_id)
        self.number = application.number
        thread = uow.session.scalars(select(Conversation).filter_by(person_id=referral.person_id)).one()
        key = data_key_of(uow, referral.person_id)
        for name, kind, words, restricted in (
            ("request_id", "question", WORDS, False),
            ("danger_id", "danger", DANGER_WORDS, True),
        ):
            request = HelpRequest(
                programme_id="kuwait",
                conversation_id=thread.id,
                person_id=referral.person_id,
                kind=kind,
                restricted=restricted,
                text_sealed=uow.vault.seal_text(key, words, TEXT),
                state="open",
                created_at=at,
                due_at=at + timedelta(hours=4),
            )
            uow.session.add(request)
            uow.flush()
            self.rows[name] = request.id
        erasure = ask_erasure(uow, referral.person_id, "phone", at, programme_id=referral.programme_id)
        notice = ErasureNotice(
            request_id=erasure.id,
            programme_id=referral.programme_id,
            kind="centre",
            organization_id=referral.to_organization_id,
            location_id=referral.to_location_id,
            reference="0000",
            state="open",
            created_at=at,
        )
        uow.session.add(notice)
        uow.flush()
        self.rows |= {"erasure_id": erasure.id, "notice_id": notice.id}
        starts = at + timedelta(hours=2)
        booked = Appointment(
            referral_id=referral.id,
            person_id=referral.person_id,
            location_id=referral.to_location_id,
            state="booked",
            starts_at=starts,
            ends_at=starts + timedelta(minutes=30),
            created_at=at,
            updated_at=at,
        )
        uow.session.add(booked)
        uow.flush()
        user, _ = add_app_user(uow, "kuwait", "هاتف (عيّنة)", at, actor="operator")
        recording = uow.session.scalars(select(Transcription)).one()
        self.rows |= {
            "referral_id": referral.id,
            "appointment_id": booked.id,
            "given_id": referral.to_service_at_location_id,
            "location_id": referral.to_location_id,
            "erasure_id": self._erasure(uow, referral.person_id),
            "visit_id": self._home_visit(uow, referral),
            "application_id": application.id,
            "user_id": user.id,
            "transcription_id": recording.id,
            "media_id": recording.media_id,
            "claim_id": self._claim(uow, application),
            "inbox_id": self._parked(uow, thread),
            "notice_id": keep_notice(uow, thread.sender_id, Told("template"), inbox_id=None, told_at=at, at=at).id,
            "pair_id": self._pair(uow, referral.person_id),
            "transfer_id": self._transfer(uow, referral),
            **self._visit(uow, referral.person_id),
            "hold_id": self._hold(uow, referral.person_id),
        }

    def _hold(self, uow: UnitOfWork, person_id: int) -> int:
        """A court has it kept."""
        held = LegalHold(person_id=person_id, reason="court", set_at=self.clock())
        uow.session.add(held)
        uow.flush()
        return held.id

    def _erasure(self, uow: UnitOfWork, person_id: int) -> int:
        """They asked by telephone to have everything erased; nobody has decided."""
        request = ErasureRequest(
            person_id=person_id, programme_id="kuwait", source="phone", state="open", asked_at=self.clock()
        )
        uow.session.add(request)
        uow.flush()
        return request.id

    def _home_visit(self, uow: UnitOfWork, referral: Referral) -> int:
        """Somebody is to come to them."""
        visit = HomeVisit(
            programme_id="kuwait",
            referral_id=referral.id,
            person_id=referral.person_id,
            location_id=referral.to_location_id,
            state="planned",
            why="elderly_alone",
            by_woman=False,
            created_at=self.clock(),
            updated_at=self.clock(),
        )
        uow.session.add(visit)
        uow.flush()
        return visit.id

    def _pair(self, uow: UnitOfWork, person_id: int) -> int:
        """Somebody else may be the same person; nobody has decided."""
        other_id, _ = new_person(uow, self.clock())
        pair = DuplicatePair(
            programme_id="kuwait",
            one_id=min(person_id, other_id),
            other_id=max(person_id, other_id),
            state="open",
            score=60,
            evidence="same_phone",
            opened_at=self.clock(),
        )
        uow.session.add(pair)
        uow.flush()
        return pair.id

    def _transfer(self, uow: UnitOfWork, referral: Referral) -> int:
        """The centre asks another one to take the family on."""
        given = select(ServiceAtLocation).where(ServiceAtLocation.location_id != referral.to_location_id)
        there = uow.session.scalars(given.limit(1)).one()
        place = uow.session.get_one(Location, there.location_id)
        transfer = ReferralTransfer(
            referral_id=referral.id,
            programme_id="kuwait",
            to_service_at_location_id=there.id,
            to_location_id=place.id,
            to_organization_id=place.organization_id,
            state="agreed",
            reason="closer",
            from_location_id=referral.to_location_id,
            asked_by_id=1,
            asked_at=self.clock(),
            due_at=self.clock() + timedelta(days=3),
        )
        uow.session.add(transfer)
        uow.flush()
        return transfer.id

    def _visit(self, uow: UnitOfWork, person_id: int) -> dict[str, int]:
        """A home visit from a phone in the field, with a picture."""
        form = uow.session.scalars(select(Definition).filter_by(kind="form", name="visit")).one()
        xml = (
            f'<data id="kuwait_visit" version="{form.version}"><about>'
            f"<application_number>{self.number}</application_number><visit_date>2026-10-30</visit_date>"
            f"<visit_result>not_done</visit_result><not_done_reason>{NAME}</not_done_reason></about>"
            "<meta><instanceID>uuid:sample-1</instanceID></meta></data>"
        )
        origin = Origin(None, None, None, None)
        row = receive_submission(uow, "kuwait", xml.encode(), {}, origin=origin, at=self.clock())
        key = data_key_of(uow, person_id)
        media_id = uow.session.scalars(select(Transcription.media_id)).first()
        sealed = uow.vault.seal_text(key, "sample.jpg", "submission_file.name")
        file = SubmissionFile(submission_id=row.id, name_digest="0" * 64, name_sealed=sealed, media_id=media_id)
        uow.session.add(file)
        uow.flush()
        return {"submission_id": row.id, "file_id": file.id}

    def _claim(self, uow: UnitOfWork, application: Application) -> int:
        sender_id = uow.session.scalars(select(Identity.sender_id)).first() or 0
        identity_id, _, _ = identity_of(uow, sender_id, Address("telegram", "599"), self.clock())
        asked = begin_claim(uow, identity_id, "telegram", "kuwait", application, self.clock())
        ask_staff(uow, asked.claim, "21", self.clock())
        return asked.claim.id

    def _parked(self, uow: UnitOfWork, thread: Conversation) -> int:
        row: dict[str, Any] = {
            "sender_id": thread.sender_id,
            "kind": "message",
            "external_id": "stuck-1",
            "identity_id": thread.identity_id,
            "payload_sealed": b"",
            "state": "parked",
            "attempts": 6,
            "due_at": self.clock(),
            "reason": "ValueError (turns.py:70)",
            "received_at": self.clock(),
        }
        return int(uow.session.execute(insert(InboxMessage).values(**row).returning(InboxMessage.id)).scalar_one())

    def _employ(self, uow: UnitOfWork) -> None:
        """Somebody of every role at the family's own place, and somebody at another centre's."""
        referral = uow.session.scalars(select(Referral)).one()
        here = uow.session.get_one(Location, referral.to_location_id).external_id
        another = select(Location.external_id).where(
            Location.programme_id == "kuwait", Location.organization_id != referral.to_organization_id
        )
        add_programme(uow, self.clock(), "qena", "Africa/Cairo")
        there = uow.session.scalars(another).first() or ""
        for role in ROLES:
            self._one(uow, role, role, "kuwait", here if role in CENTRE_ROLES else "")
        self._one(uow, "another centre", "partner_admin", "kuwait", there)

    def _one(self, uow: UnitOfWork, name: str, role: str, programme: str, location: str) -> None:
        email = f"{name.replace(' ', '-')}@walk.invalid"
        person = add_staff(uow, email, f"{name} (عيّنة)", PASSWORD, self.clock(), passwords=QUICK)
        add_membership(uow, person.id, role, programme, self.clock(), location=location)
        self.staff[name] = email

    def _fill(self) -> None:
        """A form at the desk of the family's centre, answered as far as its first pages go."""
        clerk = DeskWorld(self.store, self.clock).clerk(self.staff["desk"])
        where = clerk.starts()
        for _ in range(5):
            status, answer = clerk.fills(where)
            where = answer if status == 303 else where
        self.rows["filling_id"] = DeskWorld(self.store, self.clock).filling().id


def every_route() -> Iterator[tuple[str, APIRoute]]:
    """Every route of the console with each of its methods."""
    for pages in PAGES:
        for route in pages.routes.routes:
            assert isinstance(route, APIRoute)
            for method in sorted(route.methods or ()):
                yield method, route


def guarded() -> list[tuple[str, APIRoute]]:
    """Those that belong to some roles and not to others."""
    return [each for each in every_route() if each[1].path not in OPEN_TO_ALL | EVERY_MEMBER]


def permissions_asked(route: APIRoute) -> set[Permission]:
    """What the route asks of a member, one of them where there are several; empty where it asks nothing."""
    found: set[Permission] = set()
    for dependency in route.dependant.dependencies:
        function: Any = dependency.call
        for cell in function.__closure__ or ():
            kept = cell.cell_contents
            found |= {each for each in (kept if isinstance(kept, tuple) else (kept,)) if isinstance(each, Permission)}
    return found
