"""A form is told by what is in its file, whatever the file is called; what is no form is called by its name."""

from __future__ import annotations

from datetime import date

import pytest

from dialogs.form import FormError, compile_xlsform, form_xml_of, read_form, sheets_of
from dialogs.form.xml import LARGEST_XML
from tests.dialogs.form.old_workbooks import xls
from tests.dialogs.form.workbooks import archive, raw_xlsx, rows_xml, xlsx

MARKDOWN = """
| survey |         |      |             |
|        | type    | name | label       |
|        | integer | age  | كم عمركم؟   |
| settings |         |         |
|          | form_id | version |
|          | sample  | 1       |
"""
CSV = """survey,,,
,type,name,label
,integer,age,كم عمركم؟
settings,,
,form_id,version
,sample,1
"""
TABLES = {
    "survey": [["type", "name", "label"], ["integer", "age", "كم عمركم؟"]],
    "settings": [["form_id", "version"], ["sample", "1"]],
}


def told(content: bytes, name: str = "form.xlsx") -> str:
    with pytest.raises(FormError) as raised:
        form_xml_of(content, name=name)
    return str(raised.value)


@pytest.mark.parametrize("name", ["form.md", "form.xls", "form", "form.xml"])
@pytest.mark.parametrize("content", [MARKDOWN.encode(), CSV.encode(), xlsx(TABLES), b"\xef\xbb\xbf" + CSV.encode()])
def test_the_same_tables_make_the_same_form(content: bytes, name: str) -> None:
    assert form_xml_of(content, name=name) == form_xml_of(MARKDOWN.encode(), name="a.md")


def test_line_ends_and_rules_of_dashes_make_no_difference() -> None:
    ruled = MARKDOWN.replace("| label       |\n", "| label       |\n|        | ---:    | --- | :---        |\n")
    written = form_xml_of(MARKDOWN.encode(), name="a.md")
    assert form_xml_of(ruled.encode(), name="a.md") == written
    assert form_xml_of(MARKDOWN.replace("\n", "\r\n").encode(), name="a.md") == written
    assert form_xml_of(f"# A form\n\nIn words.\n{MARKDOWN}".encode(), name="a.md") == written


def test_a_compiled_form_comes_back_as_it_is() -> None:
    xml = compile_xlsform(MARKDOWN.encode(), name="a.md")
    assert form_xml_of(xml.encode(), name="a.xlsx") == xml
    assert read_form(b"\xef\xbb\xbf" + xml.encode(), name="a").id == "sample"
    wide = xml.replace('version="1.0"?', 'version="1.0" encoding="UTF-16"?').encode("utf-16")
    assert read_form(wide, name="a.xml").question("/data/age").kind == "integer"


def test_the_sheets_come_as_they_were_written() -> None:
    for content in (MARKDOWN.encode(), CSV.encode(), xlsx(TABLES)):
        assert sheets_of(content, name="a") == {
            "survey": ({"type": "integer", "name": "age", "label": "كم عمركم؟"},),
            "settings": ({"form_id": "sample", "version": "1"},),
        }
    assert sheets_of(compile_xlsform(MARKDOWN.encode(), name="a.md").encode(), name="a.xml") == {}


def test_blank_rows_keep_their_numbers() -> None:
    rows: list[list[object]] = [["type", "name", "label"], [None], ["text", "a", "A"], [], ["txt", "b", "B"]]
    assert told(xlsx({"survey": rows})) == "row 5: `txt` is no question type. Did you mean `text`?"


def test_a_long_gap_is_the_end_of_the_sheet_as_in_odk() -> None:
    rows: list[list[str]] = [["type", "name", "label"], ["text", "a", "A"], *([[]] * 70), ["text", "b", "B"]]
    assert [question.name for question in read_form(xlsx({"survey": rows}), name="a").questions][:1] == ["a"]
    assert not read_form(xlsx({"survey": rows}), name="a").named("b")


def test_cells_read_as_odk_reads_them() -> None:
    choices: list[list[object]] = [
        ["list_name", "name", "label"],
        ["l", 1, 1.0],
        ["l", 2.5, True],
        ["l", date(2026, 1, 15), "  sides  "],
        ["l", "four", "two\nlines"],
    ]
    survey: list[list[object]] = [["type", "name", "label"], ["select_one l", "a", "A"]]
    book = xlsx({"survey": survey, "choices": choices})
    read = [(row["name"], row["label"]) for row in sheets_of(book, name="a")["choices"]]
    assert read == [("1", "1"), ("2.5", "TRUE"), ("2026-01-15 00:00:00", "sides"), ("four", "two\nlines")]


