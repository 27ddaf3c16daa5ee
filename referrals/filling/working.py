"""A form on a desk: opened by whose desk it is, answered question by question, each answer kept at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import select

from dialogs.interview import Session, answers
from dialogs.interview.filling import (
    Outcome,
    add_member,
    finish_members,
    leave_blank,
    remove_member,
    say_answer,
    set_answer,
)
from dialogs.interview.pages import progress
from dialogs.interview.prompts import ReviewLine
from referrals.applications.filing import read_facts
from referrals.conversations.interviews.sessions import StoredSession
from referrals.conversations.records import InterviewSession
from referrals.conversations.threads import TwoTurnsAtOnce
from referrals.definitions.in_force import settings_of
from referrals.families.records import Person
from referrals.filling.asking_staff import report_danger
from referrals.filling.records import DeskFilling
from referrals.filling.sessions import save_session, stored_session
from referrals.filling.starting import OPEN, note, person_of
from referrals.protection.vault import Erased
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, visible_to
from referrals.store.unit_of_work import UnitOfWork

NAME = "desk_filling.name"
_KNOWN = select(Person.id).where(Person.erased_at.is_(None))  # who asked to be forgotten leaves the list as well
MOST_ROWS = 100
Means = Literal["set", "say"]


@dataclass(frozen=True)
class AtDesk:
    """A form on a desk with its interview as it stands; `version` is what a page shows and gives back."""

    filling: DeskFilling
    stored: StoredSession
    data_key_id: int

    @property
    def version(self) -> int:
        return self.stored.version

    @property
    def session(self) -> Session:
        return self.stored.session


@dataclass(frozen=True)
class Given:
    """What a page gave for a question: a value of the form (`set`), or what was typed (`say`)."""

    ref: str
    text: str
    means: Means
    media: str = ""


@dataclass(frozen=True)
class Taken:
    """What came of a page: the outcomes of what could not be taken, by ref, and what fell away with the rest."""

    refused: Mapping[str, Outcome] = field(default_factory=dict)
    vanished: tuple[ReviewLine, ...] = ()
    danger: bool = False


@dataclass(frozen=True)
class Unfinished:
    """A line of the desk's list. `name` is blank until the form has asked for it."""

    filling: DeskFilling
    name: str


def one_filling(uow: UnitOfWork, member: Member, filling_id: int) -> DeskFilling | None:
    """The filling when it is at a desk of the member's; None otherwise, as for one that never was."""
    query = select(DeskFilling).where(DeskFilling.id == filling_id)
    return uow.session.scalar(visible_to(member, query, DeskFilling, Permission.FILL_FORM))


def open_filling(uow: UnitOfWork, member: Member, filling_id: int) -> AtDesk | None:
    """The form while it is open at this desk; None once it was filed, handed back or forgotten."""
    filling = one_filling(uow, member, filling_id)
    if filling is None or filling.state != OPEN or filling.session_id is None:
        return None
    try:
        stored = stored_session(uow, filling.session_id)
    except Erased:
        return None
    if stored is None or stored.session.status == "completed":
        return None
    return AtDesk(filling, stored, person_of(uow, filling)[1])


def is_over(uow: UnitOfWork, member: Member, filling_id: int) -> bool:
    """Whether the family itself finished on its phone what is still open at this desk."""
    filling = one_filling(uow, member, filling_id)
    if filling is None or filling.state != OPEN or filling.session_id is None:
        return False
    return uow.session.get_one(InterviewSession, filling.session_id).status == "completed"


def unfinished(uow: UnitOfWork, member: Member, at: datetime) -> list[Unfinished]:
    """What is not finished at this desk, the latest first; reading the names is audited."""
    query = (
        select(DeskFilling)
        .join(InterviewSession, InterviewSession.id == DeskFilling.session_id)
        .where(DeskFilling.state == OPEN, InterviewSession.status != "completed", DeskFilling.person_id.in_(_KNOWN))
        .order_by(DeskFilling.updated_at.desc(), DeskFilling.id.desc())
        .limit(MOST_ROWS)
    )
    rows = [
        Unfinished(row, name_of(uow, row))
        for row in uow.session.scalars(visible_to(member, query, DeskFilling, Permission.FILL_FORM))
    ]
    for row in rows:
        if row.name:
            note(uow, member, row.filling, "listed", at)
    return rows


