"""The appointment card: small enough to send, the same for the same facts, and its code says what it should."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
import segno
from PIL import Image

from referrals.documents.card import draw_card
from referrals.documents.card_facts import CardFacts, CardWords, card_words
from referrals.documents.card_ground import PAPER, ground

FACTS = CardFacts(
    programme="برنامج خدمات الأسرة في قنا",
    number="٤٨٢١٧",
    day="الأحد ٦ ديسمبر",
    time="الساعة ١٠:٣٠ صباحاً",
    centre="مركز الخدمة في قوص (عيّنة)",
    address="شارع السوق، بجوار مكتب البريد، قوص",
    bring=("بطاقة الرقم القومي", "شهادات ميلاد الأولاد"),
    qr="SANAD:48217",
    footer="إن تغيّر شيء، اكتبوا لنا في هذه المحادثة.",
    words=CardWords(title="خدمة سند", number="رقم الموعد", bring="أحضروا معكم"),
)
ENGLISH = replace(
    FACTS,
    programme="Family services in Qena",
    number="48217",
    day="Sunday 6 December",
    time="10:30 in the morning",
    centre="Qus service centre (sample)",
    address="Market Street, beside the post office, Qus",
    bring=("National ID card",),
    footer="If anything changes, write to us in this chat.",
    words=CardWords(title="Sanad service", number="Appointment number", bring="Please bring"),
    language="en",
)
LONG = replace(
    FACTS,
    programme="برنامج طويل الاسم جداً " * 5,
    number="٤٨٢ ١٧٣ ٩٥٥ ٢٠١",
    centre="جمعية تنمية المجتمع المحلّي بقرية حجازة قبلي " * 4,
    address="قطعة ٤، شارع ١٠، مبنى 25، بجوار مدرسة " * 6,
    bring=("أوراق كثيرة من كل مكان وكل زمان " * 4,) * 7,
    footer="جملة أخيرة لا تنتهي " * 20,
)


def picture(facts: CardFacts) -> Image.Image:
    return Image.open(io.BytesIO(draw_card(facts)))


@pytest.mark.parametrize("facts", [FACTS, ENGLISH, LONG], ids=["arabic", "english", "long"])
def test_a_card_is_an_rgb_png_for_phones_of_at_most_200_kilobytes(facts: CardFacts) -> None:
    content = draw_card(facts)
    image = Image.open(io.BytesIO(content))
    assert (image.format, image.mode, image.size) == ("PNG", "RGB", (1000, 1250))
    assert len(content) <= 200_000


def test_the_same_facts_give_the_same_bytes_and_other_facts_others() -> None:
    assert draw_card(FACTS) == draw_card(replace(FACTS))
    assert draw_card(FACTS) != draw_card(replace(FACTS, number="٤٨٢١٨"))


def test_facts_survive_being_stored_as_a_media_intents_parameters() -> None:
    assert CardFacts.from_json(json.loads(json.dumps(LONG.to_json()))) == LONG


@pytest.mark.parametrize("facts", [FACTS, ENGLISH], ids=["arabic", "english"])
@pytest.mark.parametrize("text", ["SANAD:48217", "https://sanad.example/checkin/48217?code=8f3b2c9d71e04a55"])
def test_the_code_on_the_card_holds_its_text(facts: CardFacts, text: str) -> None:
    """Module by module, read from the picture: first the dark square's edges, then the middle of each module."""
    left = 50 if facts.language == "ar" else 630
    corner = picture(replace(facts, qr=text)).convert("L").crop((left, 872, left + 330, 1172))
    dark = corner.point(lambda value: 255 if value < 100 else 0)
    x0, y0, x1, y1 = dark.getbbox() or (0, 0, 0, 0)
    wanted = segno.make_qr(text, error="m").matrix
    assert x1 - x0 == y1 - y0
    side, left_over = divmod(x1 - x0, len(wanted))
    assert left_over == 0
    assert side >= 5
    span = [side * module + side // 2 for module in range(len(wanted))]
    middles = [[bool(dark.getpixel((x0 + x, y0 + y))) for x in span] for y in span]
    assert middles == [[bool(value) for value in row] for row in wanted]


def test_words_stay_on_the_paper_however_long_they_are() -> None:
    bare, full = ground(), picture(LONG)
    left, top, right, bottom = PAPER
    for strip in ((0, top, left + 30, bottom), (right - 30, top, 1000, bottom)):
        assert full.crop(strip).tobytes() == bare.crop(strip).tobytes()


def test_english_is_laid_out_the_other_way_round() -> None:
    sun = (217, 130, 43)
    assert picture(FACTS).getpixel((881, 74)) == sun
    assert picture(ENGLISH).getpixel((118, 74)) == sun


def test_what_is_not_known_is_left_out() -> None:
    sparse = replace(FACTS, programme="", address="", bring=(), footer="")
    assert picture(sparse).size == (1000, 1250)


def test_a_sign_that_the_font_lacks_is_left_out_and_the_card_is_never_lost() -> None:
    assert draw_card(replace(FACTS, centre="مركز 🏥 قوص")) == draw_card(replace(FACTS, centre="مركز قوص"))
    assert draw_card(replace(FACTS, number="４８２１")) == draw_card(replace(FACTS, number="4821"))
    assert draw_card(replace(FACTS, centre="漢字 \0\ud800")) == draw_card(replace(FACTS, centre=""))


@pytest.mark.parametrize("text", ["مؤسسة" * 900, "(" * 600, "\u2067" * 900])
def test_no_text_is_too_long_for_a_card(text: str) -> None:
    words = CardWords(title=text, number=text, bring=text)
    whole = replace(FACTS, programme=text, number=text, centre=text, address=text, bring=(text,) * 9, footer=text)
    assert picture(replace(whole, words=words)).size == (1000, 1250)


def test_the_cards_own_words_come_from_the_catalogue() -> None:
    assert card_words(str.upper) == CardWords(title="CARD.TITLE", number="CARD.NUMBER", bring="CARD.BRING")
