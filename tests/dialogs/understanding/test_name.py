"""A name is kept as it is written, and has a key under which its spellings meet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.understanding import name_key, read_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("فاطمة محمد", "فاطمة محمد"),
        ("  فاطمة   سالم ", "فاطمة سالم"),
        ("مُحَمَّد", "مُحَمَّد"),
        ("مـحـمـد", "مـحـمـد"),
        ("\u202bعلي\u202c 🌹", "علي"),
        ("اسمي فاطمة محمد علي", "فاطمة محمد علي"),
        ("أنا اسمي أحمد", "أحمد"),
        ("أنا أم أحمد", "أم أحمد"),
        ("الاسم: محمود.", "محمود"),
        ("My name is Mona Ali", "Mona Ali"),
        ("معاكم سعاد فهمي", "سعاد فهمي"),
        ("السلام عليكم، أنا سعاد فهمي يا فندم", "سعاد فهمي"),
        ("اسمى سعاد فهمي لو سمحتم", "سعاد فهمي"),
        ("معك اخوك سالم", "سالم"),
        ("سلام أحمد", "سلام أحمد"),
        ("«سعاد»", "سعاد"),
        ("(سعاد)", "سعاد"),
        ("د. سامي", "د. سامي"),
        ("الحاجة زينب", "الحاجة زينب"),
        ("أحمد (أبو علي)", "أحمد (أبو علي)"),
        ("O'Neil", "O'Neil"),
        *((name, name) for name in "طه مي متى نور هدى أمل رجاء دعاء إيمان شكري كرم صباح ناصر خليفة".split()),
        ("محمد مساعد العتيبي", "محمد مساعد العتيبي"),
        ("محمد\nعلي", "محمد علي"),
        *((name, name) for name in ("آية", "آيه سالم", "اية محمد", "حسين سري", "كفاية سالم")),
    ],
)
def test_a_name_is_kept_as_written(text: str, name: str) -> None:
    reading = read_name(text)
    assert (reading.value, reading.sure) == (name, True)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "٣٤",
            "01001234567",
            "👍",
            "...",
            "م",
            "ههههه",
            "a@b.com",
            "لماذا تسألون؟",
            "ليه",
            "مش عايز اقول",
            "ما ابي اقول",
        ),
        *("السلام عليكم", "صباح الخير", "نعم", "لا", "فاعل خير", "اسمي", "انا مش فاهم", "الحمد لله", "رجوع", "x" * 500),
        *("ايه", "اكتب ايه", "كم المبلغ", "انا تعبان اوي", "والله العظيم", "https://sanad.example", "null", "سري"),
        *("بلاش أسماء", "خليها", "بسم الله الرحمن الرحيم"),
    ],
)
def test_what_is_no_name_is_asked_again(text: str) -> None:
    reading = read_name(text)
    assert (reading.value, reading.sure, reading.ask) == (None, False, "name")


@pytest.mark.parametrize("text", ["سلام", "تمام", "محمد2", "جوزي محمود", "اية", "ايه محمد", "متجوزة", "بكرة", "كفاية"])
def test_what_may_be_a_name_is_offered(text: str) -> None:
    reading = read_name(text)
    assert (reading.value, reading.sure, reading.ask) == (text, False, "name_confirm")


def test_nothing_said_is_no_name_and_no_question() -> None:
    assert read_name("   ").ask is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("عبد الله", "عبدالله"),
        ("عبد الرحمن", "عبدالرحمان"),
        ("عبد النبى", "عبدالنبي"),
        ("الحاج محمد العتيبي", "محمد عتيبي"),
        ("د. منى", "منا"),
        ("أ. سعد", "سعد"),
        ("أبو العلا", "ابوالعلا"),
        ("إبراهيم", "ابرهيم"),
        ("نور الدين", "نورالدين"),
        ("فتح الله", "فتحالله"),
        ("محمد بن علي", "محمد علي"),
        ("عائشة", "عيشه"),
        ("مـحـمـد", "محمد"),
        ("فَاطِمَة", "فاطمه"),
    ],
)
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other) != ""


@pytest.mark.parametrize(("one", "other"), [("أم أحمد", "أحمد"), ("علي", "علا"), ("عمر", "عمرو"), ("عزت", "عزة")])
def test_other_names_have_other_keys(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@given(st.text(max_size=80) | st.text(st.sampled_from("ابدعلمحنوي ةىأ.٣\u200f🙂"), max_size=40))
def test_whatever_is_kept_can_be_shown_and_is_kept_as_it_is(text: str) -> None:
    reading = read_name(text)
    if reading.sure:
        assert reading.value is not None
        assert reading.value.replace(" ", "").isprintable()
        assert read_name(reading.value).value is not None
        assert name_key(reading.value)
