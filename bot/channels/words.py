"""The few words that a messenger's own furniture needs: the opener of a list, the button that shares a place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Labels in one language, each at most 20 characters where WhatsApp shows it."""

    choose: str
    or_choose: str
    type_a_number: str
    send_location: str
    share_phone: str
    continued: str


ARABIC = Words(
    choose="اختاروا من هنا",
    or_choose="أو اختاروا:",
    type_a_number="اكتبوا رقم الإجابة.",
    send_location="إرسال مكان البيت",
    share_phone="إرسال رقم هاتفي",
    continued="اختاروا:",
)
ENGLISH = Words(
    choose="Choose here",
    or_choose="Or choose:",
    type_a_number="Type the number of your answer.",
    send_location="Send my location",
    share_phone="Send my phone number",
    continued="Choose:",
)
RIGHT_TO_LEFT = frozenset({"ar", "ckb", "fa", "he", "ur"})


def words_of(language: str) -> Words:
    """The words in that language; English where we have none of it and it is not written right to left."""
    return ARABIC if is_right_to_left(language) else ENGLISH


def is_right_to_left(language: str) -> bool:
    """Whether that language (`ar`, `ar_KW`, `en-GB`) is written right to left."""
    return language.replace("_", "-").split("-")[0].lower() in RIGHT_TO_LEFT
