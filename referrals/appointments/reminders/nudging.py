"""One short word about an interview that rests since almost a day; never a second one, never in quiet hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, bindparam, func, select, text, update

from referrals.appointments.times.place_time import decent_hours
from referrals.conversations.asking.offering import INTERVIEW
from referrals.conversations.outreach.reaching import reach
from referrals.conversations.records import RESTS, Conversation, InterviewSession
from referrals.conversations.stages import resuming
from referrals.definitions.in_force import settings_of
from referrals.portions import by_itself
from referrals.quiet_hours import is_quiet
from referrals.store.unit_of_work import Store, UnitOfWork

AT_A_TIME = 50
NUDGE_AFTER = timedelta(hours=22)  # one nudge, inside the platforms' 24 hours for free text
NUDGE_UNTIL = timedelta(hours=24)
_RESTING = text(f"interview_session.{RESTS}")

# ix_interview_session_resting: the first entry that is not too old to be mentioned.
FIRST = select(func.min(InterviewSession.updated_at)).where(
    _RESTING, InterviewSession.updated_at >= bindparam("a_day_ago", type_=InterviewSession.updated_at.type)
)


def owe_nudges(store: Store, at: datetime) -> int:
    """The interviews that are mentioned now; returns how many. Nothing is locked while families are left in peace."""
    with store.reading() as uow:
        if not _decent_ones(uow, uow.session.execute(_due(at)).all(), at):
            return 0
    return store.transact(partial(_owe_nudges, at=at))


def _owe_nudges(uow: UnitOfWork, at: datetime) -> int:
    rows = uow.session.execute(_due(at).with_for_update(of=InterviewSession, skip_locked=True)).all()
    done = 0
    for row in _decent_ones(uow, rows, at):
        done += by_itself(uow, partial(_nudge, uow, row, at), f"the nudge of interview {row.id}")
    return done


def _due(at: datetime) -> Select[Any]:
    return (
        select(InterviewSession.id, InterviewSession.person_id, InterviewSession.programme_id)  # type: ignore[return-value]  # a row of many columns
        .join(Conversation, Conversation.session_id == InterviewSession.id)
        .where(
            _RESTING,
            InterviewSession.updated_at.between(at - NUDGE_UNTIL, at - NUDGE_AFTER),
            Conversation.stage == INTERVIEW,
        )
        .order_by(InterviewSession.updated_at)
        .limit(AT_A_TIME)
    )


def _decent_ones(uow: UnitOfWork, rows: Sequence[Any], at: datetime) -> list[Any]:
    quiet = {programme_id: quiet_now(uow, programme_id, at) for programme_id in {row.programme_id for row in rows}}
    return [row for row in rows if not quiet[row.programme_id]]


def quiet_now(uow: UnitOfWork, programme_id: str, at: datetime, zone: str = "") -> bool:
    """Whether families of a programme are left in peace at this moment, by the clock of `zone` or the programme's."""
    zone = zone or settings_of(uow, programme_id).time_zone
    return is_quiet(at, ZoneInfo(zone), decent_hours(uow, programme_id))


def _nudge(uow: UnitOfWork, row: Any, at: datetime) -> None:
    uow.connection.execute(update(InterviewSession).where(InterviewSession.id == row.id).values(nudged_at=at))
    reach(uow, row.person_id, row.programme_id, at, reason=f"nudge:{row.id}", compose=resuming.nudge)
