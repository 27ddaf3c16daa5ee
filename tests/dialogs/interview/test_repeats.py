"""Members of a household and debts: as many as were counted, or as many as the family has."""

from __future__ import annotations

from dialogs.interview import Answered, Misunderstood, RepeatPosition, Reviewed, Vanished
from tests.dialogs.interview.chatting import Chat
from tests.dialogs.interview.forms import HOUSEHOLD


def test_an_open_repeat_asks_for_one_more_or_none() -> None:
    chat = Chat(HOUSEHOLD)
    assert chat.prompt.repeat == RepeatPosition(1, 1, open_ended=True, label="الديون")
    chat.say("٥٠٠ جنيه", "البقال")
    assert (chat.prompt.kind, chat.prompt.ref) == ("another", "/data/debt")
    assert [option.name for option in chat.prompt.options] == ["!another", "!finish"]
    chat.tap("!another")
    assert chat.prompt.ref == "/data/debt[2]/amount"
    chat.say("ألفين", "تخطي", "لا")
    assert chat.prompt.name == "kids"
    assert chat.answers.all_by_name("amount") == ("500", "2000")


def test_words_are_as_good_as_buttons() -> None:
    chat = Chat(HOUSEHOLD)
    chat.say("٥٠٠", "البقال", "نعم", "٣٠٠", "الجار", "خلاص")
    assert chat.prompt.name == "kids"


def test_a_member_added_by_mistake_goes_again_with_back() -> None:
    chat = Chat(HOUSEHOLD)
    chat.say("٥٠٠", "البقال", "نعم", "رجوع")
    assert chat.prompt.kind == "another"
    chat.say("لا", "٠")
    assert [line.shown for line in chat.one(Reviewed).lines] == ["500", "البقال", "0"]


def test_counted_members_are_asked_one_after_the_other() -> None:
    chat = Chat(HOUSEHOLD)
    chat.say("٥٠٠", "البقال", "لا", "كتير")
    assert chat.one(Misunderstood).attempt == 1
    chat.say("اتنين")
    assert chat.prompt.repeat == RepeatPosition(1, 2, label="الأطفال")
    chat.say("أحمد", "٧", "منى")
    assert (chat.prompt.ref, chat.prompt.repeat) == ("/data/kid[2]/kid_age", RepeatPosition(2, 2, label="الأطفال"))
    chat.say("٩")
    lines = chat.one(Reviewed).lines
    assert [line.shown for line in lines[3:]] == ["أحمد", "7", "منى", "9"]


def test_fewer_members_tell_what_fell_away() -> None:
    chat = Chat(HOUSEHOLD)
    chat.say("٥٠٠", "البقال", "لا", "٢", "أحمد", "٧", "منى", "٩", "٣", "١")
    assert chat.one(Answered).value == "1"
    assert [line.shown for line in chat.one(Vanished).lines] == ["منى", "9"]


def test_no_children_is_offered_as_nought() -> None:
    chat = Chat(HOUSEHOLD)
    chat.say("٥٠٠", "البقال", "لا", "مفيش")
    assert [option.label for option in chat.one(Misunderstood).candidates] == ["0"]
    chat.say("نعم")
    assert chat.one(Answered).value == "0"


COUNTED = """
| survey |
| | type | name | label::Arabic (ar) | required | repeat_count |
| | integer | count | كم طفلاً؟ | yes | |
| | begin_repeat | child | الطفل | | ${count} |
| | text | child_name | ما الاسم؟ | yes | |
| | text | school | أين المدرسة؟ | | |
| | end_repeat | | | | |
"""


def test_members_that_come_again_are_new_ones_and_asked_everything() -> None:
    chat = Chat(COUNTED)
    chat.say("٢", "أحمد", "تخطي", "منى", "تخطي", "١", "١")
    assert [line.shown for line in chat.one(Vanished).lines] == ["منى"]
    chat.say("١", "٢")
    assert (chat.prompt.ref, chat.prompt.current) == ("/data/child[2]/child_name", "")
    chat.say("سارة")
    assert chat.prompt.ref == "/data/child[2]/school"
    chat.say("تخطي")
    assert chat.one(Reviewed).complete


def test_progress_never_goes_back_on_the_way_forward() -> None:
    for survey, said in ((HOUSEHOLD, "٥٠٠|البقال|نعم|٣٠٠|الجار|لا|٢|أحمد|٧|منى|٩"), (COUNTED, "٢|أحمد|تخطي|منى|تخطي")):
        chat = Chat(survey)
        seen = [(chat.prompt.number, chat.prompt.of)]
        for text in said.split("|")[:-1]:
            chat.say(text)
            if chat.prompt.kind != "another":
                seen.append((chat.prompt.number, chat.prompt.of))
        numbers = [number for number, _ in seen]
        assert numbers == sorted(set(numbers))
        assert all(number <= of for number, of in seen)


def test_a_member_within_a_member_says_whose_it_is() -> None:
    chat = Chat("""
| survey |
| | type | name | label::Arabic (ar) |
| | begin_repeat | person | فرد من البيت |
| | text | called | ما اسم هذا الشخص؟ |
| | begin_repeat | illness | مرض |
| | text | which | ما اسم المرض؟ |
| | end_repeat | | |
| | end_repeat | | |
""")
    chat.say("سعاد", "السكر", "هذا كل شيء", "إضافة آخر", "علي")
    assert chat.prompt.repeat is not None
    assert (chat.prompt.kind, chat.prompt.repeat.label) == ("another", "مرض")
    assert chat.prompt.repeat.around == "فرد من البيت 2"
    chat.tap("!another")
    assert chat.prompt.repeat is not None
    assert (chat.prompt.repeat.index, chat.prompt.repeat.around) == (1, "فرد من البيت 2")
