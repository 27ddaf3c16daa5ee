"""A message arrives on every channel whole, readable from right to left, and with choices that can be told apart."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.fitting import Fitted, fit, fit_template
from bot.channels.isolates import LRI, LRM, PDI, RLM, directed, isolated
from bot.channels.wrapping import split, truncated, units
from referrals.messages import TELEGRAM, WEB, WHATSAPP, Capabilities, Choice, MediaIntent, Message

CARD = MediaIntent("stored", {"media_id": 1})
CHANNELS = [TELEGRAM, WHATSAPP, WEB]


def choices(*labels: str) -> tuple[Choice, ...]:
    return tuple(Choice(f"q1:{i}", label) for i, label in enumerate(labels))


def bare(text: str) -> str:
    return re.sub(f"[{LRI}{PDI}{RLM}]", "", text)


# ---- direction


@pytest.mark.parametrize(
    "part",
    [
        "+20 96 321 1234",
        "+96522000000",
        "٠١٠-١٢٣٤-٥٦٧",
        "123 456 789",
        "2026-11-25",
        "2026-11-25 10:30",
        "https://sanad.example/a?b=1",
        "someone@sanad.example",
        "SND-2026-17",
    ],
)
def test_what_reads_left_to_right_is_isolated(part: str) -> None:
    assert isolated(f"الرقم {part}، احتفظوا به.").replace(LRM, "") == f"الرقم {LRI}{part}{PDI}، احتفظوا به."


@pytest.mark.parametrize("text", ["الساعة 10:30", "يوم 25/11/2026", "من 9-5", "عدد الأطفال 4", "المبلغ 1,500.250 د.ك"])
def test_what_reads_well_already_stays_as_it_is(text: str) -> None:
    assert isolated(text) == text


def test_what_is_isolated_already_is_not_isolated_twice() -> None:
    once = isolated("اتصلوا على +965 2200 0000")
    assert isolated(once) == once


def test_a_link_does_not_take_the_full_stop_after_it() -> None:
    assert isolated("افتحوا https://sanad.example/x.") == f"افتحوا {LRI}https://sanad.example/x{PDI}."


@pytest.mark.parametrize("text", ["✅ تم", "1234567 رقمكم", "Sanad خدمة", f"{LRI}+965 22000000{PDI}"])
def test_an_arabic_message_begins_with_an_arabic_letter_or_a_mark(text: str) -> None:
    assert directed(text).startswith(RLM)


def test_a_message_that_begins_in_arabic_gets_no_mark() -> None:
    assert directed("مرحباً بكم") == "مرحباً بكم"


def test_an_english_message_is_left_alone() -> None:
    (piece,) = fit(Message("Call +965 2200 0000", language="en"), TELEGRAM)
    assert piece.text == "Call +965 2200 0000"


# ---- cutting


def test_a_text_is_cut_after_a_word() -> None:
    assert truncated("مركز خدمة الأسرة في قنا", 16) == "مركز خدمة…"
    assert truncated("قنا", 3) == "قنا"


@given(st.text(alphabet="اب جد\n.؟😀\u0651 ", min_size=1, max_size=400), st.integers(8, 60))
def test_splitting_keeps_every_word_and_every_limit(text: str, limit: int) -> None:
    pieces = split(text, limit)
    assert all(0 < units(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_an_isolate_is_never_cut_open() -> None:
    text = isolated("كلمة " * 8 + "+20 96 321 1234 " + "كلمة " * 8)
    for piece in split(text, 50):
        assert piece.count(LRI) == piece.count(PDI)


def test_a_link_longer_than_a_message_still_arrives() -> None:
    link = "https://sanad.example/" + "a" * 200
    pieces = split(isolated(link), 60)
    assert bare("".join(pieces)) == link
    assert all(piece.count(LRI) == piece.count(PDI) for piece in pieces)


def test_a_long_message_becomes_several_and_the_last_one_carries_the_choices() -> None:
    text = "\n\n".join(f"الفقرة {i}. " + "كلام " * 90 for i in range(12)) + "\n\nهل توافقون؟"
    pieces = fit(Message(text, choices("نعم", "لا")), WHATSAPP)
    assert all(units(piece.text) <= WHATSAPP.text for piece in pieces[:-1])
    assert units(pieces[-1].text) <= WHATSAPP.text_with_choices
    assert [c.label for c in pieces[-1].choices] == ["نعم", "لا"]
    assert not any(piece.choices for piece in pieces[:-1])
    assert "".join(bare("".join(p.text for p in pieces)).split()) == "".join(text.split())
    assert pieces[-1].text.endswith("هل توافقون؟")


# ---- choices


def test_few_short_choices_are_buttons() -> None:
    (piece,) = fit(Message("هل أنتم في أمان؟", choices("نعم", "لا")), WHATSAPP)
    assert (piece.layout, [c.id for c in piece.choices]) == ("buttons", ["q1:0", "q1:1"])


def test_more_choices_than_buttons_are_a_list() -> None:
    (piece,) = fit(Message("اختاروا المحافظة", choices(*"أبجدهوز")), WHATSAPP)
    assert piece.layout == "rows"
    assert piece.opener


def test_a_long_label_goes_on_in_the_description_of_its_row() -> None:
    label = "مركز الخدمة الاجتماعية بمدينة نجع حمادي (عيّنة)"
    (piece,) = fit(Message("اختاروا", choices(label, "آخر")), WHATSAPP)
    row = piece.choices[0]
    assert row.label.startswith("١. مركز")
    assert units(row.label) <= 24
    assert (row.label.removeprefix("١. ").rstrip("…") + " " + row.description.lstrip("…")) == label


@pytest.mark.parametrize(
    "label",
    [
        "26 2026 01012345678 مكتب قنا (عيّنة)",
        "– 26 2026 01012345678 شارع قنا (عيّنة)",
        "٤٨٢١ 2026 01012345678 جمعية قنا (عيّنة)",
        "https://sanad.example/qena/list صفحة (عيّنة)",
        "مكتب قنا (عيّنة) " + "٤٨٢١ " * 30,
    ],
)
def test_a_row_keeps_its_length_when_its_cut_needs_marks_that_the_whole_does_not(label: str) -> None:
    (piece,) = fit(Message("اختاروا", choices(label, "آخر")), WHATSAPP)
    row = piece.choices[0]
    assert piece.layout == "rows"
    assert 3 < units(row.label) <= WHATSAPP.row_title
    assert units(row.description) <= WHATSAPP.row_description
    assert "..." not in row.label and label[:4].strip() in bare(row.label)


def test_labels_that_are_equal_after_the_cut_are_numbered_apart() -> None:
    """Praekelt's collision: the platform refuses two rows with one title, and people cannot tell them apart."""
    stem = "مركز الخدمة الاجتماعية للأسرة"
    (piece,) = fit(Message("اختاروا", choices(f"{stem} بقنا", f"{stem} بقوص")), WHATSAPP)
    titles = [c.label for c in piece.choices]
    assert len(set(titles)) == 2
    assert titles[0].startswith("١. ") and titles[1].startswith("٢. ")


