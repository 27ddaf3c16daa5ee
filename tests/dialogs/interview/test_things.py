"""Voice notes, pictures, places and shared phones are answers where they can be."""

from __future__ import annotations

import pytest

from dialogs.interview import Answered, FileKept, Misunderstood, Said, SaidMedia, Skipped, Unexpected, VoiceKept
from tests.dialogs.interview.chatting import Chat
from tests.dialogs.interview.forms import KINDS, PLACES, THINGS


def test_a_ready_answer_is_a_button_of_a_number_question() -> None:
    for said in ("tap", "أعيش وحدي"):
        chat = Chat(THINGS)
        if said == "tap":
            chat.tap("!quick0")
        else:
            chat.say(said)
        assert chat.one(Answered).value == "1"


def test_a_point_answers_where() -> None:
    chat = Chat(THINGS)
    chat.say("٤")
    chat.hear(Said(point=(26.1642, 32.7267, 15.0)))
    assert chat.one(Answered).value == "26.1642 32.7267 0.0 15.0"


def test_a_place_in_words_stays_unsure() -> None:
    chat = Chat(THINGS)
    chat.say("٤", "جنب الجامع الكبير")
    assert chat.one(Misunderstood).reason == "unsure"
    assert chat.prompt.name == "place"


def test_a_picture_is_kept_or_sent_later() -> None:
    chat = Chat(THINGS)
    chat.say("٤", "تخطي")
    chat.send("image", "media-17")
    assert chat.one(FileKept).name == "media-17"
    assert chat.answers.by_name("paper") == "media-17"
    later = Chat(THINGS)
    later.say("٤", "تخطي")
    later.tap("!later")
    assert later.one(Skipped).ref == "/data/paper"


def test_a_voice_note_stands_for_a_text() -> None:
    chat = Chat(THINGS)
    chat.say("٤", "تخطي", "تخطي")
    chat.send("audio", "voice-9")
    assert chat.one(VoiceKept) == VoiceKept("/data/story", "voice-9")
    assert chat.prompt.name == "phone"
    assert (chat.answers.media or {})["/data/story"] == "voice-9"
    assert next(line.shown for line in chat.answers.shown if line.ref == "/data/story") == "رسالة صوتية"


def test_a_voice_note_answers_a_number_a_choice_and_a_yes_too() -> None:
    chat = Chat(THINGS)
    chat.send("audio", "voice-1")
    assert chat.one(VoiceKept) == VoiceKept("/data/people", "voice-1")
    assert chat.prompt.name == "place"
    chat = Chat(KINDS)
    for _ in range(20):
        if chat.session.status != "asking":
            break
        if chat.prompt.expects == "point":
            chat.hear(Said(point=(26.0, 32.0, 5.0)))
        elif chat.prompt.expects == "file":
            chat.say("تخطي")
        else:
            chat.send("audio", f"voice-{chat.prompt.name}")
            assert chat.one(VoiceKept).name.startswith("voice-")
    assert chat.session.status == "reviewing"


def test_a_voice_note_is_no_place_and_no_picture_and_is_kept_beside() -> None:
    chat = Chat(THINGS)
    chat.say("٤")
    chat.send("audio", "voice-2")
    assert chat.one(Unexpected) == Unexpected("audio", "voice-2")
    assert chat.prompt.name == "place"
    chat.say("تخطي")
    chat.send("audio", "voice-3")
    assert chat.one(Unexpected) == Unexpected("audio", "voice-3")
    assert (chat.one(Misunderstood).reason, chat.prompt.name) == ("wrong_kind", "paper")


@pytest.mark.parametrize(("kind", "stands_as"), [("image", "picture"), ("file", "paper"), ("video", "film")])
def test_a_picture_of_a_paper_stands_for_what_is_written(kind: str, stands_as: str) -> None:
    chat = Chat(THINGS)
    chat.send(kind, "paper-1")
    assert (chat.one(VoiceKept).kind, chat.prompt.name) == (stands_as, "place")


def test_a_caption_that_answers_is_the_answer_and_the_picture_stays_beside() -> None:
    chat = Chat(THINGS)
    chat.hear(Said(text="احنا خمسه", media=SaidMedia("image", "paper-2")))
    assert (chat.one(Answered).value, chat.one(FileKept).name) == ("5", "paper-2")
    assert (chat.answers.media or {})["/data/people"] == "paper-2"
    chat = Chat(THINGS)
    chat.hear(Said(text="دي صورة البيت", media=SaidMedia("image", "paper-3")))
    assert (chat.one(VoiceKept).name, chat.answers.by_name("people")) == ("paper-3", "")


def test_a_place_sent_too_early_waits_for_its_question() -> None:
    chat = Chat(THINGS)
    chat.hear(Said(point=(26.1642, 32.7267, 15.0)))
    assert (chat.one(Unexpected).kind, chat.prompt.name) == ("point", "people")
    chat.say("٤")
    assert (chat.prompt.name, chat.prompt.current) == ("place", "مكان على الخريطة")
    chat.say("نعم")
    assert chat.one(Answered).value == "26.1642 32.7267 0.0 15.0"


def test_a_place_sent_to_a_list_of_places_offers_the_nearest() -> None:
    chat = Chat(PLACES)
    names = ["qift", "qous"]
    chat.hear(Said(point=(26.0, 32.0, 5.0), near=("nowhere", *names)))
    assert [option.name for option in chat.one(Misunderstood).candidates] == names


def test_what_was_not_asked_for_is_named_and_the_question_repeated() -> None:
    chat = Chat(THINGS)
    chat.send("sticker")
    assert chat.one(Unexpected).kind == "sticker"
    assert chat.prompt.name == "people"
    chat.hear(Said(contact_phone="+201001234567"))
    assert chat.one(Unexpected).kind == "contact"


def test_a_phone_is_kept_in_one_form() -> None:
    for said in (Said(text="٠١٠٠ ١٢٣ ٤٥٦٧"), Said(contact_phone="201001234567")):
        chat = Chat(THINGS)
        chat.say("٤", "تخطي", "تخطي", "حكاية")
        chat.hear(said)
        assert chat.one(Answered).value == "+201001234567"


def test_what_is_known_is_not_asked_again_unless_the_author_wants_it_confirmed() -> None:
    chat = Chat(THINGS, known={"people": "4", "phone": "+201001234567", "area": "قوص", "unknown": "x"})
    assert chat.prompt.name == "place"
    chat.say("تخطي", "تخطي", "حكاية")
    assert (chat.prompt.name, chat.prompt.current) == ("phone", "+201001234567")
    chat.say("نعم")
    assert chat.one(Answered).value == "+201001234567"
    assert chat.prompt.name == "true"


def test_a_readonly_answer_is_shown_and_a_yes_acknowledges() -> None:
    chat = Chat(THINGS, known={"people": "4", "phone": "+201001234567", "area": "قوص"})
    chat.say("تخطي", "تخطي", "حكاية", "نعم")
    assert chat.prompt.notes == ("مركزكم عيّنة",)
    chat.say("نعم")
    assert chat.session.status == "reviewing"
    assert chat.answers.by_name("true") == "OK"


def test_no_to_a_picture_leaves_it_and_yes_waits_for_it() -> None:
    chat = Chat(THINGS)
    chat.say("٤", "تخطي")
    assert chat.prompt.name == "paper"
    chat.say("نعم")
    assert (chat.one(Misunderstood).reason, chat.prompt.name) == ("wrong_kind", "paper")
    chat.say("لأ")
    assert (chat.one(Skipped).ref, chat.prompt.name) == ("/data/paper", "story")
