"""Every question type of XLSForm works here, under each of the names that people write it by."""

from __future__ import annotations

import pytest
from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

from dialogs.form import Instance
from tests.dialogs.form.filling import INSTANCE_ID, NOON, answer, complaint, filling, form_of, value

LISTED = ("select", "rank")
OLD = {  # names that pyxform still lists and no longer reads with a list behind them
    "audit",  # has no name of its own
    "csv-external",  # is no question
    "entity",
    "xml-external",
    "q select",
    "q select1",
    "select multiple from",
    "select multiple using",
    "select one external",
    "select one using",
}
FILES = {"places.csv": b"name,label\nqena,Qena\nluxor,Luxor\n"}
CHOICES = """
    | choices |           |      |       |
    |         | list_name | name | label |
    |         | l         | a    | A     |
    |         | l         | b    | B     |
"""


def one(kind: str, columns: str = "", cells: str = "") -> str:
    """A form with one question of that type."""
    return f"""
    | survey |        |      |       |           |
    |        | type   | name | label | {columns} |
    |        | text   | t    | T     |           |
    |        | {kind} | q    | Q     | {cells}   |
    {CHOICES.lstrip()}
    """


@pytest.mark.parametrize("kind", sorted(kind for kind in QUESTION_TYPE_DICT if kind not in OLD))
def test_whatever_pyxform_knows_can_be_asked_and_sent(kind: str) -> None:
    columns, cells = (
        ("calculation", "1") if kind.endswith("calculate") or kind.startswith("add calculate") else ("", "")
    )
    columns, cells = ("trigger", "${t}") if kind == "background-geopoint" else (columns, cells)
    written = f"{kind} l" if kind.startswith(LISTED) or kind.endswith("prompt using") else kind
    form = filling(one(written, columns, cells))
    answer(form, q="1")
    assert "<q" in form.submission()


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("text", "text"),
        ("string", "text"),
        ("integer", "integer"),
        ("int", "integer"),
        ("decimal", "decimal"),
        ("range", "range"),
        ("date", "date"),
        ("time", "time"),
        ("datetime", "dateTime"),
        ("dateTime", "dateTime"),
        ("select_one l", "select_one"),
        ("select one l", "select_one"),
        ("select one from l", "select_one"),
        ("select1 l", "select_one"),
        ("select_one l or_other", "select_one"),
        ("select_multiple l", "select_multiple"),
        ("select all that apply l", "select_multiple"),
        ("select all that apply from l", "select_multiple"),
        ("select_multiple l or_other", "select_multiple"),
        ("rank l", "rank"),
        ("select_one_from_file places.csv", "select_one"),
        ("select one from file places.csv", "select_one"),
        ("select_multiple_from_file places.csv", "select_multiple"),
        ("acknowledge", "acknowledge"),
        ("trigger", "acknowledge"),
        ("geopoint", "geopoint"),
        ("location", "geopoint"),
        ("gps", "geopoint"),
        ("geotrace", "geotrace"),
        ("geoshape", "geoshape"),
        ("image", "image"),
        ("photo", "image"),
        ("audio", "audio"),
        ("video", "video"),
        ("file", "file"),
        ("osm", "osm"),
        ("barcode", "barcode"),
        ("note", "note"),
        ("hidden", "hidden"),
        ("start", "start"),
        ("end", "end"),
        ("today", "today"),
        ("deviceid", "deviceid"),
        ("imei", "deviceid"),
        ("phonenumber", "phonenumber"),
        ("username", "username"),
        ("email", "email"),
        ("simserial", "simserial"),
        ("subscriberid", "subscriberid"),
        ("start-geopoint", "start-geopoint"),
        ("background-audio", "background-audio"),
        ("begin group", "group"),
        ("begin_repeat", "repeat"),
    ],
)
def test_a_type_makes_its_kind_of_question(written: str, kind: str) -> None:
    markdown = one(written)
    if written.startswith("begin"):
        markdown = markdown.replace(
            "| choices |", f"|  | text | x | X | |\n    |  | {written.replace('begin', 'end')} | | | |\n| choices |"
        )
    (question,) = form_of(markdown, FILES).named("q")
    assert question.kind == kind


