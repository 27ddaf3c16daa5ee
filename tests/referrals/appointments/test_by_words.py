"""Words at an offer of times, in the chat: booked and said back, taken back with one tap, or shown with the nearest."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from referrals.appointments.booking import offered_slots
from referrals.appointments.records import Appointment
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.families import Families
from tests.referrals.appointments.centres import at_hour, facts, states
from tests.referrals.appointments.test_one_way import two_offered


@pytest.fixture
def offered(sqlite_store: Store, clock: FrozenClock) -> Families:
    """A family that was offered three times: ten o'clock, one o'clock and nine of three days."""
    families = Families(sqlite_store, clock)
    starts = [at_hour(families, 3, 7), at_hour(families, 4, 10), at_hour(families, 5, 6)]
    families.offer(families.refer("501"), starts)
    families.read("501")
    return families


def day_of(families: Families, place: int) -> str:
    """The weekday that stands on the button at that place."""
    return families.heard["501"][-1].choices[place].label.split()[0]


def test_a_day_and_an_hour_in_words_are_booked_and_said_back(offered: Families) -> None:
    (said,) = offered.say("501", f"{day_of(offered, 1)} الساعة واحدة إن شاء الله")
    assert said.text.startswith("فهمنا: ") and "الساعة ١ ظهراً" in said.text and "هذه بطاقة الموعد" in said.text
    assert [choice.label for choice in said.choices] == ["ليس هذا الوقت"]
    assert states(offered) == ["booked"]


def test_what_we_took_wrongly_is_taken_back_with_one_tap_and_counts_as_no_move(offered: Families) -> None:
    offered.say("501", f"عايزة {day_of(offered, 0)}")
    (again,) = offered.tap("501", "ليس هذا الوقت")
    assert "أي موعد يناسبكم" in again.text and len(again.choices) == 4
    with offered.store.reading() as uow:
        open_one = uow.session.scalars(select(Appointment).where(Appointment.state == "proposed")).one()
        assert open_one.moves == 0 and len(offered_slots(uow, open_one.id, offered.clock())) == 3
    assert states(offered) == ["cancelled", "proposed"]


@pytest.mark.parametrize(("text", "minutes", "undone"), [("لا", 1, True), ("غلط", 1, True), ("لا", 30, False)])
def test_a_no_right_after_it_takes_it_back_and_a_later_one_does_not(
    offered: Families, text: str, minutes: int, undone: bool
) -> None:
    offered.say("501", f"عايزة {day_of(offered, 0)}")
    offered.clock.forward(minutes=minutes)
    offered.say("501", text)
    assert states(offered) == (["cancelled", "proposed"] if undone else ["booked"])


@pytest.mark.parametrize("text", ["النهارده", "النهارده بعد الضهر", "الساعة ٣ الفجر"])
def test_a_time_that_is_not_free_is_said_so_with_the_nearest(offered: Families, text: str) -> None:
    (none,) = offered.say("501", text)
    assert "لم نجد وقتاً كما طلبتم" in none.text and "١. " in none.text
    assert states(offered) == ["proposed"]
    (booked,) = offered.say("501", "١")
    assert booked.text.startswith("موعدكم") and "هذه بطاقة الموعد" in booked.text


@pytest.mark.parametrize("text", ["{}؟", "مش {}", "{} مشغولة", "لا {}", "ينفع {}", "{} أو بعد بكرة"])
def test_a_question_a_doubt_or_a_no_books_nothing(offered: Families, text: str) -> None:
    said = offered.say("501", text.format(day_of(offered, 0)))
    assert states(offered) == ["proposed"]
    assert said[-1].choices


def test_a_day_with_many_free_hours_shows_them_and_an_hour_of_it_is_taken(offered: Families) -> None:
    (days,) = offered.tap("501", "يوم آخر")
    weekday = days.choices[3].label
    (times,) = offered.say("501", weekday)
    assert weekday in times.text and len(times.choices) > 4
    hour = next(choice.label for choice in times.choices if choice.label.startswith("١١ "))
    (booked,) = offered.say("501", "١١")
    assert hour in booked.text and weekday in booked.text
    assert states(offered) == ["booked"]


def test_the_number_of_a_line_of_days_is_that_day(offered: Families) -> None:
    (days,) = offered.tap("501", "يوم آخر")
    (times,) = offered.say("501", "٢")
    assert times.text.startswith(days.choices[1].label)


def test_the_last_one_is_the_last_time_and_not_another_day(offered: Families) -> None:
    third = offered.heard["501"][-1].choices[2].label
    (booked,) = offered.say("501", "آخر واحد")
    assert third.split(maxsplit=1)[1] in booked.text
    assert states(offered) == ["booked"]


@pytest.mark.parametrize("text", ["١", "2", "رقم ٢", "التاني", "تلاتة"])
def test_the_number_of_a_line_is_a_tap_on_it(offered: Families, text: str) -> None:
    (said,) = offered.say("501", text)
    assert said.text.startswith("موعدكم") and not said.choices
    assert states(offered) == ["booked"]


@pytest.mark.parametrize(
    "text", ["وقت آخر", "يوم تاني", "ميعاد تاني", "يوم غيره", "مش اليوم ده", "غير كده", "ولا واحد"]
)
def test_another_time_is_still_another_time(offered: Families, text: str) -> None:
    (days,) = offered.say("501", text)
    assert "أي يوم يناسبكم" in days.text
    assert states(offered) == ["proposed"]


def test_a_danger_in_the_same_words_is_a_danger_first(offered: Families) -> None:
    offered.say("501", "الأحد جوزي بيضربني")
    assert states(offered) == ["proposed"]


def test_words_choose_among_ways_to_do_several_in_one_day(sqlite_store: Store, clock: FrozenClock) -> None:
    families = Families(sqlite_store, clock)
    (offer,) = two_offered(families)
    weekday = offer.choices[1].label.split()[0]
    said = families.say("501", weekday)
    assert "فهمنا: " in said[0].text and "هذه بطاقة واحدة" in said[-1].text
    assert states(families) == ["booked", "booked"]


def test_words_choose_the_hours_of_a_visit_at_home(sqlite_store: Store, clock: FrozenClock) -> None:
    families = Families(sqlite_store, clock)
    number = families.refer("501")
    facts(families, number, applicant_age=70, household_size=1)
    families.offer(number, [at_hour(families, 3, 7)])
    families.read("501")
    (when,) = families.tap("501", "زيارة")
    weekday = when.choices[0].label.split()[0]
    (agreed,) = families.say("501", f"{weekday} الساعة ١٠ الصبح")
    assert weekday in agreed.text
    assert states(families) == ["cancelled"]
