"""A centre's queue as its staff see it: what waits, by when, and of a family only what it agreed to show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from referrals.applications.records import Application
from referrals.definitions.in_force import settings_of
from referrals.directory.records import Location
from referrals.families.consents import standing_of
from referrals.protection.audit import audit
from referrals.referral.deadlines import DUE, due_at
from referrals.referral.disclosed import SEEN_AFTER_CLOSING, disclosed_now
from referrals.referral.in_sight import HIDDEN
from referrals.referral.records import Referral
from referrals.referral.sending import OPEN
from referrals.staff.roles import Permission
from referrals.staff.scope import AnySelect, Member, visible_to
from referrals.store.unit_of_work import UnitOfWork

Show = Literal["open", "new", "today", "urgent", "overdue", "taken", "closed"]
SHOWS: tuple[Show, ...] = ("open", "new", "today", "urgent", "overdue", "taken", "closed")
WAITING = ("requested", "received")
TAKEN = ("accepted", "in-progress", "on-hold")
PAGE = 50  # lines: light on a slow telephone, and more than a desk looks through at once


@dataclass(frozen=True)
class QueueFilter:
    """What of the queue is asked for, where the programme's today ends, and which page of it, counted from 1."""

    show: Show
    day_ends: datetime
    page: int = 1


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
class QueuePage:
    """A page of the queue; `after` says whether there is another one behind it."""

    rows: tuple[QueueRow, ...]
    after: bool


@dataclass(frozen=True)
class Counts:
    """How much waits; `overdue` and `today` do not overlap."""

    open: int
    new: int
    today: int
    urgent: int
    overdue: int
    taken: int


def queue(uow: UnitOfWork, member: Member, chosen: QueueFilter, at: datetime) -> QueuePage:
    """A page of the member's queue, the least time left first; what was shown of families is audited."""
    query = (
        select(Referral, Application.number, Location.name)
        .join(Application, Application.id == Referral.application_id)
        .join(Location, Location.id == Referral.to_location_id)
        .where(_shown(chosen, at))
        .order_by(*_order(chosen), Referral.id)
        .offset((chosen.page - 1) * PAGE)
        .limit(PAGE + 1)
    )
    several = uow.session.execute(visible_to(member, query, Referral, Permission.SEE_QUEUE)).all()
    found = several[:PAGE]
    agreed = standing_of(uow, [referral.consent_id for referral, _, _ in found], at)
    rows = tuple(
        _row(uow, referral, number, centre, at, agreed=referral.consent_id in agreed)
        for referral, number, centre in found
    )
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
    return QueuePage(rows, len(several) > PAGE)


def counts(uow: UnitOfWork, member: Member, at: datetime, day_ends: datetime) -> Counts:
    """How much of each kind waits in the member's queue."""

    def how_many(show: Show) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((_shown(QueueFilter(show, day_ends), at), 1), else_=0)), 0)

    shows: tuple[Show, ...] = ("open", "new", "today", "urgent", "overdue", "taken")
    query: AnySelect = select(*[how_many(show) for show in shows]).select_from(Referral)
    row = uow.session.execute(visible_to(member, query, Referral, Permission.SEE_QUEUE)).one()
    return Counts(*(int(value) for value in row))


def _shown(chosen: QueueFilter, at: datetime) -> ColumnElement[bool]:
    waiting = Referral.state.in_(WAITING)
    shows: dict[Show, ColumnElement[bool]] = {
        "open": Referral.state.in_(OPEN),
        "new": Referral.state == "requested",
        "today": and_(waiting, at <= DUE, chosen.day_ends > DUE),
        "urgent": and_(Referral.state.in_(OPEN), Referral.priority.in_(("urgent", "emergency"))),
        "overdue": and_(waiting, at > DUE),
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
    return case((Referral.state.in_(WAITING), 0), else_=1), DUE


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
