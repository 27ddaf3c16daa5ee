"""Nobody answers: each rung once, at its share of the deadline, whoever ticks and whenever the clock is killed."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from referrals.conversations.records import HelpRequest
from referrals.referral.handling import Actor, accept, open_referral
from referrals.referral.ladder import climb
from referrals.referral.records import Referral
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.families import Families
from tests.referrals.referral.at_the_centre import (
    all_referrals,
    at_moment,
    changes,
    does,
    events,
    help_kinds,
    referral,
    rungs,
    said,
)

KUWAIT = ZoneInfo("Asia/Kuwait")
SOON = timedelta(minutes=1)


def sent_with(families: Families, priority: str) -> Referral:
    """A family's referral, with that priority and its deadlines."""
    from referrals.referral.deadlines import start_clock

    referral_id = families.refer("501")

    def work(uow: UnitOfWork) -> None:
        found = uow.session.get_one(Referral, referral_id)
        found.priority = priority
        start_clock(uow, found, families.clock())

    families.store.transact(work)
    return referral(families, referral_id)


def test_the_rungs_of_an_ordinary_referral(families: Families) -> None:
    sent = sent_with(families, "normal")
    at_moment(families, sent.ack_due - SOON)
    assert rungs(families, sent.id) == []
    at_moment(families, sent.ack_due + SOON)
    assert rungs(families, sent.id) == ["tell_desk_and_partner"]
    assert referral(families, sent.id).business_status == "overdue"
    later = referral(families, sent.id).next_rung_at
    assert later is not None
    at_moment(families, later)
    assert rungs(families, sent.id) == ["tell_desk_and_partner", "tell_supervisor"]
    assert referral(families, sent.id).business_status == "escalated-1"
    assert "late_centre" in help_kinds(families)
    last = referral(families, sent.id).next_rung_at
    assert last is not None
    at_moment(families, last)
    assert rungs(families, sent.id)[-1] == "match_again"
    assert referral(families, sent.id).business_status == "escalated-2"
    assert referral(families, sent.id).next_rung_at is None
    at_moment(families, last + timedelta(days=60))
    assert len(rungs(families, sent.id)) == 3


def test_an_emergency_is_called_at_half_and_goes_to_a_second_centre_at_once(families: Families) -> None:
    sent = sent_with(families, "emergency")
    half = sent.next_rung_at
    assert half is not None
    assert half < sent.ack_due
    at_moment(families, half)
    assert rungs(families, sent.id) == ["call_desk"]
    assert "call_centre" in help_kinds(families)
    assert referral(families, sent.id).business_status == "awaiting-ack"
    at_moment(families, sent.ack_due)
    assert rungs(families, sent.id) == ["call_desk", "tell_supervisor", "ask_second_centre"]
    assert referral(families, sent.id).business_status == "escalated-2"
    assert any("مكاناً آخر" in text for text in said(families, "501")), "at once: the family is asked for its word"


def test_shares_of_the_time_to_acknowledge_are_working_hours(families: Families) -> None:
    """A working day and a half after Sunday morning lies within opening hours, never in a night."""
    sent = sent_with(families, "urgent")
    at_moment(families, sent.ack_due)
    then = referral(families, sent.id).next_rung_at
    assert then is not None
    assert 7 <= then.astimezone(KUWAIT).hour < 15
    assert then - sent.ack_due < timedelta(days=4)


def test_a_referral_that_was_opened_has_to_be_answered_and_that_has_a_ladder_too(families: Families) -> None:
    sent = sent_with(families, "urgent")
    does(families, sent.id, open_referral)
    opened = referral(families, sent.id)
    assert opened.next_rung_at == opened.respond_due == sent.requested_at + timedelta(hours=72) or (
        opened.next_rung_at == opened.respond_due
    )
    at_moment(families, opened.respond_due)
    assert rungs(families, sent.id) == ["tell_desk_and_partner"]
    assert opened.clock_from is not None
    whole = opened.respond_due - opened.clock_from
    at_moment(families, opened.clock_from + whole * 1.5)
    at_moment(families, opened.clock_from + whole * 2)
    assert rungs(families, sent.id) == ["tell_desk_and_partner", "tell_supervisor", "match_again"]