def test_two_equal_labels_are_numbered_apart_as_buttons() -> None:
    (piece,) = fit(Message("أي مركز؟", choices("قنا", "قنا")), WHATSAPP)
    assert (piece.layout, [c.label for c in piece.choices]) == ("buttons", ["١. قنا", "٢. قنا"])


def test_more_choices_than_rows_are_numbers_in_the_text() -> None:
    labels = [f"قرية {c}" for c in "ابتثجحخدذرزسش"]
    (piece,) = fit(Message("اختاروا القرية", choices(*labels)), WHATSAPP)
    assert piece.layout == "text" and not piece.choices
    assert "١. قرية ا" in piece.text and "١٣. قرية ش" in piece.text
    assert "اكتبوا رقم الإجابة" in piece.text
    assert len(piece.offered) == 13


def test_numbers_use_the_digits_that_the_message_uses() -> None:
    labels = [f"قرية {c}" for c in "ابتثجحخدذرزس"]
    (piece,) = fit(Message("السؤال 3 من 9", choices(*labels)), WHATSAPP)
    assert "12. قرية س" in piece.text


def test_what_a_row_cannot_hold_stands_in_the_text() -> None:
    label = "كلمة " * 30
    (piece,) = fit(Message("اختاروا", choices(label, "غيره")), WHATSAPP)
    assert piece.layout == "rows"
    assert "١. " + label.strip() in piece.text


def test_descriptions_are_shown_where_a_channel_has_no_room_for_them() -> None:
    centre = Choice("c1", "مركز قنا", "يبعد ٢٠ دقيقة")
    (piece,) = fit(Message("اختاروا", (centre,)), TELEGRAM)
    assert "مركز قنا: يبعد ٢٠ دقيقة" in piece.text
    (piece,) = fit(Message("اختاروا", (centre,)), WHATSAPP)
    assert (piece.layout, piece.choices[0].description) == ("rows", "يبعد ٢٠ دقيقة")


@given(
    st.lists(
        st.tuples(st.text(alphabet="ابتثج حخد", min_size=1, max_size=120), st.text(alphabet="ابتثج حخد", max_size=100)),
        min_size=1,
        max_size=14,
    ),
    st.sampled_from(CHANNELS),
)
def test_no_label_is_lost_and_no_limit_is_broken(told: list[tuple[str, str]], channel: Capabilities) -> None:
    offered = tuple(Choice(f"q1:{i}", label, description) for i, (label, description) in enumerate(told))
    pieces = fit(Message("السؤال؟", offered), channel)
    last = pieces[-1]
    most, title = (
        (channel.buttons, channel.button_title) if last.layout == "buttons" else (channel.rows, channel.row_title)
    )
    assert len(last.choices) <= most
    assert len({c.label for c in last.choices}) == len(last.choices)
    assert all(0 < units(c.label) <= title for c in last.choices)
    assert all(units(c.description) <= channel.row_description for c in last.choices)
    shown = "".join(p.text for p in pieces) + "".join(c.label + c.description for c in last.choices)
    squeezed = re.sub(r"[\s…]", "", shown)
    for label, description in told:
        assert re.sub(r"\s", "", label) in squeezed
        assert re.sub(r"\s", "", description) in squeezed