def name_of(uow: UnitOfWork, filling: DeskFilling) -> str:
    """Who the form is for; blank until it was asked, and once they were erased."""
    try:
        return uow.vault.open_text(filling.name_sealed, NAME)
    except Erased:
        return ""


def take_answers(
    uow: UnitOfWork,
    member: Member,
    at_desk: AtDesk,
    given: Iterable[Given],
    seen: int,
    at: datetime,
    put: tuple[str, ...] = (),
) -> tuple[AtDesk, Taken]:
    """Keeps the answers of a page, each as far as the form takes it.

    `seen` is the version that the page showed: raises `TwoTurnsAtOnce` when the family's phone, or another page,
    answered since. `put` are questions that were asked: what may stay blank and was left so is not asked again.
    """
    if seen != at_desk.version:
        raise TwoTurnsAtOnce(TwoTurnsAtOnce.__doc__)
    form, session = at_desk.stored.form, at_desk.session
    outcomes: list[Outcome] = []
    for each in given:
        if each.means == "say":
            session, outcome = say_answer(form, session, each.ref, each.text, now=at)
        else:
            session, outcome = set_answer(form, session, each.ref, each.text, now=at, media=each.media)
        outcomes.append(outcome)
    refused = {one.ref: one for one in outcomes if not one.taken and one.reason != "gone"}
    session = leave_blank(form, session, tuple(ref for ref in put if ref not in refused), now=at)
    told = Taken(
        refused,
        tuple(line for one in outcomes for line in one.vanished),
        any(one.danger for one in outcomes),
    )
    if told.danger and not at_desk.filling.danger:
        report_danger(uow, member, at_desk.filling, "", at)
    return keep(uow, member, at_desk, session, at), told


def change_members(
    uow: UnitOfWork, member: Member, at_desk: AtDesk, container: str, what: str, number: int, seen: int, at: datetime
) -> tuple[AtDesk, str]:
    """`add`, `remove` or `finish` of a repeat's members; the new member's ref for `add`. Raises `TwoTurnsAtOnce`."""
    if seen != at_desk.version:
        raise TwoTurnsAtOnce(TwoTurnsAtOnce.__doc__)
    form, session, added = at_desk.stored.form, at_desk.session, ""
    if what == "add":
        session, added = add_member(form, session, container, now=at)
    elif what == "remove":
        session = remove_member(form, session, container, number, now=at)
    else:
        session = finish_members(form, session, container, now=at)
    return keep(uow, member, at_desk, session, at), added


def keep(uow: UnitOfWork, member: Member, at_desk: AtDesk, session: Session, at: datetime) -> AtDesk:
    """Writes the interview back with what the list shows of it. Raises `TwoTurnsAtOnce`."""
    if session == at_desk.session:
        return at_desk
    stored, filling = at_desk.stored, at_desk.filling
    version = save_session(uow, at_desk.data_key_id, stored, session, at)
    retell(uow, replace(at_desk, stored=replace(stored, session=session)), at)
    note(uow, member, filling, "answered", at, version=version)
    uow.flush()
    return replace(at_desk, stored=replace(stored, version=version, session=session, updated_at=at))


def retell(uow: UnitOfWork, at_desk: AtDesk, at: datetime) -> None:
    """What the desk's list shows of a form: who it is for, and how far it has come."""
    filling, form, session = at_desk.filling, at_desk.stored.form, at_desk.session
    filling.updated_at = at
    filling.settled, filling.asked = progress(form, session, now=at)
    if filling.form_name == "intake":
        facts = read_facts(settings_of(uow, filling.programme_id), answers(form, session, now=at))
        name = str(facts.get("applicant_name") or "")
        filling.name_sealed = uow.vault.seal_text(at_desk.data_key_id, name, NAME) if name else None
