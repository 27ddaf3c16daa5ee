"""The loop is closed by the family: asked a few times, one short question each, and «لم يصل» opens it again."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from referrals.families.records import Person
from referrals.referral.handling import accept, cancel_by_sender, complete, fail, pause, reject, resume, start
from referrals.referral.stepping import Actor
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.families import Families
from tests.referrals.referral.at_the_centre import at_moment, does, events, help_kinds, referral, said

KUWAIT = ZoneInfo("Asia/Kuwait")


@pytest.fixture
def quick(sqlite_store: Store, clock: FrozenClock) -> Families:
    """On SQLite alone, where the database makes no difference."""
    return Families(sqlite_store, clock)


def completed(families: Families) -> int:
    referral_id = families.refer("501")
    does(families, referral_id, accept)
    does(families, referral_id, start, "phone")
    does(families, referral_id, complete, "helped", "", delivered="rent")
    return referral_id


def in_decent_hours(moment: datetime) -> datetime:
    """Noon of the next Sunday."""
    local = moment.astimezone(KUWAIT).replace(hour=12, minute=0)
    while local.weekday() != 6:
        local += timedelta(days=1)
    return local


def test_three_short_questions_and_every_one_may_be_left(families: Families) -> None:
    referral_id = completed(families)
    assert "هل وصل ما اتفقنا عليه؟" in said(families, "501")[-1]
    assert "كيف كانت المساعدة؟" in families.tap("501", "نعم، وصل")[-1].text
    assert "كم انتظرتم" in families.tap("501", "٤")[-1].text
    assert "شكراً" in families.tap("501", "أيام قليلة")[-1].text
    found = referral(families, referral_id)
    assert (found.feedback, found.feedback_how, found.feedback_wait) == ("yes", 4, "days")
    assert found.business_status == "loop-closed"


def test_all_questions_skipped(families: Families) -> None:
    referral_id = completed(families)
    said(families, "501")
    families.tap("501", "نعم، وصل")
    families.tap("501", "السؤال التالي")
    families.tap("501", "لا أريد الإجابة")
    found = referral(families, referral_id)
    assert (found.feedback, found.feedback_how, found.feedback_wait) == ("yes", None, "")


def test_who_does_not_want_to_say_is_not_asked_again(families: Families) -> None:
    referral_id = completed(families)
    said(families, "501")
    families.tap("501", "لا أريد الإجابة")
    assert referral(families, referral_id).feedback == "skipped"
    at_moment(families, in_decent_hours(families.clock() + timedelta(days=20)))
    assert said(families, "501") == []
    assert referral(families, referral_id).business_status == "loop-closed"


def test_not_delivered_opens_it_again_with_its_reason_and_a_supervisor_sees_it(families: Families) -> None:
    referral_id = completed(families)
    said(families, "501")
    families.tap("501", "لم يصل شيء")
    found = referral(families, referral_id)
    assert (found.state, found.feedback, found.business_status) == ("in-progress", "no", "escalated-1")
    assert found.closed_at is None
    assert "dispute" in events(families, referral_id)
    assert "not_delivered" in help_kinds(families)


def test_three_tries_with_days_between_then_it_is_said_that_nobody_knows(families: Families) -> None:
    referral_id = completed(families)
    asked = sum("هل وصل" in text for text in said(families, "501"))
    for _ in range(6):
        at_moment(families, in_decent_hours(families.clock() + timedelta(days=4)))
        asked += sum("هل وصل" in text for text in said(families, "501"))
    assert asked == 3
    assert referral(families, referral_id).business_status == "loop-open-unreachable"
    assert referral(families, referral_id).state == "completed"


def test_a_refusal_comes_on_a_tap_and_they_say_whether_it_was_explained(families: Families) -> None:
    referral_id = families.refer("501")
    does(families, referral_id, reject, "not-eligible")
    assert "وصل الرد على طلبكم" in said(families, "501")[-1]
    assert "شروط هذا المكان" in families.tap("501", "أعرض الرد")[-1].text
    assert "واضحاً لكم" in families.tap("501", "لا")[-1].text
    families.tap("501", "نعم، واضح")
    found = referral(families, referral_id)
    assert (found.feedback_explained, found.business_status) == ("yes", "loop-closed")


def test_a_failure_is_told_on_a_tap_too(families: Families) -> None:
    referral_id = families.refer("501")
    does(families, referral_id, accept)
    does(families, referral_id, fail, "service-ended")
    assert "وصل الرد" in said(families, "501")[-1]
    assert "لم يعد موجوداً" in families.tap("501", "أعرض الرد")[-1].text


def test_each_change_is_told_in_plain_words(families: Families) -> None:
    referral_id = families.refer("501")
    said(families, "501")
    does(families, referral_id, accept)
    assert "يستطيعون استقبالكم" in said(families, "501")[-1]
    does(families, referral_id, start, "phone")
    does(families, referral_id, pause, "papers-missing", (families.clock() + timedelta(days=5)).date())
    assert "وقت أطول" in said(families, "501")[-1]
    does(families, referral_id, resume)
    assert "من جديد" in said(families, "501")[-1]
    does(families, referral_id, cancel_by_sender, "no-longer-needed", actor=Actor(1, "clerk"))
    assert "توقف طلبكم" in said(families, "501")[-1]


@pytest.mark.parametrize("answer", ["لا", "لم يصل شيء"])
def test_plain_words_answer_too(families: Families, answer: str) -> None:
    referral_id = completed(families)
    said(families, "501")
    families.say("501", answer)
    assert referral(families, referral_id).state == "in-progress"


@pytest.mark.parametrize(
    ("said_so", "feedback"), [("ايوه وصل كله", "yes"), ("ما وصل كله", "partly"), ("ما وصل شي", "no")]
)
def test_other_words_answer_also_long_after_nobody_was_reached(quick: Families, said_so: str, feedback: str) -> None:
    referral_id = completed(quick)
    for _ in range(4):
        at_moment(quick, in_decent_hours(quick.clock() + timedelta(days=4)))
        quick.read("501")
    assert referral(quick, referral_id).business_status == "loop-open-unreachable"
    quick.clock.forward(days=90)
    quick.say("501", said_so)
    found = referral(quick, referral_id)
    assert found.feedback == feedback
    assert (found.business_status, found.state) == (
        ("escalated-1", "in-progress") if feedback == "no" else ("loop-closed", "completed")
    )


def test_thanks_are_enough_of_an_answer(quick: Families) -> None:
    """The short questions of the end are let go with a word of thanks, and not asked again."""
    referral_id = completed(quick)
    quick.read("501")
    quick.tap("501", "نعم، وصل")
    (answer,) = quick.say("501", "شكراً لكم")
    assert "كيف كانت" not in answer.text
    at_moment(quick, in_decent_hours(quick.clock() + timedelta(days=20)))
    assert said(quick, "501") == []
    assert referral(quick, referral_id).feedback == "yes"


def test_a_refusal_that_was_not_understood_is_explained_by_a_person(quick: Families) -> None:
    referral_id = quick.refer("501")
    does(quick, referral_id, reject, "not-eligible")
    quick.read("501")
    quick.tap("501", "أعرض الرد")
    quick.tap("501", "لا")
    assert "يشرحوا لكم السبب" in quick.tap("501", "غير واضح")[-1].text
    assert referral(quick, referral_id).feedback_explained == "no"
    assert "refusal_unclear" in help_kinds(quick)


def test_who_was_erased_in_between_is_asked_nothing_and_an_old_button_tells_nothing(quick: Families) -> None:
    referral_id = completed(quick)
    quick.read("501")
    quick.store.transact(lambda uow: uow.connection.execute(update(Person).values(erased_at=quick.clock())))
    at_moment(quick, in_decent_hours(quick.clock() + timedelta(days=20)))
    assert said(quick, "501") == []
    assert referral(quick, referral_id).business_status == ""


def test_a_question_that_is_no_longer_true_is_asked_no_more(quick: Families) -> None:
    """Another place was proposed and nobody answered; then the first one accepts."""
    referral_id = quick.refer("501")
    at_moment(quick, in_decent_hours(referral(quick, referral_id).respond_due + timedelta(days=40)))
    assert any("مكاناً آخر" in text for text in said(quick, "501"))
    does(quick, referral_id, accept)
    quick.read("501")
    assert not any("مكاناً آخر" in each.text for each in quick.say("501", "السلام عليكم"))
