"""The choices on offer follow the answers; labels, aliases and lists from files come with them."""

from __future__ import annotations

from dialogs.form import Instance
from tests.dialogs.form.filling import answer, filling, value

PLACES = """
    | survey |                      |         |            |                  |                                     |
    |        | type                 | name    | label      | choice_filter    | calculation                         |
    |        | select_one gov       | gov     | المحافظة؟  |                  |                                     |
    |        | select_one markaz    | markaz  | المركز؟    | gov = ${gov}     |                                     |
    |        | select_multiple need | needs   | تحتاجون؟   |                  |                                     |
    |        | calculate            | where   |            |                  | jr:choice-name(${markaz}, '${markaz}') |
    | choices |           |       |            |       |                |
    |         | list_name | name  | label      | gov   | aliases        |
    |         | gov       | qena  | قنا        |       | محافظة قنا     |
    |         | gov       | luxor | الأقصر     |       | لقصر \\| الاقصر |
    |         | markaz    | nag   | نجع حمادي  | qena  |                |
    |         | markaz    | qus   | قوص        | qena  |                |
    |         | markaz    | esna  | إسنا       | luxor |                |
    |         | need      | food  | طعام       |       |                |
    |         | need      | rent  | إيجار      |       |                |
"""


def names(form: Instance, name: str) -> list[str]:
    (question,) = form.form.named(name)
    return [choice.name for choice in form.choices(question.ref)]


def test_a_filter_follows_the_answer_it_reads() -> None:
    form = filling(PLACES)
    assert names(form, "markaz") == []
    assert names(answer(form, gov="qena"), "markaz") == ["nag", "qus"]
    assert names(answer(form, gov="luxor"), "markaz") == ["esna"]


def test_a_choice_that_is_no_longer_on_offer_falls_away() -> None:
    form = answer(filling(PLACES), gov="qena", markaz="qus")
    answer(form, gov="luxor")
    assert (value(form, "markaz"), value(form, "where")) == ("", "")


def test_what_was_never_on_offer_is_not_taken() -> None:
    form = answer(filling(PLACES), gov="cairo", needs="food gold rent")
    assert (value(form, "gov"), value(form, "needs")) == ("", "food rent")


def test_choices_carry_labels_and_aliases() -> None:
    qena, luxor = filling(PLACES).choices("/data/gov")
    assert (qena.label(), qena.aliases) == ("قنا", ("محافظة قنا",))
    assert luxor.aliases == ("لقصر", "الاقصر")


def test_a_calculation_may_say_a_choice_s_label() -> None:
    assert value(answer(filling(PLACES), gov="qena", markaz="nag"), "where") == "نجع حمادي"


CENTRES = """
    | survey |                                  |        |         |                   |             |
    |        | type                             | name   | label   | choice_filter     | calculation |
    |        | text                             | gov    | Gov     |                   |             |
    |        | select_one_from_file centres.{0} | centre | Centre? | place = ${{gov}}  |             |
    |        | calculate                        | phone  |         |                   | instance('centres')/root/item[name = ${{centre}}]/phone |
    |        | calculate                        | seats  |         |                   | pulldata('centres', 'seats', 'name', ${{centre}}) |
"""  # noqa: E501 - a table is as wide as it is
CSV = """\
name,label,label::English (en),place,phone,seats
c1,مركز الأمل,Hope,qena,0900,12
c2,مركز النور,Light,luxor,0901,7
"""
XML = """
<root>
  <item><name>c1</name><label>مركز الأمل</label><place>qena</place><phone>0900</phone></item>
  <item><name>c2</name><label>مركز النور</label><place>luxor</place><phone>0901</phone></item>
</root>
"""
GEOJSON = """
{"type": "FeatureCollection", "features": [
  {"type": "Feature", "id": "c1",
   "geometry": {"type": "Point", "coordinates": [32.7, 26.1]},
   "properties": {"title": "مركز الأمل", "place": "qena"}}
]}
"""


