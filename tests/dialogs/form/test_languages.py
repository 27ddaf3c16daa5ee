"""Every text in the family's language; where a translation is missing, in the form's default language."""

from __future__ import annotations

from tests.dialogs.form.filling import answer, filling

BILINGUAL = """
    | survey |               |       |                    |                     |                   |                               |                              |                                |                  |
    |        | type          | name  | label::Arabic (ar) | label::English (en) | hint::Arabic (ar) | guidance_hint::Arabic (ar)    | constraint_message::Arabic (ar) | constraint_message::English (en) | constraint   |
    |        | text          | who   | ما اسمكم؟          | Your name?          | الاسم الثلاثي     | كما في البطاقة                |                              |                                |                  |
    |        | integer       | age   | كم عمر ${who}؟     | How old is ${who}?  |                   |                               | العمر أقل من ١٢٠             | Under 120                      | . < 120          |
    |        | select_one yn | ok    | تمام؟              |                     |                   |                               |                              |                                |                  |
    |        | note          | said  | قلتم: ${label}     | You said: ${label}  |                   |                               |                              |                                |                  |
    |        | calculate     | label |                    |                     |                   |                               |                              |                                |                  |
    | choices |           |      |                    |                     |
    |         | list_name | name | label::Arabic (ar) | label::English (en) |
    |         | yn        | yes  | نعم                | Yes                 |
    |         | yn        | no   | لا                 |                     |
    | settings |                  |
    |          | default_language |
    |          | Arabic (ar)      |
""".replace(  # noqa: E501 - a table is as wide as it is
    "| calculate     | label |                    |                     |",
    "| text          | label | قولوا              | Say                 |",
)
ARABIC, ENGLISH = "Arabic (ar)", "English (en)"


def test_the_form_names_its_languages() -> None:
    form = filling(BILINGUAL).form
    assert set(form.languages) == {ARABIC, ENGLISH}
    assert form.default_language == ARABIC


def test_a_label_is_said_in_the_language_asked_for() -> None:
    form = answer(filling(BILINGUAL), who="فاطمة")
    assert form.label("/data/age", ARABIC) == "كم عمر فاطمة؟"
    assert form.label("/data/age", ENGLISH) == "How old is فاطمة?"
    assert form.label("/data/age") == "كم عمر فاطمة؟"


def test_a_missing_translation_falls_back_and_is_never_a_dash() -> None:
    form = filling(BILINGUAL)
    assert form.label("/data/ok", ENGLISH) == "تمام؟"
    assert form.hint("/data/who", ENGLISH) == "الاسم الثلاثي"
    assert form.hint("/data/age", ENGLISH) == ""
    assert [choice.label(ENGLISH) for choice in form.choices("/data/ok")] == ["Yes", "لا"]


def test_hint_and_guidance_are_two_texts() -> None:
    form = filling(BILINGUAL)
    assert (form.hint("/data/who"), form.guidance("/data/who")) == ("الاسم الثلاثي", "كما في البطاقة")


def test_a_constraint_message_is_translated() -> None:
    form = filling(BILINGUAL)
    assert form.constraint_message("/data/age", ENGLISH) == "Under 120"
    assert form.constraint_message("/data/age", "French (fr)") == "العمر أقل من ١٢٠"


def test_a_label_may_say_the_label_of_a_choice_in_its_language() -> None:
    form = filling("""
        | survey |               |      |                    |                     |             |
        |        | type          | name | label::Arabic (ar) | label::English (en) | calculation |
        |        | select_one yn | ok   | تمام؟              | OK?                 |             |
        |        | calculate     | said |                    |                     | jr:choice-name(${ok}, '${ok}') |
        |        | note          | n    | قلتم ${said}       | You said ${said}    |             |
        | choices |           |      |                    |                     |
        |         | list_name | name | label::Arabic (ar) | label::English (en) |
        |         | yn        | yes  | نعم                | Yes                 |
        | settings |                  |
        |          | default_language |
        |          | Arabic (ar)      |
    """)
    assert answer(form, ok="yes").label("/data/n") == "قلتم نعم"


def test_media_are_named_as_the_author_wrote_them() -> None:
    form = filling("""
        | survey |      |      |       |              |              |
        |        | type | name | label | media::audio | media::image |
        |        | text | who  | Who?  | who.mp3      | who.png      |
    """)
    assert dict(form.media("/data/who")) == {"audio": "who.mp3", "image": "who.png"}


def test_a_form_without_translations_has_no_languages() -> None:
    form = filling("""
        | survey |      |      |       |      |
        |        | type | name | label | hint |
        |        | text | who  | Who?  | Name |
    """)
    assert form.form.languages == ()
    assert (form.label("/data/who", ARABIC), form.hint("/data/who")) == ("Who?", "Name")


def test_a_column_without_a_language_may_stand_to_the_right_of_its_translations() -> None:
    form = filling("""
        | survey  |              |      |                    |       |
        |         | type         | name | label::Arabic (ar) | label |
        |         | select_one l | q    | ما؟                | What? |
        | choices |              |      |                    |       |
        |         | list_name    | name | label::Arabic (ar) | label |
        |         | l            | a    | بيت                | House |
    """)
    assert (form.label("/data/q", "Arabic (ar)"), form.label("/data/q")) == ("ما؟", "What?")
    (house,) = form.choices("/data/q")
    assert (house.label("Arabic (ar)"), house.label("default")) == ("بيت", "House")
