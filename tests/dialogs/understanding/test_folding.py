"""Two spellings of one word have one key."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.understanding import FOLDING_VERSION, fold, fold_letters

ARABIC = st.text(
    st.sampled_from([chr(code) for code in (*range(0x600, 0x700), *range(0x200B, 0x2010), *range(0xFE70, 0xFEFD))])
)
LETTERS = frozenset("ابتثجحخدذرزسشصضطظعغفقكلمنهوي")


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("إيمان", "ايمان"),
        ("آمنة أحمد ٱبن", "امنه احمد ابن"),
        ("مـحـمـد", "محمد"),
        ("ﷲ", "الله"),
        ("ﷺ", "صلي الله عليه وسلم"),
        ("ﷻ", "جل جلاله"),
        ("﷽", "بسم الله الرحمن الرحيم"),
        ("ﻻ ﻷ ﻹ ﻵ", "لا لا لا لا"),
        ("ﻣﺼﺮ", "مصر"),
        ("\u202bعلي\u202c", "علي"),
        ("ع\u200bل\u200cي\u200d \ufeff\u2066نور\u2069 \u061c", "علي نور"),
        ("سو\u00adق", "سوق"),
        ("علي🙂", "علي"),
        ("👨\u200d👩\u200d👧\u200d👦 عيلة 👍🏽 🇪🇬 ❤️", "عيله"),
        ("1️⃣", "1"),
        ("نجع حمادى", "نجع حمادي"),
        ("الرَّحمٰن", "الرحمن"),
        ("هٰذا", "هذا"),
        ("لَهُۥ بِهِۦ", "له به"),
        ("ٱلْقُرْءَانِ ۖ", "القران"),
        ("كِتَٰبٌۭ ۞", "كتب"),
        ("مسؤولة", "مسووله"),
        ("شئون", "شيون"),
        ("هيئة", "هييه"),
        ("شيء", "شي"),
        ("مساء", "مسا"),
        ("کریم", "كريم"),
        ("گلاب چای پنج", "كلاب جاي بنج"),
        ("ہاشم ۀ", "هاشم ه"),
        ("ڪـٻـٺ", "كبت"),
        ("ايوووووه", "ايوه"),
        ("محمد", "محمد"),
        ("٢٥ و ۳٦ و ४", "25 و 36 و 4"),
        ("1000", "1000"),
        ("لا.", "لا"),
        ("«نعم»، ربما؟! …", "نعم ربما"),
        ("أيوه...لا", "ايوه لا"),
        ("ＡＢＣ １２", "abc 12"),
        ("  أم   أحمد…", "ام احمد"),
        ("\u3164", ""),
        ("\ud800ا\udfff", "ا"),
        ("محمﹶد", "محمد"),
        ("", ""),
    ],
)
def test_spellings_meet_in_one_key(typed: str, key: str) -> None:
    assert fold(typed) == key
    assert fold(key) == key


@given(st.text() | ARABIC)
def test_what_was_folded_folds_to_itself(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold_letters(fold_letters(text)) == fold_letters(text)


@given(ARABIC)
def test_a_key_holds_words_of_letters_and_latin_digits_and_nothing_that_cannot_be_seen(text: str) -> None:
    key = fold(text)
    assert all(sign.isalnum() for sign in key.replace(" ", ""))
    assert key == " ".join(key.split())
    assert not any(unicodedata.category(sign) in {"Cf", "Mn", "Cc"} for sign in key)


@given(st.text(st.sampled_from(sorted(LETTERS)), min_size=1), st.sampled_from("ـًٌٍَُِّْٰۭٓٔٗۖ\u200b\u200f\u2067\u00ad\ufe0f"))
def test_signs_within_a_word_do_not_part_it(word: str, sign: str) -> None:
    assert fold(sign.join(word)) == fold(word)


def test_every_digit_of_unicode_is_read_as_one_of_ours() -> None:
    for sign in map(chr, range(sys.maxunicode + 1)):
        if unicodedata.category(sign) == "Nd":
            assert fold_letters(sign) == str(unicodedata.digit(sign))


def test_a_hostile_text_is_folded_all_the_same() -> None:
    assert fold("ا" + "\u0651" * 100_000) == "ا"
    assert fold("ه" * 100_000) == "ه"
    assert len(fold("﷽" * 1_000).split()) == 4_000


def test_the_folding_carries_a_version_because_stored_keys_depend_on_it() -> None:
    assert FOLDING_VERSION == 2
