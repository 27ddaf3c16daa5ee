"""The review shows every answer on some page of one message, and private ones only to who asked and reads alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.fitting import fit
from bot.channels.whatsapp_bodies import message_body
from dialogs.interview import RepeatPosition, ReviewLine
from referrals.conversations.asking.reviewing import Reviewing, line_of, pages_left, pick_line, review
from referrals.inbound import Address
from referrals.messages import CAPABILITIES, Message
from tests.platforms.graph_api_rules import check_message
from tests.referrals.conversations.at_a_desk import desk_on


def line(number: int, label: str = "كم عمركم؟", shown: str = "٤٢", **values: object) -> ReviewLine:
    return ReviewLine(number, f"/data/q{number}", label, shown, False, f"q0000.{number}:!edit", **values)  # type: ignore[arg-type]  # by name


def pages(channel: str, asked: Reviewing) -> list[Message]:
    desk, seen, page = desk_on(channel), [], 0
    while True:
        seen.append(review(desk, Reviewing(asked.lines, asked.complete, asked.before, page, asked.private)))
        following = pages_left(desk)
        if following is None:
            return seen
        page = following


ANSWERS = st.lists(st.text(alphabet="ابتثج ٠١٢+5", max_size=300), min_size=1, max_size=60)


@given(ANSWERS, st.sampled_from(["telegram", "whatsapp"]))
def test_each_page_is_one_message_and_no_answer_is_left_out(shown: list[str], channel: str) -> None:
    lines = tuple(line(number, shown=answer) for number, answer in enumerate(shown, 1))
    seen = pages(channel, Reviewing(lines))
    for message in seen:
        (piece,) = fit(message, CAPABILITIES[channel])
        if channel == "whatsapp":
            check_message(message_body(Address("phone", "+96550000000"), piece), {}, {})
    told = "\n".join(message.text for message in seen)
    assert all(f"\n{desk_on(channel).voice.number(number)}. " in told for number in range(1, len(shown) + 1))


def test_sending_is_offered_on_the_last_page_alone() -> None:
    lines = tuple(line(number, shown="إجابة " * 20) for number in range(1, 30))
    *before, last = pages("whatsapp", Reviewing(lines))
    assert before
    assert all("d:interview:submit" not in [choice.id for choice in message.choices] for message in before)
    assert last.choices[0].label == "نعم، قدّموه"
    assert all(message.text.endswith("هل نرى الباقي؟") for message in before)


@pytest.mark.parametrize(("readers", "offered"), [("alone", True), ("shared", False), ("unknown", False)])
def test_private_answers_are_offered_only_where_nobody_else_reads(readers: str, offered: bool) -> None:
    lines = (line(1), ReviewLine(2, "/data/debt", "هل عليكم ديون؟", "نعم", True, "q0000.2:!edit"))
    desk = desk_on("telegram", readers=readers)
    message = review(desk, Reviewing(lines))
    assert "هل عليكم ديون؟ محفوظة" in message.text
    assert ("أرى الإجابات الخاصة" in [choice.label for choice in message.choices]) is offered


def test_private_answers_are_shown_to_who_asked_and_not_the_next_time() -> None:
    lines = (ReviewLine(1, "/data/debt", "هل عليكم ديون؟", "نعم", True, "q0000.1:!edit"),)
    desk = desk_on("telegram", readers="alone")
    assert "ديون؟ نعم" in review(desk, Reviewing(lines, private=True)).text
    assert "ديون؟ محفوظة" in review(desk, Reviewing(lines)).text


def test_what_is_to_be_changed_can_be_tapped_eight_a_page() -> None:
    lines = tuple(line(number) for number in range(1, 21))
    message = pick_line(desk_on("whatsapp"), lines, 1)
    assert [choice.number for choice in message.choices] == [9, 10, 11, 12, 13, 14, 15, 16, 0, 0]
    assert message.choices[0].id == "q0000.9:!edit"
    (piece,) = fit(message, CAPABILITIES["whatsapp"])
    check_message(message_body(Address("phone", "+96550000000"), piece), {}, {})


def test_the_list_to_choose_from_tells_no_private_answer() -> None:
    message = pick_line(desk_on("whatsapp"), (ReviewLine(1, "/data/d", "ديون", "نعم", True, "q0000.1:!edit"),))
    assert message.choices[0].description == "محفوظة"


def test_a_short_name_and_whose_answer_it_is() -> None:
    desk = desk_on("telegram")
    of_second = RepeatPosition(2, 3, label="فرد من البيت")
    assert line_of(desk, line(1, "الاسم", "سارة", repeat=of_second)) == "فرد من البيت ٢، الاسم: سارة"
    assert line_of(desk, line(1, "كم العمر؟", "9", repeat=RepeatPosition(2, 3))) == "الشخص ٢: كم العمر؟ ٩"
    assert line_of(desk, line(1, "الهاتف", "+96550012345")) == "الهاتف: +96550012345"
    assert line_of(desk, line(1, "الهاتف", "", set_aside=True)) == "الهاتف: تركناه إلى النهاية"
