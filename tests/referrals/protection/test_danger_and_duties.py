"""Who may be in danger hears nothing of any duty of the clock; the same family without the danger hears of them all."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from referrals.applications.records import InfoRequest
from referrals.appointments.centre_records import Closure, WaitlistEntry
from referrals.appointments.records import Appointment
from referrals.appointments.visits.records import HomeVisit
from referrals.clockwork import DUTIES, tick, what_is_due
from referrals.conversations.carrying import IN_DANGER
from referrals.conversations.records import Conversation, HelpRequest
from referrals.conversations.threads import open_desk, save_desk
from referrals.families.identities import data_key_of
from referrals.families.owed import cancel_unasked
from referrals.families.records import Claim, Consent, Identity
from referrals.outbox.records import OutboxMessage
from referrals.protection.danger import AT_RISK, left_alone
from referrals.protection.incidents.keeping import open_incident
from referrals.protection.incidents.records import IncidentTold
from referrals.referral.records import Referral, ReferralTransfer, ReferralWord
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.families import Families

ENDANGERED, SAFE = "501", "502"
ROOT = Path(__file__).resolve().parents[3]
NOT_OF_A_FAMILY = {
    "clocks of incidents": "reminds staff",
    "partners' old events": "takes away what partners were sent",
    "reminders' delivery": "notes what became of a message that is under way",
}
"""Duties that say nothing to a family; every other one has to have had something to do for both families here."""


@pytest.fixture
def families(sqlite_store: Store, clock: FrozenClock) -> Families:
    """Both families with something due of every duty, one of them in danger as a desk has reported."""
    found = Families(sqlite_store, clock)
    found.say("509", "السلام عليكم")
    for who in (ENDANGERED, SAFE):
        found.booked(who, clock() + timedelta(days=2))
    found.store.transact(lambda uow: _everything_due(uow, clock()))
    found.apply("503", until="كم العمر")
    found.apply("504", until="كم العمر")
    for who in (ENDANGERED, "503"):
        found.store.transact(lambda uow, who=who: _report(uow, person(uow, who), clock()))  # type: ignore[misc]  # bound at once
    return found


def person(uow: UnitOfWork, who: str) -> int:
    index = uow.vault.index("identity:telegram", who)
    return uow.session.scalars(select(Identity.person_id).filter_by(value_index=index)).one()


def _report(uow: UnitOfWork, person_id: int, at: datetime) -> None:
    about = {"programme_id": "kuwait", "person_id": person_id, "kind": "danger", "state": "open"}
    uow.session.add(HelpRequest(**about, restricted=True, created_at=at, due_at=at))
    uow.flush()
    cancel_unasked(uow, person_id)


def _everything_due(uow: UnitOfWork, at: datetime) -> None:
    """For each family a word, a visit, a place in a queue, a question, a transfer, a claim, a consent that ends."""
    incident = open_incident(uow, "kuwait", "leak", "نُشرت قائمة (عيّنة)", ["names"], known_at=at, at=at, staff_id=1)
    uow.connection.execute(update(Consent).values(expires_at=at + timedelta(days=3)))
    for referral in uow.session.scalars(select(Referral)).all():
        soon = at + timedelta(hours=5)
        theirs = {"referral_id": referral.id, "person_id": referral.person_id, "programme_id": "kuwait"}
        place = referral.to_location_id
        key = data_key_of(uow, referral.person_id)
        identity = uow.session.scalars(select(Conversation.identity_id).filter_by(person_id=referral.person_id)).one()
        uow.session.add_all(
            [
                ReferralWord(
                    referral_id=referral.id, kind="late", state="planned", due_at=soon, created_at=at, tries=0
                ),
                HomeVisit(
                    **theirs,
                    location_id=place,
                    state="planned",
                    why="disability",
                    by_woman=False,
                    starts_at=at + timedelta(days=3),
                    ends_at=at + timedelta(days=3, hours=1),
                    zone="Asia/Kuwait",
                    remind_at=soon,
                    created_at=at,
                    updated_at=at,
                ),
                WaitlistEntry(**theirs, location_id=place, state="waiting", since=at, look_at=soon),
                InfoRequest(
                    application_id=referral.application_id,
                    person_id=referral.person_id,
                    state="waiting",
                    questions_sealed=uow.vault.seal_json(key, [], "info_request.questions"),
                    how_many=1,
                    asked_by_id=1,
                    asked_at=at,
                    next_at=soon,
                ),
                IncidentTold(incident_id=incident.id, person_id=referral.person_id, state="waiting", due_at=soon),
                Claim(
                    kind="phone_changed",
                    identity_id=identity,
                    person_id=referral.person_id,
                    programme_id="kuwait",
                    channel="telegram",
                    state="refused",
                    due_at=soon,
                    created_at=at,
                ),
                ReferralTransfer(
                    referral_id=referral.id,
                    programme_id="kuwait",
                    from_location_id=place,
                    to_service_at_location_id=referral.to_service_at_location_id,
                    to_location_id=place,
                    to_organization_id=referral.to_organization_id,
                    state="asked",
                    reason="capacity",
                    due_at=soon,
                    asked_at=at,
                    asked_by_id=1,
                ),
            ]
        )
        referral.next_rung_at = at + timedelta(days=3)
    uow.flush()


def _close_the_day(uow: UnitOfWork, at: datetime) -> None:
    """The day of a second appointment is closed."""
    booked = uow.session.scalars(select(Appointment)).first()
    assert booked is not None
    assert booked.starts_at is not None
    uow.session.add(
        Closure(
            programme_id="kuwait",
            location_id=None,
            day=booked.starts_at.date(),
            starts_at=booked.starts_at - timedelta(hours=2),
            ends_at=booked.starts_at + timedelta(hours=2),
            whole_day=False,
            reason="emergency",
            state="telling",
            next_at=at,
            created_at=at,
        )
    )
    uow.flush()


def test_no_duty_says_a_word_to_who_may_be_in_danger(families: Families) -> None:
    with families.store.reading() as uow:
        said = {who: person(uow, who) for who in (ENDANGERED, SAFE, "503", "504")}
        before = max(row.id for row in families.outbox())
    due = set[str]()
    for step in range(80):
        families.clock.forward(hours=6)
        if step == 4:
            families.store.transact(lambda uow: _close_the_day(uow, families.clock()))
        due |= {duty.name for duty in what_is_due(families.store, DUTIES, families.clock())}
        tick(families.store, families.clock())
    assert due >= {duty.name for duty in DUTIES} - set(NOT_OF_A_FAMILY), "this test would be hollow without"
    heard = defaultdict[str, list[str]](list)
    with families.store.reading() as uow:
        rows = uow.session.scalars(select(OutboxMessage).where(OutboxMessage.id > before))
        whose = {row.id: row.person_id for row in uow.session.scalars(select(Identity))}
        for row in rows:
            heard[next(who for who, one in said.items() if one == whose[row.identity_id])].append(row.key)
        lines = uow.session.scalars(
            select(HelpRequest).where(HelpRequest.person_id.in_((said[ENDANGERED], said["503"])))
        ).all()
    assert heard[ENDANGERED] == []
    assert heard["503"] == []
    assert all(line.restricted for line in lines), "nobody who may not know of it is asked to call them either"
    assert len({key.partition(":")[0] for key in heard[SAFE]}) >= 5, "the other family heard of most of them"
    assert heard["504"], "and the other interview was mentioned"


def test_every_word_goes_past_that_one_lock() -> None:
    """What is owed is owed by a desk, or carries on what a desk owed: nothing else writes into the outbox."""
    allowed = {
        "referrals/conversations/answers_owed.py",
        "referrals/conversations/outreach/elsewhere.py",
        "referrals/outbox/owe.py",
    }
    owes = re.compile(r"from referrals\.outbox\.owe import[^\n]*\bowe(_many)?\b")
    found = {
        str(path.relative_to(ROOT))
        for folder in ("referrals", "bot", "console")
        for path in (ROOT / folder).rglob("*.py")
        if owes.search(path.read_text(encoding="utf-8"))
    }
    assert found <= allowed | {"bot/benches/delivery/crowd.py"}, found - allowed


def test_what_waited_when_the_danger_was_told_is_not_sent_any_more(families: Families) -> None:
    at = families.clock()

    def work(uow: UnitOfWork) -> None:
        person_id = person(uow, SAFE)
        identity = uow.session.scalars(select(Conversation.identity_id).filter_by(person_id=person_id)).one()
        desk = open_desk(uow, identity, at, reason="test:late", person_id=person_id)
        desk.say("desk.news_waiting")
        save_desk(desk)
        _report(uow, person_id, at)
        again = open_desk(uow, identity, at, reason="test:later", person_id=person_id)
        again.say("desk.news_waiting")
        save_desk(again)

    families.store.transact(work)
    rows = {row.key: row.state for row in families.outbox() if row.key.startswith("test:")}
    assert rows == {"test:late:0": "cancelled"}


def test_what_one_told_holds_for_who_staff_say_is_the_same(families: Families) -> None:
    from referrals.families.records import Person

    with families.store.reading() as uow:
        one, other = person(uow, ENDANGERED), person(uow, SAFE)
        assert left_alone(uow, one)
        assert not left_alone(uow, other)
    for two, into in ((other, one), (one, other)):
        families.store.transact(
            lambda uow, two=two, into=into: uow.connection.execute(  # type: ignore[misc]  # bound at once
                update(Person).where(Person.id == two).values(same_as_id=into)
            )
        )
        with families.store.reading() as uow:
            assert left_alone(uow, other)
        families.store.transact(lambda uow: uow.connection.execute(update(Person).values(same_as_id=None)))


def test_the_stages_of_a_danger_are_the_same_everywhere() -> None:
    assert AT_RISK == IN_DANGER
