"""The steps of the stories that are told beside the crowd, each known by what it leaves in the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select, update

from bot.benches.families import PROGRAMME
from referrals.applications import reviewing
from referrals.applications.answering import answer_request
from referrals.applications.interviews import interview_of
from referrals.applications.questions import askable
from referrals.applications.records import Application, ApplicationEvent
from referrals.applications.stepping import Actor as Family
from referrals.appointments.booking import book, offer_times, offered_slots
from referrals.appointments.closures.closing import Span, close
from referrals.appointments.records import Appointment
from referrals.conversations.records import HelpRequest
from referrals.directory.records import ServiceAtLocation
from referrals.families.records import DuplicatePair
from referrals.referral import transferring, undoing
from referrals.referral.records import Referral, ReferralEvent
from referrals.referral.stepping import Actor
from referrals.referral.transfer_places import places_for_transfer
from referrals.referral.transfers_asked import open_transfer
from referrals.staff.scope import Member, Membership
from referrals.store.unit_of_work import UnitOfWork
from tests.free_times import three_slots

DESK = Actor(staff_id=None)
ZONE = "Asia/Kuwait"
CLERK, ONE = (
    Member(number, "عيّنة", "c@sanad.invalid", (Membership(PROGRAMME, role),))
    for number, role in ((21, "clerk"), (31, "supervisor"))
)


@dataclass
class Told:
    """One family in one unit of work."""

    uow: UnitOfWork
    at: datetime
    application: Application
    referral: Referral

    def has(self, record: Any, *where: ColumnElement[bool]) -> bool:
        return self.uow.session.scalar(select(record.id).where(*where).limit(1)) is not None

    def appointment(self) -> Appointment | None:
        """The one that stands, if any does."""
        mine = select(Appointment).where(
            Appointment.referral_id == self.referral.id, Appointment.state.in_(("booked", "confirmed"))
        )
        return self.uow.session.scalars(mine.order_by(Appointment.id.desc())).first()


@dataclass(frozen=True)
class Step:
    """What is done, and how one sees that it was."""

    name: str
    done: Callable[[Told], bool]
    do: Callable[[Told], Any]


def nothing() -> Any:
    raise LookupError("not so far yet")


def of_referral(event: str, do: Callable[[Told], Any]) -> Step:
    mine = lambda t: t.has(ReferralEvent, ReferralEvent.referral_id == t.referral.id, ReferralEvent.event == event)  # noqa: E731 - a field
    return Step(event, mine, do)


def of_application(event: str, do: Callable[[Told], Any]) -> Step:
    def done(t: Told) -> bool:
        return t.has(
            ApplicationEvent, ApplicationEvent.application_id == t.application.id, ApplicationEvent.event == event
        )

    return Step(event, done, do)


def of_appointment(*states: str, do: Callable[[Told], Any]) -> Step:
    def done(t: Told) -> bool:
        return t.has(Appointment, Appointment.referral_id == t.referral.id, Appointment.state.in_(states))

    return Step(states[0], done, do)


def ask_info(t: Told) -> None:
    stored = interview_of(t.uow, t.application, t.at) or nothing()
    reviewing.ask_info(t.uow, CLERK, t.application, [min(askable(stored.form, stored.session, t.at))], t.at)


def answer(t: Told) -> None:
    stored = interview_of(t.uow, t.application, t.at) or nothing()
    who = Family("family", person_id=t.application.person_id)
    assert answer_request(t.uow, t.application.id, stored, who, t.at) is not None


FULL = or_(ServiceAtLocation.capacity.is_not(None), ServiceAtLocation.lacking_since.is_not(None))


def make_room(t: Told, *where: ColumnElement[bool]) -> None:
    """At these services, whoever the crowd sent there and however often one of them said that it has none."""
    t.uow.connection.execute(update(ServiceAtLocation).where(*where).values(capacity=None, lacking_since=None))


def ask_transfer(t: Told) -> None:
    """To a centre that has room; where each has just said that it has none, all of them have it the next time."""
    places = places_for_transfer(t.uow, t.referral)
    if not places:
        return make_room(t, ServiceAtLocation.lacking_since.is_not(None))
    given = places[0][0].id
    transferring.ask_transfer(t.uow, t.referral, DESK, given, "other-service-fits", t.at)
    return make_room(t, ServiceAtLocation.id == given)


def agree_to_be_moved(t: Told) -> None:
    standing = open_transfer(t.uow, t.referral.id)
    if standing is None:  # nobody answered in time: a kill came between
        return ask_transfer(t)
    return transferring.agree(t.uow, standing, t.at, agreed=True, text_id=None, language="ar")


def be_moved(t: Told) -> None:
    standing = open_transfer(t.uow, t.referral.id)
    if standing is None or standing.state == "asked":
        return agree_to_be_moved(t)
    there = ServiceAtLocation.id == standing.to_service_at_location_id
    if t.has(ServiceAtLocation, there, FULL):  # the crowd was there since, and a desk said so
        return make_room(t, there)
    return transferring.accept_transfer(t.uow, standing, DESK, t.at)


def undo(t: Told) -> None:
    """The latest step, however long ago it was: a kill may have come between."""
    mine = select(ReferralEvent).filter_by(referral_id=t.referral.id).order_by(ReferralEvent.id.desc())
    step = t.uow.session.scalars(mine).first() or nothing()
    undoing.undo(t.uow, t.referral, step.id, DESK, min(t.at, step.at + undoing.UNDO_WITHIN - timedelta(seconds=1)))


def take_a_time(t: Told) -> None:
    free = three_slots(t.uow, t.referral.to_location_id, t.at, ZONE) or nothing()
    appointment = offer_times(t.uow, t.referral, [slot.starts_at for slot in free], t.at, None)
    book(t.uow, appointment, (offered_slots(t.uow, appointment.id, t.at) or nothing())[0], t.at, "family")


def booked(t: Told) -> Appointment:
    """What stands; a new one where a kill came between and the time went by."""
    if t.appointment() is None:
        take_a_time(t)
    return t.appointment() or nothing()


def close_the_day(t: Told) -> None:
    starts = booked(t).starts_at
    assert starts is not None
    if starts <= t.at:  # over, and still to be noted so by the clock
        nothing()
    close(t.uow, PROGRAMME, t.referral.to_location_id, Span(starts.astimezone(ZoneInfo(ZONE)).date()), "storm", t.at, 1)


def closed_to_them(t: Told) -> None:
    """The clock does it, and asks for another time; where it came too late, another day is closed."""
    if t.appointment() is None:
        close_the_day(t)


def pair(t: Told) -> DuplicatePair:
    """This family and the first of the crowd, taken for one."""
    first = t.uow.session.scalars(select(Application.person_id).order_by(Application.id)).first() or 0
    mine = {"one_id": first, "other_id": t.application.person_id, "programme_id": PROGRAMME}
    pair = t.uow.session.scalar(select(DuplicatePair).filter_by(**mine))
    if pair is None:
        pair = DuplicatePair(**mine, state="open", score=1, evidence="name", opened_at=t.at)
        t.uow.session.add(pair)
        t.uow.flush()
    return pair


def tell_of_danger(t: Told) -> None:
    more = {"kind": "danger", "restricted": True, "state": "open", "created_at": t.at, "due_at": t.at}
    t.uow.session.add(HelpRequest(programme_id=PROGRAMME, person_id=t.application.person_id, **more))


def declined_again(t: Told) -> None:
    if t.application.state == "under_review":
        reviewing.decline(t.uow, ONE, t.application, "helped-already", t.at)
    reviewing.appeal(t.uow, CLERK, t.application, t.at)


def signposted(t: Told) -> None:
    reviewing.signpost(t.uow, CLERK, t.application, t.at)