def test_who_answers_in_time_hears_nothing(families: Families) -> None:
    sent = sent_with(families, "normal")
    does(families, sent.id, accept)
    at_moment(families, sent.respond_due + timedelta(days=60))
    assert rungs(families, sent.id) == []
    assert referral(families, sent.id).answered_at is not None


def test_a_clock_that_comes_late_climbs_every_rung_once_and_the_family_hears_one_word(families: Families) -> None:
    sent = sent_with(families, "normal")
    said(families, "501")
    noon = (sent.respond_due + timedelta(days=60)).astimezone(KUWAIT).replace(hour=12)
    while noon.weekday() != 6:
        noon += timedelta(days=1)
    at_moment(families, noon)
    assert rungs(families, sent.id) == ["tell_desk_and_partner", "tell_supervisor", "match_again"]
    late = [text for text in said(families, "501") if "لم نسمع" in text]
    assert len(late) == 1


def test_a_clock_that_is_killed_between_a_rung_and_its_commit_does_it_again_and_once(
    families: Families, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = sent_with(families, "normal")
    families.clock.now = sent.ack_due

    class Killed(BaseException):
        """As if the process had ended."""

    def die(*_: object) -> None:
        raise Killed

    monkeypatch.setattr(UnitOfWork, "finish", die)
    with pytest.raises(Killed):
        climb(families.store, families.clock())
    monkeypatch.undo()
    assert rungs(families, sent.id) == []
    climb(families.store, families.clock())
    climb(families.store, families.clock())
    assert rungs(families, sent.id) == ["tell_desk_and_partner"]


def test_the_family_is_never_written_to_at_night(families: Families) -> None:
    sent = sent_with(families, "urgent")
    does(families, sent.id, open_referral)
    night = datetime(2026, 11, 2, 2, 0, tzinfo=KUWAIT)
    changes(families, sent.id, next_rung_at=night, respond_due=night)
    said(families, "501")
    at_moment(families, night)
    assert rungs(families, sent.id) == ["tell_desk_and_partner"]
    assert said(families, "501") == []
    at_moment(families, datetime(2026, 11, 2, 10, 0, tzinfo=KUWAIT))
    assert [text for text in said(families, "501") if "لم نسمع" in text]


def test_who_may_be_in_danger_is_not_written_to_and_goes_nowhere_by_itself(families: Families) -> None:
    sent = sent_with(families, "normal")
    families.say("501", "أنا في خطر")
    known = len(families.heard["501"])
    at_moment(families, sent.ack_due)
    while (then := referral(families, sent.id).next_rung_at) is not None:
        at_moment(families, then)
    at_moment(families, families.clock() + timedelta(days=3))
    families.read("501")
    assert families.heard["501"][known:] == []
    with families.store.reading() as uow:
        kinds = {(row.kind, row.restricted) for row in uow.session.query(HelpRequest)}
    assert all(restricted for _, restricted in kinds)
    assert len(all_referrals(families)) == 1
    assert not any("danger" in each for each in (*events(families, sent.id), *rungs(families, sent.id)))


def test_a_pause_is_looked_at_again_on_its_day(families: Families) -> None:
    from referrals.referral.handling import pause, start

    sent = sent_with(families, "normal")
    does(families, sent.id, accept)
    does(families, sent.id, start, "phone")
    day = (families.clock() + timedelta(days=10)).date()
    does(families, sent.id, pause, "papers-missing", day)
    at_moment(families, families.clock() + timedelta(days=9))
    assert "review_hold" not in help_kinds(families)
    at_moment(families, families.clock() + timedelta(days=2))
    at_moment(families, families.clock() + timedelta(days=2))
    assert help_kinds(families).count("review_hold") == 1


def test_nothing_is_locked_where_nothing_is_due(sqlite_store: Store, families: Families) -> None:
    sent = sent_with(families, "normal")
    with families.store.unit_of_work() if families.store.is_sqlite else families.store.reading():
        assert climb(families.store, sent.ack_due - SOON) == 0


def test_a_partners_system_is_named_in_the_history(families: Families) -> None:
    sent = sent_with(families, "normal")
    does(families, sent.id, accept, actor=Actor(None, system="partner:7"))
    assert referral(families, sent.id).state == "accepted"
