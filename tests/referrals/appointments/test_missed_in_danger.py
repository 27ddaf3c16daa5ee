"""Who said that they are in danger is not written to because they did not come, and who wants no reminder gets none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.families import Families
from tests.referrals.appointments.test_reminder_states import help_kinds, states
from tests.referrals.appointments.test_reminding import kuwait, tick_at


@pytest.fixture
def families(sqlite_store: Store, clock: FrozenClock) -> Families:
    return Families(sqlite_store, clock)


@pytest.mark.parametrize("answered", ["", "لا تتصلوا"])
def test_in_a_danger_nobody_is_asked_why_they_did_not_come(families: Families, answered: str) -> None:
    families.booked("501", kuwait(5, 12))
    families.clock.now = kuwait(4, 11, 50)
    families.say("501", "أنا في خطر")
    if answered:
        families.tap("501", answered)
    known = len(families.heard["501"])
    for hours in range(0, 12, 2):
        tick_at(families, kuwait(5, 12) + timedelta(hours=hours))
        families.read("501")
    assert [message.text for message in families.heard["501"][known:]] == []
    assert all(restricted for _, restricted in help_kinds(families))


def test_a_reminder_is_not_said_once_more_to_who_wants_none(families: Families) -> None:
    families.booked("501", kuwait(5, 12))
    tick_at(families, kuwait(3, 12, 1))
    families.read("501")
    families.say("501", "توقف")
    families.tap("501", "رسائل التذكير")
    assert [message.text for message in families.tap("501", "نعم")] == ["أوقفنا رسائل التذكير. وطلبكم كما هو."]
    tick_at(families, kuwait(3, 12, 5))
    assert states(families) == {"48h": "sent", "3h": "cancelled"}
