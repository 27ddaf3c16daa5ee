"""What is said around an appointment, as people say it in Egypt, the Gulf, in standard Arabic and in Latin letters."""

from __future__ import annotations

import pytest

from dialogs.understanding import read_coming

SAID = """
on_way: أنا في الطريق | انا ف السكة | جايين في السكة | احنا بالطريج | طلعنا من البيت | في الطريق إليكم
on_way: السلام عليكم، أنا في الطريق | قربت أوصل | إحنا وصلنا | وصلنا المركز | أنا عند الباب | on my way | ana fel taree2
on_way: نازل دلوقتي | خارجين حالا | طالع الحين | مسافة السكة
late: هتأخر شوية | بنتأخر نص ساعة | سأتأخر قليلا | متأخرين شوي | running late
lost: تهت | تهنا | ضعنا | أنا تايهة ومش لاقية المكان | مش لاقي المكان | وين المركز؟ | فين المكان بالظبط
lost: ابعتولي اللوكيشن | كيف أوصل لكم | ما لقينا المكان | toht | msh la2y el makan | wein el markaz | i am lost
lost: إزاي أروح | ما أدل المكان
come: باجي إن شاء الله | بنيجي | إن شاء الله حاضرين
come: سأحضر إن شاء الله | هنيجي | هاجي النهارده | راح أجي | جايين | i will be there | aywa hagy
not_come: مش هنقدر نيجي | ما راح أجي | للأسف مش هاجي | ألغوا الموعد | لن أحضر | مقدرش آجي | cancel the appointment
not_come: لا أستطيع الحضور | ما بقدر اجي | مش حقدر آجي
other_time: ممكن نأجل شوية | الوقت مش مناسب | another time please
other_time: ميعاد تاني لو سمحت | ممكن معاد تاني | ممكن نأجل الموعد | وقت ثاني | عايزين نغير الميعاد
calendar: أضيفوه إلى التقويم | ضيفوه للتقويم | add to calendar
"""
NOT_SAID = (
    *(
        "نعم",
        "لا",
        "أنا عندي أطفال في الطريق إلى المدرسة",
        "البيت في الطريق العام",
        "بيت أمي تهت عنه",
        "أيتام",
        "طالع",
        "مسافة",
        "ما أستطيع",
    ),
    *("الطريق", "المكان", "وقت", "موعد", "خمسة", "السلام عليكم", "شكرا", "ضاع المرتب", "أنا أعيش وحدي", ""),
    "جاي " * 40,
)


@pytest.mark.parametrize(
    ("meaning", "text"),
    [
        (meaning, text.strip())
        for line in SAID.strip().splitlines()
        for meaning, _, texts in [line.partition(":")]
        for text in texts.split("|")
    ],
)
def test_it_is_understood(meaning: str, text: str) -> None:
    assert (read_coming(text).value, read_coming(text).sure) == (meaning, True)


@pytest.mark.parametrize("text", NOT_SAID)
def test_a_word_of_it_is_not_enough(text: str) -> None:
    assert read_coming(text).value is None
