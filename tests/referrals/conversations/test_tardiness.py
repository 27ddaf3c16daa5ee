"""Who waited more than ten minutes hears one word of apology, before the answer and once."""

from __future__ import annotations

from dataclasses import replace

from referrals.inbound import Inbound
from tests.families import GREETING, Families

SORRY = "عذراً على التأخر."


def sorry_in(families: Families, who: str) -> int:
    return sum(message.text.count(SORRY) for message in families.read(who))


def test_what_waited_while_we_were_down_is_answered_in_order_with_one_apology(families: Families) -> None:
    families.write(*(families.event("501", text) for text in (GREETING, "تقديم طلب", "العربية")))
    families.clock.forward(minutes=11)
    families.turns()
    got = families.read("501")
    assert [message.text.startswith(SORRY) for message in got] == [True, False, False]
    assert "هل توافقون" in got[-1].text
    families.all_handled()
    assert all(SORRY not in message.text for message in families.say("501", "أوافق"))


def test_a_short_wait_needs_no_apology(families: Families) -> None:
    families.write(families.event("501", GREETING))
    families.clock.forward(minutes=9)
    families.turns()
    assert sorry_in(families, "501") == 0


def test_what_the_platform_kept_for_us_is_late_by_the_platforms_clock(families: Families) -> None:
    """Nothing could be delivered while we were down: it came just now, and was said long ago."""
    said_at = families.clock().timestamp() - 3600
    families.write(replace(families.event("501", GREETING), sent_at=said_at))
    families.turns()
    assert sorry_in(families, "501") == 1


def test_a_platforms_clock_that_cannot_be_right_is_not_believed(families: Families) -> None:
    for who, sent_at in (("501", 1.0), ("502", families.clock().timestamp() + 86_400)):
        families.write(replace(families.event(who, GREETING), sent_at=sent_at))
        families.turns()
        assert sorry_in(families, who) == 0


def test_a_tap_that_is_older_than_the_question_is_not_apologised_for(families: Families) -> None:
    families.apply("501", until="هل توافقون")
    tap = families.event("501", choice=families.button("501", "أوافق").id)
    families.clock.forward(minutes=1)
    families.say("501", "القائمة")
    families.clock.forward(minutes=20)
    asked_before = families.clock().timestamp() - 21.5 * 60
    families.write(_said(tap, asked_before))
    families.turns()
    assert sorry_in(families, "501") == 0


def _said(event: Inbound, sent_at: float) -> Inbound:
    return replace(event, sent_at=sent_at)
