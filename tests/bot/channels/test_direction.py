"""Every message that the transcripts hold starts right to left on every channel, and its numbers keep their order."""

from __future__ import annotations

import re
import unicodedata

import pytest
from markupsafe import Markup

from bot.channels.fitting import Fitted, fit, fit_template
from bot.channels.isolates import FSI, LRI, OPENERS, PDI, RLI, RLM, directed, isolated, label_directed, parts_of
from bot.channels.telegram_keyboards import rows_of
from bot.channels.web.page import _as_label, _as_read
from bot.channels.whatsapp_bodies import message_body
from bot.channels.wrapping import units
from referrals.documents.arabic_shaping import visual_order, without_controls
from referrals.inbound import Address
from referrals.messages import CHOSEN, TELEGRAM, WEB, WHATSAPP, Capabilities, Choice, Message
from tests.spoken import messages

CHANNELS = (TELEGRAM, WHATSAPP, WEB)
CONTROLS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
ISOLATED = re.compile(f"[{LRI}{RLI}{FSI}][^{PDI}]*{PDI}")
HARD = (
    "للنجدة: 122. ورقمه SND-2026-17، في 2026-11-25.",
    "Sanad خدمة",
    "✅ وصل. اتصلوا على +965 2222 0000 (أم أحمد).",
    "01000000000 هو الرقم\nhttps://sanad.example/a?b=1\nقنا · شارع المحطة · 096 000 0000",
    "بأي لغة نتكلم؟ / Which language?",
)
LABELS = ("رقم +965 2222 0000", "English", "✓ Sanad خدمة", "الأحد ١٠:٣٠ صباحاً", "٤", f"{CHOSEN}٤", "SND-2026-17")


def first_strong(text: str) -> str:
    bare = ISOLATED.sub("", text)
    return next((kind for kind in map(unicodedata.bidirectional, bare) if kind in ("L", "R", "AL")), "")


def depths(text: str) -> list[int]:
    depth, found = 0, [0]
    for character in text:
        depth += (character in OPENERS) - (character == PDI)
        found.append(depth)
    return found


def complaints(piece: Fitted, channel: Capabilities) -> list[str]:
    """What would be read wrongly."""
    found = []
    if piece.text and not (piece.text[0] == RLM or unicodedata.bidirectional(piece.text[0]) == "AL"):
        found.append("does not begin with an Arabic letter or U+200F")
    if max(depths(piece.text)) > 1 or min(depths(piece.text)) < 0 or depths(piece.text)[-1]:
        found.append("isolates are nested or left open")
    outside = parts_of(CONTROLS.sub("", ISOLATED.sub("", piece.text)))
    found += [f"stands open: {part.text}" for part in outside if part.kind]
    most = channel.row_title if piece.layout == "rows" else channel.button_title
    for choice in piece.choices:
        if units(choice.label) > most:
            found.append(f"too long with its marks: {choice.label!r}")
        if re.search("[ء-ي]", choice.label) and first_strong(choice.label) == "L":
            found.append(f"a label that begins at the left: {choice.label!r}")
        if not choice.id.isascii() or CONTROLS.search(choice.id):
            found.append(f"a mark in an id: {choice.id!r}")
    return found


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.channel)
def test_every_message_is_laid_out_from_the_right_and_keeps_its_numbers(channel: Capabilities) -> None:
    assert len(messages()) > 300
    told = [*messages(), *(Message(text) for text in HARD)]
    wrong = [(each, piece.text) for said in told for piece in fit(said, channel) for each in complaints(piece, channel)]
    assert not wrong


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.channel)
def test_labels_count_their_marks_and_keep_their_order(channel: Capabilities) -> None:
    labels = (*LABELS, "اتصلوا على +965 2222 0000 الآن")
    choices = tuple(Choice(f"q:{place}", label) for place, label in enumerate(labels))
    for piece in fit(Message("ماذا تختارون؟", choices), channel):
        assert not complaints(piece, channel)
        assert all(max(depths(choice.label)) <= 1 and not depths(choice.label)[-1] for choice in piece.choices)


