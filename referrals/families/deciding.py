"""Claims as staff decide them: who may, what they see, what follows, and what the clock does with the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Select, func, select

from referrals.absence import came_due_unseen
from referrals.applications.filing import facts_of
from referrals.applications.records import Application
from referrals.appointments.reminders.nudging import quiet_now
from referrals.conversations.stages import claiming
from referrals.conversations.threads import open_desk, save_desk
from referrals.families.claims import COOLING_OFF, LAST2, answer_day, done
from referrals.families.records import Claim, Identifier
from referrals.families.standing import ways_to
from referrals.portions import AFTER_A_FAULT, by_itself
from referrals.protection.audit import audit
from referrals.protection.vault import Erased
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, visible_to
from referrals.store.unit_of_work import Store, UnitOfWork

AT_A_TIME = 50
UNSETTLED = ("asked", "approved", "refused", "objected")


@dataclass(frozen=True)
class Shown:
    """As much of a claim as a decision needs: the number, two digits of an id as said and as known, when and where."""

    id: int
    kind: str
    number: str
    typed: str
    known: str
    channel: str
    asked_at: datetime
    state: str
    due_at: datetime
    restricted: bool

    @property
    def digits_fit(self) -> bool:
        return bool(self.typed) and self.typed == self.known


def claims_to_decide(uow: UnitOfWork, member: Member) -> list[Shown]:
    """What waits for a decision, and what was approved and may still be stopped; the oldest first."""
    rows = uow.session.scalars(_theirs(member).order_by(Claim.asked_at, Claim.id).limit(AT_A_TIME)).all()
    return [_shown(uow, each) for each in rows]


def how_many_claims(uow: UnitOfWork, member: Member) -> int:
    """How many wait for a decision."""
    waiting = _theirs(member).where(Claim.state == "asked").subquery()
    return uow.session.scalar(select(func.count()).select_from(waiting)) or 0


def one_claim(uow: UnitOfWork, member: Member, claim_id: int) -> Claim | None:
    """The claim, where this member may decide it; held until the commit."""
    found: Claim | None = uow.session.scalar(_theirs(member).where(Claim.id == claim_id).with_for_update(of=Claim))
    return found


def note_list_read(uow: UnitOfWork, member: Member, shown: list[Shown], at: datetime) -> None:
    """Who looked at which claims is kept, as every reading is."""
    for each in shown:
        audit(
            uow,
            at=at,
            actor=f"staff:{member.staff_id}",
            action="claim.read",
            object_kind="claim",
            object_id=each.id,
        )


def approve(uow: UnitOfWork, member: Member, claim: Claim, at: datetime) -> bool:
    """It is carried out after the cooling-off, unless the old telephone objects; False where it was decided already."""
    if claim.state != "asked" or claim.person_id is None:
        return False
    claim.state, claim.decided_by_id, claim.decided_at = "approved", member.staff_id, at
    claim.due_at = at + COOLING_OFF
    uow.flush()
    _note(uow, member, claim, "approved", at)
    claiming.tell_old_ways(uow, claim, at)
    return True


def refuse(uow: UnitOfWork, member: Member, claim: Claim, at: datetime) -> bool:
    """Whoever asked hears, on the day they were told, what a stranger would: that we could not be sure."""
    if claim.state not in ("asked", "approved"):
        return False
    claim.due_at = answer_day(claim)
    claim.state, claim.decided_by_id, claim.decided_at = "refused", member.staff_id, at
    uow.flush()
    _note(uow, member, claim, "refused", at)
    return True


# ix_claim_due: for each state its first entry.
FIRST = tuple(select(func.min(Claim.due_at)).where(Claim.state == state) for state in UNSETTLED)


def settle_claims(store: Store, at: datetime) -> int:
    """What the clock does: carries out what was approved and not objected to, and answers what found no one."""
    with store.reading() as uow:
        due = select(Claim.id).where(Claim.state.in_(UNSETTLED), Claim.due_at <= at)
        ids = list(uow.session.scalars(due.order_by(Claim.due_at).limit(AT_A_TIME)))
    return sum(store.transact(partial(_settle, claim_id=claim_id, at=at)) for claim_id in ids)


def _settle(uow: UnitOfWork, claim_id: int, at: datetime) -> int:
    claim = uow.session.scalar(select(Claim).where(Claim.id == claim_id).with_for_update(skip_locked=True))
    if claim is None or claim.due_at > at or claim.state not in UNSETTLED:
        return 0
    if not by_itself(uow, partial(_end, uow, claim, at), f"claim {claim.id}"):
        uow.session.get_one(Claim, claim_id, populate_existing=True).due_at = at + AFTER_A_FAULT
        return 0
    return 1


def _end(uow: UnitOfWork, claim: Claim, at: datetime) -> None:
    """Moves everything, or says that we could not be sure. Where the service was down, whoever has the old telephone
    could not object, and may never have heard of it: they are told by day, and have that day again."""
    if claim.state == "approved" and came_due_unseen(claim.due_at, at):
        if claim.programme_id is None or not quiet_now(uow, claim.programme_id, at):
            claim.due_at = at + COOLING_OFF
            uow.flush()
            claiming.tell_old_ways(uow, claim, at)
        return
    desk = open_desk(uow, claim.identity_id, at, reason=f"claim:{claim.id}:end")
    if claim.state == "approved":
        done(uow, claim, at)
        claiming.carry_out(desk, claim)
    else:
        claim.state = "closed"
        desk.say("claim.not_sure")
    if not any(way.open for way in ways_to(uow, desk.person_id) if way.identity_id == desk.identity_id):
        desk.owed.clear()  # they asked for silence there: what is pending is shown when they write
    save_desk(desk)


def _theirs(member: Member) -> Select[Claim]:
    shown = select(Claim).where(Claim.state.in_(("asked", "approved")), Claim.person_id.is_not(None))
    if not member.may(Permission.READ_DANGER):
        shown = shown.where(Claim.restricted.is_(False))
    return visible_to(member, shown, Claim, Permission.DECIDE_CLAIM)


def _shown(uow: UnitOfWork, claim: Claim) -> Shown:
    application = uow.session.get(Application, claim.application_id) if claim.application_id else None
    return Shown(
        id=claim.id,
        kind=claim.kind,
        number=application.number if application is not None else "",
        typed=uow.vault.open_text(claim.last2_sealed, LAST2) if claim.last2_sealed else "",
        known=_known_digits(uow, claim, application),
        channel=claim.channel,
        asked_at=claim.asked_at or claim.created_at,
        state=claim.state,
        due_at=claim.due_at,
        restricted=claim.restricted,
    )


def _known_digits(uow: UnitOfWork, claim: Claim, application: Application | None) -> str:
    """The last two digits of the id that stands on file; blank where none does."""
    last2 = uow.session.scalar(
        select(Identifier.last2)
        .where(Identifier.person_id == claim.person_id, Identifier.last2 != "")
        .order_by(Identifier.id.desc())
        .limit(1)
    )
    if last2 or application is None:
        return last2 or ""
    try:
        said = str(facts_of(uow, application).get("civil_id") or "")
    except Erased:
        return ""
    return "".join(sign for sign in said if sign.isdigit())[-2:]


def _note(uow: UnitOfWork, member: Member, claim: Claim, what: str, at: datetime) -> None:
    audit(
        uow,
        at=at,
        actor=f"staff:{member.staff_id}",
        action=f"claim.{what}",
        object_kind="claim",
        object_id=claim.id,
    )
