"""Says something to a family outside a turn of theirs, where they can be reached; else staff are asked to call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from referrals.appointments.calling import ask_to_call
from referrals.conversations.answers_owed import is_left_alone
from referrals.conversations.desk import Desk
from referrals.conversations.records import HelpRequest
from referrals.conversations.threads import open_desk, save_desk
from referrals.families.standing import ways_to
from referrals.protection.danger import left_alone
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork

UNDER_WAY = ("received", "accepted", "in-progress", "on-hold")  # a centre has it in hand


def reach(
    uow: UnitOfWork,
    person_id: int,
    programme_id: str,
    at: datetime,
    *,
    reason: str,
    compose: Callable[[Desk], None],
    decided: bool = False,
) -> bool:
    """Lets `compose` speak at the person's desk; False when they may not be written to, and staff are told to call.

    Who may be in danger hears only what a person has `decided` to write to them; else those who may read of a danger
    are asked to find a way. Whoever calls this need not ask for that, and may, to say or do something else instead.
    """
    ways = ways_to(uow, person_id)
    if not ways or not ways[0].open:
        if not decided and left_alone(uow, person_id):
            ask_to_call(uow, person_id, programme_id, at, restricted=True)
            return False
        ask_staff_to_call(uow, ways[0].conversation_id if ways else None, person_id, programme_id, at)
        return False
    desk = open_desk(uow, ways[0].identity_id, at, reason=reason, person_id=ways[0].person_id, answers=decided)
    if desk.programme_id is None:
        desk.enter_programme(programme_id)
    compose(desk)
    if desk.owed and is_left_alone(desk):
        ask_to_call(uow, person_id, programme_id, at, restricted=True)
        return False
    save_desk(desk)
    return True


def ask_staff_to_call(
    uow: UnitOfWork, thread: int | None, person_id: int, programme_id: str | None, at: datetime
) -> None:
    """Once while it is open, in the queue of the centre that has their referral, else in the programme's; who applied
    at a desk has no thread at all, and is called like the others."""
    standing = uow.session.scalar(
        select(HelpRequest.id).filter_by(person_id=person_id, kind="call", state="open", programme_id=programme_id)
    )
    if standing is not None:
        return
    uow.session.add(
        HelpRequest(
            programme_id=programme_id,
            conversation_id=thread,
            person_id=person_id,
            location_id=_centre_of(uow, person_id, programme_id),
            kind="call",
            state="open",
            created_at=at,
            due_at=at,
        )
    )
    uow.flush()


def _centre_of(uow: UnitOfWork, person_id: int, programme_id: str | None) -> int | None:
    """The centre that works on their referral now."""
    return uow.session.scalar(
        select(Referral.to_location_id)
        .filter_by(person_id=person_id, programme_id=programme_id)
        .where(Referral.state.in_(UNDER_WAY))
        .order_by(Referral.id.desc())
        .limit(1)
    )
