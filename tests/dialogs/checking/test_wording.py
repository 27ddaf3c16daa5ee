"""Families can read it: Arabic is there, choices can be told apart, messages fit, directions hold."""

from __future__ import annotations

import pytest

from dialogs.checking.checks.directions import hazards
from tests.dialogs.checking.looking import choices, look, survey, told

BOTH = "type | name | label::Arabic (ar) | label::English (en) | hint::Arabic (ar) | hint::English (en)"
PLAIN = "type | name | label"
ASKED = "select_one need | need | ما أهم شيء تحتاجونه؟"


def test_missing_arabic_is_an_error_and_missing_english_a_note() -> None:
    found = look(survey(BOTH, "text | a | - | Name? | |", "text | b | ما اللقب؟ | | | Family name"))
    assert told(found, "translations", "error") == [
        "row 2: The Arabic label of `a` is a dash. Write it in `label::Arabic (ar)`."
    ]
    assert told(found, "translations", "warning") == [
        "row 3: `b` has a hint in another language, but none in Arabic. Write it in `hint::Arabic (ar)`."
    ]
    (note,) = told(found, "translations", "note")
    assert "1 texts are missing in English (en): label of `b`" in note
    assert told(look(survey(BOTH, "text | a | ما الاسم؟ | Name? | كما تحبون | As you like")), "translations") == []


def test_a_choice_without_arabic_names_its_row() -> None:
    header = "list_name | name | label::Arabic (ar) | label::English (en)"
    asked = survey("type | name | label::Arabic (ar) | label::English (en)", "select_one yn | a | هل؟ | Well?")
    (said,) = told(look(asked, choices(header, "yn | yes | نعم | Yes", "yn | no | | No")), "translations", "error")
    assert said.startswith("choices sheet, row 3: The choice `no` of `yn` lacks an Arabic label.")


def test_latin_in_the_arabic_column_is_a_warning() -> None:
    (said,) = told(look(survey(BOTH, "text | a | Name? | Name? | |")), "translations", "warning")
    assert said.startswith("row 2: The Arabic label of `a` has no Arabic letter: «Name?»")


def test_a_form_without_arabic_is_told_once() -> None:
    found = look(survey(PLAIN, "text | a | Name?", "text | b | Family name?"))
    assert len(told(found, "translations")) == 1


def test_two_spellings_of_a_language_are_an_error() -> None:
    header = "type | name | label::Arabic (ar) | hint::Arabic(ar)"
    said = told(look(survey(header, "text | a | ما الاسم؟ | كما تحبون")), "translations")
    assert any("`Arabic (ar)` and `Arabic(ar)` are two languages" in one for one in said)


def test_labels_that_are_the_same_once_cut_are_named_with_the_channel() -> None:
    rows = (
        "need | a | قرية الشيخ عبد القادر الكبرى الشمالية",
        "need | b | قرية الشيخ عبد القادر الكبرى الجنوبية",
    )
    form = survey(PLAIN, ASKED), choices("list_name | name | label", *rows)
    (said,) = told(look(*form), "choice_labels", "warning")
    assert "The choices `a` and `b` of `need` look the same once cut to the 24 characters of whatsapp" in said
    assert told(look(*form, channels=["web"]), "choice_labels") == []


def test_a_label_too_long_for_a_row_is_noted_and_numbers_need_no_room() -> None:
    long = choices("list_name | name | label", "need | a | نحتاج إلى طعام يكفي حتى آخر الشهر", "need | b | دواء")
    (said,) = told(look(survey(PLAIN, ASKED), long), "choice_labels", "note")
    assert "is longer than whatsapp shows of a choice" in said
    neutral = survey(f"{PLAIN} | bind::chat:neutral", f"{ASKED} | yes")
    assert told(look(neutral, long), "choice_labels") == []


