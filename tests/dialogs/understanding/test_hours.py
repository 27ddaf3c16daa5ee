"""When families want to be written to, in their words; what is not sure is asked, anything else is left alone."""

from __future__ import annotations

from datetime import time

import pytest

from dialogs.understanding import Quiet, read_hours, speaks_to_us

MORNING, AFTER_ASR = Quiet(starts=time(12)), Quiet(ends=time(16, 30))
NOT_EVENINGS, NOT_NIGHTS = Quiet(starts=time(17)), Quiet(starts=time(18))


@pytest.mark.parametrize(
    ("words", "quiet"),
    [
        ("لا تراسلوني بعد المغرب", NOT_EVENINGS),
        ("ما تطرشون بعد المغرب", NOT_EVENINGS),
        ("ما ابي رسايل بعد المغرب", NOT_EVENINGS),
        ("متبعتوش بعد العشا", NOT_NIGHTS),
        ("لا ترسلوا رسائل بعد ٦", NOT_NIGHTS),
        ("لا تراسلوني بالليل", NOT_NIGHTS),
        ("do not message me after 6 pm", NOT_NIGHTS),
        ("ابعتوا الصبح بس", MORNING),
        ("من فضلكم راسلوني الصبح", MORNING),
        ("message me only in the morning", MORNING),
        ("رسائل من ٩ الى ١٢ فقط", Quiet(time(12), time(9))),
        ("راسلوني بعد العصر", AFTER_ASR),
        ("راسلوني من بعد العصر", AFTER_ASR),
        ("راسلوني بعد الساعة ٤", Quiet(ends=time(16))),
        ("ابعتوا بعد ٤:٣٠", AFTER_ASR),
        ("راسلوني من ٤ ل ٨", Quiet(time(20), time(16))),
        ("لا تراسلوني الظهر", Quiet(time(12), time(15))),
        ("ما تبعتوليش رسايل قبل الضهر", Quiet(ends=time(13))),
        ("راسلوني في أي وقت", Quiet()),
    ],
)
def test_the_hours_are_read(words: str, quiet: Quiet) -> None:
    assert read_hours(words).value == quiet
    assert read_hours(words).sure


@pytest.mark.parametrize(
    "words",
    [
        "راسلوني بعد الساعة ٩",  # of the morning, or of the evening
        "لا تراسلوني قبل الساعة ١٠",
        "راسلوني بالليل بس",
        "متبعتوش الصبح عشان جوزي بيكون في البيت",
    ],
)
def test_hours_that_stay_open_are_asked(words: str) -> None:
    assert read_hours(words).value is None
    assert read_hours(words).ask == "hours"
    assert speaks_to_us(words)


@pytest.mark.parametrize(
    "words",
    [
        *("لا تراسلوني", "راسلوني على الواتس", "ابعتوا الفلوس بعد العيد", "ابعتولي رقم الموظف", "الرسالة وصلت"),
        *("عايز أعرف الطلب وصل", "كلموني الصبح", "بعد العصر", "اتصلوا بعد المغرب", "شارع ٥", "نعم", ""),
    ],
)
def test_what_is_about_something_else_is_left_alone(words: str) -> None:
    assert read_hours(words).blank
    assert read_hours(words).ask is None


def test_where_the_hours_were_asked_they_are_enough_alone() -> None:
    assert read_hours("بعد العصر", asked=True).value == AFTER_ASR
    assert read_hours("الصبح", asked=True).value == MORNING
    assert read_hours("نعم", asked=True).blank


def test_not_after_sunset_is_early_enough_in_winter_and_after_sunset_late_enough_in_summer() -> None:
    refused, wanted = read_hours("لا تراسلوني بعد المغرب").value, read_hours("راسلوني بعد المغرب").value
    assert refused is not None
    assert wanted is not None
    assert (refused.starts, wanted.ends) == (time(17), time(20))
