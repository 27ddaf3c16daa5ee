"""Members of repeats: added, removed, counted; each sees its own answers, and others by position."""

from __future__ import annotations

import pytest

from tests.dialogs.form.filling import answer, asked, filling, value

CHILDREN = """
    | survey |              |        |            |                 |              |                                                |
    |        | type         | name   | label      | relevant        | repeat_count | calculation                                    |
    |        | integer      | kids   | كم طفلًا؟  |                 |              |                                                |
    |        | begin repeat | kid    | الطفل      |                 | ${kids}      |                                                |
    |        | text         | name   | اسمه؟      |                 |              |                                                |
    |        | integer      | age    | عمر ${name}؟ |               |              |                                                |
    |        | text         | school | مدرسته؟    | ${age} >= 6     |              |                                                |
    |        | calculate    | place  |            |                 |              | position(..)                                   |
    |        | calculate    | elder  |            |                 |              | indexed-repeat(${name}, ${kid}, position(..) - 1) |
    |        | end repeat   |        |            |                 |              |                                                |
    |        | calculate    | total  |            |                 |              | sum(${age})                                    |
    |        | calculate    | eldest |            |                 |              | max(${age})                                    |
    |        | calculate    | young  |            |                 |              | count(${kid}[age < 6])                         |
    |        | calculate    | names  |            |                 |              | join('، ', ${name})                            |
"""  # noqa: E501 - a table is as wide as it is

HOUSES = """
    | survey |              |       |       |              |
    |        | type         | name  | label | calculation  |
    |        | begin repeat | house | House |              |
    |        | text         | where | Where |              |
    |        | begin repeat | room  | Room  |              |
    |        | integer      | beds  | Beds  |              |
    |        | calculate    | tag   |       | concat(${where}, '-', position(..), '/', position(../..)) |
    |        | end repeat   |       |       |              |
    |        | calculate    | all   |       | sum(${beds}) |
    |        | end repeat   |       |       |              |
    |        | calculate    | town  |       | sum(${all})  |
"""


def test_a_count_adds_and_removes_members() -> None:
    form = answer(filling(CHILDREN), kids="2")
    assert form.repeat_count("/data/kid") == 2
    assert asked(form) == ["kids", "kid[1]/name", "kid[1]/age", "kid[2]/name", "kid[2]/age"]
    answer(form, kids="1")
    assert form.repeat_count("/data/kid") == 1
    answer(form, kids="")
    assert form.repeat_count("/data/kid") == 1, "a blank count changes nothing"


def test_each_member_sees_its_own_answers() -> None:
    form = answer(filling(CHILDREN), kids="2")
    form.set("/data/kid[1]/name", "ليلى")
    form.set("/data/kid[2]/name", "يوسف")
    form.set("/data/kid[2]/age", "9")
    assert form.label("/data/kid[2]/age") == "عمر يوسف؟"
    assert "kid[2]/school" in asked(form)
    assert "kid[1]/school" not in asked(form)


def test_questions_outside_see_all_members() -> None:
    form = answer(filling(CHILDREN), kids="3")
    for number, (name, age) in enumerate([("ليلى", "12"), ("يوسف", "9"), ("سلمى", "4")], 1):
        form.set(f"/data/kid[{number}]/name", name)
        form.set(f"/data/kid[{number}]/age", age)
    assert (value(form, "total"), value(form, "eldest"), value(form, "young")) == ("25", "12", "1")
    assert value(form, "names") == "ليلى، يوسف، سلمى"


def test_a_member_may_look_at_the_one_before() -> None:
    form = answer(filling(CHILDREN), kids="2")
    form.set("/data/kid[1]/name", "ليلى")
    assert form.node("/data/kid[1]/elder").value == ""
    assert form.node("/data/kid[2]/elder").value == "ليلى"


def test_removing_a_member_moves_those_after_it() -> None:
    form = filling(HOUSES)
    assert form.add_repeat("/data/house") == "/data/house[2]"
    form.set("/data/house[2]/where", "قنا")
    assert form.add_repeat("/data/house[2]/room") == "/data/house[2]/room[1]"
    assert form.node("/data/house[2]/room[1]/tag").value == "قنا-1/2"
    form.remove_repeat("/data/house", 1)
    assert form.repeat_count("/data/house") == 1
    assert form.node("/data/house[1]/room[1]/tag").value == "قنا-1/1"
    with pytest.raises(KeyError):
        form.node("/data/house[2]/where")


def test_repeats_nest() -> None:
    form = filling(HOUSES)
    form.add_repeat("/data/house[1]/room")
    form.add_repeat("/data/house")
    form.add_repeat("/data/house[2]/room")
    form.set("/data/house[1]/room[1]/beds", "2")
    form.set("/data/house[1]/room[2]/beds", "3")
    form.set("/data/house[2]/room[1]/beds", "4")
    assert form.node("/data/house[1]/all").value == "5"
    assert value(form, "town") == "9"
    form.remove_repeat("/data/house[1]/room", 2)
    assert value(form, "town") == "6"


def test_a_member_knows_its_place_and_how_many_there_are() -> None:
    form = answer(filling(CHILDREN), kids="5")
    assert form.repeat_position("/data/kid[2]/name") == (2, 5)
    assert form.repeat_position("/data/kids") is None


def test_a_repeat_says_whether_people_add_to_it() -> None:
    assert not filling(CHILDREN).form.question("/data/kid").open_ended
    assert filling(HOUSES).form.question("/data/house/room").open_ended


def test_a_repeat_inside_one_that_is_not_relevant_is_not_asked() -> None:
    form = filling("""
        | survey |              |      |       |                |
        |        | type         | name | label | relevant       |
        |        | text         | more | More? |                |
        |        | begin repeat | r    | R     | ${more} = 'yes' |
        |        | text         | a    | A     |                |
        |        | end repeat   |      |       |                |
    """)
    assert asked(form) == ["more"]
    assert asked(answer(form, more="yes")) == ["more", "r[1]/a"]