@pytest.mark.parametrize(
    ("second", "level", "says"),
    [
        ("خبز", "error", "have the same label: «خبز»"),
        ("خبزْ", "warning", "read the same once spelling is evened out"),
        ("خبز وماء", "", ""),
    ],
)
def test_labels_that_read_the_same(second: str, level: str, says: str) -> None:
    found = look(survey(PLAIN, ASKED), choices("list_name | name | label", "need | a | خبز", f"need | b | {second}"))
    said = told(found, "choice_labels", level) if level else told(found, "choice_labels")
    assert (len(said) == 1 and says in said[0]) if level else not said


def test_the_same_label_on_two_screens_is_no_trouble() -> None:
    found = look(
        survey(
            "type | name | label | required | choice_filter",
            "select_one area | area | أي محافظة؟ | yes |",
            "select_one town | town | أي قرية؟ | yes | area = ${area}",
        ),
        choices(
            "list_name | name | label | area",
            "area | qena | قنا |",
            "area | luxor | الأقصر |",
            "town | q | العزبة | qena",
            "town | l | العزبة | luxor",
        ),
    )
    assert told(found, "choice_labels") == []


def test_an_alias_of_two_choices_is_a_warning() -> None:
    header = "list_name | name | label | aliases"
    found = look(survey(PLAIN, ASKED), choices(header, "need | a | خبز | عيش\\|أكل", "need | b | طعام | اكل"))
    assert told(found, "choice_labels", "warning") == [
        "choices sheet, row 3: «اكل» means both `a` and `b` of `need`. Take the alias out of one of them."
    ]
    apart = look(survey(PLAIN, ASKED), choices(header, "need | a | خبز | عيش", "need | b | طعام | اكل"))
    assert told(apart, "choice_labels") == []


def test_a_question_over_the_limit_of_a_channel() -> None:
    note = "note | before | " + "كلام كثير قبل السؤال. " * 50
    rows = note, "select_one yn | a | هل توافقون؟"
    yes_no = choices("list_name | name | label", "yn | yes | نعم", "yn | no | لا")
    (said,) = told(look(survey(PLAIN, *rows), yes_no), "lengths")
    assert said.startswith("row 3: `a` with its notes, hint and choices has about") and "whatsapp sends 1024" in said
    assert told(look(survey(PLAIN, *rows), yes_no, channels=["telegram"]), "lengths") == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("اتصلوا على +965 5000 1234 الآن", "number in groups"),
        ("اكتبوا لنا على https://sanad.example/help من فضلكم", "a link or address"),
        ("البرنامج (SANAD) معكم", "Latin letters in brackets"),
        ("اكتبوا في WhatsApp.", "ends with a Latin word and a sign"),
        ("- اكتبوا الاسم", "begins with a sign"),
        ("WhatsApp هو الأسهل", "begins with a Latin letter"),
        ("اكتبوا (الاسم", "brackets that do not match"),
        ("اكتبوا \u202bالاسم\u202c", "invisible direction signs (U+202B, U+202C)"),
        ("اكتبوا \u2067الاسم", "does not close it"),
    ],
)
def test_mixed_directions_are_told(text: str, says: str) -> None:
    assert any(says in cause for _, cause, _ in hazards(text))


@pytest.mark.parametrize(
    "text",
    [
        "كم عمركم؟ مثل: ٤٢.",
        "خط مساعدة الطفل: 147.",
        "من ١ إلى ٥، و٥ هي الأحسن.",
        "«لا شيء» وحدها",
        "١) الاسم",
        "Plain Latin.",
    ],
)
def test_ordinary_arabic_has_no_hazards(text: str) -> None:
    assert list(hazards(text)) == []


def test_a_value_beside_a_sign_is_noted() -> None:
    header = "type | name | label"
    found = look(survey(header, "text | who | ما الاسم؟", "text | a | رقم الطلب ${who}/٢٠٢٦ فما رأيكم؟"))
    (said,) = told(found, "directions")
    assert "puts a value right beside a sign" in said and "${…}/" in said
