"""One question at a time, heard in the family's own words."""

from __future__ import annotations

import pytest

from dialogs.interview import Answered, Asked, DangerDisclosed, Misunderstood, OffTopic, Said, Skipped
from tests.dialogs.interview.chatting import Chat
from tests.dialogs.interview.forms import FAMILY


def test_the_first_question_carries_the_notes_above_it() -> None:
    prompt = Chat(FAMILY).prompt
    assert (prompt.name, prompt.notes) == ("name", ("نسأل لنعرف ما تحتاجونه.",))
    assert (prompt.number, prompt.of, prompt.remaining) == (1, 5, 5)
    assert not prompt.can_go_back


def test_an_answer_is_told_and_the_next_question_follows() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "المرحوم")
    answered = chat.one(Answered)
    assert (answered.value, answered.shown) == ("widow", "أرملة")
    assert chat.prompt.name == "orphans"
    assert chat.happened() == ["Answered", "Asked"]


def test_a_question_that_does_not_concern_the_family_is_never_asked() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "الأب")
    assert chat.prompt.name == "needs"
    assert chat.prompt.of == 5


def test_a_note_of_the_way_taken_stands_above_the_next_question() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "أرملة", "ثلاثة")
    assert chat.prompt.notes == ("نشكركم على الثقة.",)


def test_a_sensitive_answer_says_so() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "أرملة", "٣")
    assert chat.one(Answered).sensitive


def test_misunderstandings_are_counted_and_forgotten_on_success() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "أرملة")
    attempts = []
    for text in ("كثير", "خمسون", "والله ما حسبت"):
        chat.say(text)
        attempts.append((chat.one(Misunderstood).attempt, chat.one(Misunderstood).reason))
        assert chat.prompt.name == "orphans"
    assert attempts == [(1, "unreadable"), (2, "constraint"), (3, "unreadable")]
    chat.say("٤")
    chat.say("كلام آخر")
    assert chat.one(Misunderstood).attempt == 1


def test_the_authors_own_words_explain_a_refused_answer() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "أرملة", "٢٠")
    told = chat.one(Misunderstood)
    assert (told.reason, told.message, told.example) == ("constraint", "من ١ إلى ١٢.", "٣")


def test_a_likely_choice_is_offered_and_taken_only_when_tapped_or_confirmed() -> None:
    for confirm in ("tap", "نعم"):
        chat = Chat(FAMILY)
        chat.say("فاطمة", "ارماه")
        offered = chat.one(Misunderstood)
        assert offered.reason == "unsure"
        assert [option.label for option in offered.candidates] == ["أرملة"]
        if confirm == "tap":
            chat.hear(Said(choice=offered.candidates[0].id))
        else:
            chat.say(confirm)
        assert chat.one(Answered).value == "widow"


def test_a_yes_to_the_plain_question_does_not_take_a_guess_that_is_out_of_sight() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "ارماه", "لماذا؟", "نعم")
    assert "Answered" not in chat.happened()


def test_no_to_an_offer_asks_again() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "ارماه", "لا")
    assert chat.happened() == ["Asked"]


@pytest.mark.parametrize(
    ("text", "value"), [("١، ٣", "rent school"), ("3 1", "rent school"), ("إيجار", "rent"), ("إيجاز", "")]
)
def test_several_choices_are_said_in_one_message(text: str, value: str) -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "الأب", text)
    if value:
        assert chat.one(Answered).value == value
    else:
        assert chat.one(Misunderstood).candidates


def test_several_choices_in_words_need_no_numbers() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "الأب", "الإيجار والمدرسة")
    assert chat.one(Answered).value == "rent school"


def test_choices_are_marked_by_taps_until_that_is_all() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "الأب")
    chat.tap("school")
    assert chat.prompt.chosen == ("school",)
    chat.tap("rent")
    chat.tap("school")
    assert (chat.happened(), chat.prompt.chosen) == (["Asked"], ("rent",))
    chat.tap("!done")
    assert chat.one(Answered).value == "rent"


def test_skipping_is_for_questions_that_may_stay_blank() -> None:
    chat = Chat(FAMILY)
    chat.say("تخطي")
    assert (chat.one(Misunderstood).reason, chat.one(Misunderstood).message) == ("required", "نحتاج الاسم.")
    chat.say("فاطمة", "الأب", "١", "السؤال التالي")
    assert chat.one(Skipped).ref == "/data/birth"
    assert chat.prompt.name == "safe"


def test_a_greeting_is_no_name() -> None:
    chat = Chat(FAMILY)
    chat.say("السلام عليكم")
    assert chat.one(OffTopic).intent == "greeting"
    assert chat.prompt.name == "name"


def test_a_name_that_is_also_a_greeting_is_asked_about() -> None:
    chat = Chat(FAMILY)
    chat.say("هلا")
    assert [option.label for option in chat.one(Misunderstood).candidates] == ["هلا"]
    chat.say("نعم")
    assert chat.one(Answered).value == "هلا"


def test_a_doubtful_date_is_offered_back() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "الأب", "١", "12/25/1990")
    assert [option.label for option in chat.one(Misunderstood).candidates] == ["25/12/1990"]
    chat.say("ايوه")
    assert chat.one(Answered).value == "1990-12-25"


def test_words_of_danger_stop_the_questions() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "جوزي بيضربني")
    assert chat.events == (DangerDisclosed(words=True),)
    assert chat.answers.by_name("support") == ""


def test_an_answer_marked_by_the_author_raises_danger_too() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "الأب", "١", "تخطي", "لا")
    assert chat.happened() == ["Answered", "DangerDisclosed"]
    assert chat.events[-1] == DangerDisclosed(words=False)


def test_halfway_is_said_once() -> None:
    chat = Chat(FAMILY)
    halves = [chat.prompt.halfway]
    for text in ("فاطمة", "أرملة", "٣", "١", "رجوع", "١"):
        chat.say(text)
        halves.append(chat.one(Asked).prompt.halfway)
    assert halves.count(True) == 1


@pytest.mark.parametrize(
    "text", ["", " ", "\u200f", "😀", "'; drop table", "٩" * 400, "%s{0}", "\x00", "ا" * 5000, "q1.2:x"]
)
def test_nothing_a_family_says_raises(text: str) -> None:
    chat = Chat(FAMILY)
    for answer in ("فاطمة", "أرملة", "٣", "١", "1/1/1990", "نعم"):
        chat.hear(Said(text=text))
        chat.hear(Said(choice=text))
        if chat.session.status == "asking":
            chat.say(answer)
    assert chat.session.status in {"asking", "reviewing"}
