"""The service was down for three days: what came due meanwhile is done once, in order, by day, and blames nobody."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from referrals.clockwork import tick
from referrals.referral.handling import accept
from referrals.referral.ladder import climb
from referrals.referral.records import Referral, ReferralTransfer
from referrals.referral.telling import tell
from referrals.referral.transfer_places import places_for_transfer
from referrals.referral.transferring import agree, ask_transfer, let_lapse
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.families import Families
from tests.referrals.referral.at_the_centre import DESK, at_moment, does, events, help_kinds, referral, rungs, said
from tests.referrals.referral.test_ladder import sent_with

KUWAIT = ZoneInfo("Asia/Kuwait")
DOWN = timedelta(days=3)


@pytest.fixture
def families(sqlite_store: Store, clock: FrozenClock) -> Families:
    return Families(sqlite_store, clock)


def after_three_days(families: Families, hour: int) -> datetime:
    """When the service is back: at that hour there, three days later or a little more."""
    back = (families.clock() + DOWN).astimezone(KUWAIT)
    return back.replace(hour=hour, minute=10) + timedelta(days=1)


def test_every_rung_comes_once_in_order_and_the_family_sleeps(families: Families) -> None:
    sent = sent_with(families, "emergency")
    said(families, "501")
    night = after_three_days(families, 2)
    at_moment(families, night)
    assert rungs(families, sent.id) == ["call_desk", "tell_supervisor", "ask_second_centre"]
    assert sorted(help_kinds(families)) == ["call_centre", "late_centre"]
    assert said(families, "501") == []
    at_moment(families, night.replace(hour=11))
    told = said(families, "501")
    assert len(told) == 2 and "مكاناً آخر" in told[-1]
    at_moment(families, night + timedelta(days=9))
    assert len(rungs(families, sent.id)) == 3 and said(families, "501") == []


def test_a_desk_that_answers_as_soon_as_it_can_is_not_said_to_be_late(families: Families) -> None:
    sent = sent_with(families, "emergency")
    said(families, "501")
    night = after_three_days(families, 2)
    at_moment(families, night)
    families.clock.now = night.replace(hour=5)
    does(families, sent.id, accept)
    at_moment(families, night.replace(hour=11))
    told = said(families, "501")
    assert len(told) == 1 and "مكاناً آخر" not in told[0] and "التأخير" not in told[0]
    assert referral(families, sent.id).business_status == ""


def test_a_word_that_was_planned_for_a_morning_is_not_said_at_night(families: Families) -> None:
    number = families.refer("501")
    said(families, "501")
    evening = families.clock().astimezone(KUWAIT).replace(hour=23)

    def plan(uow: UnitOfWork) -> None:
        tell(uow, uow.session.get_one(Referral, number), "late", evening, by_clock=True, subject=0)

    families.store.transact(plan)
    night = after_three_days(families, 3)
    at_moment(families, night)
    assert said(families, "501") == []
    at_moment(families, night.replace(hour=11))
    assert len(said(families, "501")) == 1


@pytest.fixture
def transfer(families: Families) -> ReferralTransfer:
    """Another centre was asked to go on; nobody has said anything yet."""
    number = families.refer("501")

    def ask(uow: UnitOfWork) -> ReferralTransfer:
        row = uow.session.get_one(Referral, number)
        given, _ = places_for_transfer(uow, row)[0]
        return ask_transfer(uow, row, DESK, given.id, "other", families.clock())

    return families.store.transact(ask)


def standing(families: Families, transfer: ReferralTransfer) -> ReferralTransfer:
    with families.store.reading() as uow:
        return uow.session.get_one(ReferralTransfer, transfer.id)


def test_who_could_not_answer_about_a_transfer_has_a_day_more(families: Families, transfer: ReferralTransfer) -> None:
    at_moment(families, transfer.due_at + timedelta(hours=9))
    assert standing(families, transfer).state == "asked"

    def says_yes(uow: UnitOfWork) -> None:
        held = uow.session.get_one(ReferralTransfer, transfer.id)
        agree(uow, held, families.clock(), agreed=True, text_id=None, language="ar")

    families.store.transact(says_yes)
    assert standing(families, transfer).state == "agreed"
    at_moment(families, standing(families, transfer).due_at + timedelta(days=5))
    assert standing(families, transfer).state == "agreed", "nor could the other desk"
    at_moment(families, families.clock() + timedelta(days=1))
    assert standing(families, transfer).state == "lapsed"
    assert events(families, transfer.referral_id).count("transfer_lapsed") == 1


def test_while_the_service_runs_a_transfer_ends_at_its_hour(families: Families, transfer: ReferralTransfer) -> None:
    assert let_lapse(families.store, transfer.due_at - timedelta(seconds=1)) == 0
    let_lapse(families.store, transfer.due_at + timedelta(minutes=1))
    assert standing(families, transfer).state == "lapsed"


def test_a_second_clock_that_comes_back_does_nothing_once_more(families: Families) -> None:
    sent = sent_with(families, "normal")
    back = after_three_days(families, 12) + timedelta(days=30)
    for _ in range(2):
        climb(families.store, back)
        tick(families.store, back)
    assert rungs(families, sent.id) == ["tell_desk_and_partner", "tell_supervisor", "match_again"]
