"""«هل أنتم في أمان الآن؟» told by how one is: well only where nothing else is said and nothing good is denied."""

from __future__ import annotations

import pytest

from dialogs.understanding import read_safe

WELL = (
    "لا الحمدلله مفيش خطر | مفيش حاجة | لا الحمد لله كويسين | احنا بخير | كلنا بخير والحمد لله | ماكو شي | لا ماكو "
    "خطر | "
    "ما في شي | لا يوجد خطر | لا مفيش مشاكل | زينين الحمدلله | اي بأمان | الحمد لله | مفيش حاجة وحشة | "
    "لا بخير | لا كلنا بخير | لا تمام | no we are fine | سلام عليكم احنا بخير | الحمدلله مستورة"
)
NOT_SURE = (
    "لا | لا والله | لا الحمد لله | مش كويسين | مو بخير | لا مش في امان | ماني زين | مفيش امان | بدون امان | لا مش "
    "تمام | "
    "الحمد لله بس خايفة | كويسين بس هو هنا | فيه خطر | في خطر | عندنا مشاكل | لا في مشاكل | لا فيه خطر | نعم في خطر | "
    "كنا بخير | ما ادري | مفيش حد معايا | يعني | لا أمان | لا في أمان | لا خير | لا سلام | no good | no safe | "
    "سلام عليكم | السلام عليكم | "
)


@pytest.mark.parametrize("said", WELL.split(" | "))
def test_all_is_well_where_no_danger_is_named_but_to_deny_it(said: str) -> None:
    assert read_safe(said)


@pytest.mark.parametrize("said", NOT_SURE.split(" | "))
def test_whatever_else_is_asked_again(said: str) -> None:
    assert not read_safe(said)
