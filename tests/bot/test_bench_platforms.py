"""The bench's platforms hold their limits wherever a second begins, and notice what came twice or out of order."""

from __future__ import annotations

from bot.benches.delivery.limits import AnySecond, EachChat
from bot.benches.delivery.tally import Tally


def test_no_second_holds_more_than_the_limit_wherever_it_begins() -> None:
    second = AnySecond(3)
    assert [second.take(at) for at in (0.0, 0.9, 0.95, 0.99)] == [True, True, True, False]
    assert second.take(1.0)  # the first one is a whole second old
    assert not second.take(1.5)
    assert second.peak == 3


def test_a_chat_takes_its_burst_and_then_its_pace_whatever_others_get() -> None:
    chats = EachChat(per_second=1.0, burst=2.0)
    assert [chats.take("1", 0.0) for _ in range(3)] == [True, True, False]
    assert chats.take("2", 0.0)
    assert not chats.take("1", 0.5)
    assert chats.take("1", 1.0)


def test_what_comes_twice_or_late_is_counted() -> None:
    tally = Tally()
    for number in (1, 3, 2, 3):
        tally.take("1", f"عيّنة (رسالة {number})", float(number))
    tally.take("2", "عيّنة (رسالة 1)", 5.0)
    tally.take("2", "أهلاً", 6.0)
    told = tally.told()
    assert (told["taken"], told["out_of_order"], told["duplicates"]) == (6, 1, 1)


def test_the_settled_rate_leaves_out_the_seconds_in_which_the_pace_was_found() -> None:
    tally = Tally()
    for at in (0.0, 2.0, 4.0, 4.5, 5.0):
        tally.take("1", "", at)
    told = tally.told(settled_after=3.0)
    assert (told["rate"], told["settled_rate"]) == (0.8, 2.0)
    assert tally.told(settled_after=9.0)["settled_rate"] == 0.8  # too short a run to leave anything out
