"""Only a whole message steers, and the traps of negation are known."""

from __future__ import annotations

import pytest

from dialogs.understanding import read_danger, read_intent


@pytest.mark.parametrize(
    ("intent", "texts"),
    [
        ("yes", "نـعـم|ايوووه|أيوة|إي والله|تمام|na3am|7ader|👍🏽|أيوه يا فندم"),
        ("yes", "لا مانع|لا مانع عندي|مفيش مشكلة|ليش لا|ليه لأ"),
        ("no", "لا.|لأه|لا شكرا|ماكو شي|مش عايز|la2|❌|لا والله"),
        ("stop", "توقف|متبعتوش|كفاية|مش عايز رسايل|شيلوني|kfaya"),
        ("back", "رجوع|للخلف|raj3ni|🔙"),
        ("help", "مساعدة|ما فهمت|مش فاهمه|؟؟|msh fahem"),
        ("skip", "تخطي|السؤال التالي|مدري|أفضل عدم الإجابة|-|next"),
        ("restart", "من جديد|البداية|restart"),
        ("human", "موظف|أريد التحدث مع موظف|ابي اكلم احد|عايز اكلم حد لو سمحت"),
        ("review", "مراجعة|إجاباتي"),
        ("erase", "مسح|امسح بياناتي"),
        ("apply", "عايز اقدم|تقديم طلب"),
        ("status", "فين طلبي|أين وصل طلبي؟"),
        ("appointments", "مواعيدي"),
        ("greeting", "السلام عليكم|صباح الخير|هلا والله"),
        ("thanks", "شكراً لكم|ما قصرت"),
        ("danger", "جوزي بيضربني|خايفة|مش في أمان"),
    ],
)
def test_plain_words_reach_their_place(intent: str, texts: str) -> None:
    for text in texts.split("|"):
        reading = read_intent(text)
        assert (text, reading.value, reading.sure) == (text, intent, True)


@pytest.mark.parametrize(
    "text",
    ["لا اله الا الله", "لا حول ولا قوة إلا بالله", "عايز ألغي الموعد", "سنة", "توقف زوجي عن العمل", "٥", "", "😀"],
)
def test_a_word_within_other_words_steers_nowhere(text: str) -> None:
    assert read_intent(text).value is None


def test_yes_and_no_together_are_asked_again() -> None:
    reading = read_intent("ايوه لا")
    assert (reading.value, reading.sure, reading.ask) == (None, False, "intent_confirm")


@pytest.mark.parametrize(
    "text",
    [
        "زوجي بيضربني كل يوم",
        "ريلي يطقني",
        "بيهددني بالسكينة",
        "عايزة أموت",
        "مش عايز أعيش",
        "بفكر في الانتحار",
        "ابني بيتضرب في البيت",
        "طردونا من البيت الليلة",
        "هنتطرد بكرة",
        "صاحب البيت هيطردنا",
        "مفيش مكان ننام فيه",
        "خايفة منه",
        "لست بأمان",
        "الحقوني",
        "he hits me",
    ],
)
def test_words_of_danger_are_heard(text: str) -> None:
    assert read_danger(text)


@pytest.mark.parametrize(
    "text",
    ["مات زوجي", "انا في أمان", "لسنا في خطر", "ضربة شمس", "محتاج علاج", "طلقني زوجي", "عندي سكر وضغط", "", "ابن عمي"],
)
def test_sorrow_is_not_danger(text: str) -> None:
    assert not read_danger(text)
