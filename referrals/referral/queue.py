"""A centre's queue as its staff see it: what waits, by when, and of a family only what it agreed to show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from referrals.applications.records import Application
from referrals.definitions.in_force import settings_of
from referrals.directory.records import Location
from referrals.families.consents import standing_of, stands
from referrals.protection.audit import audit
from referrals.protection.vault import Erased
from referrals.referral.handling import Actor, open_referral
from referrals.referral.records import Referral, ReferralEvent
from referrals.referral.sending import DISCLOSED, EXPLANATION, OPEN
from referrals.staff.records import Staff
from referrals.staff.roles import Permission
from referrals.staff.scope import AnySelect, Member, visible_to
from referrals.store.unit_of_work import UnitOfWork

Show = Literal["open", "new", "today", "urgent", "overdue", "taken", "closed"]
SHOWS: tuple[Show, ...] = ("open", "new", "today", "urgent", "overdue", "taken", "closed")
WAITING = ("requested", "received")
TAKEN = ("accepted", "in-progress", "on-hold")
HIDDEN = ("entered-in-error",)
MOST_ROWS = 200
SEEN_AFTER_CLOSING = timedelta(days=30)  # a recipient's access to what was disclosed (reference: protection)


@dataclass(frozen=True)
class QueueFilter:
    """What of the queue is asked for, and where the programme's today ends."""

    show: Show
    day_ends: datetime


@dataclass(frozen=True)
class QueueRow:
    """One referral as a line. `name` and `area` are blank where the centre may not see them (yet)."""

    id: int
    number: str
    state: str
    business_status: str
    priority: str
    need: str
    centre: str
    requested_at: datetime
    due_at: datetime | None
    """By when the centre must acknowledge or answer; None when nothing is waited for."""
    name: str = ""
    area: str = ""
    household_size: str = ""


@dataclass(frozen=True)
class Counts:
    """How much waits; `overdue` and `today` do not overlap."""

    open: int
    new: int
    today: int
    urgent: int
    overdue: int
    taken: int


@dataclass(frozen=True)
class Step:
    """A step of a referral's history, as a page tells it."""

    event: str
    at: datetime
    actor: str
    reason: str
    note: str
    staff_name: str


def due_at(referral: Referral) -> datetime | None:
    """The deadline that counts in this state: to acknowledge, then to answer."""
    return {"requested": referral.ack_due, "received": referral.respond_due}.get(referral.state)


def queue(uow: UnitOfWork, member: Member, chosen: QueueFilter, at: datetime) -> list[QueueRow]:
    """The lines of the member's queue, the least time left first; what was shown of families is audited."""
    query = (
        select(Referral, Application.number, Location.name)
        .join(Application, Application.id == Referral.application_id)
        .join(Location, Location.id == Referral.to_location_id)
        .where(_shown(chosen, at))
        .order_by(*_order(chosen), Referral.id)
        .limit(MOST_ROWS)
    )
    found = uow.session.execute(visible_to(member, query, Referral, Permission.SEE_QUEUE)).all()
    agreed = standing_of(uow, [referral.consent_id for referral, _, _ in found], at)
    rows = [
        _row(uow, referral, number, centre, at, agreed=referral.consent_id in agreed)
        for referral, number, centre in found
    ]
    if rows:
        audit(
            uow,
            at=at,
            actor=f"staff:{member.staff_id}",
            action="queue.read",
            object_kind="queue",
            object_id=len(rows),
            details={"referrals": [row.id for row in rows]},
            people=[referral.person_id for referral, _, _ in found],
        )
    return rows


def counts(uow: UnitOfWork, member: Member, at: datetime, day_ends: datetime) -> Counts:
    """How much of each kind waits in the member's queue."""

    def how_many(show: Show) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((_shown(QueueFilter(show, day_ends), at), 1), else_=0)), 0)

    shows: tuple[Show, ...] = ("open", "new", "today", "urgent", "overdue", "taken")
    query: AnySelect = select(*[how_many(show) for show in shows]).select_from(Referral)
    row = uow.session.execute(visible_to(member, query, Referral, Permission.SEE_QUEUE)).one()
    return Counts(*(int(value) for value in row))


def one_referral(
    uow: UnitOfWork,
    member: Member,
    referral_id: int,
    permission: Permission = Permission.READ_REFERRAL,
    *,
    lock: bool = False,
) -> Referral | None:
    """The referral when it is the member's to see with this permission; None otherwise, as for one that never was.

    `lock` it to change it: neither the clock nor another desk then changes it at the same moment.
    """
    query = select(Referral).where(Referral.id == referral_id, Referral.state.not_in(HIDDEN))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return uow.session.scalar(visible_to(member, query, Referral, permission))


def referral_by_number(uow: UnitOfWork, member: Member, number: str) -> int | None:
    """The id of the member's latest referral of the application with this number (Latin digits)."""
    query = (
        select(Referral.id)
        .join(Application, Application.id == Referral.application_id)
        .where(Application.number == number, Referral.state.not_in(HIDDEN))
        .order_by(Referral.id.desc())
        .limit(1)
    )
    return uow.session.scalar(visible_to(member, query, Referral, Permission.READ_REFERRAL))


