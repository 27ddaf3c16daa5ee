"""What an author writes in the chat-only columns: short names, reasons, what is not echoed, what may be left."""

from __future__ import annotations

import pytest

from dialogs.interview import (
    Answered,
    AskedForHelp,
    AskedWhy,
    Misunderstood,
    OffTopic,
    Reviewed,
    Said,
    SetAside,
    Skipped,
    StaleButton,
    Vanished,
)
from tests.dialogs.interview.chatting import Chat
from tests.dialogs.interview.forms import COLUMNS


def past_the_note(language: str = "ar") -> Chat:
    chat = Chat(COLUMNS, language=language)
    chat.tap("!yes")
    return chat


def at_review() -> Chat:
    chat = past_the_note()
    chat.say("فاطمة", "الأب", "٣٠٠٠", "٢", "شكراً على كل شيء")
    assert chat.one(Reviewed).complete
    return chat


def test_a_note_that_pauses_waits_until_it_was_read() -> None:
    chat = Chat(COLUMNS)
    assert (chat.prompt.kind, chat.prompt.expects, chat.prompt.label) == (
        "note",
        "acknowledge",
        "هذه الرسائل لا يقرؤها غيرنا.",
    )
    assert [option.name for option in chat.prompt.options] == ["!yes"]
    chat.say("ومن أنتم؟")
    assert chat.one(OffTopic).text == "ومن أنتم؟"
    assert chat.prompt.kind == "note"
    chat.say("فهمنا")
    assert (chat.prompt.name, chat.prompt.notes, chat.prompt.number, chat.prompt.of) == ("name", (), 1, 4)
    chat.say("رجوع")
    assert chat.prompt.kind == "note"


def test_media_hint_and_reason_come_with_the_question_in_its_language() -> None:
    prompt = past_the_note().prompt
    assert dict(prompt.media) == {"audio": "name.mp3"}
    assert (prompt.hint, prompt.why, prompt.short_label) == ("يكفي الأول.", "لنعرف من نكلّم.", "الاسم")
    english = past_the_note(language="en").prompt
    assert dict(english.media) == {"image": "card.png"}
    assert (english.why, english.short_label) == ("To know whom we speak to.", "Name")


@pytest.mark.parametrize("text", ["لماذا؟", "ليش تسألون؟", "ليه بتسألوا", "ليش؟", "why?"])
def test_why_is_answered_and_the_question_follows(text: str) -> None:
    chat = past_the_note()
    chat.say(text)
    assert chat.one(AskedWhy) == AskedWhy("/data/name", "لنعرف من نكلّم.")
    assert chat.prompt.name == "name"
    chat.say("فاطمة", text)
    assert chat.one(AskedWhy).why == ""


def test_help_says_what_the_author_adds_for_whoever_needs_more() -> None:
    chat = past_the_note()
    chat.say("ما فهمت")
    assert chat.one(AskedForHelp) == AskedForHelp("يكفي اسم واحد، ولا نحتاج اسم الأب.", "لنعرف من نكلّم.")
    assert chat.prompt.name == "name"


def test_a_question_is_named_again_by_its_short_label() -> None:
    chat = past_the_note()
    chat.say("فاطمة")
    assert chat.one(Answered).label == "الاسم"
    chat.say("الأب", "٣٠٠٠", "٢", "مراجعة")
    assert [line.label for line in chat.one(Reviewed).lines] == ["الاسم", "الإنفاق", "الدخل", "من يساعدكم؟"]


@pytest.mark.parametrize("words", ["الاسم", "عدّل الاسم", "غيّر الاسم", "تغيير الاسم", "١", "رقم 1", "عدل رقم ١"])
def test_the_review_opens_an_answer_by_its_name_or_number(words: str) -> None:
    chat = at_review()
    chat.say(words)
    assert (chat.session.status, chat.prompt.name, chat.prompt.current) == ("editing", "name", "فاطمة")
    chat.say("منى")
    assert chat.happened() == ["Answered", "Reviewed"]


