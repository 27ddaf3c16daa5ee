"""Lists of choices as people really write them."""

from __future__ import annotations

from dialogs.form import Instance, read_form
from tests.dialogs.form.filling import INSTANCE_ID, NOON, answer, filling, value
from tests.dialogs.form.workbooks import xlsx

SURVEY = """
    | survey   |              |      |       |
    |          | type         | name | label |
    |          | select_one l | q    | Q     |
"""


def test_numbers_that_excel_keeps_are_names_without_fractions() -> None:
    survey: list[list[object]] = [["type", "name", "label", "relevant"]]
    survey += [["select_one l", "q", "Q", None], ["text", "why", "W", "${q} = 2"]]
    choices: list[list[object]] = [["list_name", "name", "label"], ["l", 1.0, "One"], ["l", 2, 2.0]]
    form = read_form(xlsx({"survey": survey, "choices": choices}), name="a")
    instance = Instance.start(form, now=NOON, time_zone="UTC", instance_id=INSTANCE_ID)
    assert [(choice.name, choice.label()) for choice in instance.choices("/data/q")] == [("1", "One"), ("2", "2")]
    assert instance.node("/data/why").relevant is False
    instance.set("/data/q", "2")
    assert instance.node("/data/why").relevant


def test_a_name_may_stand_twice_where_the_settings_allow_it() -> None:
    form = filling(
        SURVEY
        + """
    | choices  |           |      |       |     |
    |          | list_name | name | label | gov |
    |          | l         | east | East  | q   |
    |          | l         | east | Orient | l  |
    | settings |           |      |       |     |
    |          | allow_choice_duplicates |
    |          | yes       |      |       |     |
    """
    )
    assert [choice.label() for choice in form.choices("/data/q")] == ["East", "Orient"]
    assert value(answer(form, q="east"), "q") == "east"


def test_a_choice_without_a_label_shows_its_name() -> None:
    form = filling(
        SURVEY
        + """
    | choices |           |      |       |
    |         | list_name | name | label |
    |         | l         | a    |       |
    |         | l         | b    | B     |
    """
    )
    assert [choice.label() for choice in form.choices("/data/q")] == ["a", "B"]


def test_names_of_one_choice_may_have_blanks_and_columns_what_they_like() -> None:
    form = filling(
        SURVEY
        + """
    | choices |           |          |       |         |           |
    |         | list name | name     | label | ID_2    | kobo--x   |
    |         | l         | new qena | New   | 7       | y         |
    """
    )
    assert value(answer(form, q="new qena"), "q") == "new qena"


TRANSLATED = """
    | survey   |                       |      |                    |                     |                           |
    |          | type                  | name | label::Arabic (ar) | label::English (en) | hint                      |
    |          | text                  | who  | من؟                | Who?                | h                         |
    |          | select_one l or_other | q    | ما؟                |                     |                           |
    | choices  |                       |      |                    |                     |                           |
    |          | list_name             | name | label::Arabic (ar) | label::English (en) | media::image::Arabic (ar) |
    |          | l                     | a    | بيت ${who}         | House of ${who}     | a.png                     |
    |          | l                     | b    | -                  | B                   |                           |
    |          | l                     | c    | ج                  |                     |                           |
    | settings |                       |      |                    |                     |                           |
    |          | default_language      |      |                    |                     |                           |
    |          | Arabic (ar)           |      |                    |                     |                           |
"""


def test_choices_say_what_they_are_in_each_language() -> None:
    form = answer(filling(TRANSLATED), who="منى")
    house, dash, third, other = form.choices("/data/q")
    assert (house.label("Arabic (ar)"), house.label("English (en)")) == ("بيت منى", "House of منى")
    assert dict(house.media) == {"image": "a.png"}
    assert dash.label("Arabic (ar)") == "B"  # a dash is what pyxform writes where nothing was written
    assert third.label("English (en)") == "ج"
    assert (other.name, other.label("Arabic (ar)")) == ("other", "Other")
    assert form.label("/data/q", "English (en)") == "ما؟"


def test_a_column_without_a_language_is_in_the_default_one() -> None:
    assert filling(TRANSLATED).hint("/data/who", "Arabic (ar)") == "h"
    assert filling(TRANSLATED).hint("/data/who", "English (en)") == "h"


CASCADE = """
    | survey   |                     |         |       |                                                     |
    |          | type                | name    | label | choice_filter                                       |
    |          | text                | region  | R     |                                                     |
    |          | text                | town    | T     |                                                     |
    |          | select_one places   | both    | B     | region = ${region} and town = ${town}               |
    |          | select_one places   | open    | O     | region = ${region} and number(size) > 1             |
    |          | select_one places   | first   | F     | region = ${region} and position() < 3               |
    |          | select_one places   | nowhere | N     | region = /data/nothing and town = 'a'               |
    | choices  |                     |         |       |        |      |      |
    |          | list_name           | name    | label | region | town | size |
    |          | places              | p1      | P1    | north  | a    | 1    |
    |          | places              | p2      | P2    | south  | a    | 2    |
    |          | places              | p3      | P3    | north  | b    | 3    |
    |          | places              | p4      | P4    | north  | a    | 4    |
"""


def test_a_filter_of_several_conditions_lets_through_what_meets_them_all() -> None:
    form = answer(filling(CASCADE), region="north", town="a")
    names = {
        name: [item.name for item in form.choices(f"/data/{name}")] for name in ("both", "open", "first", "nowhere")
    }
    assert names == {"both": ["p1", "p4"], "open": ["p3", "p4"], "first": ["p1"], "nowhere": []}
    assert [item.name for item in answer(form, town="").choices("/data/both")] == []