def test_metadata_is_filled_and_never_asked() -> None:
    kinds = ["start", "end", "today", "deviceid", "phonenumber", "username", "email", "simserial", "subscriberid"]
    rows = "\n".join(f"    | | {kind} | m{at} | |" for at, kind in enumerate(kinds))
    form = form_of(f"| survey | | | |\n    | | type | name | label |\n{rows}\n    | | text | a | A |")
    known = {"deviceid": "d-1", "phonenumber": "+20100", "username": "mona", "email": "m@x.example"}
    instance = Instance.start(form, now=NOON, time_zone="UTC", instance_id=INSTANCE_ID, preload=known)
    assert list(instance.walk()) == ["/data/a"]
    values = [instance.node(f"/data/m{at}").value for at in range(len(kinds))]
    assert values[0].startswith("2026-01-15T10:00")
    assert values[2] == "2026-01-15"
    assert values[3:] == ["d-1", "+20100", "mona", "m@x.example", "", ""]


def test_what_only_a_telephone_can_fill_is_never_asked() -> None:
    form = form_of("""
        | survey |                     |      |       |         |
        |        | type                | name | label | trigger |
        |        | text                | t    | T     |         |
        |        | start-geopoint      | sg   | SG    |         |
        |        | background-geopoint | bg   |       | ${t}    |
        |        | background-audio    | ba   | BA    |         |
        |        | audit               |      |       |         |
    """)
    kinds = {question.name: question.kind for question in form.questions if not question.asked}
    assert kinds["sg"] == "start-geopoint"
    assert kinds["bg"] == "background-geopoint"
    assert kinds["ba"] == "background-audio"
    assert kinds["audit"] == "audit"


def test_an_attached_list_may_name_its_columns() -> None:
    form = filling(
        one("select_one_from_file places.csv", "parameters", "value=code label=title"),
        attachments={"places.csv": b"code,title\n1,Qena\n2,Luxor\n"},
    )
    assert [(choice.name, choice.label()) for choice in form.choices("/data/q")] == [("1", "Qena"), ("2", "Luxor")]


def test_attached_lists_may_be_xml_or_geojson() -> None:
    xml = b"<root><item><name>q</name><label>Qena</label></item></root>"
    form = filling(one("select_one_from_file places.xml"), attachments={"places.xml": xml})
    assert [choice.label() for choice in form.choices("/data/q")] == ["Qena"]
    geojson = b"""{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "q",
        "properties": {"title": "Qena"}, "geometry": {"type": "Point", "coordinates": [32.7, 26.1]}}]}"""
    form = filling(one("select_one_from_file places.geojson"), attachments={"places.geojson": geojson})
    assert [(choice.name, choice.label()) for choice in form.choices("/data/q")] == [("q", "Qena")]


def test_other_asks_what_it_is() -> None:
    form = filling(one("select_one l or_other"))
    assert [choice.name for choice in form.choices("/data/q")] == ["a", "b", "other"]
    answer(form, q="other")
    assert "/data/q_other" in list(form.walk())


def test_a_select_from_outside_is_filtered_as_any_other() -> None:
    form = filling("""
        | survey           |                            |      |       |                |
        |                  | type                       | name | label | choice_filter  |
        |                  | select_one gov             | gov  | Gov   |                |
        |                  | select_one_external towns  | town | Town  | gov=${gov}     |
        | choices          |                            |      |       |                |
        |                  | list_name                  | name | label |                |
        |                  | gov                        | q    | Qena  |                |
        |                  | gov                        | l    | Luxor |                |
        | external_choices |                            |      |       |                |
        |                  | list_name                  | name | label | gov            |
        |                  | towns                      | qus  | Qus   | q              |
        |                  | towns                      | esna | Esna  | l              |
    """)
    answer(form, gov="q")
    assert [choice.label() for choice in form.choices("/data/town")] == ["Qus"]


