"""However many answers there are and whatever the channel holds, each of them can be reached, told apart and typed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.fitting import fit
from bot.channels.whatsapp_bodies import message_body
from dialogs.interview import Found, MemberLine, Prompt, RepeatPosition
from referrals.conversations.asking.offering import offers
from referrals.conversations.asking.prompting import Asking, question
from referrals.inbound import Address
from referrals.messages import CAPABILITIES, CHOSEN, WHATSAPP, Choice, Message
from tests.platforms.bot_api_rules import CALLBACK_DATA
from tests.platforms.graph_api_rules import check_message
from tests.referrals.conversations.at_a_desk import desk_on, prompt_with

CHANNELS = tuple(CAPABILITIES)


def answers(choices: tuple[Choice, ...]) -> list[Choice]:
    return [choice for choice in choices if choice.id.startswith("q")]


def pages_of(channel: str, prompt: Prompt) -> list[tuple[Choice, ...]]:
    """Every page, as somebody sees them who goes on to the end."""
    desk = desk_on(channel)
    seen = [offers(desk, prompt, 0).choices]
    while any(choice.id.startswith(f"d:interview:page:{len(seen)}:") for choice in seen[-1]):
        seen.append(offers(desk, prompt, len(seen)).choices)
    return seen


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("count", [1, 2, 3, 4, 8, 9, 10, 11, 16, 17, 40, 41, 90])
@pytest.mark.parametrize("skippable", [True, False])
def test_every_answer_stands_on_one_page_with_its_own_number(channel: str, count: int, skippable: bool) -> None:
    prompt = prompt_with([f"قرية {n}" for n in range(count)], skippable=skippable)
    pages = pages_of(channel, prompt)
    assert [choice.number for page in pages for choice in answers(page)] == list(range(1, count + 1))
    assert all(len(page) <= CAPABILITIES[channel].rows for page in pages)
    if count > CAPABILITIES[channel].at_once:
        assert all(len(answers(page)) <= CAPABILITIES[channel].page for page in pages)


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
def test_more_than_ten_come_in_pages_of_eight(channel: str) -> None:
    first, second = pages_of(channel, prompt_with([f"قرية {n}" for n in range(12)]))
    assert (len(answers(first)), len(answers(second))) == (8, 4)
    assert [choice.label for choice in first[8:]] == ["إجابات أخرى"]
    assert [choice.label for choice in second[4:]] == ["الإجابات السابقة"]


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
def test_a_list_to_be_searched_asks_for_letters_first(channel: str) -> None:
    prompt = prompt_with([f"قرية {n}" for n in range(50)], search=True, skippable=True)
    message = question(desk_on(channel), Asking(prompt))
    assert [choice.label for choice in message.choices] == ["أرى القائمة كلها", "السؤال التالي"]
    assert "اكتبوا أول حروف الاسم" in message.text


def test_what_was_found_keeps_the_number_it_has_in_the_whole_list() -> None:
    prompt = prompt_with([f"قرية {n}" for n in range(50)], search=True)
    event = Found(prompt.ref, "قرية", prompt.options[20:29], more=12)
    message = question(desk_on("whatsapp"), Asking(prompt, found=event))
    (piece,) = fit(message, WHATSAPP)
    assert [choice.label for choice in piece.choices][:2] == ["٢١. قرية 20", "٢٢. قرية 21"]
    assert len(piece.choices) == 10
    assert piece.choices[-1].label == "أرى القائمة كلها"


def test_where_no_row_is_left_for_the_next_question_the_word_is_said() -> None:
    message = question(desk_on("whatsapp"), Asking(prompt_with([f"قرية {n}" for n in range(10)], skippable=True)))
    assert len(message.choices) == 10
    assert "ولترك السؤال، اكتبوا: السؤال التالي." in message.text


def test_marks_stand_in_the_same_message_where_it_can_be_changed() -> None:
    prompt = prompt_with(
        ["سرير", "ثلاجة", "موقد"],
        kind="select_multiple",
        multiple=True,
        marking=True,
        chosen=("n2",),
        extras=(("!done", "هذا كل شيء"),),
    )
    message = question(desk_on("telegram", touched="17"), Asking(prompt, in_place=True))
    assert message.edits == "17"
    assert [choice.label for choice in message.choices] == ["سرير", f"{CHOSEN}ثلاجة", "موقد", "هذا كل شيء"]
    assert message.text.splitlines()[-2:] == ["ماذا تختارون؟", "اخترتم: ثلاجة. هل هذا كل شيء؟"]


def test_where_each_message_costs_what_was_chosen_is_left_out_of_the_next_list() -> None:
    prompt = prompt_with(
        ["سرير", "ثلاجة", "موقد"],
        kind="select_multiple",
        multiple=True,
        marking=True,
        chosen=("n2",),
        extras=(("!done", "هذا كل شيء"),),
    )
    message = question(desk_on("whatsapp"), Asking(prompt))
    assert [(choice.label, choice.number) for choice in message.choices] == [
        ("سرير", 1),
        ("موقد", 3),
        ("هذا كل شيء", 0),
    ]
    assert message.text == "اخترتم: ثلاجة. هل هذا كل شيء؟"


def test_how_to_answer_several_at_once_is_said_where_each_message_costs() -> None:
    prompt = prompt_with(["سرير", "ثلاجة", "موقد"], kind="select_multiple", multiple=True)
    assert "مثل: ١، ٣." in question(desk_on("whatsapp"), Asking(prompt)).text
    assert "مثل" not in question(desk_on("telegram"), Asking(prompt)).text


def test_a_private_answer_is_not_marked_when_its_question_comes_again() -> None:
    prompt = prompt_with(["سرير", "ثلاجة"], chosen=("n1",), current="سرير", sensitive=True)
    message = question(desk_on("telegram"), Asking(prompt))
    assert not any(choice.label.startswith(CHOSEN) for choice in message.choices)
    assert "إجابتكم الآن: محفوظة" in message.text


LABELS = st.lists(st.text(alphabet="ابتثج حخد", min_size=1, max_size=90).filter(str.strip), min_size=1, max_size=45)


@given(LABELS, st.booleans(), st.booleans(), st.booleans())
def test_whatever_the_labels_both_platforms_take_the_message(
    labels: list[str], skippable: bool, multiple: bool, search: bool
) -> None:
    prompt = prompt_with(labels, skippable=skippable, multiple=multiple, search=search)
    for channel in ("telegram", "whatsapp"):
        message = question(desk_on(channel), Asking(prompt))
        for piece in fit(message, CAPABILITIES[channel]):
            assert all(len(choice.id.encode()) <= CALLBACK_DATA for choice in piece.choices)
            if channel == "whatsapp":
                check_message(message_body(Address("phone", "+96550000000"), piece), {}, {})


def test_a_label_too_long_for_a_button_is_read_in_the_text_and_chosen_by_its_number() -> None:
    office = "مركز خدمة الأسرة والطفل بجوار المدرسة القديمة"
    message = question(desk_on("telegram"), Asking(prompt_with([office, "لا فرق عندي"], skippable=True)))
    (piece,) = fit(message, CAPABILITIES["telegram"])
    assert [choice.label for choice in piece.choices] == ["١", "٢", "السؤال التالي"]
    assert f"١. {office}" in piece.text


def test_rows_begin_with_the_number_that_may_be_typed() -> None:
    stem = "مركز الخدمة الاجتماعية للأسرة"
    choices = tuple(Choice(f"q1:{n}", f"{stem} في {place}", number=n) for n, place in enumerate(["قنا", "قوص"], 8))
    (piece,) = fit(Message("اختاروا ٨ أو ٩", (*choices, Choice("d:interview:skip", "السؤال التالي"))), WHATSAPP)
    titles = [choice.label for choice in piece.choices]
    assert [title[:3] for title in titles] == ["٨. ", "٩. ", "الس"]
    assert len(set(titles)) == 3


def test_a_list_without_a_member_is_asked_for_its_first() -> None:
    extras = (("!another", "إضافة آخر"), ("!finish", "هذا كل شيء"))
    prompt = prompt_with([], kind="another", label="ديون", extras=extras, repeat=RepeatPosition(0, 0, True))
    message = question(desk_on("telegram"), Asking(prompt))
    assert message.text == "ديون: هل نكتب شيئاً هنا؟"
    assert [choice.label for choice in message.choices] == ["نعم، نكتب", "لا"]


def test_members_stand_in_lines_and_what_is_private_is_not_named() -> None:
    extras = (("!another", "إضافة آخر"), ("!finish", "هذا كل شيء"))
    members = (MemberLine(1, "/data/m[1]", "سارة", "e", "r"), MemberLine(2, "/data/m[2]", "يوسف", "e", "r", True))
    prompt = prompt_with([], kind="another", label="فرد", extras=extras, members=members)
    message = question(desk_on("telegram"), Asking(prompt))
    assert message.text.splitlines() == ["كتبنا حتى الآن:", "١. سارة", "٢. فرد ٢", "فرد: هل نضيف المزيد؟"]
    assert [choice.label for choice in message.choices] == ["إضافة آخر", "هذا كل شيء", "أغيّر أو أحذف"]


def test_a_counted_member_is_one_of_so_many() -> None:
    repeat = RepeatPosition(2, 5)
    told = question(desk_on("telegram"), Asking(prompt_with(["نعم"], repeat=repeat))).text
    assert "الشخص ٢ من ٥" in told
    named = question(desk_on("telegram"), Asking(prompt_with(["نعم"], repeat=replace(repeat, label="فرد من البيت"))))
    assert "فرد من البيت: ٢ من ٥" in named.text


def test_a_note_to_be_read_has_one_way_on() -> None:
    prompt = prompt_with([], kind="note", expects="acknowledge", label="نبدأ الآن.", extras=(("!yes", "نعم"),))
    message = question(desk_on("telegram"), Asking(prompt))
    assert (message.text, [choice.label for choice in message.choices]) == ("نبدأ الآن.", ["نكمل"])


def test_what_is_asked_together_is_numbered_with_an_example_of_the_same_lines() -> None:
    rooms = prompt_with([], kind="integer", expects="number", label="كم غرفة؟", example="٣", number=4, of=9)
    owned = prompt_with(["نعم", "لا"], label="هل البيت ملك لكم؟")
    street = prompt_with([], kind="text", expects="text", label="ما اسم الشارع؟", skippable=True)
    message = question(desk_on("whatsapp"), Asking(replace(rooms, together=(owned, street))))
    assert message.text.splitlines() == [
        "الأسئلة من ٤ إلى ٦، وكلها ٩",
        "هذه ٣ أسئلة معاً:",
        "١. كم غرفة؟",
        "٢. هل البيت ملك لكم؟ (نعم أو لا)",
        "٣. ما اسم الشارع؟",
        "ولترك سؤال، اكتبوا مكانه: -",
        "أجيبوا في رسالة واحدة، كل إجابة في سطر، مثل:",
        "٣",
        "نعم",
        "إجابتكم",
    ]
    assert message.choices == ()
