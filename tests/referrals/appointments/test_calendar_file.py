"""The calendar file: read by two other libraries, neutral, right in UTC; its address can be guessed by nobody."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import update
from starlette.testclient import TestClient

from bot.doors.calendar import make_calendar
from referrals.appointments.calendar_file import CalendarFacts, calendar_file, calendar_of
from referrals.appointments.calendar_link import calendar_at, calendar_path
from referrals.appointments.records import Appointment
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.families import Families
from tests.referrals.appointments.test_reminding import kuwait

FACTS = CalendarFacts(
    appointment_id=17,
    starts_at=datetime(2026, 12, 6, 8, 30, tzinfo=UTC),
    ends_at=datetime(2026, 12, 6, 9, 0, tzinfo=UTC),
    made_at=datetime(2026, 12, 1, 7, 0, tzinfo=UTC),
    summary="موعد رقم ٤٨٢١",
    place="مركز الخدمة في الجهراء (عيّنة)، شارع ٥؛ الدور الأول, بجوار المسجد الكبير عند الميدان الذي فيه النافورة",
    number="4821",
)


@pytest.fixture
def families(sqlite_store: Store, clock: FrozenClock) -> Families:
    return Families(sqlite_store, clock)


def test_another_library_reads_what_was_meant() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import vobject  # type: ignore[import-untyped]  # it brings no types of its own

        event = vobject.readOne(calendar_of(FACTS).decode()).vevent
    assert event.summary.value == FACTS.summary
    assert event.location.value == FACTS.place
    assert (event.dtstart.value, event.dtend.value) == (FACTS.starts_at, FACTS.ends_at)
    assert event.uid.value == "appointment-17@sanad"
    alarms = [each.trigger.value for each in event.contents["valarm"]]
    assert alarms == [timedelta(days=-1), timedelta(hours=-3)]


def test_lines_are_folded_and_ended_as_rfc_5545_says() -> None:
    content = calendar_of(FACTS)
    lines = content.split(b"\r\n")
    assert content.endswith(b"END:VCALENDAR\r\n") and not any(b"\n" in line for line in lines)
    assert all(len(line) <= 75 for line in lines)
    assert b"DTSTART:20261206T083000Z" in lines


def test_it_waits_in_the_outbox_as_plain_json_and_has_a_plain_name() -> None:
    content, content_type, name = calendar_file(FACTS.to_json())
    assert CalendarFacts.from_json(FACTS.to_json()) == FACTS
    assert (content, content_type, name) == (calendar_of(FACTS), "text/calendar", "appointment-4821.ics")


def test_it_names_no_need_and_no_programme(families: Families) -> None:
    families.booked("501", kuwait(5, 12))
    got = families.say("501", "أضيفوه إلى التقويم")[0]
    (intent,) = got.media
    content, _, _ = calendar_file(intent.parameters)
    text = content.decode().replace("\r\n ", "")
    assert "SUMMARY;LANGUAGE=ar:موعد رقم" in text
    assert not any(word in text for word in ("برنامج", "الإيجار", "المتابعة", "طلب"))


def with_another_last_digit(path: str) -> str:
    """The path with the last digit of its signature changed, whatever that digit was."""
    signed = path.removesuffix(".ics")
    return f"{signed[:-1]}{'0' if signed[-1] != '0' else '1'}.ics"


def test_its_address_gives_it_to_whoever_holds_it_and_to_nobody_who_guesses(families: Families) -> None:
    appointment_id = families.booked("501", kuwait(5, 12))
    with families.store.reading() as uow:
        path = calendar_path(uow, appointment_id)
        other = calendar_path(uow, appointment_id + 1)
    web = FastAPI()
    web.include_router(make_calendar(families.store, families.clock))
    client = TestClient(web)
    got = client.get(path)
    assert got.status_code == 200
    assert got.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "attachment" in got.headers["content-disposition"]
    assert got.headers["cache-control"] == "no-store"
    assert b"DTSTART:20261105T090000Z" in got.content
    for guessed in (
        other,
        with_another_last_digit(path),
        "/calendar/x.ics",
        f"/calendar/{appointment_id}-.ics",
        "/calendar/².ics",
    ):
        assert client.get(guessed).status_code == 404


def test_it_is_gone_when_the_appointment_is_given_up(families: Families) -> None:
    appointment_id = families.booked("501", kuwait(5, 12))
    with families.store.reading() as uow:
        token = calendar_path(uow, appointment_id).rpartition("/")[2].removesuffix(".ics")
        assert calendar_at(uow, token, families.clock()) is not None
    families.store.transact(lambda uow: uow.connection.execute(update(Appointment).values(state="cancelled")))
    with families.store.reading() as uow:
        assert calendar_at(uow, token, families.clock()) is None
