"""At the door: a need told in a sentence is a wish to apply; a language is chosen by its name or by its letters."""

from __future__ import annotations

import pytest

from dialogs.understanding import read_language, wants_to_apply

WISHES = (
    "انا ارملة من قفط عندي ٣ عيال ومحتاجة ايجار | ابي اسجل وخلصونا | محتاجين مساعدة في العلاج | ابغى وظيفة | نبي نسجل"
    " | السلام عليكم احتاج مساعدة في مصاريف المدرسة | i need help with rent | ana mo7tag floos | عايز شغل لابني"
    " | محتاجين مواد غذائية | السلام عليكم عليه ديون وأبي أحد يساعدني | علينا إيجار متأخر"
)
NO_WISHES = (
    "مش عايز مساعدة | عايز اعرف طلبي وصل فين | عايز الغي الموعد | عايز موظف | ما ابي شي | ليش ما تردون | شكرا"
    " | محتاج اكلم موظف | هل عندكم مساعدات؟ | زهقتوني بالاسئلة | عايز موعد بدري | المركز كان مقفول"
)


@pytest.mark.parametrize("text", WISHES.split(" | "))
def test_whoever_tells_what_they_need_wants_to_apply(text: str) -> None:
    assert wants_to_apply(text)


@pytest.mark.parametrize("text", NO_WISHES.split(" | "))
def test_questions_refusals_and_what_is_with_us_already_are_no_new_application(text: str) -> None:
    assert not wants_to_apply(text)


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("ar", "العربية | عربي | موافق | bel 3araby | mwafe2 | aywa | la2"),
        ("en", "English | انجليزي | بالإنجليزي لو سمحت | english please"),
        ("", "yes | ok | 3 | hello | 🙂"),
    ],
)
def test_a_language_is_chosen_by_its_name_or_by_writing_in_it(language: str, texts: str) -> None:
    assert {text: read_language(text) for text in texts.split(" | ")} == dict.fromkeys(texts.split(" | "), language)