def test_choices_come_from_an_attached_csv() -> None:
    form = answer(filling(CENTRES.format("csv"), attachments={"centres.csv": CSV.encode()}), gov="qena")
    (hope,) = form.choices("/data/centre")
    assert (hope.name, hope.label(), hope.label("English (en)")) == ("c1", "مركز الأمل", "Hope")
    answer(form, centre="c1")
    assert (value(form, "phone"), value(form, "seats")) == ("0900", "12")


def test_choices_come_from_attached_xml() -> None:
    without_pulldata = "\n".join(row for row in CENTRES.splitlines() if "pulldata" not in row)
    form = answer(filling(without_pulldata.format("xml"), attachments={"centres.xml": XML.encode()}), gov="qena")
    assert names(form, "centre") == ["c1"]


def test_choices_come_from_attached_geojson() -> None:
    form = filling(
        """
        | survey |                                     |       |       |             |
        |        | type                                | name  | label | calculation |
        |        | select_one_from_file points.geojson | point | Where |             |
        |        | calculate                           | at    |       | instance('points')/root/item[id = ${point}]/geometry |
        """,  # noqa: E501 - a table is as wide as it is
        attachments={"points.geojson": GEOJSON.encode()},
    )
    assert [(choice.name, choice.label()) for choice in form.choices("/data/point")] == [("c1", "مركز الأمل")]
    assert value(answer(form, point="c1"), "at") == "26.1 32.7 0 0"


def test_a_missing_file_is_told_and_lets_any_answer_through() -> None:
    form = answer(filling(CENTRES.format("csv")), centre="c9")
    assert form.form.warnings == ("The file `centres.csv` is not attached: its list is empty.",)
    assert value(form, "centre") == "c9"


def test_or_other_asks_which_other() -> None:
    form = filling("""
        | survey |                        |      |       |
        |        | type                   | name | label |
        |        | select_one job or_other | job  | Job?  |
        | choices |           |      |        |
        |         | list_name | name | label  |
        |         | job       | farm | Farmer |
    """)
    assert names(form, "job") == ["farm", "other"]
    answer(form, job="other")
    assert list(form.walk()) == ["/data/job", "/data/job_other"]


def test_a_shuffled_list_stays_shuffled_the_same_way() -> None:
    shuffled = """
        | survey |                |      |       |                        |
        |        | type           | name | label | parameters             |
        |        | select_one abc | a    | A     | randomize=true seed=33 |
        | choices |           |      |       |
        |         | list_name | name | label |
        |         | abc       | a    | A     |
        |         | abc       | b    | B     |
        |         | abc       | c    | C     |
        |         | abc       | d    | D     |
    """
    first, second = names(filling(shuffled), "a"), names(filling(shuffled), "a")
    assert first == second
    assert sorted(first) == ["a", "b", "c", "d"]
    assert first != ["a", "b", "c", "d"]


def test_choices_may_be_the_members_of_a_repeat() -> None:
    form = filling("""
        | survey |                    |      |       |
        |        | type               | name | label |
        |        | begin repeat       | kid  | Kid   |
        |        | text               | name | Name  |
        |        | end repeat         |      |       |
        |        | select_one ${name} | ill  | Ill?  |
    """)
    form.set("/data/kid[1]/name", "ليلى")
    form.add_repeat("/data/kid")
    form.set("/data/kid[2]/name", "يوسف")
    assert names(form, "ill") == ["ليلى", "يوسف"]
    assert value(answer(form, ill="يوسف"), "ill") == "يوسف"
    form.set("/data/kid[2]/name", "سلمى")
    assert value(form, "ill") == ""


def test_a_label_may_say_what_follows_from_it() -> None:
    form = filling(
        """
        | survey |              |      |       |                               |
        |        | type         | name | label | calculation                   |
        |        | select_one c | a    | A     |                               |
        |        | calculate    | k    |       | jr:choice-name(${a}, '${a}')  |
        | choices |          |      |          |
        |         | list_name | name | label    |
        |         | c         | x    | X        |
        |         | c         | y    | Not ${k} |
        """
    )
    answer(form, a="x")
    assert value(form, "k") == "X"
    answer(form, a="y")
    assert value(form, "k").strip() == "Not X"
