"""Another day: days, then times, as many as the channel shows; back again; and taken only while it is free."""

from __future__ import annotations

from referrals.messages import CAPABILITIES
from tests.families import Families
from tests.referrals.appointments.centres import at_hour, states


def labels(families: Families, who: str) -> list[str]:
    return [choice.label for choice in families.heard[who][-1].choices]


def test_a_family_picks_a_day_then_an_hour_and_is_booked(families: Families) -> None:
    families.offer(families.refer("501"), [at_hour(families, 3, 7)])
    families.read("501")
    (days,) = families.tap("501", "يوم آخر")
    assert "أي يوم يناسبكم" in days.text and len(days.choices) > 2
    (times,) = families.say("501", choice=days.choices[1].id)
    assert days.choices[1].label in times.text
    (booked,) = families.say("501", choice=times.choices[0].id)
    assert "هذه بطاقة الموعد" in booked.text and booked.media
    assert states(families) == ["booked"]


def test_days_and_times_fit_the_list_of_the_channel_and_lead_on_and_back(families: Families) -> None:
    families.offer(families.refer("501"), [at_hour(families, 3, 7)])
    families.read("501")
    families.tap("501", "يوم آخر")
    seen = []
    for _ in range(10):
        assert len(labels(families, "501")) <= CAPABILITIES["telegram"].rows
        seen += [label for label in labels(families, "501") if label not in ("أيام أخرى", "رجوع")]
        if "أيام أخرى" not in labels(families, "501"):
            break
        families.tap("501", "أيام أخرى")
    assert len(seen) == len(set(seen)) > 8  # three weeks of open days, each once
    (offer,) = families.tap("501", "رجوع")
    assert "أي موعد يناسبكم" in offer.text


def test_a_time_that_is_free_no_longer_is_said_kindly_and_what_is_left_is_shown(families: Families) -> None:
    families.offer(families.refer("501"), [at_hour(families, 3, 7)])
    families.read("501")
    forged = int(at_hour(families, 3, 1).timestamp())  # four in the morning: the place is shut
    said = families.say("501", choice=f"d:slot:at:1:{forged}")
    assert "لم يعد هذا الوقت" in said[0].text and "أي موعد" in said[1].text
    assert states(families) == ["proposed"]


def test_an_old_button_of_a_day_answers_kindly_once_it_is_booked(families: Families) -> None:
    families.offer(families.refer("501"), [at_hour(families, 3, 7)])
    families.read("501")
    (days,) = families.tap("501", "يوم آخر")
    families.tap("501", "رجوع")
    families.say("501", choice=families.heard["501"][-1].choices[0].id)
    (told,) = families.say("501", choice=days.choices[0].id)
    assert "موعدكم يوم" in told.text
    assert states(families) == ["booked"]
