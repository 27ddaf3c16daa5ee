"""The calendar of a programme says which days are holidays, which are Ramadan, and which are still estimated."""

from __future__ import annotations

from datetime import date

import pytest

from referrals.directory.hours.calendar_days import read_calendar
from referrals.directory.tables.rows import DirectoryError

TABLE = """date,kind,estimated,name_ar,source,location_id
2027-03-09,holiday,yes,عيد الفطر (تقديري),calendar,
2027-02-25,holiday,no,العيد الوطني,law,
2027-02-08,ramadan,yes,رمضان (تقديري),calendar,
2027-01-12,closure,no,صيانة,centre,loc-1
"""


def test_everybodys_holidays_and_the_closures_of_one_place() -> None:
    calendar = read_calendar(TABLE)
    assert calendar.holidays() == {date(2027, 2, 25), date(2027, 3, 9)}
    assert calendar.holidays("loc-1") - calendar.holidays() == {date(2027, 1, 12)}


def test_ramadan_is_no_holiday() -> None:
    calendar = read_calendar(TABLE)
    assert calendar.in_ramadan(date(2027, 2, 8)) and not calendar.in_ramadan(date(2027, 2, 25))
    assert date(2027, 2, 8) not in calendar.holidays()


def test_days_come_in_order_and_say_what_they_are() -> None:
    calendar = read_calendar(TABLE)
    assert [each.day for each in calendar.days] == sorted(each.day for each in calendar.days)
    assert [each.name_ar for each in calendar.on(date(2027, 2, 25))] == ["العيد الوطني"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2027-13-01,holiday,no,,,", "row 2, column date: «2027-13-01» is not a date."),
        (",holiday,no,,,", "column date: the cell is blank."),
        ("2027-01-01,feast,no,,,", "«feast» is not a value it can have."),
        ("2027-01-01,holiday,maybe,,,", "«maybe» is neither yes nor no."),
        ("2027-01-01,holiday,no,,,loc-1", "a holiday is everybody's."),
    ],
)
def test_a_row_that_cannot_be_read_is_named(row: str, said: str) -> None:
    with pytest.raises(DirectoryError) as error:
        read_calendar(TABLE.splitlines()[0] + "\n" + row + "\n")
    assert said in str(error.value)


def test_no_calendar_is_an_empty_calendar() -> None:
    assert read_calendar("").holidays() == frozenset()


def test_a_closure_of_an_unknown_place_is_not_taken_for_everybodys() -> None:
    with pytest.raises(DirectoryError, match="there is no location «loc-1»"):
        read_calendar(TABLE, locations={"loc-2"})
