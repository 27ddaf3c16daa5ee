"""What waits to be reviewed, line by line: the applications of one filter, and how many there are of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from referrals.applications.reading import area_of
from referrals.applications.records import Application
from referrals.protection.audit import audit
from referrals.staff.records import Staff
from referrals.staff.roles import Permission
from referrals.staff.scope import AnySelect, Member, visible_to
from referrals.store.unit_of_work import UnitOfWork

ON_US = ("submitted", "duplicate_review", "under_review")
SHOWS: Mapping[str, tuple[str, ...]] = {
    "us": ON_US,
    "new": ("submitted",),
    "reading": ("under_review",),
    "family": ("info_requested",),
    "lapsed": ("lapsed",),
    "answered": ("not_eligible", "signposted", "accepted"),
    "ended": ("withdrawn", "merged", "expired"),
}
PAGE = 50


@dataclass(frozen=True)
class Listed:
    """One line. It names nobody: a number, where from, since when, by when, and whose it is."""

    id: int
    number: str
    state: str
    priority: str
    area: str
    submitted_at: datetime
    due_at: datetime
    reviewer: str
    mine: bool


@dataclass(frozen=True)
class ListPage:
    """A page of the list; `after` says whether there is another one behind it."""

    lines: tuple[Listed, ...]
    page: int
    after: bool


def applications(uow: UnitOfWork, member: Member, show: str, page: int, at: datetime) -> ListPage:
    """The lines of one filter, what is due first; reading them is audited. Raises KeyError for no filter of ours."""
    query = (
        select(Application)
        .where(Application.state.in_(SHOWS[show]), Application.anonymised_at.is_(None))
        .order_by(*_order(show), Application.id)
        .offset((page - 1) * PAGE)
        .limit(PAGE + 1)
    )
    rows = uow.session.scalars(visible_to(member, query, Application, Permission.READ_APPLICATION)).all()
    names = _names(uow, {row.reviewer_id for row in rows if row.reviewer_id is not None})
    lines = tuple(_listed(uow, member, row, names) for row in rows[:PAGE])
    if lines:
        audit(
            uow,
            at=at,
            actor=f"staff:{member.staff_id}",
            action="applications.read",
            object_kind="application",
            object_id=len(lines),
            details={"applications": [line.id for line in lines]},
            people=[row.person_id for row in rows[:PAGE]],
        )
    return ListPage(lines, page, len(rows) > PAGE)


def counts(uow: UnitOfWork, member: Member) -> dict[str, int]:
    """How many lines each filter has."""
    query: AnySelect = (
        select(Application.state, func.count()).where(Application.anonymised_at.is_(None)).group_by(Application.state)
    )
    rows = uow.session.execute(visible_to(member, query, Application, Permission.READ_APPLICATION)).all()
    found: dict[str, int] = dict(rows)
    return {show: sum(found.get(state, 0) for state in states) for show, states in SHOWS.items()}


def how_many_on_us(uow: UnitOfWork, member: Member) -> int:
    """How many nobody has taken up yet: the number beside the tab."""
    query: AnySelect = select(func.count()).select_from(Application).where(Application.state == "submitted")
    return int(uow.session.execute(visible_to(member, query, Application, Permission.READ_APPLICATION)).scalar_one())


def _order(show: str) -> tuple[Any, ...]:
    if show in ("us", "new", "reading"):
        return (Application.answer_due,)
    return (Application.submitted_at.desc(),)


def _names(uow: UnitOfWork, ids: set[int]) -> dict[int, str]:
    return dict(uow.connection.execute(select(Staff.id, Staff.name).where(Staff.id.in_(ids))).all()) if ids else {}


def _listed(uow: UnitOfWork, member: Member, row: Application, names: Mapping[int, str]) -> Listed:
    return Listed(
        id=row.id,
        number=row.number,
        state=row.state,
        priority=row.priority,
        area=area_of(uow, row),
        submitted_at=row.submitted_at,
        due_at=row.answer_due,
        reviewer=names.get(row.reviewer_id or 0, ""),
        mine=row.reviewer_id == member.staff_id,
    )
