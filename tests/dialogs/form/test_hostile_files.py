"""A file somebody uploads may be built to hurt: it is refused in a moment, and nothing but a FormError comes out."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogs.form import FormError, compile_xlsform, read_form
from dialogs.form.bounds import LONGEST_CELL, LONGEST_NAME, MOST_QUESTIONS, MOST_REFERENCES
from dialogs.form.loading import MOST_NODES
from dialogs.form.workbook import MOST_ROWS
from dialogs.form.xml import MOST_TAGS
from tests.dialogs.form.filling import complaint
from tests.dialogs.form.old_workbooks import xls
from tests.dialogs.form.workbooks import raw_xlsx, rows_xml, xlsx

TOO_MUCH = "has more sheets, rows or cells than a form can need."
FORM = b"""
| survey  |                |        |        |              |                  |             |              |
|         | type           | name   | label  | relevant     | constraint       | calculation | repeat_count |
|         | integer        | n      | N      |              | . >= 0           |             |              |
|         | select_one l   | s      | S      | ${n} > 2     |                  |             |              |
|         | begin repeat   | r      | R      |              |                  |             | ${n}         |
|         | text           | t      | T      |              | regex(., '^a+$') |             |              |
|         | calculate      | c      |        |              |                  | ${n} * 2    |              |
|         | end repeat     |        |        |              |                  |             |              |
| choices |                |        |        |              |                  |             |              |
|         | list_name      | name   | label  |              |                  |             |              |
|         | l              | a      | A      |              |                  |             |              |
|         | l              | b      | B      |              |                  |             |              |
"""


def told(content: bytes) -> str:
    with pytest.raises(FormError) as raised:
        read_form(content, name="form")
    return str(raised.value)


def rows(*lines: str, header: str = "type | name | label | calculation") -> bytes:
    return "\n".join(["| survey |", f"| | {header} |", *(f"| | {line} |" for line in lines)]).encode()


# -- archives


def test_a_workbook_that_unfolds_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for bound, most in (("LARGEST_PART", 1_000_000), ("MOST_TEXTS", 1_000), ("MOST_CELLS", 10_000)):
        monkeypatch.setattr(f"dialogs.form.xlsx.{bound}", most)  # the same bounds, so that the test takes no seconds
    one_cell = rows_xml(["type", "name"], ["text", "a" * 1_000_001])
    assert TOO_MUCH in told(raw_xlsx(one_cell))
    cells = f"<worksheet><sheetData><row>{'<c/>' * 20_000}</row></sheetData></worksheet>"
    assert TOO_MUCH in told(raw_xlsx(cells))
    rows_of_nothing = f"<worksheet><sheetData>{'<row><c/></row>' * 6_000}</sheetData></worksheet>"
    assert TOO_MUCH in told(raw_xlsx(rows_of_nothing))
    texts = f"<sst>{'<si><t>a</t></si>' * 1_002}</sst>"
    assert TOO_MUCH in told(raw_xlsx(rows_xml(["type"]), texts=texts))


def test_a_workbook_of_a_thousand_sheets_is_refused() -> None:
    assert TOO_MUCH in told(raw_xlsx(rows_xml(["type"]), sheets=1_000))


def test_entities_in_a_workbook_are_not_unfolded() -> None:
    levels = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 9))
    doctype = f'<!DOCTYPE worksheet [<!ENTITY l0 "ha"><!ENTITY f SYSTEM "file:///etc/hostname">{levels}]>'
    for entity in ("&l8;", "&f;"):
        sheet = doctype + rows_xml(["type", "name", "label"], ["text", "a", f"x{entity}"])
        try:
            label = read_form(raw_xlsx(sheet), name="a").program.definition("/data/a").label
        except FormError:
            continue
        assert "ha" not in str(label)


def test_a_row_number_beyond_all_rows_costs_nothing() -> None:
    far = rows_xml(["type", "name", "label"], ["text", "a", "A"]).replace(
        "</sheetData>", '<row r="99999999"><c t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    )
    assert read_form(raw_xlsx(far), name="a").named("a")


def test_millions_of_choices_are_refused() -> None:
    choices = "\n".join(f"| | l | c{at} | C |" for at in range(MOST_ROWS + 2))
    content = rows("select_one l | a | A |") + f"\n| choices |\n| | list_name | name | label |\n{choices}".encode()
    assert TOO_MUCH in told(content)


# -- sheets


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (rows(f"text | {'n' * (LONGEST_NAME + 1)} | A |"), "row 2: `name` has 251 letters. Keep it under 250."),
        (rows(f"text | a | {'x' * (LONGEST_CELL + 1)} |"), "row 2: `label` has 32768 letters. Keep it under 32767."),
        (
            rows("text | a | A |", f"calculate | b | | {'${a} + ' * (MOST_REFERENCES + 1)} 1"),
            "row 3: `calculation` has over 1000 references. Split it over several calculates.",
        ),
        (
            rows(*(f"text | a{at} | A |" for at in range(MOST_QUESTIONS + 1))),
            "The sheet has over 5000 rows. Split it into several forms.",
        ),
        (
            rows(*(f"begin group | g{at} | G |" for at in range(60))),
            "row 40: Groups are nested over 38 deep. Close some of them before beginning others.",
        ),
        (rows("text | a | bell\x07 |"), "row 2: `label` holds a control character (U+0007). Type the cell again."),
        (rows("text | a\u200f | A |"), "row 2: `name` holds an invisible letter (right-to-left mark). Delete it"),
        (rows("calculate | a | | 1 +\u202e 2"), "row 2: `calculation` holds an invisible letter (right-to-left overr"),
        (raw_xlsx(rows_xml(["type", "name", "label"], ["text", "a", "_xD800_"])), "(U+D800). Type the cell again."),
        (raw_xlsx(rows_xml(["type", "name", "label"], ["text", "a", "_x0000_"])), "(U+0000). Type the cell again."),
    ],
)
def test_what_no_form_can_hold_is_refused_with_its_row(content: bytes, said: str) -> None:
    assert said in told(content)


def test_marks_of_direction_may_stand_in_labels() -> None:
    assert read_form(rows("text | a | رقم\u200f (ID)\u200e |"), name="a").named("a")


def test_as_many_languages_as_rows_are_refused() -> None:
    languages = " | ".join(f"label::l{at}" for at in range(420))
    content = rows(*(f"text | a{at} | A" for at in range(4_990)), header=f"type | name | {languages}")
    assert "too many languages" in told(content)


def test_a_cell_that_names_everything_again_and_again_is_refused() -> None:
    many = "${a} + " * (MOST_REFERENCES - 1) + "1"
    assert "too long" in told(rows("text | a | A |", *(f"calculate | c{at} | | {many}" for at in range(100))))


@pytest.mark.parametrize(
    "deep", ["(" * 5_000 + "1" + ")" * 5_000, "a[" * 5_000 + "1" + "]" * 5_000, "1+" * 5_000 + "1", "1=" * 300 + "1"]
)
def test_an_expression_cannot_be_nested_without_end(deep: str) -> None:
    assert "nested too deeply" in told(rows(f"calculate | a | | {deep}"))


def test_a_pattern_is_held_to_bounds() -> None:
    assert "cannot be used" in told(rows(f"calculate | a | | regex('a', '{'(' * 900 + 'a+' + ')*' * 900}')"))


# -- XForm XML


MANY_ATTRIBUTES = " ".join(f"a{at}='x'" for at in range(600))


def xform(model: str, body: str = "") -> bytes:
    return (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><model>'
        f"{model}</model></h:head><h:body>{body}</h:body></h:html>"
    ).encode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (xform(f"<instance><d>{'<a/>' * (MOST_TAGS + 1)}</d></instance>"), "the XML has too many elements"),
        (xform(f"<instance>{'<a>' * 300}{'</a>' * 300}</instance>"), "is no readable XML"),
        (xform(f"<instance>{'<a>' * 60}{'</a>' * 60}</instance>"), "Groups are nested too deeply."),
        (xform("<instance/>"), "The form has no primary instance."),
        (xform(f"<instance><d>{'<a/>' * (MOST_NODES + 1)}</d></instance>"), "The form has over 20000 nodes."),
        (xform(f"<instance><d {MANY_ATTRIBUTES}/></instance>"), "an element has over 500 attributes"),
        (
            xform(
                f"<instance><d>{''.join(f'<a{at}/>' for at in range(80))}</d></instance>"
                + "".join(f"<bind nodeset='/d/a{at}' calculate='{at} + {'x' * 40_000}'/>" for at in range(80))
            ),
            "The form's expressions are too long. Split it into several forms.",
        ),
        (xform(f"<instance><d><a/></d></instance><bind nodeset='/d/a' calculate='{'1+' * 40_000}1'/>"), "long"),
        (b"<h>\x00</h>", "is no readable XML"),
        (b"<" * 100_000, "is no readable XML"),
        (b'<?xml version="1.0" encoding="no-such"?><h/>', "is no readable XML"),
    ],
)
def test_xml_beyond_bounds_is_refused(content: bytes, said: str) -> None:
    assert said in told(content)


def test_a_form_fetches_nothing() -> None:
    secondary = '<instance id="x" src="file:///etc/hostname"/><instance id="y" src="https://x.example/y.csv"/>'
    form = read_form(xform(f"<instance><d><a/></d></instance>{secondary}"), name="a")
    assert form.warnings == (
        "The file `hostname` is not attached: its list is empty.",
        "The file `y.csv` is not attached: its list is empty.",
    )


# -- files beside a form


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("l.csv", b"name,label\n" + b"x" * 200_000 + b",y"),
        ("l.csv", b'name,label\n"never closed' + b"x" * 200_000),
        ("l.csv", b"\xff\xfe\xfa"),
        ("l.csv", b"name,label\n" + b"a,b\n" * 200_001),
        ("l.csv", (",".join(f"c{at}" for at in range(1_000)) + "\n" + ("x," * 999 + "x\n") * 1_600).encode()),
        ("l.xml", b"<!DOCTYPE r [<!ENTITY a 'b'>]><root><item><name>&a;</name></item></root>"),
        ("l.xml", b"<root>" + b"<a>" * 300 + b"</a>" * 300 + b"</root>"),
        ("l.geojson", b"[" * 100_000),
        ("l.geojson", b'{"type": "FeatureCollection", "features": ["x"]}'),
        (
            "l.geojson",
            b'{"type": "FeatureCollection", "features": [{"geometry": {"type": "Point", "coordinates": 1}}]}',
        ),
        ("l.geojson", b"[]"),
    ],
    ids=range(11),
)
def test_a_list_that_cannot_be_read_is_told_by_its_name(name: str, content: bytes) -> None:
    form = rows(f"select_one_from_file {name} | a | A |")
    with pytest.raises(FormError, match=rf"The file `{name}` cannot be read: .*\. Save it again as CSV"):
        read_form(form, name="a", attachments={name: content})


# -- whatever else there is


def only_form_errors(read: Callable[[], object]) -> None:
    try:
        read()
    except FormError as error:
        assert error.problems
        assert all(problem.cause and problem.remedy for problem in error.problems)


QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))))
def test_any_bytes_are_a_form_or_a_form_error(content: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<?xml version='1.0'?>", b"| survey |\n| "):
        only_form_errors(lambda content=start + content: read_form(content, name="any"))  # type: ignore[misc]  # mypy cannot type a lambda's default


WHOLE = {
    "md": FORM,
    "xml": compile_xlsform(FORM, name="a.md").encode(),
    "xlsx": xlsx({"survey": [["type", "name", "label"], ["text", "a", "A"]]}),
    "xls": xls({"survey": [["type", "name", "label"], ["text", "a", "A"]]}),
}


@QUICK
@given(
    st.sampled_from(sorted(WHOLE)),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 12), st.binary(max_size=8)), min_size=1, max_size=6),
)
def test_a_damaged_form_is_a_form_or_a_form_error(kind: str, changes: list[tuple[int, int, bytes]]) -> None:
    content = WHOLE[kind]
    for at, length, put in changes:
        place = at % len(content)
        content = content[:place] + put + content[place + length :]
    only_form_errors(lambda: read_form(content, name="damaged"))


PIECES = st.one_of(
    st.sampled_from(
        "${n} ${r} ${c} . .. / // ( ) [ ] and or div mod not( if( , = != < > + - * | 1 'x' \" “ ، ٣ @".split()
    ),
    st.text(max_size=4),
)


@QUICK
@given(st.sampled_from([b"${n} > 2", b". >= 0", b"${n} * 2", b"regex(., '^a+$')"]), st.lists(PIECES, max_size=8))
def test_any_expression_is_a_form_or_a_form_error(place: bytes, pieces: list[str]) -> None:
    written = re.sub(r"[|\r\n]", " ", " ".join(pieces)).encode("utf-8", "replace")
    only_form_errors(lambda: read_form(FORM.replace(place, written), name="any"))


@QUICK
@given(
    st.sampled_from(["integer", "select_one l", "n ", "begin repeat", "end repeat", "label", "l ", "name"]),
    st.text(max_size=9),
)
def test_any_cell_is_a_form_or_a_form_error(place: str, text: str) -> None:
    written = re.sub(r"[|\r\n]", " ", text).encode("utf-8", "replace")
    only_form_errors(lambda: read_form(FORM.replace(place.encode(), written, 1), name="any"))


def test_what_is_refused_says_so_in_a_few_lines() -> None:
    many = complaint(rows(*(f"nothing | a{at} | A |" for at in range(500))))
    assert len(many.splitlines()) <= 50


SMALL: list[list[object]] = [["type", "name", "label"], ["text", "a", "A"]]


def test_the_name_of_a_sheet_may_end_in_a_blank() -> None:
    assert read_form(xlsx({"Survey ": SMALL}), name="a").named("a")


def test_what_stands_above_the_column_names_is_told() -> None:
    said = (
        "row 2: The sheet begins here. Delete the rows above: the first row of a sheet holds the names of its columns."
    )
    assert told(xlsx({"survey": [[None, None, None], *SMALL]})) == said
    assert told(xlsx({"survey": [["Survey of rents, 2026"], *SMALL]})) == said