def test_a_town_of_the_same_name_may_lie_in_two_places() -> None:
    markdown = """
        | survey           |                            |      |       |                |
        |                  | type                       | name | label | choice_filter  |
        |                  | select_one towns           | gov  | Gov   |                |
        |                  | select_one_external towns  | town | Town  | gov=${gov}     |
        | choices          |                            |      |       |                |
        |                  | list_name                  | name | label |                |
        |                  | towns                      | q    | Qena  |                |
        |                  | towns                      | l    | Luxor |                |
        | external_choices |                            |      |       |                |
        |                  | list_name                  | name | label | gov            |
        |                  | towns                      | new  | New   | q              |
        |                  | towns                      | new  | Newer | l              |
    """
    form = answer(filling(markdown), gov="l")
    assert [choice.label() for choice in form.choices("/data/gov")] == ["Qena", "Luxor"]
    assert [choice.label() for choice in form.choices("/data/town")] == ["Newer"]
    assert "rows 2 and 3: Two choices of the list `towns`" in complaint(
        markdown.replace("| l    | Lux", "| q    | Lux")
    )


def test_a_search_takes_its_choices_out_of_a_file() -> None:
    markdown = """
        | survey  |                  |      |       |                                                   |
        |         | type             | name | label | appearance                                        |
        |         | text             | gov  | Gov   |                                                   |
        |         | select_one towns | town | Town  | minimal search('towns', 'matches', 'gov', ${gov}) |
        | choices |                  |      |       |                                                   |
        |         | list_name        | name | label |                                                   |
        |         | towns            | code | title |                                                   |
        |         | towns            | 99   | Other |                                                   |
    """
    towns = b"code,title,gov\nqus,Qus,q\nesna,Esna,l\n"
    form = answer(filling(markdown, attachments={"towns.csv": towns}), gov="l")
    assert [(choice.name, choice.label()) for choice in form.choices("/data/town")] == [
        ("99", "Other"),
        ("esna", "Esna"),
    ]
    assert value(answer(form, town="esna"), "town") == "esna"
    assert value(answer(form, town="99"), "town") == "99"
    assert value(answer(form, town="qus"), "town") == ""
    assert value(answer(filling(markdown), town="anything"), "town") == "anything"


def test_the_ratings_and_rankings_of_kobotoolbox_are_selects() -> None:
    form = filling("""
        | survey  |              |         |          |            |                     |                  |
        |         | type         | name    | label    | constraint | kobo--score-choices | kobo--rank-items |
        |         | begin_score  | service | Service? |            | l                   |                  |
        |         | score__row   | fast    | Fast?    |            |                     |                  |
        |         | score__row   | kind    | Kind?    |            |                     |                  |
        |         | end_score    |         |          |            |                     |                  |
        |         | begin_rank   | needs   | Needs?   |            |                     | l                |
        |         | rank__level  | first   | First    |            |                     |                  |
        |         | rank__level  | second  | Second   |            |                     |                  |
        |         | end_rank     |         |          |            |                     |                  |
        | choices |              |         |          |            |                     |                  |
        |         | list_name    | name    | label    |            |                     |                  |
        |         | l            | a       | A        |            |                     |                  |
        |         | l            | b       | B        |            |                     |                  |
    """)
    assert [form.node(ref).question.kind for ref in form.walk() if "fast" in ref or "first" in ref] == [
        "select_one"
    ] * 2
    answer(form, first="a", second="a")
    assert not form.node("/data/needs/second").constraint_ok
    assert form.node("/data/needs/first").constraint_ok


def test_columns_of_other_tools_are_let_through() -> None:
    form = filling("""
        | survey   |          |      |       |              |             |       |                         |
        |          | type     | name | label | kobo--locked | $given_name | $kuid | body::accuracyThreshold |
        |          | text     | t    | T     | core         | what        | x1    |                         |
        |          | geopoint | g    | G     |              |             |       | 10                      |
        | settings |          |      |       |              |             |       |                         |
        |          | form_id  | version | style | submission_url      | instance_name     | kobo--lock_all | |
        |          | f        | 1       | pages | https://x.example/s | concat(${t}, '!') | false          | |
    """)
    assert value(answer(form, t="a"), "instanceName") == "a!"
    assert form.form.question("/data/g").parameters == {"accuracyThreshold": "10"}


def test_the_last_saved_answer_is_blank_here() -> None:
    form = filling("""
        | survey |      |      |       |                  |
        |        | type | name | label | default          |
        |        | text | t    | T     | ${last-saved#t}  |
    """)
    assert value(form, "t") == ""