# ---- media, questions for a place, templates


def test_a_card_carries_a_short_text_as_its_caption() -> None:
    (piece,) = fit(Message("موعدكم", media=(CARD,)), WHATSAPP)
    assert (piece.text, piece.media) == ("موعدكم", CARD)


def test_a_card_goes_before_a_text_with_choices_or_a_long_one() -> None:
    card, text = fit(Message("موعدكم", choices("تأكيد"), media=(CARD,)), TELEGRAM)
    assert (card.text, card.media, text.layout) == ("", CARD, "buttons")
    card, text = fit(Message("كلام " * 300, media=(CARD,)), TELEGRAM)
    assert card.media == CARD and text.media is None


def test_a_question_for_a_place_keeps_its_choices_in_a_second_message() -> None:
    ask, choose = fit(Message("أين تسكنون؟", choices("تخطي"), ask="location"), WHATSAPP)
    assert (ask.ask, ask.choices, choose.ask, choose.choices[0].label) == ("location", (), "", "تخطي")


def test_choices_without_a_text_still_get_one() -> None:
    (piece,) = fit(Message("", choices("نعم")), WHATSAPP)
    assert piece.text


def test_a_message_that_says_nothing_is_not_sent() -> None:
    assert fit(Message(" "), WHATSAPP) == ()


def test_a_template_gets_parameters_that_the_platform_takes() -> None:
    message = Message("…", template="reminder", parameters=("مركز\nقنا\tالغربي     هنا", "+965 2200 0000", ""))
    fitted = fit_template(message)
    assert fitted.parameters == ("مركز قنا الغربي هنا", f"{LRI}+965 2200 0000{PDI}", "–")
    assert fitted.template == "reminder"


def test_a_message_without_a_template_says_so() -> None:
    with pytest.raises(ValueError, match="no template"):
        fit_template(Message("نص"))


def test_a_drawn_file_is_put_into_its_piece() -> None:
    assert Fitted(media=CARD).with_file(b"png").file is not None


def test_a_link_is_a_button_where_the_channel_has_one_beside_the_choices() -> None:
    linked = Message("هنا المركز", choices("نعم"), link="https://example.org/m", link_label="الخريطة")
    (telegram,) = fit(linked, TELEGRAM)
    assert (telegram.link, telegram.choices[0].label) == ("https://example.org/m", "نعم")
    (whatsapp,) = fit(linked, WHATSAPP)
    assert whatsapp.link == "" and "https://example.org/m" in whatsapp.text
    (alone,) = fit(replace(linked, choices=()), WHATSAPP)
    assert (alone.link, alone.text) == ("https://example.org/m", "هنا المركز")
    (page,) = fit(linked, WEB)
    assert "الخريطة" in page.text and "https://example.org/m" in page.text


@pytest.mark.parametrize(
    ("link", "label"),
    [("http://example.org", "الخريطة"), ("https://example.org", "ا" * 21), ("https://example.org", "")],
)
def test_a_link_that_no_button_may_hold_stands_in_the_text(link: str, label: str) -> None:
    (piece,) = fit(Message("هنا المركز", link=link, link_label=label), WHATSAPP)
    assert piece.link == "" and link in piece.text


def test_the_text_above_a_link_is_as_short_as_the_one_above_choices() -> None:
    pieces = fit(Message("كلمة. " * 400, link="https://example.org", link_label="الخريطة"), WHATSAPP)
    assert len(pieces) > 1 and len(pieces[-1].text) <= WHATSAPP.text_with_choices
    assert [bool(piece.link) for piece in pieces] == [False] * (len(pieces) - 1) + [True]


def test_a_point_is_a_pin_before_the_words_or_a_map_to_open() -> None:
    point = MediaIntent("point", {"latitude": 26.16, "longitude": 32.72, "name": "مركز عيّنة", "address": ""})
    pin, words = fit(Message("هنا المركز", choices("نعم"), media=(point,)), TELEGRAM)
    assert pin.pin is not None and (pin.pin.name, pin.media) == ("مركز عيّنة", None)
    assert (words.text, words.choices[0].label) == ("هنا المركز", "نعم")
    (page,) = fit(Message("هنا المركز", media=(point,)), WEB)
    assert "https://www.openstreetmap.org/?mlat=26.16" in page.text
