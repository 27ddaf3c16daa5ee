"""Pairs as staff judge them: the same person, the same household, different, later; and taken back. Never by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import Select, func, or_, select

from dialogs.understanding import read_national_id
from referrals.applications.applicants import id_kind
from referrals.applications.filing import facts_of
from referrals.applications.records import Application, ApplicationEvent
from referrals.conversations.records import HelpRequest
from referrals.definitions.in_force import settings_of
from referrals.families.duplicates.conflicts import CONFLICT, conflicts
from referrals.families.duplicates.finding import (
    DEFERRED,
    DISTINCT,
    OPEN,
    SAME,
    UNDECIDED,
    pairs_of,
    reconsider,
    review_on,
    step_on,
)
from referrals.families.duplicates.merging import merge_households, merge_persons, undo_merges
from referrals.families.identifiers import correct_id
from referrals.families.identities import data_key_of
from referrals.families.records import DuplicatePair
from referrals.filling.asking_staff import ask_staff
from referrals.protection.audit import audit
from referrals.protection.danger import in_danger_of
from referrals.protection.vault import Erased
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, visible_to
from referrals.store.unit_of_work import UnitOfWork

Decision = Literal["person", "household", "different", "later"]
STATES: dict[Decision, str] = {"person": SAME, "household": SAME, "different": DISTINCT, "later": DEFERRED}
JUDGES = ("clerk", "supervisor")  # whom the life cycle of an application names
MOST_ROWS = 100
ASKED = "possible_duplicate"  # the line in the help queue that says so much


class DecidedAlready(ValueError):
    """Somebody else decided this pair meanwhile; it shows what they said."""


def pairs_to_judge(uow: UnitOfWork, member: Member) -> list[DuplicatePair]:
    """What waits: new ones first, the likeliest first, then those that were put off."""
    query = _theirs(member).where(DuplicatePair.state.in_(UNDECIDED))
    ordered = query.order_by(DuplicatePair.state.desc(), DuplicatePair.score.desc(), DuplicatePair.id)
    return list(uow.session.scalars(ordered.limit(MOST_ROWS)))


def pairs_judged(uow: UnitOfWork, member: Member) -> list[DuplicatePair]:
    """What was decided last, the latest first: what can be taken back."""
    query = _theirs(member).where(DuplicatePair.state.in_((SAME, DISTINCT)))
    return list(uow.session.scalars(query.order_by(DuplicatePair.decided_at.desc(), DuplicatePair.id.desc()).limit(20)))


def how_many_pairs(uow: UnitOfWork, member: Member) -> int:
    """How many nobody has looked at yet."""
    waiting = _theirs(member).where(DuplicatePair.state == OPEN).subquery()
    return uow.session.scalar(select(func.count()).select_from(waiting)) or 0


def one_pair(uow: UnitOfWork, member: Member, pair_id: int) -> DuplicatePair | None:
    """The pair, where this member may judge it; held until the commit."""
    query = _theirs(member).where(DuplicatePair.id == pair_id).with_for_update(of=DuplicatePair)
    found: DuplicatePair | None = uow.session.scalar(query)
    return found


def judge(uow: UnitOfWork, member: Member, pair: DuplicatePair, decision: Decision, at: datetime) -> None:
    """Carries out what a member of staff decided. Raises `DecidedAlready`, and `TwoIds` for one person of two ids.

    The same person applied twice: the later application is merged with the earlier one. The same household: two people,
    so two applications, each with its own needs and its own review; what is one from now on is the household. Referrals
    and appointments stay in either case until staff end them where they stand: none is to be lost by a look-alike.
    """
    if pair.state not in UNDECIDED:
        raise DecidedAlready(DecidedAlready.__doc__)
    if decision == "person":
        merge_persons(uow, pair, member.staff_id, at)
    elif decision == "household":
        merge_households(uow, pair, member.staff_id, at)
        _ask_about_conflicts(uow, pair, at)
    pair.state, pair.decision = STATES[decision], decision
    pair.decided_by_id, pair.decided_at = member.staff_id, at
    uow.flush()
    _go_on(uow, member, pair, decision, at)
    if decision != "later":
        _close_lines(uow, pair, member.staff_id, at)
    _note(uow, member, pair, decision, at)


def put_id_right(
    uow: UnitOfWork, member: Member, pair: DuplicatePair, person_id: int, typed: str, at: datetime
) -> bool:
    """The id of one of the two was written wrong, and this is theirs; what resembles nobody any more closes by itself.
    False where it is no whole id. Raises `LookupError` for who is not of the pair."""
    if person_id not in (pair.one_id, pair.other_id):
        raise LookupError(f"person {person_id} is not of pair {pair.id}")
    country = settings_of(uow, pair.programme_id).country
    digits = read_national_id(typed, country)
    if not digits.sure or not digits.value:
        return False
    correct_id(uow, person_id, id_kind(country), digits.value, at)
    reconsider(uow, person_id, at, _acting_as(member, pair))
    actor = f"staff:{member.staff_id}"
    audit(uow, at=at, actor=actor, action="person.id_corrected", object_kind="person", object_id=person_id)
    return True


def take_back(uow: UnitOfWork, member: Member, pair: DuplicatePair, at: datetime) -> bool:
    """The pair is as it was before it was decided, and so is everything that the decision changed; False where nothing
    was decided. What arrived meanwhile stays with whom it came from."""
    if pair.state in UNDECIDED:
        return False
    undo_merges(uow, pair, member.staff_id, at)
    _step_back(uow, pair, at, _acting_as(member, pair))
    _reopen_lines(uow, pair)
    pair.state, pair.decision, pair.decided_by_id, pair.decided_at = OPEN, "", None, None
    uow.flush()
    _note(uow, member, pair, "taken_back", at)
    return True


def _go_on(uow: UnitOfWork, member: Member, pair: DuplicatePair, decision: Decision, at: datetime) -> None:
    """The application that raised it goes on as decided, where it waits for that."""
    application = uow.session.get(Application, pair.application_id) if pair.application_id else None
    if application is None or application.state != "duplicate_review":
        return
    actor = _acting_as(member, pair)
    if decision == "person":
        step_on(uow, application, "confirm_same", actor, at)
    elif decision != "later":
        review_on(uow, application, at, actor)


def _step_back(uow: UnitOfWork, pair: DuplicatePair, at: datetime, actor: str) -> None:
    """An undo is no step of the life cycle: it puts back the state that the decision's own step began from."""
    application = uow.session.get(Application, pair.application_id) if pair.application_id else None
    if application is None:
        return
    steps = select(ApplicationEvent).filter_by(application_id=application.id).order_by(ApplicationEvent.id.desc())
    last = uow.session.scalar(steps.limit(1))
    if last is None or last.event not in ("confirm_same", "confirm_distinct") or last.to_state != application.state:
        return
    application.state = last.from_state
    uow.session.add(
        ApplicationEvent(
            application_id=application.id,
            event="undo",
            from_state=last.to_state,
            to_state=last.from_state,
            actor=actor,
            at=at,
        )
    )


