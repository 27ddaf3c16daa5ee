"""What a loaded form says of its questions."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import Workbook

from dialogs.form import compile_xlsform, load_xform
from tests.dialogs.form.filling import form_of

EVERY_KIND = """
    | survey |                   |          |       |             |            |                     |                      |                    |
    |        | type              | name     | label | calculation | appearance | parameters          | bind::chat:sensitive | bind::chat:example |
    |        | text              | k_text   | T     |             | multiline  |                     | yes                  | أحمد علي           |
    |        | integer           | k_int    | T     |             |            |                     |                      |                    |
    |        | decimal           | k_dec    | T     |             |            |                     |                      |                    |
    |        | date              | k_date   | T     |             | month-year |                     |                      |                    |
    |        | time              | k_time   | T     |             |            |                     |                      |                    |
    |        | datetime          | k_dt     | T     |             |            |                     |                      |                    |
    |        | select_one l      | k_one    | T     |             | minimal    |                     |                      |                    |
    |        | select_multiple l | k_many   | T     |             |            |                     |                      |                    |
    |        | rank l            | k_rank   | T     |             |            |                     |                      |                    |
    |        | range             | k_range  | T     |             |            | start=1 end=5 step=1 |                     |                    |
    |        | geopoint          | k_point  | T     |             |            |                     |                      |                    |
    |        | barcode           | k_bar    | T     |             |            |                     |                      |                    |
    |        | image             | k_image  | T     |             |            |                     |                      |                    |
    |        | audio             | k_audio  | T     |             |            |                     |                      |                    |
    |        | video             | k_video  | T     |             |            |                     |                      |                    |
    |        | file              | k_file   | T     |             |            |                     |                      |                    |
    |        | acknowledge       | k_ack    | T     |             |            |                     |                      |                    |
    |        | note              | k_note   | T     |             |            |                     |                      |                    |
    |        | calculate         | k_calc   |       | 1           |            |                     |                      |                    |
    |        | hidden            | k_hidden |       |             |            |                     |                      |                    |
    |        | start             | k_start  |       |             |            |                     |                      |                    |
    |        | begin group       | k_group  | T     |             | field-list |                     |                      |                    |
    |        | begin repeat      | k_repeat | T     |             |            |                     |                      |                    |
    |        | text              | inner    | T     |             |            |                     |                      |                    |
    |        | end repeat        |          |       |             |            |                     |                      |                    |
    |        | end group         |          |       |             |            |                     |                      |                    |
    | choices |           |      |       |
    |         | list_name | name | label |
    |         | l         | a    | A     |
    | settings |            |         |         |                                            |
    |          | form_title | form_id | version | namespaces                                 |
    |          | Sample     | sample  | 2026-01 | chat="https://sanad.example/xforms/chat"   |
"""  # noqa: E501 - a table is as wide as it is


def test_the_form_knows_what_it_is() -> None:
    form = form_of(EVERY_KIND)
    assert (form.id, form.version, form.title) == ("sample", "2026-01", "Sample")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("k_text", "text"),
        ("k_int", "integer"),
        ("k_dec", "decimal"),
        ("k_date", "date"),
        ("k_time", "time"),
        ("k_dt", "dateTime"),
        ("k_one", "select_one"),
        ("k_many", "select_multiple"),
        ("k_rank", "rank"),
        ("k_range", "range"),
        ("k_point", "geopoint"),
        ("k_bar", "barcode"),
        ("k_image", "image"),
        ("k_audio", "audio"),
        ("k_video", "video"),
        ("k_file", "file"),
        ("k_ack", "acknowledge"),
        ("k_note", "note"),
        ("k_calc", "calculate"),
        ("k_hidden", "hidden"),
        ("k_start", "start"),
        ("k_group", "group"),
        ("k_repeat", "repeat"),
        ("instanceID", "instanceID"),
    ],
)
def test_a_question_has_its_kind(name: str, kind: str) -> None:
    (question,) = form_of(EVERY_KIND).named(name)
    assert question.kind == kind


def test_chat_columns_come_by_their_namespace() -> None:
    form = form_of(EVERY_KIND)
    assert dict(form.question("/data/k_text").chat) == {"sensitive": "yes", "example": "أحمد علي"}
    assert dict(form.question("/data/k_int").chat) == {}
    other_prefix = EVERY_KIND.replace("chat:sensitive", "ours:sensitive").replace("chat:example", "ours:example")
    ours = form_of(other_prefix.replace('chat="https', 'ours="https'))
    assert ours.question("/data/k_text").chat["sensitive"] == "yes"


def test_a_question_knows_its_place_and_look() -> None:
    form = form_of(EVERY_KIND)
    inner = form.question("/data/k_group/k_repeat[3]/inner")
    assert (inner.parent, inner.repeat) == ("/data/k_group/k_repeat", "/data/k_group/k_repeat")
    assert form.question("/data/k_date").appearance == "month-year"
    assert form.question("/data/k_group").appearance == "field-list"
    assert dict(form.question("/data/k_range").parameters) == {"start": "1", "end": "5", "step": "1"}


def test_a_workbook_makes_the_same_form_as_its_markdown() -> None:
    tables = {
        "survey": [["type", "name", "label"], ["integer", "age", "كم عمركم؟"]],
        "settings": [["form_id", "version"], ["sample", "1"]],
    }
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet, rows in tables.items():
        page = book.create_sheet(sheet)
        for row in rows:
            page.append(row)
    written = BytesIO()
    book.save(written)
    markdown = "\n".join(
        line
        for sheet, rows in tables.items()
        for line in [f"| {sheet} |", *(f"| | {' | '.join(row)} |" for row in rows)]
    )
    assert compile_xlsform(written.getvalue(), name="a.xlsx") == compile_xlsform(markdown.encode(), name="a.md")


def test_a_form_without_an_id_takes_the_name_of_its_file() -> None:
    form = load_xform(
        compile_xlsform(b"| survey | | |\n| | type | name | label |\n| | text | a | A |\n", name="my form.md")
    )
    assert form.id == "my_form"
