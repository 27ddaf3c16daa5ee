"""A recording becomes the answer once somebody wrote it down, and the interview goes on meanwhile."""

from __future__ import annotations

from dialogs.interview import Answered, AskedAgain, Completed, Said, SaidMedia, VoiceKept
from dialogs.interview.transcribing import reopen, understand, understand_value, unwritten, write_down
from tests.dialogs.interview.chatting import Chat

HOME = """
| survey |
| | type | name | label::Arabic (ar) | required | relevant | constraint | constraint_message::Arabic (ar) |
| | integer | people | كم عددكم كلّكم؟ | yes | | . >= 1 and . <= 40 | أجيبوا برقم من ١ إلى ٤٠. |
| | integer | children | كم طفلاً في البيت؟ | yes | ${people} > 1 | | |
| | select_one need | need | ماذا تحتاجون؟ | yes | | | |
| | text | story | احكوا لنا | | | | |
| choices |
| | list_name | name | label::Arabic (ar) |
| | need | rent | الإيجار |
| | need | cure | العلاج |
"""


def spoken() -> Chat:
    """The number was said aloud; the need is asked."""
    chat = Chat(HOME)
    chat.send("audio", "17")
    return chat


def write(chat: Chat, value: str, media: str = "17") -> bool:
    chat.session, outcome = write_down(chat.form, chat.session, media, value, now=chat.now)
    return outcome.taken


def test_the_interview_goes_on_at_once_and_what_is_said_waits() -> None:
    chat = spoken()
    assert (chat.one(VoiceKept).ref, chat.prompt.name) == ("/data/people", "need")
    (waiting,) = unwritten(chat.form, chat.session, now=chat.now)
    assert (waiting.ref, waiting.media, waiting.kind) == ("/data/people", "17", "voice")


def test_a_required_answer_by_voice_does_not_block_filing() -> None:
    chat = spoken()
    chat.say("الإيجار", "تخطي", "نعم")
    assert chat.one(Completed) == Completed(chat.session.id)
    assert chat.session.status == "completed"


def test_written_words_are_read_as_the_chat_reads_them() -> None:
    chat = spoken()
    read = understand(chat.form, chat.session, "/data/people", "احنا سته", now=chat.now)
    assert (read.value, read.reason) == ("6", "")
    refused = understand(chat.form, chat.session, "/data/people", "٩٠", now=chat.now)
    assert (refused.value, refused.reason, refused.message) == ("", "constraint", "أجيبوا برقم من ١ إلى ٤٠.")
    assert understand_value(chat.form, chat.session, "/data/need", "moon", now=chat.now).reason == "not_a_choice"
    assert understand_value(chat.form, chat.session, "/data/need", "cure", now=chat.now).shown == "العلاج"
    assert not understand(chat.form, chat.session, "/data/children", "٢", now=chat.now).value


def test_what_becomes_relevant_is_asked_after_the_pending_question() -> None:
    chat = spoken()
    assert write(chat, "6")
    assert (chat.session.pending, chat.answers.by_name("people")) == ("/data/need", "6")
    assert (chat.answers.media or {})["/data/people"] == "17"
    chat.say("الإيجار")
    assert chat.prompt.name == "children"


def test_what_becomes_relevant_at_the_review_is_asked_before_it_is_sent() -> None:
    chat = spoken()
    chat.say("الإيجار", "تخطي")
    assert chat.session.status == "reviewing"
    assert write(chat, "3")
    chat.say("نعم")
    assert chat.prompt.name == "children"


def test_what_the_form_refuses_or_was_answered_since_is_not_taken() -> None:
    chat = spoken()
    before = chat.session
    assert not write(chat, "90")
    assert chat.session == before
    chat.say("رجوع", "٤")
    assert chat.one(Answered).value == "4"
    assert not write(chat, "6")
    assert chat.answers.by_name("people") == "4"


def test_a_completed_interview_takes_it_and_stays_completed() -> None:
    chat = spoken()
    chat.say("الإيجار", "تخطي", "نعم")
    assert write(chat, "2")
    assert (chat.session.status, chat.answers.by_name("people")) == ("completed", "2")
    assert unwritten(chat.form, chat.session, now=chat.now) == ()


def test_what_nobody_can_make_out_is_asked_once_more_and_only_once() -> None:
    chat = spoken()
    chat.session, asked = reopen(chat.form, chat.session, "17", now=chat.now)
    assert (asked, chat.session.pending) == (True, "/data/need")
    chat.say("الإيجار")
    assert (chat.one(AskedAgain).ref, chat.prompt.name) == ("/data/people", "people")
    chat.send("audio", "18")
    assert chat.prompt.name == "story"
    chat.session, asked = reopen(chat.form, chat.session, "18", now=chat.now)
    assert not asked
    chat.say("تخطي", "نعم")
    assert chat.session.status == "completed"


def test_a_caption_leaves_nothing_to_write_down() -> None:
    chat = Chat(HOME)
    chat.hear(Said(text="٣", media=SaidMedia("image", "9")))
    assert unwritten(chat.form, chat.session, now=chat.now) == ()
    assert not write(chat, "5", "9")


def test_a_question_that_is_asked_no_more_has_nothing_to_write_down() -> None:
    chat = Chat(HOME)
    chat.say("٤")
    chat.send("audio", "21")
    chat.say("رجوع", "رجوع", "١")
    assert unwritten(chat.form, chat.session, now=chat.now) == ()
    assert not write(chat, "2", "21")
