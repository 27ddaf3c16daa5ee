"""The whole ladder, whatever the deadlines, the opening hours, the holidays and the clock: each rung once, in order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from referrals.definitions.in_force import settings_of
from referrals.definitions.settings import LADDERS, Deadlines
from referrals.directory.hours.hours_of import Hours
from referrals.directory.hours.opening_hours import WeeklyHours
from referrals.lifecycles import LADDER
from referrals.referral import deadlines
from referrals.referral.deadlines import start_clock
from referrals.referral.ladder import climb
from referrals.referral.records import Referral, ReferralEvent, ReferralWord
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.families import Families

ZONE = ZoneInfo("Asia/Kuwait")
BEGIN = datetime(2026, 11, 1, 7, tzinfo=UTC)  # a Sunday
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Case:
    priority: str
    acknowledge: float
    respond: float
    days: frozenset[int]
    opens: int
    closes: int
    holidays: frozenset[date]
    opened: bool
    jumps: tuple[int, ...]  # minutes by which the clock goes on, or back


@st.composite
def cases(draw: st.DrawFn) -> Case:
    opens = draw(st.integers(0, 20))
    return Case(
        draw(st.sampled_from(sorted(LADDERS))),
        draw(st.integers(1, 80)) / 2,
        draw(st.integers(1, 200)) / 2,
        frozenset(draw(st.sets(st.integers(0, 6), min_size=1))),
        opens,
        draw(st.integers(opens + 1, 23)),
        frozenset(BEGIN.date() + timedelta(days=each) for each in draw(st.sets(st.integers(0, 40), max_size=8))),
        draw(st.booleans()),
        tuple(draw(st.lists(st.integers(-3000, 12000), min_size=2, max_size=8))),
    )


def open_after(case: Case, hours: float) -> datetime:
    """When the place has been open so long, counted a quarter of an hour at a time."""
    at, left = BEGIN, hours * 4
    while left > 0:
        local = at.astimezone(ZONE)
        is_open = local.weekday() in case.days and case.opens <= local.hour < case.closes
        left -= 1 if is_open and local.date() not in case.holidays else 0
        at += QUARTER
    return at + left * QUARTER


def expected(case: Case) -> list[tuple[str, datetime]]:
    """Each rung with the moment from which on it is due."""
    if case.opened:
        whole = timedelta(hours=case.respond)
        return [(rung.step, BEGIN + whole * rung.share) for rung in LADDERS[case.priority]]
    return [(rung.step, open_after(case, case.acknowledge * rung.share)) for rung in LADDERS[case.priority]]


@pytest.fixture
def families(sqlite_store: Store, clock: FrozenClock) -> Families:
    return Families(sqlite_store, clock)


def begins_again(uow: UnitOfWork, referral_id: int, case: Case) -> int:
    """The referral as if it had been sent, or opened, at the beginning; the last event until then."""
    uow.session.expire_all()
    found = uow.session.get_one(Referral, referral_id)
    found.state, found.priority, found.business_status = "requested", case.priority, "awaiting-ack"
    found.requested_at = BEGIN
    start_clock(uow, found, BEGIN)
    if case.opened:
        found.state, found.business_status = "received", ""
        deadlines.next_clock(uow, found)
    uow.connection.execute(delete(ReferralWord))
    uow.flush()
    last = uow.session.scalars(select(ReferralEvent.id).order_by(ReferralEvent.id.desc())).first()
    return last or 0


def standing(store: Store, referral_id: int, after: int) -> tuple[str, list[tuple[str, datetime]]]:
    with store.reading() as uow:
        steps = uow.session.scalars(
            select(ReferralEvent).where(ReferralEvent.id > after, ReferralEvent.event == "overdue")
        )
        status = uow.session.get_one(Referral, referral_id).business_status
        return status, [(each.reason, each.at) for each in steps.all()]


def test_each_rung_once_in_order_never_early_and_none_left_out(
    families: Families, monkeypatch: pytest.MonkeyPatch
) -> None:
    referral_id, store = families.refer("501"), families.store
    with store.reading() as uow:
        usual = settings_of(uow, "kuwait")
    now: dict[str, Any] = {}
    monkeypatch.setattr(deadlines, "settings_of", lambda *_: now["settings"])
    monkeypatch.setattr(deadlines, "hours_of", lambda _, places, __: dict.fromkeys(places, now["hours"]))

    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(cases())
    def holds(case: Case) -> None:
        weekly = WeeklyHours(case.days, time(case.opens), time(case.closes))
        now["hours"] = Hours((weekly,), ZONE, case.holidays)
        times = {case.priority: Deadlines(case.acknowledge, case.respond)}
        now["settings"] = replace(usual, deadlines={**usual.deadlines, **times})
        before = store.transact(lambda uow: begins_again(uow, referral_id, case))
        wanted = expected(case)
        at, statuses, latest = BEGIN, ["awaiting-ack"], BEGIN
        for jump in (*case.jumps, 400 * 24 * 60, 0, -600 * 24 * 60, 600 * 24 * 60):
            at += timedelta(minutes=jump)
            latest = max(latest, at)
            climb(store, at)
            status, did = standing(store, referral_id, before)
            statuses += [status] if status != statuses[-1] else []
            due = [step for step, moment in wanted if moment <= latest]
            assert [step for step, _ in did] == due, "every rung that is due, each once, in order"
            assert all(moment >= dict(wanted)[step] for step, moment in did), "never early"
        passed = [each for each in statuses if each in LADDER]
        assert passed == sorted(passed, key=LADDER.index), "never back"
        assert passed[-1] == "escalated-2", "a person looks; rerouted is what went elsewhere"

    holds()
    store.transact(lambda uow: uow.connection.execute(update(Referral).values(next_rung_at=None)))
