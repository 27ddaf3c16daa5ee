"""Two spellings of one word have one key."""

from __future__ import annotations

import pytest

from dialogs.understanding import FOLDING_VERSION, fold


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("إيمان", "ايمان"),
        ("مـحـمـد", "محمد"),
        ("ﷲ", "الله"),
        ("\u202bعلي\u202c", "علي"),
        ("علي🙂", "علي"),
        ("نجع حمادى", "نجع حمادي"),
        ("الرَّحمٰن", "الرحمن"),
        ("مسؤولة", "مسووله"),
        ("کریم", "كريم"),
        ("ايوووووه", "ايوه"),
        ("٢٥ و ۳٦", "25 و 36"),
        ("1000", "1000"),
        ("لا.", "لا"),
        ("  أم   أحمد…", "ام احمد"),
        ("", ""),
    ],
)
def test_spellings_meet_in_one_key(typed: str, key: str) -> None:
    assert fold(typed) == key
    assert fold(key) == key


def test_the_folding_carries_a_version_because_stored_keys_depend_on_it() -> None:
    assert FOLDING_VERSION == 1
