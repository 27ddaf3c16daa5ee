"""Erasure: the person's keys are destroyed and what they sealed is noise, here and in every backup; what found them
goes, what is counted stays, whoever was given something is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import func, select, update

from referrals.applications.records import Application
from referrals.appointments.records import Appointment
from referrals.conversations.desk import Desk
from referrals.conversations.outreach.reaching import reach
from referrals.conversations.pending import BEGINNING
from referrals.families.households import told_of_by
from referrals.families.people import everyone_as, whole_person
from referrals.families.records import Person
from referrals.protection.audit import audit
from referrals.protection.erasure.ending import end_everything
from referrals.protection.erasure.farewell import part_with
from referrals.protection.erasure.holding import is_held
from referrals.protection.erasure.recipients import tell_recipients
from referrals.protection.erasure.what_goes import Theirs, coarsen_places, take_away, what_is_theirs
from referrals.protection.records import DataKey
from referrals.protection.rights_records import ErasureRequest
from referrals.store.unit_of_work import UnitOfWork

DONE, OPEN, REFUSED = "done", "open", "refused"
CHAT = "chat"
SAME_PERSON = "same_person"  # nobody asked: who was erased had been made one with this one by staff
REFUSALS = ("not_them", "must_be_kept", "taken_back")


class AlreadyDecided(RuntimeError):
    """This request was decided meanwhile, or the person is erased. Look at the list again."""


class Held(RuntimeError):
    """A legal hold stands on this person. End it first, or refuse the request."""


def erase_person(desk: Desk) -> None:
    """Erases who stands at this desk, with everybody who turned out to be them. One last message is still sent, under
    a key that holds nothing else.

    Their identities lead to nobody after that: if they write again, they are new to us. Where the law has it kept,
    everything open ends, and staff answer the request.
    """
    uow, person_id = desk.uow, desk.person_id
    request = ask(uow, person_id, CHAT, desk.at, programme_id=desk.programme_id)
    if not is_held(uow, _all_of(uow, person_id)):
        _erase_at(desk, request, f"person:{person_id}")
        return
    end_everything(uow, _all_of(uow, person_id), desk.at)
    desk.session_id = None
    desk.state.clear()
    desk.pend(BEGINNING)
    desk.tell(desk.voice.say("stop.erase_waits"))


def _erase_at(desk: Desk, request: ErasureRequest, actor: str) -> None:
    goodbye = desk.voice.say("stop.erased")
    others = _erase(desk.uow, request, desk.at, actor, desk)
    if desk.person_id not in others:  # else whoever shares this telephone goes on where they were
        desk.state.clear()
        desk.session_id = None
        desk.pend(BEGINNING)
    desk.tell(goodbye)


def ask(
    uow: UnitOfWork,
    person_id: int,
    source: str,
    at: datetime,
    *,
    programme_id: str | None = None,
    staff_id: int | None = None,
    proved_by: str = "",
) -> ErasureRequest:
    """The request that stands open for a person, a new one where none does."""
    standing = select(ErasureRequest).filter_by(person_id=person_id, state=OPEN).limit(1)
    request = uow.session.scalar(standing)
    if request is None:
        request = ErasureRequest(
            person_id=person_id,
            programme_id=programme_id,
            source=source,
            proved_by=proved_by,
            state=OPEN,
            asked_at=at,
            asked_by_id=staff_id,
        )
        uow.session.add(request)
        uow.flush()
        actor = f"staff:{staff_id}" if staff_id else "system" if source == SAME_PERSON else f"person:{person_id}"
        audit(uow, at=at, actor=actor, action="erasure.asked", object_kind="person", object_id=person_id)
    return request


def carry_out(uow: UnitOfWork, request: ErasureRequest, at: datetime, staff_id: int) -> None:
    """A member of staff who may does what was asked. Raises `AlreadyDecided`, or `Held` where the law has it kept."""
    _still_open(uow, request)
    if is_held(uow, _all_of(uow, request.person_id)):
        raise Held(Held.__doc__)
    request.decided_by_id = staff_id
    actor = f"staff:{staff_id}"
    if not _told_in_chat(uow, request, at, lambda desk: _erase_at(desk, request, actor)):
        _erase(uow, request, at, actor)


def _told_in_chat(uow: UnitOfWork, request: ErasureRequest, at: datetime, compose: Callable[[Desk], None]) -> bool:
    """Who asked in a chat is answered there; False where they did not, or nobody may write to them."""
    if request.source != CHAT or request.programme_id is None:
        return False
    reason = f"erasure:{request.id}"
    return reach(uow, request.person_id, request.programme_id, at, reason=reason, compose=compose, decided=True)


def refuse(uow: UnitOfWork, request: ErasureRequest, why: str, at: datetime, staff_id: int) -> None:
    """It is not done, for one of `REFUSALS`. Raises `AlreadyDecided`, or ValueError for another reason."""
    if why not in REFUSALS:
        raise ValueError("a refusal needs its reason: " + ", ".join(REFUSALS))
    _still_open(uow, request)
    request.state, request.answer, request.decided_at, request.decided_by_id = REFUSED, why, at, staff_id
    uow.flush()
    audit(
        uow,
        at=at,
        actor=f"staff:{staff_id}",
        action="erasure.refused",
        object_kind="person",
        object_id=request.person_id,
        details={"why": why},
    )
    if why == "must_be_kept":
        _told_in_chat(uow, request, at, lambda desk: desk.tell(desk.voice.say("stop.erase_kept")))


def erase_unread(uow: UnitOfWork, person_id: int, at: datetime, *, tell: bool) -> list[int]:
    """Erases somebody whose key is gone already, in a database that was restored; their identities are the caller's.

    Returns everybody who was erased with them.
    """
    people = _all_of(uow, person_id)
    end_everything(uow, people, at)
    theirs = what_is_theirs(uow, people)
    if tell:
        request = ask(uow, person_id, "restore", at)
        told = tell_recipients(uow, theirs, request.id, at, "system")
        _leave_to_staff(uow, people, at)
        _destroy(uow, people, theirs, at)
        _answer(uow, request.id, _kept(uow, theirs) | {"told": told}, at, "operator")
    else:
        _destroy(uow, people, theirs, at)
    return people


def forget_by_time(uow: UnitOfWork, person_id: int, at: datetime) -> None:
    """The time of everything of theirs is over: as an erasure, but nobody asked and nobody is told."""
    people = _all_of(uow, person_id)
    theirs = what_is_theirs(uow, people)
    end_everything(uow, people, at)
    part_with(uow, people, at)
    _destroy(uow, people, theirs, at)


def _still_open(uow: UnitOfWork, request: ErasureRequest) -> None:
    locked = select(ErasureRequest.state).where(ErasureRequest.id == request.id).with_for_update()
    if uow.connection.execute(locked).scalar_one() != OPEN:
        raise AlreadyDecided(AlreadyDecided.__doc__)
    if uow.session.get_one(Person, request.person_id).erased_at is not None:
        raise AlreadyDecided(AlreadyDecided.__doc__)


def _all_of(uow: UnitOfWork, person_id: int) -> list[int]:
    """Who proved to be this person, and the members of the home that only they told us of."""
    people = whole_person(uow, person_id)
    return [*people, *(each for each in told_of_by(uow, people) if each not in people)]


def _erase(uow: UnitOfWork, request: ErasureRequest, at: datetime, actor: str, desk: Desk | None = None) -> set[int]:
    people = _all_of(uow, request.person_id)
    end_everything(uow, people, at)
    theirs = what_is_theirs(uow, people)
    told = tell_recipients(uow, theirs, request.id, at, "family")
    _leave_to_staff(uow, people, at)
    others = part_with(uow, people, at, desk)
    _destroy(uow, people, theirs, at)
    _answer(uow, request.id, _kept(uow, theirs) | {"told": told}, at, actor)
    return others


def _leave_to_staff(uow: UnitOfWork, people: Sequence[int], at: datetime) -> None:
    """Whom a member of staff took for the same person is not erased with them: a line for who decides about it."""
    linked = {each for person_id in people for each in everyone_as(uow, person_id)}.difference(people)
    rest = select(Person.id).where(Person.id.in_(linked), Person.erased_at.is_(None), Person.merged_into_id.is_(None))
    for person_id in uow.connection.execute(rest.order_by(Person.id)).scalars().all():
        filed = select(Application.programme_id).where(Application.person_id == person_id).order_by(Application.id)
        programme_id = uow.connection.execute(filed.limit(1)).scalar()
        ask(uow, person_id, SAME_PERSON, at, programme_id=programme_id)


def _answer(uow: UnitOfWork, request_id: int, counts: dict[str, int], at: datetime, actor: str) -> None:
    request = uow.session.get_one(ErasureRequest, request_id)
    request.state, request.answer, request.decided_at, request.counts = DONE, "erased", at, json.dumps(counts)
    uow.flush()
    audit(
        uow,
        at=at,
        actor=actor,
        action="person.erased",
        object_kind="person",
        object_id=request.person_id,
        details=counts,
    )
    uow.session.expire_all()


def _destroy(uow: UnitOfWork, people: Sequence[int], theirs: Theirs, at: datetime) -> None:
    take_away(uow, theirs)
    coarsen_places(uow, theirs, at)
    for key in uow.connection.execute(select(DataKey.id).where(DataKey.person_id.in_(people))).scalars().all():
        uow.vault.destroy(key, at)
    gone = update(Person).where(Person.id.in_(people))
    uow.connection.execute(gone.values(name_sealed=None, erased_at=at, retention_look_at=None))
    uow.session.expire_all()


def _kept(uow: UnitOfWork, theirs: Theirs) -> dict[str, int]:
    """How many references stay, for the answer to the family and for statistics."""
    booked = select(func.count()).select_from(Appointment).where(Appointment.person_id.in_(theirs.people))
    return {
        "people": len(theirs.people),
        "applications": len(theirs.applications),
        "referrals": len(theirs.referrals),
        "appointments": int(uow.connection.execute(booked).scalar_one()),
    }
