"""Hours of HSDS schedules: what is written in them, by whose clock, and what cannot be read."""

from __future__ import annotations

from datetime import date, time

import pytest

from referrals.directory.hsds.days import byday_of
from referrals.directory.hsds.hours import Hours, read_hours
from referrals.directory.tables.cells import read_clock
from referrals.directory.tables.rows import Complaints, Row


def read(zone: str = "Africa/Cairo", /, **cells: str) -> tuple[Hours | None, list[str]]:
    complaints = Complaints()
    usual = {"freq": "WEEKLY", "byday": "SU,MO", "opens_at": "09:00", "closes_at": "14:00"}
    row = Row("schedules.csv", 2, {name: value for name, value in (usual | cells).items() if value}, complaints)
    return read_hours(row, zone), [str(problem) for problem in complaints.found]


def taken(**cells: str) -> Hours:
    """The hours, of which nothing was told."""
    hours, problems = read(**cells)
    assert hours is not None and not problems
    return hours


@pytest.mark.parametrize(
    ("cells", "zone", "opens"),
    [
        ({}, "Africa/Cairo", time(9)),
        ({"timezone": "Asia/Kuwait"}, "Asia/Kuwait", time(9)),
        ({"timezone": "+02:00"}, "Africa/Cairo", time(9)),  # one of Cairo's own, and wrong half the year
        ({"timezone": "3"}, "Africa/Cairo", time(9)),
        ({"timezone": "-5"}, "Etc/GMT+5", time(9)),
        ({"opens_at": "09:00Z", "closes_at": "14:00Z"}, "Etc/UTC", time(9)),
        ({"opens_at": "09:00:00+03:00", "closes_at": "14:00:00+03:00"}, "Africa/Cairo", time(9)),
        ({"opens_at": "8:30 am", "closes_at": "2 pm"}, "Africa/Cairo", time(8, 30)),
        ({"opens_at": "٨:٣٠ ص", "closes_at": "٢ م"}, "Africa/Cairo", time(8, 30)),
    ],
)
def test_hours_are_wall_time_of_a_zone(cells: dict[str, str], zone: str, opens: time) -> None:
    hours = taken(**cells)
    assert (hours.zone, hours.opens) == (zone, opens)


def test_rules_of_rfc_5545_are_taken() -> None:
    hours = taken(freq="MONTHLY", byday="1SU,-1TH", interval="2", dtstart="2026-11-01", count="4", wkst="SU")
    assert hours.byday == "1SU,-1TH" and (hours.interval, hours.count, hours.dtstart) == (2, 4, date(2026, 11, 1))
    assert not read(freq="DAILY", byday="")[1] and not read(freq="MONTHLY", byday="", bymonthday="1,15,-1")[1]


def test_a_schedule_in_words_alone_is_taken_without_hours() -> None:
    assert read(opens_at="", closes_at="", description="by appointment") == (None, [])


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"opens_at": "25:00"}, "column opens_at: «25:00» is not a time of day."),
        ({"closes_at": ""}, "column closes_at: the cell is blank."),
        ({"byday": "SO"}, "column byday: «SO» is not a weekday."),
        ({"byday": ""}, "column byday: the cell is blank."),
        ({"freq": "HOURLY"}, "column freq:"),
        ({"timezone": "Africa/Qena"}, "there is no time zone «Africa/Qena»."),
        ({"valid_from": "2027-03-08", "valid_to": "2027-02-08"}, "A season ends after it begins."),
    ],
)
def test_what_cannot_be_read_is_told(cells: dict[str, str], said: str) -> None:
    assert any(said in problem for problem in read(**cells)[1])


def test_names_of_days_are_read_in_english_and_arabic() -> None:
    assert byday_of("Sunday, mon; الثلاثاء") == "SU,MO,TU"
    assert byday_of("1SU,+2MO,-1TH") == "1SU,2MO,-1TH"


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("Sun-Thu", "SU,MO,TU,WE,TH"),
        ("الأحد–الخميس", "SU,MO,TU,WE,TH"),
        ("من الأحد إلى الخميس", "SU,MO,TU,WE,TH"),
        ("Mon to Fri", "MO,TU,WE,TH,FR"),
        ("M-F", "MO,TU,WE,TH,FR"),
        ("Sat-Wed", "SA,SU,MO,TU,WE"),
        ("Mon. - Wed., Fri.", "MO,TU,WE,FR"),
        ("Sat & Sun", "SA,SU"),
        ("السبت والأحد", "SA,SU"),
        ("daily", "SU,MO,TU,WE,TH,FR,SA"),
        ("٢٤/٧", "SU,MO,TU,WE,TH,FR,SA"),
        ("يومياً ما عدا الجمعة", "SU,MO,TU,WE,TH,SA"),
        ("Daily except Fri and Sat", "SU,MO,TU,WE,TH"),
    ],
)
def test_ranges_of_days_are_understood(written: str, days: str) -> None:
    hours, problems = read(byday=written)
    assert not problems and getattr(hours, "byday", "") == days


@pytest.mark.parametrize(
    "written", ["Sun-Sun", "weekdays", "T-Th", "1SU-3SU", "واحد", "Sun except Mon", "Sun-Thu except", "1st Sunday"]
)
def test_days_that_are_not_sure_are_told(written: str) -> None:
    hours, problems = read(byday=written)
    assert hours is None and "is not a weekday" in problems[0]


@pytest.mark.parametrize(
    ("opens", "closes", "begin", "end"),
    [
        ("9am-5pm", "", 9, 17),
        ("09:00-17:00", "", 9, 17),
        ("6:00-14:00", "", 6, 14),
        ("8:00 PM – 2:00 AM", "", 20, 2),
        ("من ٩ صباحاً إلى ١٢ ظهراً", "", 9, 12),
        ("9 am to noon", "9 am to noon", 9, 12),
        ("24/7", "", 0, 0),
        ("على مدار الساعة", "", 0, 0),
    ],
)
def test_two_hours_in_one_cell_are_understood(opens: str, closes: str, begin: int, end: int) -> None:
    hours = taken(opens_at=opens, closes_at=closes)
    assert (hours.opens, hours.closes) == (time(begin), time(end))
    assert hours.zone == "Africa/Cairo", "no offset was seen in it"


@pytest.mark.parametrize(
    "opens", ["9-5", "1:00-5:00pm", "4:00-8:00", "٥:٠٠ - ٩:٠٠", "09:00 - 05:00", "09:00-05:00", "9am-12pm, 2pm-5pm"]
)
def test_two_hours_that_are_not_sure_are_told(opens: str) -> None:
    hours, problems = read(opens_at=opens, closes_at="")
    assert hours is None and problems


def test_always_in_one_cell_is_every_day_day_and_night() -> None:
    for cells in (
        {"byday": "24/7", "opens_at": "", "closes_at": ""},
        {"byday": "", "opens_at": "24/7", "closes_at": ""},
    ):
        assert taken(**cells).byday == "SU,MO,TU,WE,TH,FR,SA"


def test_a_day_that_may_be_two_is_told_and_what_is_sure_is_read() -> None:
    assert taken(valid_from="25/12/2026", valid_to="02/25/2027").valid_to == date(2027, 2, 25)
    assert taken(until="20261231T235959Z").until == date(2026, 12, 31)
    assert "which of its numbers is the month?" in read(valid_from="03/04/2027")[1][0]


@pytest.mark.parametrize("value", ["", "9", "nine", "24:30", "09:60", "13 pm"])
def test_what_is_no_time_of_day_is_refused(value: str) -> None:
    with pytest.raises(ValueError):
        read_clock(value)