def test_a_blank_that_does_not_break_is_a_blank() -> None:
    survey: list[list[object]] = [["type", "name", "label", "relevant"], ["text", "a", "A\xa0B", "true()\xa0and 1"]]
    assert sheets_of(xlsx({"survey": survey}), name="a")["survey"][0]["relevant"] == "true() and 1"


def test_nothing_is_printed_about_a_damaged_workbook(capfd: pytest.CaptureFixture[str]) -> None:
    assert told(xls(TABLES)[:1_560])
    assert capfd.readouterr() == ("", "")


def test_what_stands_beside_the_table_is_a_note() -> None:
    survey: list[list[object]] = [["type", "name", "label"], ["text", "a", "A", None, "ask Mona"]]
    book = xlsx({"survey": survey, "Notes": []})
    assert len(read_form(book, name="a").named("a")) == 1


def test_the_one_sheet_of_a_workbook_is_the_survey() -> None:
    assert read_form(xlsx({"Sheet1": [["type", "name", "label"], ["text", "a", "A"]]}), name="a").named("a")
    assert read_form(xlsx({"Survey": [["type", "name", "label"], ["text", "a", "A"]], "x": [[]]}), name="a").named("a")


def test_a_carriage_return_that_excel_escapes_is_one() -> None:
    sheet = rows_xml(["type", "name", "label"], ["text", "a", "one_x000D_\ntwo"])
    assert sheets_of(raw_xlsx(sheet), name="a")["survey"][0]["label"] == "one\ntwo"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty."),
        (b"\0" * 5000, "is empty."),
        (b"PK\x03\x04 broken", "is a damaged .xlsx: it cannot be unzipped. Save it again as .xlsx."),
        (xlsx(TABLES)[:-200], "is a damaged .xlsx: it cannot be unzipped. Save it again as .xlsx."),
        (archive({"xl/workbook.xml": "<a>"}), "is a damaged .xlsx: a part of it cannot be read."),
        (archive({"xl/workbook.bin": "x"}), "is a binary Excel workbook (.xlsb). Save it as .xlsx."),
        (archive({"mimetype": "x", "content.xml": "<a/>"}), "is an OpenDocument file (.ods). Save it as .xlsx."),
        (archive({"word/document.xml": "<a/>"}), "is a Word document."),
        (archive({"forms/a.xlsx": "x"}), "is an archive with files in it. Unpack it"),
        (archive({"a.txt": "x"}), "is no Excel workbook."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "is a damaged .xls: a part of it cannot be read."),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "is locked with a password."),
        (b"\xd0\xcf\x11\xe0" + "WordDocument".encode("utf-16-le"), "is a Word document."),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 6_000_000, "is an old Excel file (.xls) with over 5000000 bytes. Save it as"),
        (b"%PDF-1.7", "is a picture or a printed document"),
        (b"\x89PNG\r\n", "is a picture or a printed document"),
        (b"<html><table><tr><td>survey</td></tr></table></html>", "is a web page, not a form."),
        (b"<!DOCTYPE html><html></html>", "is a web page, not a form."),
        (
            b'<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table/></html>',
            "is a spreadsheet saved as XML or as a web page. Save it as .xlsx.",
        ),
        (b'{"survey": []}', "is JSON, not a form."),
        ("| survey | نص |".encode("cp1256"), "is not written in UTF-8."),
        (b"survey;type;name", "has no Markdown tables."),
    ],
)
def test_what_is_no_form_is_called_by_its_name(content: bytes, said: str) -> None:
    assert said in told(content)


def test_a_workbook_without_a_survey_says_which_sheet_may_be_meant() -> None:
    rows = [["type", "name", "label"], ["text", "a", "A"]]
    assert told(xlsx({"surveys": rows, "choices": [["list_name", "name"]]})) == (
        "There is no survey sheet, but one called `surveys`. Rename it to `survey`."
    )
    assert told(xlsx({"a": rows, "b": rows})) == (
        "There is no survey sheet. Name the sheet, or the Markdown table, `survey`."
    )
    assert told(xlsx({"only": [["x"], ["y"]]})) == "A column is missing: 'type'. Add it to the header row."


def test_xml_beyond_bounds_is_refused() -> None:
    assert "has over" in told(b"<h>" + b" " * LARGEST_XML + b"</h>")


def test_an_old_workbook_makes_the_same_form() -> None:
    book = xls({"survey": TABLES["survey"], "settings": [["form_id", "version"], ["sample", 1.0]]})
    assert form_xml_of(book, name="form.xlsx") == form_xml_of(MARKDOWN.encode(), name="a.md")
    assert told(xls({"survey": [["type", "name", "label"], ["txt", "a", "A"]]})).startswith("row 2: `txt` is no")
    assert told(xls({"survey": [["type", "name", "name"], ["text", "a", "A"]]})) == (
        "row 1: The column `name` stands twice. Take one of them out."
    )