def _acting_as(member: Member, pair: DuplicatePair) -> str:
    """The role in which they judge in this programme."""
    roles = {each.role for each in member.within(pair.programme_id).holding(Permission.DECIDE_DUPLICATE)}
    return next((role for role in JUDGES if role in roles), JUDGES[-1])


def _ask_about_conflicts(uow: UnitOfWork, pair: DuplicatePair, at: datetime) -> None:
    """Where the two said different things of their one home, somebody asks them, each alone."""
    application = uow.session.get(Application, pair.application_id) if pair.application_id else None
    if application is not None:
        ask_about_conflicts(uow, application, pair, at)


def ask_about_conflicts(uow: UnitOfWork, application: Application, pair: DuplicatePair, at: datetime) -> None:
    """A line for staff about whoever applied later, naming the questions and no answer."""
    other_id = pair.one_id if application.person_id == pair.other_id else pair.other_id
    query = select(Application).filter_by(person_id=other_id, programme_id=pair.programme_id)
    other = uow.session.scalar(query.order_by(Application.id.desc()).limit(1))
    if other is None:
        return
    try:
        differ = conflicts(facts_of(uow, application), facts_of(uow, other))
    except Erased:
        return
    if differ and not in_danger_of(uow, (pair.one_id, pair.other_id)):
        person = (application.person_id, data_key_of(uow, application.person_id))
        ask_staff(uow, pair.programme_id, person, CONFLICT, at, ", ".join(differ))


def _close_lines(uow: UnitOfWork, pair: DuplicatePair, staff_id: int, at: datetime) -> None:
    for person_id in (pair.one_id, pair.other_id):
        if not pairs_of(uow, [person_id], (OPEN,)):
            lines = select(HelpRequest).filter_by(person_id=person_id, kind=ASKED, state="open")
            for line in uow.session.scalars(lines.filter_by(programme_id=pair.programme_id)):
                line.state, line.answered_by_id, line.answered_at = "closed", staff_id, at
    uow.flush()


def _reopen_lines(uow: UnitOfWork, pair: DuplicatePair) -> None:
    lines = select(HelpRequest).where(
        HelpRequest.person_id.in_((pair.one_id, pair.other_id)),
        HelpRequest.programme_id == pair.programme_id,
        HelpRequest.kind == ASKED,
        HelpRequest.state == "closed",
        HelpRequest.answered_at == pair.decided_at,
    )
    for line in uow.session.scalars(lines):
        line.state, line.answered_by_id, line.answered_at = "open", None, None
    asked = select(HelpRequest).where(
        HelpRequest.person_id.in_((pair.one_id, pair.other_id)),
        HelpRequest.kind == CONFLICT,
        HelpRequest.state == "open",
        HelpRequest.created_at == pair.decided_at,
    )
    for line in uow.session.scalars(asked):  # they are not known to be of one house any more
        line.state = "closed"


def _theirs(member: Member) -> Select[DuplicatePair]:
    """Pairs of their programmes; where somebody may be in danger only those whose role it is look at the other side."""
    query = select(DuplicatePair)
    if not member.may(Permission.READ_DANGER):
        endangered = select(HelpRequest.person_id).where(HelpRequest.restricted.is_(True), HelpRequest.state == "open")
        query = query.where(~or_(DuplicatePair.one_id.in_(endangered), DuplicatePair.other_id.in_(endangered)))
    return visible_to(member, query, DuplicatePair, Permission.DECIDE_DUPLICATE)


def _note(uow: UnitOfWork, member: Member, pair: DuplicatePair, what: str, at: datetime) -> None:
    audit(
        uow,
        at=at,
        actor=f"staff:{member.staff_id}",
        action=f"duplicate.{what}",
        object_kind="duplicate_pair",
        object_id=pair.id,
        people=(pair.one_id, pair.other_id),
    )
