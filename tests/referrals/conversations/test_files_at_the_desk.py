"""Voice notes, pictures and stickers where no question of a form is asked: never a yes, and never lost."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from dialogs.understanding import read_safe
from referrals.conversations.records import Conversation, HelpRequest
from referrals.conversations.stages.safety import TEXT
from referrals.families.records import Consent
from referrals.inbound import MediaRef
from referrals.transcribing.records import Transcription
from tests.families import Families
from tests.recordings import speak

CONSENT, SAFE, FIRST = "هل توافقون", "هل أنتم في أمان", "لمن هذا الطلب"


def queue(families: Families) -> list[tuple[str, bool, bool, str]]:
    with families.store.reading() as uow:
        rows = uow.session.scalars(select(Transcription).order_by(Transcription.id))
        return [(row.kind, row.beside, row.restricted, row.state) for row in rows]


def stage(families: Families) -> str:
    with families.store.reading() as uow:
        return uow.session.scalars(select(Conversation.stage)).one()


@pytest.mark.parametrize("asked", [CONSENT, SAFE])
def test_neither_a_voice_nor_a_sticker_agrees_or_says_that_all_is_well(families: Families, asked: str) -> None:
    families.apply("501", until=asked)
    before = stage(families)
    assert speak(families, "501").text.startswith("هنا لا يكفي صوت أو صورة.")
    sticker = families.say("501", "👍", media=MediaRef("sticker", "thumb", "image/webp"))[-1]
    assert asked in sticker.text and sticker.choices
    assert stage(families) == before
    if asked == CONSENT:
        with families.store.reading() as uow:
            assert uow.session.scalars(select(Consent)).all() == []


def test_what_is_said_aloud_in_danger_is_heard_by_few_and_noted_there(families: Families) -> None:
    families.apply("501", until=FIRST)
    families.say("501", "جوزي بيضربني")
    assert speak(families, "501").text.startswith("وصل كلامكم، ونحن معكم.")
    families.tap("501", "لا تتصلوا")
    assert speak(families, "501").text.startswith("وصل كلامكم، ونحن معكم.")
    assert queue(families) == [("voice", True, True, "waiting")] * 2
    with families.store.reading() as uow:
        request = uow.session.scalars(select(HelpRequest).filter_by(kind="danger")).one()
        assert uow.vault.open_text(request.text_sealed, TEXT) == "جوزي بيضربني\n🎤\n🎤"


def test_a_picture_after_the_application_was_sent_reaches_staff(families: Families) -> None:
    families.apply("501")
    families.tap("501", "لا شيء يناسبني")
    told = speak(families, "501", "image").text
    assert told == "وصلت الصورة، ويراها الموظفون."
    assert queue(families) == [("picture", True, False, "waiting")]


@pytest.mark.parametrize(
    ("said", "well"),
    [
        ("الحمد لله", True),
        ("اي الحمدلله", True),
        ("الحمد لله زين", True),
        ("ايوه كلنا بخير والحمد لله", True),
        ("الحمد لله على كل حال", False),  # one word more: asked again
        ("بخير", True),
        ("I am fine thanks", True),
        ("مش تمام", False),
        ("لا الحمد لله", False),
        ("الحمد لله بس خايفة", False),
        ("احنا كلنا", False),
        ("", False),
    ],
)
def test_all_is_well_only_where_nothing_else_is_said(said: str, well: bool) -> None:
    assert read_safe(said) is well


def test_go_on_works_before_the_first_question_too(families: Families) -> None:
    families.apply("501", until=SAFE)
    families.tap("501", "لا")
    families.tap("501", "لا تتصلوا")
    assert SAFE in families.say("501", "نكمل")[-1].text


def test_somebody_of_the_home_who_is_only_nearly_named_shares_the_telephone(families: Families) -> None:
    families.apply("501", until="من يرى رسائل")
    assert "لا تذكر طلبكم" in families.say("501", "ريلي يشوفه")[-1].text


@pytest.mark.parametrize(("language", "clear"), [("العربية", "مسح"), ("English", "erase")])
def test_the_word_that_we_give_clears_the_messages(families: Families, language: str, clear: str) -> None:
    families.apply("501", until="بأي لغة")
    families.tap("501", language)
    families.say("501", "1")
    families.say("501", "1")
    families.say("501", "2")
    told = families.say("501", "لا تتصلوا" if language == "العربية" else "Do not call")[-1].text
    assert told.endswith(f": {clear}.")
    assert families.say("501", clear)[-1].text.startswith(("لمسح المحادثة", "To clear this chat"))