@pytest.mark.parametrize(
    "number",
    [
        *("+20 96 321 1234", "2026-11-25", "SND-2026-17"),
        *("١٢٣ ٤٥٦", "٠١٠-١٢٣٤-٥٦٧", "٠٩٦ ٣٢١ ١٢٣٤", "٣١\u00a0٧٤\u00a0٢"),
    ],
)
def test_a_number_is_seen_in_the_order_in_which_it_was_written(number: str) -> None:
    shown = without_controls(visual_order(directed(isolated(f"الرقم {number}، احتفظوا به.")), "rtl"))
    assert number in shown


def test_a_label_whose_marks_no_longer_fit_goes_where_there_is_room() -> None:
    label = "هاتف 01000000000 لنا"  # twenty characters without its marks, twenty-two with them
    assert units(label) == WHATSAPP.button_title < units(label_directed(label))
    (piece,) = fit(Message("أيّهما؟", (Choice("a", label), Choice("b", "غيره"))), WHATSAPP)
    assert piece.layout == "rows" and piece.choices[0].label == label_directed(label)


def test_the_sign_of_what_was_chosen_stays_in_front() -> None:
    assert label_directed(f"{CHOSEN}Sanad خدمة") == f"{CHOSEN}{RLM}Sanad خدمة"


def test_rows_of_a_list_in_toggles_and_numbers_begin_at_the_right() -> None:
    toggles = tuple(Choice(f"q:{place}", label) for place, label in enumerate(("✓ الماء", "الكهرباء", "الغاز")))
    assert rows_of(toggles, right_to_left=True) == [[choice] for choice in toggles]
    numbers = tuple(Choice(f"q:{n}", label) for n, label in enumerate(("١", f"{CHOSEN}٢", "٣", "٤", "٥", "٦", "٧")))
    rows = rows_of(numbers, right_to_left=True)
    assert [[choice.label for choice in row] for row in rows] == [["٥", "٤", "٣", f"{CHOSEN}٢", "١"], ["٧", "٦"]]
    assert rows_of(numbers[:2], right_to_left=False) == [list(numbers[:2])]


def test_a_parameter_of_a_template_keeps_to_itself() -> None:
    fitted = fit_template(Message("…", template="t", parameters=("Al Noor (عيّنة)", "2026-11-25", "قنا")))
    assert fitted.parameters == (f"{FSI}Al Noor (عيّنة){PDI}", f"{LRI}2026-11-25{PDI}", "قنا")


def test_no_mark_reaches_an_address_an_id_or_a_link() -> None:
    message = Message("اختاروا", tuple(Choice(f"q:{place}", label) for place, label in enumerate(LABELS[:3])))
    (piece,) = fit(message, WHATSAPP)
    body = message_body(Address("phone", "+96550000000"), piece)
    rows = body["interactive"]["action"].get("buttons") or body["interactive"]["action"]["sections"][0]["rows"]
    ids = [row.get("id") or row["reply"]["id"] for row in rows]
    assert not CONTROLS.search("".join([body["to"], *ids]))


def test_the_page_has_elements_in_place_of_marks() -> None:
    for said in messages():
        shown = str(_as_read(said.text, dialable=True))
        assert not CONTROLS.search(shown)
        assert all(re.fullmatch(r"tel:\+?[0-9]+", link) for link in re.findall(r'href="([^"]*)"', shown))
        assert Markup(shown).striptags() == " ".join(said.text.split())


def test_a_telephone_on_the_page_does_not_break_over_lines() -> None:
    assert _as_read("قنا · 096 000 0000") == 'قنا · <bdo dir="ltr" class="kept-whole">096 000 0000</bdo>'
    assert _as_read("رقمه QN-26-1042.") == 'رقمه <bdi dir="ltr" class="kept-whole">QN-26-1042</bdi>.'
    assert _as_read("نتكلم؟ / Which language?") == 'نتكلم؟ / <bdi dir="ltr">Which language?</bdi>'


def test_a_label_with_a_telephone_stays_one_piece_on_its_button() -> None:
    assert str(_as_label("تقديم طلب")) == "تقديم طلب"
    assert str(_as_label("رقم +965 2222 0000")).startswith("<span>رقم <bdo")


def test_what_somebody_wrote_cannot_become_markup() -> None:
    assert "<b>" not in _as_read('<b>+965 2222 0000</b> "x"')
