"""Answers of any length, script or control character never break a turn, and what is stored can be sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from dialogs.interview import (
    Asked,
    OffTopic,
    Said,
    begin,
    resume,
    session_from_json,
    session_from_submission,
    session_to_json,
    submission,
)
from tests.dialogs.interview.chatting import MORNING, SESSION_ID, Chat, form_of
from tests.dialogs.interview.forms import COLUMNS, FAMILY, HOUSEHOLD, KINDS, MEMBERS, PLACES, THINGS, TOGETHER

BIDI = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c"
ZALGO = "ف" + "\u0651\u064e\u0653\u0300\u0489" * 60
NASTY = [
    "\x00",
    "فا\x00طمة",
    "\ud800",
    "\udfff اسم \ud83d",
    "\ufffe\uffff",
    "\ufdd0",
    BIDI,
    f"\u202e{'فاطمة'}\u202c",
    ZALGO,
    "😀",
    "👩\u200d👩\u200d👧\u200d👦🏽",
    "\x1b[31mred\x1b[0m",
    "\x85\x9f\x7f",
    "<name>&amp;]]></name>",
    "]]>",
    "%s%n{0}${name}",
    "'; drop table--",
    "٩" * 5_000,
    "1e400",
    "-0",
    "nan",
    "inf",
    "١/١/" + "٩" * 400,
    "(" * 2_000,
    "و" * 3_000,
    "\n" * 1_000,
    "1) " * 500,
    "١، " * 500,
    "احذف " * 300,
    "ﷺ" * 500,
    "q0000.99999999999999999999:x",
    "!yes",
    "\t\r\n",
    "\u0000" * 100,
    "𐤀𐤁",
    "፩",
    "፩، ፪",
    "²",
    "٣²:፩፪",
    "①②",
    "3 ፩",
    "\u200b",
]
TEXT = st.one_of(
    st.sampled_from(NASTY),
    st.text(alphabet=st.characters(), max_size=40),  # halves of characters too
    st.text(alphabet="٠١٢٣٤٥٦٧٨٩0123456789 ،,./:-()\n", max_size=24),
    st.text(alphabet="ابتثنمهوي ءآأ\u064b\u0652\u200f\u0000", max_size=24),
)
SURVEYS = [FAMILY, HOUSEHOLD, MEMBERS, PLACES, COLUMNS, KINDS, THINGS, TOGETHER]


def easy(chat: Chat) -> str:
    """Something the pending question takes."""
    if chat.session.status not in {"asking", "editing"} or not isinstance(chat.events[-1], Asked):
        return "مراجعة"
    prompt = chat.prompt
    by_kind = {"number": "2", "date": "1/1/1990 10:30", "point": "30.1, 31.2", "acknowledge": "نعم", "text": "10:30"}
    return "لا" if prompt.kind == "another" else by_kind.get(prompt.expects, "١")


def submits_well(chat: Chat) -> None:
    xml = submission(chat.form, chat.session, now=chat.now)
    assert etree.QName(etree.fromstring(xml.encode())).localname == "data"
    for entry in chat.session.journal:
        etree.Element("x").text = entry.value  # raises on what XML cannot hold
        entry.value.encode()


@pytest.mark.parametrize("survey", SURVEYS)
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(texts=st.lists(TEXT, min_size=1, max_size=12), pack=st.booleans())
def test_no_text_breaks_a_turn(survey: str, texts: list[str], pack: bool) -> None:
    chat = Chat(survey, pack=pack)
    for text in texts:
        chat.say(text)
        for event in chat.events:
            if isinstance(event, OffTopic):
                event.text.encode()
        chat.hear(Said(choice=text))
        chat.hear(Said(contact_phone=text))
        chat.say(easy(chat))
    submits_well(chat)


@pytest.mark.parametrize("survey", SURVEYS)
def test_every_nasty_text_meets_every_question(survey: str) -> None:
    chat = Chat(survey)
    asked = set()
    for _ in range(24):
        if not isinstance(chat.events[-1], Asked) or chat.prompt.ref in asked:
            break
        asked.add(chat.prompt.ref)
        for text in NASTY:
            resume(chat.form, chat.session, Said(text=text), now=chat.now)
        chat.say(easy(chat))
    assert asked


@pytest.mark.parametrize(
    "code", ["!value²", "!value፩", "!quick²", "!value" + "9" * 5_000, "!member", "!members", "!remove", "~", "\n"]
)
def test_no_forged_button_breaks_a_turn(code: str) -> None:
    for survey in SURVEYS:
        chat = Chat(survey)
        front = chat.session.pending and next(iter(chat.prompt.options), None)
        known = front.id if front else "q0000.0:x"
        for _ in range(6):
            chat.hear(Said(choice=f"{known.partition(':')[0]}:{code}"))
            chat.say(easy(chat))
            if isinstance(chat.events[-1], Asked) and chat.prompt.options:
                known = chat.prompt.options[0].id


@pytest.mark.parametrize("text", ["ا" * 1_000_000, "\x00" * 1_000_000, "نعم\n" * 250_000])
def test_a_million_characters_are_one_answer(text: str) -> None:
    for survey in (TOGETHER, PLACES):
        chat = Chat(survey, pack=True)
        chat.say(text)
        submits_well(chat)


def test_a_long_story_is_kept_whole() -> None:
    chat = Chat(THINGS)
    chat.say("٤", "تخطي", "تخطي", "حكاية " * 5_000)
    assert chat.answers.by_name("story") == ("حكاية " * 5_000).strip()


def test_what_was_typed_is_kept_but_for_what_cannot_be_sent() -> None:
    chat = Chat(THINGS)
    chat.say("٤", "تخطي", "تخطي", "سطر\x00 أول\u202e\r\nو\ud800ثانٍ 😀 <b>&")
    assert chat.answers.by_name("story") == "سطر أول\nوثانٍ 😀 <b>&"
    submits_well(chat)
    form = form_of(THINGS)
    session, _ = session_from_submission(
        form, chat.xml, id=SESSION_ID, now=MORNING, time_zone="Africa/Cairo", language="ar", country="EG"
    )
    assert submission(form, session, now=MORNING) == chat.xml


def test_known_answers_may_be_anything_too() -> None:
    for value in NASTY:
        session, _ = begin(
            form_of(THINGS),
            id=SESSION_ID,
            now=MORNING,
            time_zone="Africa/Cairo",
            language="ar",
            country="EG",
            known={"area": value, "people": value, "place": value},
        )
        assert session_from_json(session_to_json(session)) == session
        for entry in session.journal:
            entry.value.encode()
        etree.fromstring(submission(form_of(THINGS), session, now=MORNING + timedelta(days=1)).encode())
