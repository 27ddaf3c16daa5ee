"""«أنا أصم», «هذا هاتف جارتي» beside an appointment: said by themselves and surely, else it is something else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from referrals.conversations.records import HelpRequest
from referrals.conversations.stages.about_them import read_about_them
from referrals.families.records import Identity
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.families import Families
from tests.referrals.appointments.centres import at_hour
from tests.stores import databases, sqlite_store

__all__ = ["databases", "sqlite_store"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("أنا أصمّ", "deaf"),
        ("انا طرشه اكتبولي بس", "deaf"),
        ("صماء", "deaf"),
        ("لا أسمع", "deaf"),
        ("أنا ما أسمع بالتليفون", "deaf"),
        ("مبسمعش كويس", "deaf"),
        ("I can't hear", "deaf"),
        ("هذا هاتف جارتي", "lent"),
        ("ده موبايل الجيران مش تليفوني", "lent"),
        ("أكتب من تلفون أختي", "lent"),
        ("أنا أم صماء", "deaf"),
        ("I am deaf, please write", "deaf"),
        ("ابني أصم وعنده جلسة", None),
        ("بنتي صماء", None),
        ("صماء ابنتي", None),
        ("أنا أم لطفل أصم", None),
        ("أنا مش أصم", None),
        ("ما أسمع منكم رد", None),
        ("ما سمعت الرسالة", None),
        ("جارتي أخذت موعد", None),
        ("اتصلوا على هاتف جارتي", None),
        ("هذا رقم جارتي 50012345", None),
        ("لا أستطيع الكلام", None),
    ],
)
def test_what_is_said_for_sure(words: str, said: str | None) -> None:
    assert read_about_them(words) == said


@pytest.fixture
def families(sqlite_store: Store, clock: FrozenClock) -> Families:
    return Families(sqlite_store, clock)


def test_at_the_times_that_are_offered_staff_hear_of_it_and_the_times_come_again(families: Families) -> None:
    families.offer(families.refer("501"), [at_hour(families, 3, 7)])
    families.read("501")
    said = families.say("501", "أنا أصم")
    assert "تفضّلون الكتابة" in said[0].text and "أي موعد يناسبكم" in said[-1].text
    with families.store.reading() as uow:
        assert uow.session.scalars(select(HelpRequest.kind)).all() == ["off_topic"]
    families.say("501", choice=said[-1].choices[0].id)
    assert "موعدكم" in families.heard["501"][-1].text


def test_after_a_reminder_a_borrowed_telephone_is_read_by_others(families: Families) -> None:
    families.booked("501", at_hour(families, 3, 7))
    families.clock.now += timedelta(hours=1)
    assert "قصيرة" in families.say("501", "هذا هاتف جارتي")[0].text
    with families.store.reading() as uow:
        assert uow.session.scalars(select(Identity.readers)).all() == ["shared"]
