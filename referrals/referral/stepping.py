"""One step of a referral's life: only what the table has, by who may, with what must be said beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from referrals.appointments.booking import give_up_all
from referrals.lifecycles import REFERRAL, TAKEN_BACK, advance
from referrals.referral.before import before_of
from referrals.referral.deadlines import next_clock
from referrals.referral.noting import note_event
from referrals.referral.records import Referral, ReferralTransfer
from referrals.referral.telling import drop_words
from referrals.referral.waiting import give_back
from referrals.store.unit_of_work import UnitOfWork

OVERRIDE = "override"


class ReasonMissing(ValueError):
    """A step needs its reason, one of the list; the family is told what it means for them."""


class GuardFailed(ValueError):
    """The step lacks what it must carry; `what` names it: review, contact, delivered, note, consent."""

    def __init__(self, what: str, message: str) -> None:
        self.what = what
        super().__init__(message)


@dataclass(frozen=True)
class Actor:
    """Who does something at a desk: a staff member in a role, or a partner's `system`.

    A supervisor who acts in a desk's place says why in `override`; the history names the supervisor, not the desk.
    """

    staff_id: int | None
    role: str = "desk"
    system: str = ""
    override: str = ""

    @property
    def by_machine(self) -> bool:
        """Whether nobody sits at a desk at this moment: then families are written to in decent hours only."""
        return bool(self.system)


def take_step(
    uow: UnitOfWork, referral: Referral, event: str, actor: Actor, at: datetime, *, reason: str = "", note: str = ""
) -> str:
    """The state that it was in before; raises `TransitionRefused` where the table has no such step for this actor."""
    before = referral.state
    after = advance(REFERRAL, before, event, actor.role)
    was = before_of(uow, referral) if event in TAKEN_BACK else None
    referral.state = after
    uow.flush()
    named = "supervisor" if actor.override else actor.role
    note_event(
        uow,
        referral,
        event,
        before,
        named,
        at,
        staff_id=actor.staff_id,
        system=actor.system,
        reason=reason or (OVERRIDE if actor.override else ""),
        note="\n".join(filter(None, (actor.override, note))),
        before=was,
    )
    return before


def end(uow: UnitOfWork, referral: Referral, at: datetime, why: str, actor: str) -> None:
    """What goes with every end but a completion: appointments, the place, the clock, words that are no longer true."""
    referral.closed_at = at
    give_up_all(uow, referral.id, at, why, actor)
    leave_clock_and_place(uow, referral, at)


def leave_clock_and_place(uow: UnitOfWork, referral: Referral, at: datetime) -> None:
    """No deadline runs any more, the place is free, nobody is asked about a transfer."""
    next_clock(uow, referral)
    give_back(uow, referral, at)
    drop_words(uow, referral.id, at, but=("cancelled",))
    open_ones = ReferralTransfer.state.in_(("asked", "agreed"))
    for transfer in uow.session.scalars(select(ReferralTransfer).filter_by(referral_id=referral.id).where(open_ones)):
        transfer.state, transfer.decided_at = "lapsed", at
    uow.flush()
