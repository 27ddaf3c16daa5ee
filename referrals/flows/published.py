"""Which groups stand as screens at a sender's platform: kept once published, stopped when the platform says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import or_, select, update

from referrals.flows.records import PublishedFlow
from referrals.store.unit_of_work import UnitOfWork

PUBLISHED, STOPPED = "published", "stopped"


def published_flow(
    uow: UnitOfWork, sender_id: int, form_id: int, container: str, language: str
) -> PublishedFlow | None:
    """The group of that version of a form as that sender's platform has it, in any state; None where it is new."""
    return uow.session.scalar(
        select(PublishedFlow).filter_by(sender_id=sender_id, form_id=form_id, container=container, language=language)
    )


def keep_published(
    uow: UnitOfWork, sender_id: int, form_id: int, container: str, language: str, flow_id: str, at: datetime
) -> None:
    """From now on the group is offered as the platform's Flow `flow_id`."""
    row = published_flow(uow, sender_id, form_id, container, language)
    if row is None:
        row = PublishedFlow(sender_id=sender_id, form_id=form_id, container=container, language=language, created_at=at)
        uow.session.add(row)
    row.flow_id, row.state, row.told_at = flow_id, PUBLISHED, at
    uow.flush()


def published_flows(uow: UnitOfWork) -> Sequence[PublishedFlow]:
    """All of them, by sender."""
    return uow.session.scalars(select(PublishedFlow).order_by(PublishedFlow.sender_id, PublishedFlow.id)).all()


def note_flow(uow: UnitOfWork, facts: Mapping[str, str], told_at: datetime) -> None:
    """What the platform tells of a Flow's state: one that is throttled, blocked or given up is not offered.

    Older news than what stands change nothing.
    """
    flow_id, status = facts.get("flow_id", ""), facts.get("new_status", "").upper()
    if not flow_id or not status:
        return
    state = PUBLISHED if status == "PUBLISHED" else STOPPED
    known = or_(PublishedFlow.told_at.is_(None), PublishedFlow.told_at <= told_at)
    news = update(PublishedFlow).where(PublishedFlow.flow_id == flow_id, known)
    uow.session.execute(news.values(state=state, told_at=told_at))
