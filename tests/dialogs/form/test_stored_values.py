"""An answer is stored as ODK stores it; what is no value of the question's type is stored blank."""

from __future__ import annotations

import pytest

from dialogs.form.codecs import codec
from tests.dialogs.form.filling import answer, filling, value


@pytest.mark.parametrize(
    ("data_type", "given", "stored"),
    [
        ("int", "5", "5"),
        ("int", "5.7", "5"),
        ("int", "00012", "12"),
        ("int", "2147483647", "2147483647"),
        ("int", "2147483648", ""),
        ("int", "1,5", ""),
        ("int", "junk", ""),
        ("int", "Infinity", ""),
        ("decimal", "5", "5.0"),
        ("decimal", ".5", "0.5"),
        ("decimal", "1.10", "1.1"),
        ("decimal", "0.00000001", "0.00000001"),
        ("decimal", "true", ""),
        ("date", "2020-01-05", "2020-01-05"),
        ("date", "2020-01-05T10:00:00", "2020-01-05"),
        ("date", "2020-01-05T10:00:00Z", ""),
        ("date", "2020-13-01", ""),
        ("date", "2020-02-30", ""),
        ("date", "2020-1-5", ""),
        ("date", "20200105", ""),
        ("time", "10:00:00", "10:00:00"),
        ("time", "10:00:00.000+03:00", "10:00:00.000+03:00"),
        ("time", "10:00", ""),
        ("time", "25:00:00", ""),
        ("dateTime", "2020-01-05T23:59:59.5-05:00", "2020-01-05T23:59:59.5-05:00"),
        ("dateTime", "2020-01-05T10:00:00", "2020-01-05T10:00:00"),
        ("dateTime", "2020-01-05 10:00", ""),
        ("dateTime", "2020-01-05", ""),
        ("geopoint", "30.044 31.236", "30.044 31.236"),
        ("geopoint", "30.044  31.236 0 5", "30.044 31.236 0.0 5.0"),
        ("geopoint", "1 2 0 0", "1.0 2.0 0.0 0.0"),
        ("geopoint", "1.5 2.5 0 0 7", "1.5 2.5 0.0 0.0"),
        ("geopoint", "0 0", ""),
        ("geopoint", "91 0 0 0", ""),
        ("geopoint", "10 181 0 0", ""),
        ("geopoint", "a b c d", ""),
        ("geotrace", "1 2;3 4", "1.0 2.0;3.0 4.0"),
        ("geotrace", "1 2 0 0; 3 4 0 0;", "1.0 2.0 0.0 0.0;3.0 4.0 0.0 0.0"),
        ("geotrace", "1 2 0 0", ""),
        ("geotrace", "1 2 0 0; junk", ""),
        ("geoshape", "1 2;3 4;5 6;1 2", "1.0 2.0;3.0 4.0;5.0 6.0;1.0 2.0"),
        ("geoshape", "1 2;3 4;5 6;7 8", ""),
        ("barcode", " 0012 ", " 0012 "),
        ("binary", "1700000000.jpg", "1700000000.jpg"),
        ("string", "أحمد", "أحمد"),
    ],
)
def test_a_value_takes_the_form_of_its_type(data_type: str, given: str, stored: str) -> None:
    assert codec("", data_type)(given) == stored


@pytest.mark.parametrize(
    "data_type", ["int", "decimal", "date", "time", "dateTime", "geopoint", "geotrace", "geoshape"]
)
@pytest.mark.parametrize("junk", ["", " ", "\x00", "x" * 10_000, "9" * 5_000, "1e999999", "NaN", "-" * 300, "1;" * 900])
def test_junk_of_any_length_never_raises(data_type: str, junk: str) -> None:
    stored = codec("", data_type)(junk)
    assert codec("", data_type)(stored) == stored


def test_a_form_stores_what_its_types_say() -> None:
    form = filling("""
        | survey  |                   |      |       |                      |
        |         | type              | name | label | parameters           |
        |         | range             | whole | W    | start=1 end=5 step=1 |
        |         | range             | half | H     | start=0 end=5 step=0.5 |
        |         | acknowledge       | ok   | OK    |                      |
        |         | select_multiple l | many | M     |                      |
        |         | rank l            | rank | R     |                      |
        |         | image             | pic  | P     |                      |
        | choices |                   |      |       |                      |
        |         | list_name         | name | label |                      |
        |         | l                 | a    | A     |                      |
        |         | l                 | b    | B     |                      |
    """)
    answer(form, whole="3", half="2.5", ok="ok", many=" b   a b ", rank="b a", pic="1700000000.jpg")
    names = ("whole", "half", "ok", "many", "rank", "pic")
    assert [value(form, name) for name in names] == ["3", "2.5", "OK", "a b", "b a", "1700000000.jpg"]
    answer(form, ok="maybe")
    assert value(form, "ok") == ""