def read_disclosed(uow: UnitOfWork, member: Member, referral: Referral, at: datetime) -> list[dict[str, str]] | None:
    """What the family agreed to show, audited; a desk acknowledges by reading. None once the access has ended."""
    if access_ended(uow, referral, at):
        return None
    try:
        if one_referral(uow, member, referral.id, Permission.HANDLE_REFERRAL) is not None:
            return open_referral(uow, referral, Actor(member.staff_id), at)
        shown: list[dict[str, str]] = uow.vault.open_json(referral.disclosed_sealed, DISCLOSED)
    except Erased:
        return None
    audit(
        uow,
        at=at,
        actor=f"staff:{member.staff_id}",
        action="referral.read",
        object_kind="referral",
        object_id=referral.id,
    )
    return shown


def access_ended(uow: UnitOfWork, referral: Referral, at: datetime) -> bool:
    """Whether the centre may no longer see the family: it took its word back, or the referral closed 30 days ago."""
    return _over(referral, at) or not stands(uow, referral.consent_id, at)


def _over(referral: Referral, at: datetime) -> bool:
    if referral.state in ("cancelled", *HIDDEN):
        return True
    return referral.closed_at is not None and at - referral.closed_at > SEEN_AFTER_CLOSING


def explanation_of(uow: UnitOfWork, referral: Referral) -> dict[str, Any]:
    """Why this centre, as the matcher said it then; empty once the family was erased."""
    try:
        found: dict[str, Any] = uow.vault.open_json(referral.explanation_sealed, EXPLANATION)
    except Erased:
        return {}
    return found


def history(uow: UnitOfWork, referral: Referral) -> list[Step]:
    """The steps of a referral, the latest first, with the notes that were left."""
    query = (
        select(ReferralEvent, Staff.name)
        .outerjoin(Staff, Staff.id == ReferralEvent.staff_id)
        .where(ReferralEvent.referral_id == referral.id)
        .order_by(ReferralEvent.id.desc())
    )
    return [
        Step(event.event, event.at, event.actor, event.reason, _note(uow, event), name or "")
        for event, name in uow.session.execute(query)
    ]


def _shown(chosen: QueueFilter, at: datetime) -> ColumnElement[bool]:
    waiting = Referral.state.in_(WAITING)
    due = case((Referral.state == "requested", Referral.ack_due), else_=Referral.respond_due)
    shows: dict[Show, ColumnElement[bool]] = {
        "open": Referral.state.in_(OPEN),
        "new": Referral.state == "requested",
        "today": and_(waiting, due >= at, due < chosen.day_ends),
        "urgent": and_(Referral.state.in_(OPEN), Referral.priority.in_(("urgent", "emergency"))),
        "overdue": and_(waiting, due < at),
        "taken": Referral.state.in_(TAKEN),
        "closed": and_(
            Referral.state.not_in((*OPEN, "draft", *HIDDEN)),
            or_(Referral.closed_at.is_(None), Referral.closed_at > at - SEEN_AFTER_CLOSING),
        ),
    }
    return shows[chosen.show]


def _order(chosen: QueueFilter) -> tuple[Any, ...]:
    if chosen.show == "closed":
        return (Referral.closed_at.desc(),)
    due = case((Referral.state == "requested", Referral.ack_due), else_=Referral.respond_due)
    return case((Referral.state.in_(WAITING), 0), else_=1), due


def _row(uow: UnitOfWork, referral: Referral, number: str, centre: str, at: datetime, *, agreed: bool) -> QueueRow:
    need = settings_of(uow, referral.programme_id).need(referral.need_code)
    seen = disclosed_now(uow, referral, at, agreed=agreed)
    return QueueRow(
        id=referral.id,
        number=number,
        state=referral.state,
        business_status=referral.business_status,
        priority=referral.priority,
        need=need.name_ar if need else referral.need_code,
        centre=centre,
        requested_at=referral.requested_at,
        due_at=due_at(referral),
        # Who it is shows once the centre has opened the referral; before that a line says where and what.
        name=seen.get("applicant_name", "") if referral.state != "requested" else "",
        area=seen.get("area", ""),
        household_size=seen.get("household_size", ""),
    )


def disclosed_now(uow: UnitOfWork, referral: Referral, at: datetime, *, agreed: bool | None = None) -> dict[str, str]:
    """The disclosed values by code, empty once the access has ended; the caller audits what it shows.

    `agreed`: whether the consent stands, where the caller has asked already for a whole page.
    """
    if agreed is None:
        agreed = stands(uow, referral.consent_id, at)
    if not agreed or _over(referral, at):
        return {}
    try:
        fields = uow.vault.open_json(referral.disclosed_sealed, DISCLOSED)
    except Erased:
        return {}
    return {field["code"]: field["value"] for field in fields}


def _note(uow: UnitOfWork, event: ReferralEvent) -> str:
    try:
        return uow.vault.open_text(event.note_sealed, "referral_event.note")
    except Erased:
        return ""
