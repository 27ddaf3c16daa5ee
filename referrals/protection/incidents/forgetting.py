"""An incident that was closed long ago: its words become noise, who was told is forgotten, that it was stays."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, select

from referrals.protection.incidents.records import Incident, IncidentTold
from referrals.protection.records import DataKey
from referrals.store.unit_of_work import UnitOfWork

AT_ONCE = 100


def old_incidents(uow: UnitOfWork, programme_id: str, before: datetime) -> tuple[int, datetime | None]:
    """How many of a programme were closed before that moment and still have their words, and since when the oldest."""
    query = select(func.count(), func.min(Incident.closed_at)).select_from(Incident).where(_old(programme_id, before))
    count, oldest = uow.connection.execute(query).one()
    return int(count), oldest


def forget_incidents(uow: UnitOfWork, programme_id: str, before: datetime, at: datetime) -> int:
    """Takes away the words of some of them; returns of how many."""
    some = select(Incident.id, Incident.data_key_id).where(_old(programme_id, before)).order_by(Incident.id)
    rows = uow.connection.execute(some.limit(AT_ONCE)).all()
    for incident_id, data_key_id in rows:
        uow.vault.destroy(data_key_id, at)
        uow.connection.execute(delete(IncidentTold).where(IncidentTold.incident_id == incident_id))
    return len(rows)


def _old(programme_id: str, before: datetime) -> ColumnElement[bool]:
    readable = select(DataKey.id).where(DataKey.wrapped.is_not(None))
    return and_(
        Incident.programme_id == programme_id,
        Incident.state == "closed",
        Incident.closed_at < before,
        Incident.data_key_id.in_(readable),
    )