def test_an_answer_is_changed_by_its_name_in_the_middle_too() -> None:
    chat = past_the_note()
    chat.say("فاطمة", "عدّل الاسم", "منى")
    assert chat.prompt.name == "support"
    assert chat.answers.by_name("name") == "منى"


def test_a_name_like_several_lines_is_asked_about() -> None:
    chat = at_review()
    chat.say("من")
    assert chat.one(Misunderstood).attempt == 1
    assert len(chat.one(Reviewed).lines) == 5


def test_a_required_question_may_be_left_where_its_author_says_so() -> None:
    chat = past_the_note()
    chat.say("فاطمة")
    assert (chat.prompt.required, chat.prompt.skippable) == (True, True)
    chat.say("تخطي")
    assert chat.one(Skipped).ref == "/data/support"
    chat.say("٢", "تخطي")
    assert chat.one(Reviewed).complete


def test_what_is_sensitive_says_so_wherever_it_is_named() -> None:
    chat = past_the_note()
    chat.say("فاطمة")
    old = chat.option("other")
    chat.say("الأب", "٣٠٠٠")
    assert chat.one(Answered).sensitive
    chat.say("رجوع")
    assert (chat.prompt.sensitive, chat.prompt.current) == (True, "3000")
    chat.tap("!keep")
    chat.tap("father")
    assert (chat.prompt.sensitive, chat.prompt.marking) == (True, True)
    chat.tap("!done")
    assert chat.one(Answered).sensitive
    chat.hear(Said(choice=old))
    assert chat.one(StaleButton).sensitive  # a number is enough there, so the words are not repeated either
    chat.say("نعم")
    assert [(line.ref, line.sensitive) for line in chat.one(Vanished).lines] == [("/data/income", True)]


def test_what_is_put_off_comes_again_at_the_end() -> None:
    chat = past_the_note()
    chat.say("أجيب لاحقاً")
    assert chat.one(SetAside).ref == "/data/name"
    assert chat.prompt.name == "support"
    chat.say("شخص آخر", "٢", "تخطي")
    assert (chat.prompt.name, chat.prompt.set_aside, chat.prompt.number, chat.prompt.of) == ("name", True, 4, 4)
    chat.say("فاطمة")
    assert chat.one(Reviewed).complete


def test_the_button_of_a_question_that_was_put_off_simply_answers_it() -> None:
    chat = past_the_note()
    chat.say("فاطمة")
    old = chat.option("other")
    chat.say("أجيب لاحقاً")
    assert chat.prompt.name == "helpers"
    chat.hear(Said(choice=old))
    assert (chat.one(Answered).value, chat.prompt.name) == ("other", "helpers")


def test_after_misunderstandings_a_tap_puts_the_question_off() -> None:
    for tapped in ("", "!set_aside"):
        chat = past_the_note()
        chat.say("فاطمة", "كلام", "كلام آخر", "كلام ثالث")
        assert chat.one(Misunderstood).attempt == 3
        chat.hear(Said(choice=tapped or chat.one(Misunderstood).set_aside))
        assert chat.one(SetAside).ref == "/data/support"
        assert chat.prompt.name == "helpers"


def test_what_is_put_off_twice_is_shown_open_in_the_review_and_nothing_is_lost() -> None:
    chat = past_the_note()
    chat.say("بعدين", "شخص آخر", "٢", "تخطي", "بعدين")
    review = chat.one(Reviewed)
    assert not review.complete
    assert next((line.label, line.set_aside) for line in review.lines) == ("الاسم", True)
    chat.say("نعم")
    assert chat.prompt.name == "name"
    chat.say("فاطمة")
    assert chat.one(Reviewed).complete


def test_later_at_a_question_that_may_stay_blank_leaves_it() -> None:
    chat = past_the_note()
    chat.say("فاطمة", "شخص آخر", "٢", "بعدين")
    assert chat.one(Skipped).ref == "/data/last"
